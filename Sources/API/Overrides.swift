import Core
import HTTP
import JSON
import Store

/// `/v1/tenants/ID/overrides`: limits that the operator gives one tenant in place of its plan's.
enum Overrides {
    private enum Field: Int, FieldNames {
        case metric, limit, until, reason

        var name: StaticString {
            switch self {
            case .metric: "metric"
            case .limit: "limit"
            case .until: "until"
            case .reason: "reason"
            }
        }
    }

    /// The overrides of a tenant.
    static func list(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.pathTenant()
        let list = try WholeList(context.request)
        return .query(.overrideList(tenant: tenant)) { rows, _ in
            guard case .overrides(let overrides) = rows else {
                return .unfulfilled(rows, of: "overrideList")
            }
            return .answer(list.page(overrides, inOrderOf: \.metric.name, read: { $0 }, write))
        }
    }

    /// Sets an override, in place of an earlier one of the same metric.
    static func put(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.pathTenant()
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var metric = Metric.jobs
        var limitNode: JSONNode?
        var until: Timestamp?
        var reason: String?
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .metric: metric = reader.metric(value, spot) ?? metric
            case .limit: limitNode = value
            case .until: until = reader.time(value, spot)
            case .reason:
                reason = reader.text(value, spot, bytes: 0...Limits.reasonBytesMax)
            }
        }
        let limit = readLimit(limitNode, of: metric, &reader)
        try reader.finish()
        let put = PutOverride(
            tenant: tenant, metric: metric, limit: limit, until: until, reason: reason)
        return .command(.putOverride(put), nil) { reply in
            guard case .override(let row) = reply else {
                return .unfulfilled(reply, of: "putOverride")
            }
            var writer = JSONWriter()
            write(&writer, row)
            return .answer(.json(201, writer))
        }
    }

    /// Null is a limit too, and not the same as none given: it lifts the plan's.
    private static func readLimit(
        _ node: JSONNode?, of metric: Metric, _ reader: inout BodyReader
    ) -> Limit {
        guard let node else {
            reader.refuse("$.limit", "is missing; give a number, or null for no limit")
            return .unlimited
        }
        guard node.kind != .null else { return .unlimited }
        return reader.amount(node, of: metric, at: "$.limit").map(Limit.units) ?? .unlimited
    }

    /// Ends an override: the plan's limit holds again from this commit on.
    static func remove(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.pathTenant()
        guard let metric = context.pathMetric(1) else {
            throw .refusal(.overrideUnknown(context.parameters[1].clamped(bytesMax: 100)))
        }
        return .command(.removeOverride(tenant: tenant, metric), nil) { reply in
            guard case .done = reply else { return .unfulfilled(reply, of: "removeOverride") }
            return .answer(.noContent)
        }
    }

    private static func write(_ writer: inout JSONWriter, _ row: Override) {
        writer.beginObject()
        writer.field("metric", row.metric.name)
        writer.count("limit", row.limit.units.map(row.metric.shown))
        writer.time("until", row.until)
        writer.field("reason", row.reason)
        writer.time("created_at", row.createdAt)
        writer.endObject()
    }
}
