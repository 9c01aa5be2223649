/// One metric of one tenant: what was used, what may be, and from which source the next unit comes.
package struct Account: Hashable, Sendable {
    package let terms: MetricTerms
    /// The plan's limit, or the override in its place.
    package let base: Limit
    package let usage: Usage
    /// Grants that can be used, in the order in which they are.
    package let grants: [Grant]
    /// Overage that is agreed to in a period, used or not.
    package let overageMax: Int64
    package let isEnforced: Bool

    /// The account of a metric under these terms.
    package init(
        terms: MetricTerms, base: Limit, usage: Usage, grants: [Grant] = [],
        overageMax: Int64 = 0, isEnforced: Bool = true
    ) {
        self.terms = terms
        self.base = base
        self.usage = usage
        self.grants = grants
        self.overageMax = overageMax
        self.isEnforced = isEnforced
    }

    /// The same with so much overage agreed to.
    func selling(_ overage: Int64) -> Account {
        Account(
            terms: terms, base: base, usage: usage, grants: grants, overageMax: overage,
            isEnforced: isEnforced)
    }

    package var metric: Metric { terms.metric }

    /// What grants hold that is not used.
    package var grantLeft: Int64 { grants.reduce(0) { $0 + $1.remaining } }

    /// What is left of the plan's own units; nil where there is no bound.
    package var planLeft: Int64? { base.remaining(used: usage.plan) }

    /// What is left of the overage that was agreed to.
    package var overageLeft: Int64 { max(0, overageMax - usage.overage) }

    /// The limit that answers show: the base, and the grants that were used or can be.
    package var limit: Limit {
        guard let base = base.units else { return .unlimited }
        return .units(base + usage.grant + grantLeft)
    }

    /// What may still be used, of plan, grants and overage; nil where there is no bound.
    package var remaining: Int64? {
        guard let planLeft else { return nil }
        return planLeft + grantLeft + overageLeft
    }

    /// What answers show as left: of the shown limit, which knows no overage.
    package var shownRemaining: Int64? {
        planLeft.map { $0 + grantLeft }
    }

    /// What a hard limit leaves; nil where none holds.
    private var hardRemaining: Int64? {
        isEnforced && terms.cap == .hard ? remaining : nil
    }

    /// The greatest cost that is admitted now. Where no limit holds it is bounded only once the
    /// counter has not the room for every job.
    package var budget: Int64 {
        guard let hardRemaining else { return room < Limits.costMax ? room : .max }
        return min(hardRemaining, room)
    }

    /// The greatest cost that can ever be admitted, however empty the counter is.
    package var capacity: Int64 {
        guard isEnforced, terms.cap == .hard, let base = base.units else { return .max }
        return min(base + grantLeft + overageMax, Limits.amountMax)
    }

    /// The limit of a plan that would admit an amount, or whatever comes next, beside what was
    /// used. `cost` is what it comes to there. What fits into no period is looked for in an empty
    /// one.
    func limitNeeded(for amount: Int64?, costing cost: Int64? = nil) -> Int64 {
        let amount = max(1, amount ?? 1)
        let cost = max(amount, cost ?? amount)
        return amount > capacity ? cost : usage.plan + cost - grantLeft
    }

    /// What may be counted at all: beyond it a counter is no longer exact.
    package var room: Int64 {
        max(0, Limits.amountMax - usage.total - usage.unenforced)
    }

    /// True if a hard limit is reached.
    package var isUsedUp: Bool { hardRemaining.map { $0 <= 0 } ?? false }

    /// What `used` may come to by admissions, as things are: the ledger has it beside each charge.
    /// Nil is unlimited.
    package var inForce: Int64? {
        guard let base = base.units else { return nil }
        return max(base, usage.plan) + usage.grant + grantLeft + max(overageMax, usage.overage)
            + usage.overSoft
    }

    /// The charges that admit `cost` whole, or nil if it does not fit.
    package func admission(of cost: Int64) -> [Charge]? {
        guard cost <= min(budget, room) else { return nil }
        return split(cost, past: isEnforced ? .overSoft : .unenforced)
    }

    /// The charges of an amount that was used already: it counts whatever the limit. What a hard
    /// limit would not have admitted is the plan's.
    package func report(of amount: Int64) -> [Charge] {
        guard isEnforced else { return split(amount, past: .unenforced) }
        return split(amount, past: terms.cap == .soft ? .overSoft : .plan)
    }

    /// SEMANTICS §1.3: plan, then grants, then agreed overage; what is past all of them is `rest`.
    private func split(_ amount: Int64, past rest: ChargeSource) -> [Charge] {
        guard amount > 0 else { return [] }
        guard let planLeft, planLeft < amount else {
            return [Charge(source: .plan, amount: amount)]
        }
        var charges: [Charge] = []
        var left = amount
        func take(_ source: ChargeSource, upTo most: Int64, grant: GrantID? = nil) {
            let taken = min(left, most)
            guard taken > 0 else { return }
            left -= taken
            charges.append(Charge(source: source, amount: taken, grant: grant))
        }
        take(.plan, upTo: planLeft)
        for grant in grants { take(.grant, upTo: grant.remaining, grant: grant.id) }
        if isEnforced { take(.overage, upTo: overageLeft) }
        if rest == .plan, let first = charges.first, first.source == .plan {
            charges[0] = Charge(source: .plan, amount: first.amount + left)
        } else {
            take(rest, upTo: left)
        }
        return charges
    }

    /// The account after these charges.
    package func adding(_ charges: [Charge]) -> Account {
        var usage = usage
        var grants = grants
        var start = grants.startIndex
        for charge in charges {
            usage = usage.adding(charge)
            // Charges come in the order of grants.
            guard let id = charge.grant,
                let index = grants[start...].firstIndex(where: { $0.id == id })
            else { continue }
            grants[index].remaining -= charge.amount
            start = index
        }
        return Account(
            terms: terms, base: base, usage: usage, grants: grants.filter(\.isUsable),
            overageMax: overageMax, isEnforced: isEnforced)
    }

    /// The thresholds that are crossed between this account and `after`, least first. Nothing is
    /// told of limits of 0 or none, nor where limits are not enforced (SEMANTICS §2).
    package func thresholdsCrossed(to after: Account) -> [Int64] {
        guard isEnforced, let limit = limit.units, limit > 0 else { return [] }
        let (before, now) = (usage.total, after.usage.total)
        guard now > before else { return [] }
        return terms.thresholds.filter { threshold in
            // Past the limit there is something to tell only where work goes on past it.
            guard threshold <= 100 || terms.cap == .soft || overageMax > 0 else { return false }
            let due = limit.multipliedFullWidth(by: threshold)
            return Account.isBelow(before, due) && !Account.isBelow(now, due)
        }
    }

    /// True if `used` × 100 is less than `due`.
    private static func isBelow(_ used: Int64, _ due: (high: Int64, low: UInt64)) -> Bool {
        let hundredfold = used.multipliedFullWidth(by: 100)
        return (hundredfold.high, hundredfold.low) < (due.high, due.low)
    }
}
