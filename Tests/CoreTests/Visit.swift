import Core

/// A tenant of the free plan at the gate in November 2026: ten jobs a month.
struct Visit {
    var facts = Sample.facts("free")
    var usage = Usage.none
    var catalog = PlanCatalog.standard
    var enforcement = Enforcement.full
    var overrides: [Override] = []
    var grants: [Grant] = []
    /// What was used of other metrics.
    var others: [Metric: Int64] = [:]
    var running = 0
    var rateOpensAt: Timestamp?

    var terms: TenantTerms {
        TenantTerms(
            facts: facts, catalog: catalog, enforcement: enforcement, overrides: overrides,
            grants: grants)
    }

    var tenant: Gate.Tenant {
        let terms = terms
        let period = Period(containing: Sample.noon)
        return Gate.Tenant(
            terms: terms, period: period, resetsAt: period.end,
            jobs: terms.account(of: .jobs, usage: usage),
            usedUp: terms.closingMetrics(in: catalog).map(account).filter(\.isUsedUp),
            running: running, rateOpensAt: rateOpensAt)
    }

    func account(of metric: Metric) -> Account {
        let usage = metric == .jobs ? usage : Usage(plan: others[metric] ?? 0)
        return terms.account(of: metric, usage: usage)
    }

    func decide(_ request: Gate.Request) -> Gate.Decision {
        Gate.decide(request, for: tenant, catalog: catalog)
    }

    func hold(_ request: Gate.Request) -> Hold? {
        Gate.hold(request, for: tenant, catalog: catalog)
    }

    func hold(cost: Int64) -> Hold? { hold(.fresh(cost: cost)) }

    func blockers(_ request: Gate.Request) -> [Hold] {
        Gate.blockers(request, for: tenant, catalog: catalog)
    }

    func refusal(waiting: Int64, cost: Int64) -> SubmitRefusal? {
        Gate.submitRefusal(cost: cost, waiting: waiting, for: tenant, catalog: catalog)
    }
}

extension Gate.Request {
    /// A job of a kind that plans say nothing of.
    static func fresh(cost: Int64) -> Gate.Request { .fresh(kind: "plain", cost: cost) }

    /// The same, paid for.
    static let charged = Gate.Request.charged(kind: "plain")
}
