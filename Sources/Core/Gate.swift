/// The decision whether a tenant's next job may start now. Pure: the store calls it inside the
/// transaction that claims the job, so that check, count and claim are one step.
package enum Gate {
    /// What the gate looks at.
    package struct Tenant: Hashable, Sendable {
        package let facts: TenantFacts
        package let usage: Usage
        package let period: Period

        /// A tenant's facts with its counter of `period`.
        package init(facts: TenantFacts, usage: Usage, period: Period) {
            self.facts = facts
            self.usage = usage
            self.period = period
        }
    }

    /// What asks to start.
    package enum Request: Hashable, Sendable {
        /// A job that was never charged and costs this much.
        case fresh(cost: Int64)
        /// A job that is already paid for.
        case charged
    }

    /// What the gate answers.
    package enum Decision: Hashable, Sendable {
        case admit([Charge])
        case hold(Hold)
    }

    /// May this start now, and what does it cost from which source?
    package static func decide(
        _ request: Request, for tenant: Tenant, catalog: PlanCatalog
    ) -> Decision {
        if let hold = statusHold(tenant.facts.status) { return .hold(hold) }
        switch request {
        case .charged:
            return .admit([])
        case .fresh(let cost):
            let plan = tenant.facts.plan(in: catalog)
            guard let left = plan.jobLimit.remaining(used: tenant.usage.plan), left < cost else {
                return .admit(cost == 0 ? [] : [Charge(source: .plan, amount: cost)])
            }
            return .hold(quotaHold(cost: cost, tenant: tenant, plan: plan, catalog: catalog))
        }
    }

    /// The greatest cost that a fresh job may have to start now; negative if none may.
    package static func freshBudget(for tenant: Tenant, catalog: PlanCatalog) -> Int64 {
        guard statusHold(tenant.facts.status) == nil else { return -1 }
        let plan = tenant.facts.plan(in: catalog)
        return plan.jobLimit.remaining(used: tenant.usage.plan) ?? .max
    }

    /// True if a job of this cost can never start under the plan, however empty the counter.
    package static func isUnfit(cost: Int64, plan: Plan) -> Bool {
        guard let limit = plan.jobLimit.units else { return false }
        return cost > limit
    }

    /// Why a submit is refused, or nil if `cost` more may wait.
    package static func submitRefusal(
        cost: Int64, waiting: Int64, for tenant: Tenant, catalog: PlanCatalog
    ) -> SubmitRefusal? {
        let plan = tenant.facts.plan(in: catalog)
        guard waiting + cost > waitingMax(for: tenant, plan: plan) else { return nil }
        return refusal(waiting: waiting, for: tenant, plan: plan, catalog: catalog)
    }

    /// The refusal of a submit, with the tenant's figures.
    package static func refusal(
        waiting: Int64, for tenant: Tenant, plan: Plan, catalog: PlanCatalog
    ) -> SubmitRefusal {
        SubmitRefusal(
            plan: plan.id, metric: .jobs, used: tenant.usage.total, limit: plan.jobLimit.units,
            waiting: waiting, waitingMax: waitingMax(for: tenant, plan: plan),
            period: tenant.period, upgradeTo: catalog.upgrade(from: plan)?.id)
    }

    /// How much may wait: what is left of the quota and `max_held` beyond it.
    private static func waitingMax(for tenant: Tenant, plan: Plan) -> Int64 {
        guard let remaining = plan.jobLimit.remaining(used: tenant.usage.plan) else {
            return plan.waitingMax
        }
        return min(remaining + (plan.heldMax ?? plan.waitingMax), plan.waitingMax)
    }

    private static func statusHold(_ status: TenantStatus) -> Hold? {
        switch status {
        case .active: nil
        case .paused: Hold(reason: .tenantPaused)
        case .suspended, .deleted: Hold(reason: .tenantSuspended)
        }
    }

    private static func quotaHold(
        cost: Int64, tenant: Tenant, plan: Plan, catalog: PlanCatalog
    ) -> Hold {
        var hold = Hold(reason: .quotaExhausted)
        hold.metric = .jobs
        hold.used = tenant.usage.total
        hold.limit = plan.jobLimit.units
        hold.upgradeTo = catalog.upgrade(from: plan)?.id
        if isUnfit(cost: cost, plan: plan) {
            hold.needed = cost
        } else {
            hold.resumesAt = tenant.period.end
        }
        return hold
    }
}

/// A submit that is refused because too much waits already: 402 `quota_exceeded`.
package struct SubmitRefusal: Hashable, Sendable {
    package let plan: String
    package let metric: Metric
    package let used: Int64
    package let limit: Int64?
    package let waiting: Int64
    package let waitingMax: Int64
    package let period: Period
    package let upgradeTo: String?
}

extension Gate {
    /// True if `decide` would admit the request.
    package static func admits(
        _ request: Request, for tenant: Tenant, catalog: PlanCatalog
    ) -> Bool {
        switch decide(request, for: tenant, catalog: catalog) {
        case .admit: true
        case .hold: false
        }
    }

    /// Why the request would wait, or nil if it would be admitted.
    package static func hold(
        _ request: Request, for tenant: Tenant, catalog: PlanCatalog
    ) -> Hold? {
        switch decide(request, for: tenant, catalog: catalog) {
        case .admit: nil
        case .hold(let hold): hold
        }
    }
}
