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

    /// True if the tenant has a limit of its own in place of any plan's.
    package func isOverridden(_ metric: Metric) -> Bool {
        overrides.contains { $0.metric == metric }
    }

    /// The limit of a metric before grants: the plan's, or the override in its place. With a time,
    /// an override that ended before it, of which nobody has taken note yet, gives no more than the
    /// plan: what it took opens when that is noted, with everything else that waited for it.
    package func base(of metric: Metric, at now: Timestamp? = nil) -> Limit {
        let planned = plan.terms(of: metric)?.limit ?? .unlimited
        guard let override = overrides.first(where: { $0.metric == metric }) else {
            return planned
        }
        return override.isOver(at: now) ? min(override.limit, planned) : override.limit
    }

    /// True if something has ended by that time of which nobody has taken note yet.
    package func isOverdue(at now: Timestamp) -> Bool {
        overrides.contains { $0.isOver(at: now) } || grants.contains { $0.isOver(at: now) }
    }

    /// What the tenant may use of a metric, given what it has used. With a time, grants that ended
    /// before it are none, though nobody has taken note of that yet.
    package func account(of metric: Metric, usage: Usage, at now: Timestamp? = nil) -> Account {
        let terms = plan.terms(of: metric) ?? MetricTerms(metric: metric, limit: .unlimited)
        let base = base(of: metric, at: now)
        return Account(
            terms: terms, base: base, usage: usage,
            grants: grants.isEmpty
                ? [] : grants.filter { $0.metric == metric && $0.isUsable && !$0.isOver(at: now) },
            overageMax: overageMax(terms, base: base), isEnforced: isEnforced)
    }

    /// The metrics other than `jobs` whose use can close the gate: those that the plan limits, and
    /// those that only an override does. The catalog knows which of the latter are no sums.
    package func closingMetrics(in catalog: PlanCatalog) -> [Metric] {
        guard isEnforced, !(plan.terms.others.isEmpty && overrides.isEmpty) else { return [] }
        var closing = plan.terms.others.filter { $0.type == .counter && $0.cap == .hard }
            .map(\.metric)
        for override in overrides
        where override.metric != .jobs && plan.terms(of: override.metric) == nil
            && catalog.type(of: override.metric) != .gauge
        {
            closing.append(override.metric)
        }
        return closing
    }

    /// The metrics whose limit before grants is another than under these terms.
    package func metricsLimitedOtherwise(than other: TenantTerms) -> [Metric] {
        guard plan.key != other.plan.key || overrides != other.overrides else { return [] }
        var metrics: Set<Metric> = [.jobs]
        for terms in [self, other] {
            metrics.formUnion(terms.plan.terms.others.map(\.metric))
            metrics.formUnion(terms.overrides.map(\.metric))
        }
        return metrics.filter { base(of: $0) != other.base(of: $0) }.sorted()
    }

    /// Notes in the facts which limits are others than under these terms, which are those of
    /// before: what was told of those does not count for them (SEMANTICS §2).
    package mutating func noteLimits(changedFrom other: TenantTerms) {
        guard plan.id == other.plan.id else {
            facts.limitVersion += 1
            return
        }
        for metric in metricsLimitedOtherwise(than: other) {
            facts.limitChanges[metric, default: 0] += 1
        }
    }

    /// Takes units out of grants, in the order in which an account charged them, and forgets those
    /// that are used up. Returns the grants as they are then.
    package mutating func take(_ charges: [Charge]) -> [Grant] {
        var taken: [Grant] = []
        var start = grants.startIndex
        for charge in charges {
            guard let id = charge.grant else { continue }
            guard let index = grants[start...].firstIndex(where: { $0.id == id }) else {
                preconditionFailure("grant \(id) was charged and is not there")
            }
            grants[index].remaining -= charge.amount
            taken.append(grants[index])
            start = index
        }
        if !taken.isEmpty { grants.removeAll { !$0.isOpen } }
        return taken
    }

    /// Overage takes a price, an agreement and a tenant that owes nothing (SEMANTICS §2).
    func overageMax(_ terms: MetricTerms, base: Limit) -> Int64 {
        facts.status == .active ? overageSold(terms, base: base) : 0
    }

    /// The overage that the tenant agreed to and its plan sells, whatever its status.
    func overageSold(_ terms: MetricTerms, base: Limit) -> Int64 {
        guard let units = base.units, terms.overagePrice != nil, facts.payAsYouGo else { return 0 }
        return facts.spendCaps[terms.metric] ?? units
    }
}
