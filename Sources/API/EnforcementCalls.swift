import Core
import HTTP
import JSON
import Store

/// `/v1/enforcement`: how far limits are enforced, and what would have been held.
enum EnforcementCalls {
    private enum Field: Int, FieldNames {
        case mode, percent

        var name: StaticString {
            switch self {
            case .mode: "mode"
            case .percent: "percent"
            }
        }
    }

    /// What holds, as the last commit told.
    static func read(_ context: RequestContext) throws(Problem) -> Step {
        try QueryReader(context.request, known: []).finish()
        return .answer(shown(context.scene.enforcement))
    }

    /// Changes it, for every tenant where no percentage is named.
    static func set(_ context: RequestContext) throws(Problem) -> Step {
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var mode: Enforcement.Mode?
        var hasMode = false
        var percent = 100
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .mode:
                hasMode = true
                mode = reader.choice(
                    reader.required(value, spot), spot, among: Enforcement.Mode.allCases,
                    name: \.name)
            case .percent:
                percent = reader.integer(value, spot, 0...100) ?? percent
            }
        }
        if !hasMode { reader.refuse("$.mode", "is missing; give 'off', 'observe' or 'enforce'") }
        try reader.finish()
        guard let mode else { preconditionFailure("an enforcement without a mode was accepted") }
        let wanted = Enforcement(mode: mode, percent: Int64(percent))
        return .command(.setEnforcement(wanted), nil) { reply in
            guard case .enforcement(let enforcement) = reply else {
                return .unfulfilled(reply, of: "setEnforcement")
            }
            return .answer(shown(enforcement))
        }
    }

    /// What tenants were let have past limits that are not enforced.
    static func wouldHold(_ context: RequestContext) throws(Problem) -> Step {
        var query = QueryReader(context.request, known: ["limit", "cursor"])
        let limit = query.limit()
        let after = query.value("cursor", expected: "the next_cursor of a page of this list") {
            isCursor($0) ? $0 : nil
        }
        try query.finish()
        return .query(.unenforced(after: after, limit: limit)) { rows, _ in
            guard case .unenforcedPage(let views, let next) = rows else {
                return .unfulfilled(rows, of: "unenforced")
            }
            return .answer(
                .page(views, next: next) { writer, view in
                    writer.beginObject()
                    writer.field("tenant", view.tenant)
                    writer.field("period", view.period.description)
                    writer.field("metric", view.metric.name)
                    writer.field("unenforced", view.metric.shown(view.units))
                    writer.endObject()
                })
        }
    }

    /// Three numbers with dots between them; what they mean is the reader's business.
    private static func isCursor(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && parts.allSatisfy { Int64($0).map { $0 >= 0 } ?? false }
    }

    private static func shown(_ enforcement: Enforcement) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("mode", enforcement.mode.name)
        writer.field("percent", enforcement.percent)
        writer.endObject()
        return .json(200, writer)
    }
}
