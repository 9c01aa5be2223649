import Core
import Store

extension ModelStore {
    func terms(_ tenant: ModelTenant) -> TenantTerms {
        TenantTerms(
            facts: tenant.facts, catalog: catalog, enforcement: enforcement,
            overrides: tenant.overrides, grants: tenant.grants.filter(\.isOpen))
    }

    func period(_ tenant: ModelTenant) -> Period {
        tenant.facts.window.period(on: periods.day)
    }

    func key(_ tenant: ModelTenant, _ metric: Metric) -> UsageKey {
        UsageKey(
            tenant: tenant.id, metric: metric,
            period: metric != .jobs && catalog.type(of: metric) == .gauge ? nil : period(tenant))
    }

    func account(_ tenant: ModelTenant, _ metric: Metric = .jobs) -> Account {
        account(tenant, metric, terms(tenant))
    }

    private func account(_ tenant: ModelTenant, _ metric: Metric, _ terms: TenantTerms) -> Account {
        terms.account(of: metric, usage: usages[key(tenant, metric)] ?? .none, at: now.wall)
    }

    /// A tenant as the gate sees it. Lists are made of rows, and no row has the pace of starts.
    func gate(_ tenant: ModelTenant, seesPace: Bool = true) -> Gate.Tenant {
        let terms = terms(tenant)
        let usedUp = terms.closingMetrics(in: catalog).map { account(tenant, $0, terms) }
            .filter(\.isUsedUp)
        let rate = seesPace ? terms.plan.terms.rate : nil
        let opens = rate?.opensSteadyMilliseconds(tenant.starts, at: now)
        return Gate.Tenant(
            terms: terms, period: period(tenant),
            resetsAt: tenant.facts.window.resetsAt(on: periods.day),
            jobs: account(tenant, .jobs, terms), usedUp: usedUp,
            running: terms.plan.terms.runningMax == nil ? 0 : runningCount(tenant.id),
            rateOpensAt: opens.map { now.wall.adding($0 - now.steadyMilliseconds) })
    }

    func quota(_ id: String) -> QuotaView? {
        guard let tenant = tenant(id) else { return nil }
        return QuotaView(
            plan: terms(tenant).plan.id, account: account(tenant),
            resetsAt: tenant.facts.window.resetsAt(on: periods.day))
    }

    /// What the gate is asked about a job that waits.
    func request(_ job: ModelJob, _ plan: Plan) -> Gate.Request {
        job.isCharged
            ? .charged(kind: job.kind) : .fresh(kind: job.kind, cost: cost(job, plan))
    }

    /// What a job costs at its admission.
    func cost(_ job: ModelJob, _ plan: Plan) -> Int64 {
        max(job.body.cost, plan.cost(ofKind: job.kind))
    }
}
