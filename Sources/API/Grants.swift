import Core
import HTTP
import JSON
import Store

/// `/v1/tenants/ID/grants`: units that a tenant has beyond its plan.
enum Grants {
    private enum Field: Int, FieldNames {
        case metric, amount, source, effectiveAt, expiresAt, priority

        var name: StaticString {
            switch self {
            case .metric: "metric"
            case .amount: "amount"
            case .source: "source"
            case .effectiveAt: "effective_at"
            case .expiresAt: "expires_at"
            case .priority: "priority"
            }
        }
    }

    /// The grants of a tenant, those that are over too.
    static func list(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.pathTenant()
        var query = QueryReader(context.request, known: ["limit", "cursor"])
        let limit = query.limit()
        let before = query.cursor(GrantID.self)
        try query.finish()
        return .query(.grantList(tenant: tenant, before: before, limit: limit)) { rows, _ in
            guard case .grants(let grants, let next) = rows else {
                return .unfulfilled(rows, of: "grantList")
            }
            return .answer(.page(grants, next: next) { write(&$0, $1) })
        }
    }

    /// Makes a grant. The same source again is the same grant: 200, as it was made, and with what
    /// of it is otherwise than was asked for this time.
    static func add(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.pathTenant()
        let grant = try read(context, tenant: tenant)
        return .command(.addGrant(grant), nil) { reply in
            guard case .grant(let row, let isNew) = reply else {
                return .unfulfilled(reply, of: "addGrant")
            }
            var writer = JSONWriter()
            write(&writer, row, differing: isNew ? nil : differing(row, from: grant))
            return .answer(Response.json(isNew ? 201 : 200, writer).replayed(!isNew))
        }
    }

    /// The fields in which a grant is otherwise than was asked for. One that was to begin in the
    /// past, or at once, began when it was made.
    private static func differing(_ row: Grant, from asked: AddGrant) -> [Field] {
        var fields: [Field] = []
        if asked.metric != row.metric { fields.append(.metric) }
        if asked.metric.shown(asked.amount) != row.metric.shown(row.amount) {
            fields.append(.amount)
        }
        if max(asked.effectiveAt ?? row.createdAt, row.createdAt) != row.effectiveAt {
            fields.append(.effectiveAt)
        }
        if asked.expiresAt != row.expiresAt { fields.append(.expiresAt) }
        if asked.priority != row.priority { fields.append(.priority) }
        return fields
    }

    private static func read(
        _ context: RequestContext, tenant: String
    ) throws(Problem) -> AddGrant {
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var metric = Metric.jobs
        var amount: Int?
        var source: String?
        var effectiveAt: Timestamp?
        var expiresAt: Timestamp?
        var priority = 0
        var seen = Set<Field>()
        while let (field, value) = fields.next(&reader) {
            seen.insert(field)
            let spot = fields.spot(field)
            switch field {
            case .metric:
                metric = reader.metric(value, spot) ?? metric
            case .amount:
                amount = reader.integer(
                    reader.required(value, spot), spot, 1...Limits.grantAmountMax)
            case .source:
                source = reader.text(
                    reader.required(value, spot), spot, bytes: 1...Limits.sourceBytesMax)
            case .effectiveAt:
                effectiveAt = reader.time(value, spot)
            case .expiresAt:
                expiresAt = reader.time(value, spot)
            case .priority:
                priority = reader.integer(value, spot, Limits.grantPriorities) ?? priority
            }
        }
        if !seen.contains(.amount) {
            reader.refuse("$.amount", "is missing; give a number of units")
        }
        if !seen.contains(.source) {
            reader.refuse(
                "$.source",
                "is missing; give a name of your own, such as 'invoice:17', under which"
                    + " the grant is made once")
        }
        try reader.finish()
        guard let amount, let source else {
            preconditionFailure("a grant without amount or source was accepted")
        }
        return AddGrant(
            tenant: tenant, metric: metric, amount: metric.counted(amount), source: source,
            effectiveAt: effectiveAt, expiresAt: expiresAt, priority: Int64(priority))
    }

    /// Takes back what is unused of a grant.
    static func revoke(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.pathTenant()
        guard let id = GrantID(text: context.parameters[1]) else {
            throw .noGrant(context.parameters[1])
        }
        return .command(.revokeGrant(id, tenant: tenant), nil) { reply in
            guard case .grant = reply else { return .unfulfilled(reply, of: "revokeGrant") }
            return .answer(.noContent)
        }
    }

    private static func write(
        _ writer: inout JSONWriter, _ row: Grant, differing: [Field]? = nil
    ) {
        writer.beginObject()
        writer.field("id", row.id.description)
        writer.field("metric", row.metric.name)
        writer.field("amount", row.metric.shown(row.amount))
        writer.field("remaining", row.metric.shownRest(row.remaining))
        writer.field("source", row.source)
        writer.time("effective_at", row.effectiveAt)
        writer.time("expires_at", row.expiresAt)
        writer.field("priority", row.priority)
        writer.field("state", row.state.name)
        writer.time("created_at", row.createdAt)
        if let differing { writer.texts("differs", differing.map(\.name.description)) }
        writer.endObject()
    }
}

extension Limits {
    /// A thousand grants of the most, in counted units, still have a sum.
    fileprivate static let grantAmountMax = 1 << 43
    /// Enough to order grants by hand.
    fileprivate static let grantPriorities = -1_000...1_000
}
