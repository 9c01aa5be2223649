/// What the facts of a subscription, taken in their order, come to.
package struct SubscriptionState: Hashable, Sendable {
    /// The fact that decides. Customer, plan and window are carried over from earlier facts where
    /// it does not name them.
    package internal(set) var fact: SubscriptionFact
    /// The earliest moment that shows past due since the latest active or trialing one.
    package internal(set) var pastDueSince: Timestamp?
    /// The greater plans that were paid for before.
    package internal(set) var floors: [LimitFloor] = []
    /// The invoices that were the latest since the plan became what it is.
    package internal(set) var invoices: [String] = []
    /// True if two facts of one second disagree and nothing tells which was last.
    package internal(set) var isConflicted = false

    init(first fact: SubscriptionFact) { self.fact = fact }

    package var status: SubscriptionStatus { fact.status }
    package var plan: PlanMatch? { fact.plan }
    package var periodEnd: Timestamp? { fact.periodEnd }
    /// True if nothing but a fetched object brings it back.
    package var isOver: Bool { fact.isTerminal }
}
