/// Everything that decides what a tenant may use, but for what it has used: its facts, its plan,
/// what the operator changed of it, and how far limits are enforced.
package struct TenantTerms: Hashable, Sendable {
    package private(set) var facts: TenantFacts
    package private(set) var plan: Plan
    package private(set) var mode: Enforcement.Mode
    package private(set) var overrides: [Override]
    /// Those that are to come or in force, in the order in which they are used up.
    package private(set) var grants: [Grant]

    /// The terms of a tenant with these facts.
    package init(
        facts: TenantFacts, catalog: PlanCatalog, enforcement: Enforcement,
        overrides: [Override] = [], grants: [Grant] = []
    ) {
        self.facts = facts
        plan = facts.plan(in: catalog)
        mode = enforcement.mode(bucket: facts.bucket)
        self.overrides = overrides
        self.grants = grants.isEmpty ? [] : grants.sorted { $0.isUsedBefore($1) }
    }

    /// The facts are others.
    package mutating func change(
        _ facts: TenantFacts, catalog: PlanCatalog, enforcement: Enforcement
    ) {
        self.facts = facts
        plan = facts.plan(in: catalog)
        mode = enforcement.mode(bucket: facts.bucket)
    }

    /// This override holds in place of an earlier one of its metric.
    package mutating func put(_ override: Override) {
        overrides.removeAll { $0.metric == override.metric }
        overrides.append(override)
        overrides.sort { $0.metric < $1.metric }
    }

    /// No override of this metric holds any longer.
    package mutating func removeOverride(of metric: Metric) {
        overrides.removeAll { $0.metric == metric }
    }

    /// The grant is as this says. One that is over is forgotten.
    package mutating func put(_ grant: Grant) {
        if let index = grants.firstIndex(where: { $0.id == grant.id }) {
            if grant.isOpen { grants[index] = grant } else { grants.remove(at: index) }
        } else if grant.isOpen {
            grants.append(grant)
            grants.sort { $0.isUsedBefore($1) }
        }
    }

    /// True if what the plan limits is held, not only counted.
    package var isEnforced: Bool { mode == .enforce }

    /// The limit of a metric before grants: the plan's, or the override in its place.
    package func base(of metric: Metric) -> Limit {
        overrides.first { $0.metric == metric }?.limit ?? plan.terms(of: metric)?.limit
            ?? .unlimited
    }

    /// What the tenant may use of a metric, given what it has used.
    package func account(of metric: Metric, usage: Usage) -> Account {
        let terms = plan.terms(of: metric) ?? MetricTerms(metric: metric, limit: .unlimited)
        let base = base(of: metric)
        return Account(
            terms: terms, base: base, usage: usage,
            grants: grants.isEmpty
                ? [] : grants.filter { $0.metric == metric && $0.isUsable },
            overageMax: overageMax(terms, base: base), isEnforced: isEnforced)
    }

    /// The metrics other than `jobs` whose use can close the gate.
    package var closingMetrics: [Metric] {
        guard isEnforced, !plan.terms.others.isEmpty else { return [] }
        return plan.terms.others.filter { $0.type == .counter && $0.cap == .hard }.map(\.metric)
    }

    /// True if overage of this metric is sold and agreed to (SEMANTICS §2).
    package func hasOverage(_ terms: MetricTerms) -> Bool {
        terms.overagePrice != nil && facts.payAsYouGo && facts.status == .active
    }

    private func overageMax(_ terms: MetricTerms, base: Limit) -> Int64 {
        guard let units = base.units, hasOverage(terms) else { return 0 }
        return facts.spendCaps[terms.metric] ?? units
    }
}
