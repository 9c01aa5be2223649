import Core
import HTTP
import JSON
import Store

/// `POST /v1/leases/fail`: attempts that failed.
struct Failures {
    private var items = LeaseItems()
    private var failures: [Failure] = []

    private enum Field: Int, FieldNames {
        case results

        var name: StaticString { "results" }
    }

    private enum ItemField: Int, FieldNames {
        case token, error, retry, retryIn, usage, ran, couldNotStart

        var name: StaticString {
            switch self {
            case .token: "token"
            case .error: "error"
            case .retry: "retry"
            case .retryIn: "retry_in"
            case .usage: "usage"
            case .ran: "ran"
            case .couldNotStart: "could_not_start"
            }
        }
    }

    /// Ends attempts that failed; the job is tried again or is dead.
    static func fail(_ context: RequestContext) throws(Problem) -> Step {
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var call = Failures()
        var hasResults = false
        while let (field, value) = fields.next(&reader) {
            hasResults = true
            let spot = fields.spot(field)
            let list = reader.elements(
                reader.required(value, spot), spot, 1...Limits.batchItemsMax)
            guard let list else { continue }
            for (index, node) in list.enumerated() {
                call.read(node, at: .element(index, of: field.name), context, &reader)
            }
        }
        if !hasResults { reader.refuse("$.results", "is missing; give a list of results") }
        try reader.finish()
        return .command(.fail(call.failures), nil) { reply in
            guard case .leaseOutcomes(let outcomes) = reply else {
                return .unfulfilled(reply, of: "fail")
            }
            return .answer(call.items.answer(outcomes, to: "fail", showsRunAt: true))
        }
    }

    private mutating func read(
        _ node: JSONNode, at place: Place, _ context: RequestContext, _ reader: inout BodyReader
    ) {
        var token: LeaseToken?
        var error: [UInt8]?
        var mayRetry = true
        var retryIn: Int64?
        var report = AttemptReport.none
        var couldNotStart = false
        var fields = FieldWalk<ItemField>(node, at: place, &reader)
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .token:
                token = items.add(value, spot, &reader)
            case .error:
                guard value.kind != .null else { continue }
                error = AttemptError.read(value, at: place.inside(field.name), &reader)
            case .retry:
                mayRetry = reader.bool(value, spot) ?? mayRetry
            case .retryIn:
                retryIn = reader.duration(value, spot, 0...Limits.runAtAheadMillisecondsMax)
            case .usage:
                report.usage = ReportFields.usage(value, spot, context.catalog, &reader)
            case .ran:
                report.ranMilliseconds = ReportFields.ran(value, spot, context.caller, &reader)
            case .couldNotStart:
                couldNotStart = reader.bool(value, spot) ?? couldNotStart
            }
        }
        if !mayRetry, retryIn != nil {
            reader.refuse(
                place.path("retry_in"), "is there although retry is false; leave one of them out")
        }
        guard let token else { return reader.missingToken(node, at: place) }
        let retry: JobRun.Retry =
            if !mayRetry { .never } else if let retryIn { .after(milliseconds: retryIn) } else {
                .byPolicy
            }
        // It may give back what the job cost: a key that is bound to tenants is not believed.
        let isBelieved = context.caller.grant.tenant == nil && context.caller.grant.tenants == nil
        failures.append(
            Failure(
                token: token, error: error, retry: retry, report: report,
                couldNotStart: couldNotStart && isBelieved))
    }
}
