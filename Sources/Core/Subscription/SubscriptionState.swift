/// What the facts of a subscription, taken in their order, come to.
package struct SubscriptionState: Hashable, Sendable {
    /// The fact that decides. Customer, plan and window are carried over from earlier facts where
    /// it does not name them.
    package internal(set) var fact: SubscriptionFact
    /// The earliest moment that shows past due since the latest active or trialing one.
    package internal(set) var pastDueSince: Timestamp?
    /// The plans that were paid for before, and until when. Which of them are greater is for the
    /// catalog to say.
    package internal(set) var floors: [LimitFloor] = []
    /// The invoices that were the latest since plan and window became what they are.
    package internal(set) var invoices: [String] = []
    /// True if two facts of one second disagree and nothing tells which was last.
    package internal(set) var isConflicted = false

    package var status: SubscriptionStatus { fact.status }
    package var plan: PlanMatch? { fact.plan }
    package var periodEnd: Timestamp? { fact.periodEnd }
    /// True if nothing but a fetched object brings it back.
    package var isOver: Bool { fact.isTerminal }

    init(first fact: SubscriptionFact) {
        self.fact = fact
        noteDebt(of: fact)
        noteInvoice(of: fact)
    }

    /// What facts that stand in their order come to, after those that came to `base`; nil if there
    /// are none at all.
    static func fold(_ facts: some Collection<SubscriptionFact>, after base: SubscriptionState?)
        -> SubscriptionState?
    {
        var state = base
        var rest = facts[...]
        while let first = rest.first {
            let ties = rest.prefix { $0.order.ties(with: first.order) }
            rest = rest.dropFirst(ties.count)
            if let known = state, known.isOver, !first.isFetched { continue }
            // What is in doubt itself proves nothing of what came after it.
            let before = state.flatMap { $0.isConflicted ? nil : $0.fact }
            let (arranged, isDecided) = TieOrder.arrange(Array(ties), after: before)
            for fact in arranged {
                if state?.take(fact) == nil { state = SubscriptionState(first: fact) }
            }
            if let isOver = state?.isOver { state?.isConflicted = !isDecided && !isOver }
        }
        return state
    }

    /// The next fact in order.
    private mutating func take(_ next: SubscriptionFact) {
        // What is over stays so, but for what the provider itself says later.
        guard !isOver || next.isFetched else { return }
        let before = self
        fact = next.carryingOver(from: before.fact)
        noteFloor(of: before)
        noteDebt(of: fact)
        if before.plan?.planID != plan?.planID || before.periodEnd != periodEnd { invoices = [] }
        noteInvoice(of: fact)
    }

    /// Keeps the plan of before, if it was paid for until a time that is still to come.
    private mutating func noteFloor(of before: SubscriptionState) {
        let (now, planID) = (fact.at, plan?.planID)
        floors.removeAll { $0.until <= now || $0.plan.planID == planID }
        if isOver { floors = [] }
        guard !isOver, before.status == .active, let old = before.plan, let new = plan,
            old.planID != new.planID, let until = before.periodEnd, until > fact.at
        else { return }
        floors.removeAll { $0.plan.planID == old.planID }
        floors.append(
            LimitFloor(plan: old, since: fact.at, until: until, invoices: before.invoices))
        if floors.count > Limits.subscriptionFloorsMax { floors.removeFirst() }
    }

    private mutating func noteDebt(of fact: SubscriptionFact) {
        switch fact.status {
        case .active, .trialing: pastDueSince = nil
        case .pastDue, .unknown: pastDueSince = earliestDebt(fact.at)
        case .paused:
            if fact.pauseCause == .firstPaymentFailure { pastDueSince = earliestDebt(fact.at) }
        case .incomplete, .incompleteExpired, .canceled, .unpaid: break
        }
    }

    private func earliestDebt(_ time: Timestamp) -> Timestamp {
        #if Mutants
            if Mutant.graceMovedByRetry.isIn { return time }
        #endif
        return min(pastDueSince ?? time, time)
    }

    private mutating func noteInvoice(of fact: SubscriptionFact) {
        guard let invoice = fact.latestInvoice, !invoices.contains(invoice) else { return }
        invoices.append(invoice)
        if invoices.count > Limits.subscriptionInvoicesMax { invoices.removeFirst() }
    }
}

extension SubscriptionFact {
    /// The fact with what an earlier one said where this one says nothing. A body without a price
    /// that is known changes no plan.
    fileprivate func carryingOver(from earlier: SubscriptionFact) -> SubscriptionFact {
        var fact = self
        fact.customer = customer ?? earlier.customer
        fact.tenant = tenant ?? earlier.tenant
        fact.startedAt = startedAt ?? earlier.startedAt
        fact.anchor = anchor ?? earlier.anchor
        if plan == nil {
            fact.plan = earlier.plan
            fact.items = earlier.items
        } else if periodEnd == nil, let plan, fact.items.indices.contains(plan.item) {
            fact.items[plan.item].periodStart = earlier.mainItem?.periodStart
            fact.items[plan.item].periodEnd = earlier.periodEnd
        }
        if status == .paused, earlier.status == .paused {
            fact.pauseCause = pauseCause ?? earlier.pauseCause
        }
        return fact
    }
}
