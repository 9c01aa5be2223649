import Core
import HTTP
import JSON
import Store

/// `POST /v1/leases/complete`: jobs that are done.
struct Completions {
    private var items = LeaseItems()
    private var completions: [Completion] = []

    private enum Field: Int, FieldNames {
        case results

        var name: StaticString { "results" }
    }

    private enum ItemField: Int, FieldNames {
        case token, result, usage, ran

        var name: StaticString {
            switch self {
            case .token: "token"
            case .result: "result"
            case .usage: "usage"
            case .ran: "ran"
            }
        }
    }

    /// Ends the attempts of jobs that are done.
    static func complete(_ context: RequestContext) throws(Problem) -> Step {
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var call = Completions()
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
        guard !call.completions.isEmpty else { return call.answer([]) }
        return .command(.complete(call.completions), nil) { reply in
            guard case .leaseOutcomes(let outcomes) = reply else {
                return .unfulfilled(reply, of: "complete")
            }
            return call.answer(outcomes)
        }
    }

    private func answer(_ outcomes: [LeaseOutcome]) -> Step {
        .answer(items.answer(outcomes, to: "complete"))
    }

    private mutating func read(
        _ node: JSONNode, at place: Place, _ context: RequestContext, _ reader: inout BodyReader
    ) {
        var token: LeaseToken?
        var result: [UInt8]?
        var tooLarge: Problem?
        var report = AttemptReport.none
        var fields = FieldWalk<ItemField>(node, at: place, &reader)
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .token:
                token = items.add(value, spot, &reader)
            case .result:
                let bytes = reader.document.raw(value)
                if bytes.count <= Limits.resultBytesMax {
                    result = [UInt8](bytes)
                } else {
                    tooLarge = .tooLarge(
                        spot.path, bytes: bytes.count, bytesMax: Limits.resultBytesMax)
                }
            case .usage:
                report.usage = ReportFields.usage(value, spot, context.catalog, &reader)
            case .ran:
                report.ranMilliseconds = ReportFields.ran(value, spot, context.caller, &reader)
            }
        }
        guard let token else { return reader.missingToken(node, at: place) }
        if let tooLarge {
            items.refuseLast(tooLarge)
        } else {
            completions.append(Completion(token: token, result: result, report: report))
        }
    }
}

extension BodyReader {
    /// Notes that an item names no lease.
    mutating func missingToken(_ node: JSONNode, at place: Place) {
        guard node.kind == .object else { return }
        refuse(place.path("token"), "is missing; give the token of the lease")
    }
}
