import Core
import HTTP
import JSON
import Store

/// `GET /v1/billing/status`: where a customer stands with whoever is paid.
enum BillingStatus {
    /// The plan and the status in effect, and what its subscriptions bring next.
    static func read(_ context: RequestContext) throws(Problem) -> Step {
        try QueryReader(context.request, known: []).finish()
        let tenant = try context.actingTenant()
        return .query(.tenantSummary(tenant)) { rows, _ in
            guard case .tenantSummary(let summary) = rows else {
                return .unfulfilled(rows, of: "tenantSummary")
            }
            return .query(.billing(.subscriptions(tenant: tenant))) { rows, _ in
                guard case .billing(.subscriptions(let subscriptions)) = rows else {
                    return .unfulfilled(rows, of: "subscriptions")
                }
                return .answer(shown(summary, subscriptions))
            }
        }
    }

    private static func shown(_ view: TenantSummary, _ rows: [SubscriptionRow]) -> Response {
        let entitled = view.facts.entitled
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("tenant", view.id)
        writer.field("plan", view.effectivePlan.id)
        writer.field("plan_version", view.effectivePlan.version)
        writer.field("status", view.facts.status.name)
        writer.field("subscription", entitled?.subscription)
        writer.time("grace_until", entitled?.graceUntil)
        writer.time("cancel_at", entitled?.cancelsAt)
        writer.time("trial_end", entitled?.trialEnd)
        writer.time("floor_until", entitled?.floorUntil)
        writer.field("payg", view.facts.payAsYouGo)
        writer.field("needs_reconcile", rows.contains { $0.subscription.isDirty })
        writer.endObject()
        return .json(200, writer)
    }
}
