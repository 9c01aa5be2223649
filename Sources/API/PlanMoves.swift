import Core
import HTTP
import JSON
import Store

/// `POST /v1/plans/ID/move`: tenants go from one version of a plan to another.
enum PlanMoves {
    private enum Field: Int, FieldNames {
        case from, to

        var name: StaticString {
            switch self {
            case .from: "from"
            case .to: "to"
            }
        }
    }

    /// Begins the move; the store makes it in slices. The answer says how many will be moved.
    static func move(_ context: RequestContext) throws(Problem) -> Step {
        let plan = context.parameters[0]
        guard context.catalog.everyVersion.contains(where: { $0.id == plan }) else {
            throw .noPlan(plan, catalog: context.catalog)
        }
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var versions: [Field: Int] = [:]
        var seen = Set<Field>()
        while let (field, value) = fields.next(&reader) {
            seen.insert(field)
            let spot = fields.spot(field)
            versions[field] = reader.integer(
                reader.required(value, spot), spot, 1...Int(Limits.amountMax))
        }
        for field in [Field.from, .to] where !seen.contains(field) {
            reader.refuse("$.\(field.name)", "is missing; give a version of plan '\(plan)'")
        }
        try reader.finish()
        guard let from = versions[.from], let to = versions[.to] else {
            preconditionFailure("a move without its two versions was accepted")
        }
        return .command(.movePlan(plan, from: Int64(from), to: Int64(to)), nil) { reply in
            if case .refused(.planVersionUnknown(_, let version)) = reply {
                return .unfulfilled(
                    reply, of: "movePlan", path: version == Int64(from) ? "$.from" : "$.to")
            }
            guard case .planMoves(let tenants) = reply else {
                return .unfulfilled(reply, of: "movePlan")
            }
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("tenants", tenants)
            writer.endObject()
            return .answer(.json(200, writer))
        }
    }
}
