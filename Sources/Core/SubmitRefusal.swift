/// A submit that is refused because too much waits already, or a consumption that does not fit:
/// 402 `quota_exceeded`.
package struct SubmitRefusal: Hashable, Sendable {
    package let plan: String
    package let metric: Metric
    /// As answers show it.
    package let used: Int64
    package let limit: Int64?
    /// How much waits and how much may, where a job was asked for.
    package var waiting: Int64 = 0
    package var waitingMax: Int64 = 0
    package let period: Period
    package let resetsAt: Timestamp
    package let upgradeTo: String?
    /// The limit is the tenant's own in place of the plan's.
    package let isOverridden: Bool
    /// Grants are a part of the limit.
    package let isGranted: Bool
    /// Why the tenant has less than its plan and its agreement give, where that is so.
    package let cause: HoldCause?
    /// What was asked for, where that is not a job.
    package var amount: Int64?
}

extension Gate {
    /// Why a submit is refused, or nil if `cost` more may wait.
    package static func submitRefusal(
        cost: Int64, waiting: Int64, for tenant: Tenant, catalog: PlanCatalog
    ) -> SubmitRefusal? {
        guard waiting + cost > waitingMax(for: tenant) else { return nil }
        return refusal(waiting: waiting, for: tenant, catalog: catalog)
    }

    /// The refusal of a submit, with the tenant's figures.
    package static func refusal(
        waiting: Int64, for tenant: Tenant, catalog: PlanCatalog
    ) -> SubmitRefusal {
        var refusal = refusal(
            nil, tenant.usedUp.first ?? tenant.jobs, of: tenant, catalog: catalog)
        refusal.waiting = waiting
        refusal.waitingMax = waitingMax(for: tenant)
        return refusal
    }

    /// The refusal of an amount that does not fit what is left of a metric.
    package static func refusal(
        of amount: Int64, account: Account, for tenant: Tenant, catalog: PlanCatalog
    ) -> SubmitRefusal {
        var refusal = refusal(amount, account, of: tenant, catalog: catalog)
        refusal.amount = account.metric.shown(amount)
        return refusal
    }

    /// A refusal with the figures of an account, of an amount or of whatever comes next.
    private static func refusal(
        _ amount: Int64?, _ account: Account, of tenant: Tenant, catalog: PlanCatalog
    ) -> SubmitRefusal {
        SubmitRefusal(
            plan: tenant.terms.plan.id, metric: account.metric,
            used: account.metric.shown(account.usage.total),
            limit: account.limit.units.map(account.metric.shown), period: tenant.period,
            resetsAt: tenant.resetsAt,
            upgradeTo: upgrade(for: tenant, account, amount: amount, catalog: catalog),
            isOverridden: tenant.terms.isOverridden(account.metric),
            isGranted: account.usage.grant + account.grantLeft > 0,
            cause: tenant.terms.cause(ofClosing: account, amount: amount))
    }

    /// How much may wait: what is left of the quota and `max_held` beyond it. Where limits are not
    /// enforced only what protects the server counts.
    private static func waitingMax(for tenant: Tenant) -> Int64 {
        let plan = tenant.terms.plan.terms
        guard tenant.jobs.budget < .max || !tenant.usedUp.isEmpty else { return plan.waitingMax }
        let remaining = tenant.usedUp.isEmpty ? max(0, tenant.jobs.budget) : 0
        let heldMax: Int64 =
            switch tenant.terms.facts.onQuota {
            case .hold: plan.heldMax ?? plan.waitingMax
            case .reject: 0
            }
        return min(remaining + heldMax, plan.waitingMax)
    }
}
