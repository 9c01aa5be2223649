import Core

/// Plans, tenants and grants for the tests of the gate, with everything but what a test is about.
enum Sample {
    /// 2026-11-15T12:00:00Z.
    static let noon = Timestamp(milliseconds: 1_794_744_000_000)
    static let calls = Metric(name: "api_calls")

    static func facts(
        _ plan: String, manual: ManualStatus = .none, isDeleted: Bool = false,
        payAsYouGo: Bool = false
    ) -> TenantFacts {
        var facts = TenantFacts(basePlan: PlanVersion(id: plan, version: 1))
        facts.manual = manual
        facts.isDeleted = isDeleted
        facts.payAsYouGo = payAsYouGo
        return facts
    }

    static func plan(
        _ id: String, rank: Int, _ limit: Limit, cap: Cap = .hard, overagePrice: Price? = nil,
        with change: (inout PlanTerms) -> Void = { _ in }
    ) -> Plan {
        var terms = PlanTerms(
            name: id, rank: rank,
            jobs: MetricTerms(
                metric: .jobs, limit: limit, cap: cap, overagePrice: overagePrice))
        terms.heldMax = limit == .unlimited ? nil : 1
        terms.waitingMax = 1
        change(&terms)
        return Plan(id: id, terms: terms)
    }

    static func grant(
        _ number: Int64, _ remaining: Int64, of metric: Metric = .jobs,
        effectiveAt: Timestamp = noon, expiresAt: Timestamp? = nil, priority: Int64 = 0,
        state: Grant.State = .inForce
    ) -> Grant {
        Grant(
            id: GrantID(rawValue: number), metric: metric, amount: max(1, remaining),
            remaining: remaining, source: "source \(number)", effectiveAt: effectiveAt,
            expiresAt: expiresAt, priority: priority, createdAt: noon, state: state)
    }

    static func override(_ limit: Limit, of metric: Metric = .jobs) -> Override {
        Override(metric: metric, limit: limit, until: nil, reason: nil, createdAt: noon)
    }
}
