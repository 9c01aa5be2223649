import Core
import HTTP
import JSON
import Store

/// `GET /v1/plans/ID/what-if`: what a tenant's period would have come to under another plan.
enum WhatIfReports {
    /// The report. `overage` is how much of it is taken as agreed to; without it, none.
    static func read(_ context: RequestContext) throws(Problem) -> Step {
        let id = context.parameters[0]
        guard let plan = context.catalog.plan(id) else {
            throw .noPlan(id, catalog: context.catalog)
        }
        var query = QueryReader(context.request, known: ["tenant", "period", "overage"])
        let named = query.value("tenant", expected: Names.tenantRule) {
            Names.isTenant($0) ? $0 : nil
        }
        let tenant = named ?? context.caller.tenant
        if query.text("tenant") == nil, tenant == nil {
            query.refuse("tenant", "is missing; name the tenant whose period it is")
        }
        let period = query.period()
        let overage = query.value(
            "overage", expected: "an integer from 0 to \(Limits.amountMax)"
        ) { text in
            Int64(text).flatMap { (0...Limits.amountMax).contains($0) ? $0 : nil }
        }
        try query.finish()
        guard let tenant else { preconditionFailure("a report on no tenant was accepted") }
        // A call that acts for one tenant sees no other.
        if let bound = context.caller.tenant, bound != tenant { throw .noTenant(tenant) }
        let question = WhatIf(tenant: tenant, plan: plan, period: period, overageMax: overage)
        return .query(.whatIf(question)) { rows, _ in
            guard case .whatIf(let views) = rows else { return .unfulfilled(rows, of: "whatIf") }
            return .answer(response(views, question))
        }
    }

    private static func response(_ views: [WhatIfView], _ question: WhatIf) -> Response {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.field("plan", question.plan.id)
        writer.field("version", question.plan.version)
        writer.field("tenant", question.tenant)
        // A tenant that has used nothing has no counters, and so no period to tell of.
        if let period = views.first?.period {
            writer.period(period)
        } else {
            writer.field("period", raw: nil)
        }
        writer.key("metrics")
        writer.beginObject()
        for view in views { write(view, &writer) }
        writer.endObject()
        writer.endObject()
        return .json(200, writer)
    }

    private static func write(_ view: WhatIfView, _ writer: inout JSONWriter) {
        let metric = view.metric
        writer.key(metric.name)
        writer.beginObject()
        writer.field("used", metric.shown(view.used))
        writer.field("admitted", metric.shown(view.admitted))
        writer.field("overage", metric.shown(view.overage))
        writer.field("over_soft", metric.shown(view.overSoft))
        writer.field("held", metric.shown(view.held))
        writer.field("barred", metric.shown(view.barred))
        writer.time("reached_at", view.reachedAt)
        writer.field("folded", view.isFolded)
        writer.field("exact", view.isExact)
        writer.count("limit", view.limit.units.map(metric.shown))
        writer.field("overage_price", view.overagePrice?.description)
        // Null too where the sum is more than can be counted.
        writer.field(
            "cost", view.overagePrice?.times(metric.shown(view.overage))?.description)
        writer.endObject()
    }
}
