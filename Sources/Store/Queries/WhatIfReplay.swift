package import Core

/// Goes through the charges of a metric in a period, in their order, as if another plan had held.
package struct WhatIfReplay {
    package private(set) var view: WhatIfView
    private let terms: MetricTerms
    private let overageMax: Int64
    private var usage = Usage.none
    /// What each job took, for when it is given back.
    private var taken: [JobID: Outcome] = [:]
    private var grants: [Grant]
    /// A job would have been held for want of units.
    private var isHolding = false

    /// What became of an amount.
    private struct Outcome {
        var charges: [Charge] = []
        var held: Int64 = 0
        /// The part of that for want of a feature.
        var barred: Int64 = 0
    }

    /// An amount as the ledger has it.
    package enum Step {
        /// A job began that would have cost this much.
        case started(JobID, cost: Int64)
        /// A job began of a kind that the plan has not the feature for.
        case barred(JobID, cost: Int64)
        case refunded(JobID)
        /// So much was asked for before it was used: all of it or nothing.
        case consumed(Int64)
        /// So much was told of.
        case reported(Int64)
    }

    /// Nothing gone through yet. `grants` have what they could have given in the period.
    package init(
        _ past: PastUsage, under terms: MetricTerms, limit: Limit, overageMax: Int64,
        grants: [Grant]
    ) {
        view = WhatIfView(
            metric: past.metric, period: past.period, limit: limit,
            overagePrice: terms.overagePrice)
        view.used = past.usage.total + past.usage.unenforced
        view.isExact = true
        self.terms = terms
        self.overageMax = overageMax
        self.grants = grants.sorted { $0.isUsedBefore($1) }
    }

    /// One step more, at this time.
    package mutating func take(_ step: Step, at time: Timestamp) {
        switch step {
        case .started(let job, let cost):
            var outcome = Outcome()
            if let charges = account(at: time).admission(of: cost) {
                outcome.charges = charges
                // It may have waited behind what would have been held.
                if isHolding { view.isExact = false }
            } else {
                outcome.held = cost
                // What can never be admitted waits apart, and nothing behind it.
                if cost <= account(at: time).capacity { isHolding = true }
            }
            note(outcome, at: time)
            taken[job] = outcome
        case .barred(let job, let cost):
            let outcome = Outcome(held: cost, barred: cost)
            add(outcome, times: 1)
            taken[job] = outcome
        case .consumed(let amount):
            let charges = account(at: time).admission(of: amount)
            note(Outcome(charges: charges ?? [], held: charges == nil ? amount : 0), at: time)
        case .reported(let amount):
            let account = account(at: time)
            let fits = min(amount, account.budget)
            note(
                Outcome(charges: account.admission(of: fits) ?? [], held: amount - fits), at: time)
        case .refunded(let job):
            guard let outcome = taken.removeValue(forKey: job) else { return }
            add(outcome, times: -1)
        }
    }

    /// A step was taken of which nobody can say any longer what it would have cost.
    package mutating func loseExactness() { view.isExact = false }

    /// The account as it would have stood.
    private func account(at time: Timestamp) -> Account {
        let usable = grants.filter {
            $0.remaining > 0 && $0.effectiveAt <= time && !$0.isOver(at: time)
        }
        return Account(
            terms: terms, base: view.limit, usage: usage, grants: usable, overageMax: overageMax)
    }

    private mutating func note(_ outcome: Outcome, at time: Timestamp) {
        let isPast = outcome.charges.contains { $0.source == .overage || $0.source == .overSoft }
        if view.reachedAt == nil, isPast || outcome.held > 0 { view.reachedAt = time }
        add(outcome, times: 1)
    }

    private mutating func add(_ outcome: Outcome, times: Int64) {
        view.held += times * outcome.held
        view.barred += times * outcome.barred
        for charge in outcome.charges {
            let amount = times * charge.amount
            usage[charge.source] += amount
            if let index = grants.firstIndex(where: { $0.id == charge.grant }) {
                grants[index].remaining -= amount
            }
            switch charge.source {
            case .plan, .grant: view.admitted += amount
            case .overage: view.overage += amount
            case .overSoft, .unenforced: view.overSoft += amount
            }
        }
    }
}

extension WhatIfView {
    /// A counter as it would have come by its sums alone, where the charges are not there to go
    /// through. `grantLeft` is what grants could have given beside what they did.
    package init(
        _ past: PastUsage, under terms: MetricTerms, limit: Limit, overageMax: Int64,
        grantLeft: Int64
    ) {
        self.init(
            metric: past.metric, period: past.period, limit: limit,
            overagePrice: terms.overagePrice)
        used = past.usage.total + past.usage.unenforced
        guard let units = limit.units else {
            admitted = used
            return
        }
        let (most, isTooMuch) = units.addingReportingOverflow(past.usage.grant + grantLeft)
        admitted = isTooMuch ? used : min(used, most)
        overage = min(used - admitted, overageMax)
        let rest = used - admitted - overage
        if terms.cap == .soft { overSoft = rest } else { held = rest }
    }
}
