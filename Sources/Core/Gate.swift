/// The decision whether a tenant's next job may start now. Pure: the store calls it inside the
/// transaction that claims the job, so that check, count and claim are one step.
package enum Gate {
    /// What the gate looks at.
    package struct Tenant: Hashable, Sendable {
        package let terms: TenantTerms
        package let period: Period
        package let resetsAt: Timestamp
        package let jobs: Account
        /// The other metrics whose hard limit is reached.
        package let usedUp: [Account]
        package let running: Int
        /// When the plan's rate of starts lets the next one pass; nil is now.
        package let rateOpensAt: Timestamp?

        /// A tenant as it stands in `period`.
        package init(
            terms: TenantTerms, period: Period, resetsAt: Timestamp, jobs: Account,
            usedUp: [Account] = [], running: Int = 0, rateOpensAt: Timestamp? = nil
        ) {
            self.terms = terms
            self.period = period
            self.resetsAt = resetsAt
            self.jobs = jobs
            self.usedUp = usedUp
            self.running = running
            self.rateOpensAt = rateOpensAt
        }

        /// The greatest cost that can ever be admitted, as far as has been noted. What ended
        /// without having been noted counts still: jobs are put apart, or back, when it is noted.
        package var capacity: Int64 {
            guard !terms.grants.isEmpty || !terms.overrides.isEmpty else { return jobs.capacity }
            return terms.account(of: .jobs, usage: jobs.usage).capacity
        }

        fileprivate var isAtRunningMax: Bool {
            guard terms.isEnforced, let most = terms.plan.terms.runningMax else { return false }
            return running >= most
        }

        fileprivate var isTooFast: Bool { terms.isEnforced && rateOpensAt != nil }

        /// True if neither status nor the pace of starts holds the tenant.
        fileprivate var isOpen: Bool {
            !Gate.isStopped(terms.facts.status) && !isAtRunningMax && !isTooFast
        }
    }

    /// What asks to start: a job of this kind that was never charged and costs this much, or one
    /// that is already paid for.
    package struct Request: Hashable, Sendable {
        package let kind: String
        /// Nil where the job is paid for.
        package let cost: Int64?

        /// A job that was never charged.
        package static func fresh(kind: String, cost: Int64) -> Request {
            Request(kind: kind, cost: cost)
        }

        /// A job that is already paid for.
        package static func charged(kind: String) -> Request { Request(kind: kind, cost: nil) }
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
        if let charges = admission(request, for: tenant) { return .admit(charges) }
        guard let hold = shown(of: blockers(request, for: tenant, catalog: catalog)) else {
            preconditionFailure("the gate is closed for \(request) and nothing blocks it")
        }
        return .hold(hold)
    }

    /// What it costs to start this now, or nil if it may not start.
    private static func admission(_ request: Request, for tenant: Tenant) -> [Charge]? {
        guard tenant.isOpen, !isBarred(request.kind, terms: tenant.terms), tenant.usedUp.isEmpty
        else { return nil }
        guard let cost = request.cost else { return [] }
        return tenant.jobs.admission(of: cost)
    }

    /// Everything that keeps this from starting, in the order in which it is shown.
    package static func blockers(
        _ request: Request, for tenant: Tenant, catalog: PlanCatalog
    ) -> [Hold] {
        var holds: [Hold] = []
        if let feature = missingFeature(request.kind, terms: tenant.terms),
            let hold = featureHold(feature, terms: tenant.terms, catalog: catalog)
        {
            holds.append(hold)
        }
        if let cost = request.cost, tenant.jobs.admission(of: cost) == nil {
            holds.append(
                quotaHold(
                    tenant.jobs, cost: cost, kind: request.kind, of: tenant, catalog: catalog))
        }
        for account in tenant.usedUp {
            holds.append(quotaHold(account, cost: nil, of: tenant, catalog: catalog))
        }
        if tenant.isAtRunningMax, let most = tenant.terms.plan.terms.runningMax {
            var hold = Hold(reason: .concurrencyLimit)
            hold.used = Int64(tenant.running)
            hold.limit = Int64(most)
            holds.append(hold)
        }
        if tenant.isTooFast {
            var hold = Hold(reason: .rateLimited)
            hold.resumesAt = tenant.rateOpensAt
            holds.append(hold)
        }
        // What the operator said comes before what would stop the tenant without it.
        return tenant.terms.facts.stops + holds.sorted { $0.reason < $1.reason }
    }

    /// Of all that blocks a job, what is shown where only one is.
    package static func shown(of holds: [Hold]) -> Hold? {
        guard var hold = holds.first else { return nil }
        if hold.metric != nil { hold.resumesAt = lastOpening(of: holds) }
        return hold
    }

    /// When there is room of every metric again; nil where that of one is not known.
    private static func lastOpening(of holds: [Hold]) -> Timestamp? {
        let times = holds.filter { $0.metric != nil }.map(\.resumesAt)
        return times.contains(nil) ? nil : times.compactMap(\.self).max()
    }

    /// True if the gate lets jobs pass that are paid for.
    package static func admitsCharged(for tenant: Tenant) -> Bool {
        tenant.isOpen && tenant.usedUp.isEmpty
    }

    /// The greatest cost that a fresh job may have to start now; negative if none may.
    package static func freshBudget(for tenant: Tenant) -> Int64 {
        admitsCharged(for: tenant) ? tenant.jobs.budget : -1
    }

    /// True if jobs of this kind may not start under the plan.
    package static func isBarred(_ kind: String, terms: TenantTerms) -> Bool {
        missingFeature(kind, terms: terms) != nil
    }

    private static func missingFeature(_ kind: String, terms: TenantTerms) -> String? {
        terms.isEnforced ? terms.plan.missingFeature(forKind: kind) : nil
    }

    /// True if no job of a tenant with this status starts.
    fileprivate static func isStopped(_ status: TenantStatus) -> Bool {
        switch status {
        case .active, .trialing, .pastDue, .pendingPayment: false
        case .paused, .suspended, .deleted: true
        }
    }

    static func quotaHold(
        _ account: Account, cost: Int64?, kind: String? = nil, of tenant: Tenant,
        catalog: PlanCatalog
    ) -> Hold {
        let isUnfit = cost.map { $0 > account.capacity } ?? false
        // An unfit job waits for no cap: it fits into no period, however little is used.
        var hold = Hold(
            reason: account.overageMax > 0 && !isUnfit ? .spendCapReached : .quotaExhausted)
        hold.metric = account.metric
        hold.used = account.metric.shown(account.usage.total)
        hold.limit = account.limit.units.map(account.metric.shown)
        hold.isOverridden = tenant.terms.isOverridden(account.metric)
        hold.cause = tenant.terms.cause(ofClosing: account, amount: cost)
        hold.upgradeTo = upgrade(
            for: tenant, account, amount: cost, kind: kind, catalog: catalog)
        if isUnfit { hold.needed = cost.map(account.metric.shown) }
        hold.resumesAt = tenant.terms.opens(account, for: cost ?? 1, resetsAt: tenant.resetsAt)
        return hold
    }
}

extension Gate {
    /// The least plan that would admit an amount beside what was used, or whatever comes next. A
    /// job of a kind costs there what that plan says, if that is more. None does where the tenant
    /// has a limit of its own, which holds on every plan.
    static func upgrade(
        for tenant: Tenant, _ account: Account, amount: Int64?, kind: String? = nil,
        catalog: PlanCatalog
    ) -> String? {
        if tenant.terms.isOverridden(account.metric) { return nil }
        return catalog.upgrade(from: tenant.terms.plan, metric: account.metric) { plan in
            account.limitNeeded(for: amount, costing: kind.map { plan.cost(ofKind: $0) })
        }?.id
    }

    /// True if `decide` would admit the request.
    package static func admits(_ request: Request, for tenant: Tenant) -> Bool {
        admission(request, for: tenant) != nil
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
