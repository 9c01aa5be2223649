import Core
import HTTP
import JSON
import Store

/// `POST /v1/billing/check-usage-limits` and `/check-feature-access`: questions that count nothing.
enum Checks {
    private enum LimitField: Int, FieldNames {
        case metric, amount

        var name: StaticString {
            switch self {
            case .metric: "metric"
            case .amount: "amount"
            }
        }
    }

    private enum FeatureField: Int, FieldNames {
        case feature

        var name: StaticString { "feature" }
    }

    /// Whether so much more of a metric would be admitted now: one job, unless something else is
    /// named.
    static func limit(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.actingTenant()
        var reader = try BodyReader(context.request, emptyIsObject: true)
        var fields = try FieldWalk<LimitField>(body: &reader)
        var metric = Metric.jobs
        var amountNode: JSONNode?
        while let (field, value) = fields.next(&reader) {
            switch field {
            case .metric: metric = reader.metric(value, fields.spot(field)) ?? metric
            case .amount: amountNode = value.kind == .null ? nil : value
            }
        }
        let amount =
            amountNode.map { reader.amount($0, of: metric, at: "$.amount") }
            ?? metric.counted(1)
        try reader.finish()
        let catalog = context.catalog
        let query = Query.limitCheck(tenant: tenant, metric, amount: amount ?? 0)
        return .command(.checkLimit(tenant: tenant, metric, amount: amount ?? 0), nil) { reply in
            answer(reply, to: "checkLimit", or: query, catalog)
        }
    }

    /// Whether the tenant's plan has a feature.
    static func feature(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.actingTenant()
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<FeatureField>(body: &reader)
        var feature: String?
        var hasFeature = false
        while let (field, value) = fields.next(&reader) {
            hasFeature = true
            let spot = fields.spot(field)
            feature = reader.text(
                reader.required(value, spot), spot, bytes: 1...Limits.nameBytesMax)
        }
        if !hasFeature { reader.refuse("$.feature", "is missing; name the feature") }
        try reader.finish()
        let catalog = context.catalog
        let query = Query.featureCheck(tenant: tenant, feature ?? "")
        return .command(.checkFeature(tenant: tenant, feature ?? ""), nil) { reply in
            answer(reply, to: "checkFeature", or: query, catalog)
        }
    }

    /// While the store can take no batch, the rows say how things stood at the last commit.
    private static func answer(
        _ reply: Reply, to command: StaticString, or query: Query, _ catalog: PlanCatalog
    ) -> Step {
        switch reply {
        case .limitCheck(let check):
            return show(check)
        case .refused(.storageUnavailable):
            return .query(query) { rows, _ in
                guard case .limitCheck(let check) = rows else {
                    return .unfulfilled(rows, of: command, catalog: catalog)
                }
                return show(check)
            }
        default:
            return .unfulfilled(reply, of: command)
        }
    }

    private static func show(_ check: LimitCheck) -> Step {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("allowed", check.hold == nil)
        writer.field("reason", check.hold?.reason.code)
        writer.time("resumes_at", check.hold?.resumesAt)
        writer.field("upgrade_to", check.hold?.upgradeTo)
        writer.cause(check.hold?.cause)
        writer.endObject()
        return .answer(.json(200, writer))
    }
}
