/// All that one event, or one object that was asked for, says of one subscription.
package struct SubscriptionFact: Hashable, Sendable {
    /// The provider's id of the subscription.
    package let id: String
    /// The event's id; of a fetched object a text that nothing else has.
    package let eventID: String
    /// When the event was made, to the second; of a fetched object when the question was sent.
    package let created: Timestamp
    package let rank: EventRank
    package let isLive: Bool
    package var customer: String?
    /// The tenant that the metadata names (`tenant` or `weir_tenant`).
    package var tenant: String?
    package var status: SubscriptionStatus
    package var items: [SubscriptionItem] = []
    /// True if the body has or names more items than these. It is told of and not kept.
    package var hasMoreItems = false
    /// What the items pay for; nil until `resolved(by:)`, and where no price is known.
    package var plan: PlanMatch?
    /// When the subscription was made.
    package var startedAt: Timestamp?
    /// The day that its windows count from.
    package var anchor: Timestamp?
    package var trialEnd: Timestamp?
    package var cancelAt: Timestamp?
    package var cancelsAtPeriodEnd = false
    package var canceledAt: Timestamp?
    package var endedAt: Timestamp?
    package var latestInvoice: String?
    package var pauseCollection: PauseCollection?
    /// Where the status is `paused`; nil where the body does not say.
    package var pauseCause: PauseCause?
    package var previous = PreviousAttributes()
    /// When it came, if it is dated more than five minutes after that. Set by `Subscription.apply`.
    package var receivedInstead: Timestamp?

    /// What an event or a fetched object says, with no more than that yet.
    package init(
        id: String, eventID: String, created: Timestamp, rank: EventRank, isLive: Bool,
        status: SubscriptionStatus
    ) {
        self.id = id
        self.eventID = eventID
        self.created = created
        self.rank = rank
        self.isLive = isLive
        self.status = status
    }

    /// True if it is an object that was asked for.
    package var isFetched: Bool { rank == .fetched }

    /// When the question was sent that it answers, if it is an answer.
    package var readStartedAt: Timestamp? { isFetched ? created : nil }

    /// True if the subscription is over, and only a fetched object may say otherwise later.
    package var isTerminal: Bool { status.isTerminal || endedAt != nil || rank == .deleted }

    /// When it happened, as far as that can be believed.
    package var at: Timestamp { receivedInstead ?? created }

    /// Its place among the facts of the subscription.
    package var order: EventOrder {
        EventOrder(
            isBelievable: receivedInstead == nil,
            created: Timestamp(
                milliseconds: created.milliseconds.flooredDivision(by: 1_000) * 1_000),
            rank: rank.rawValue, eventID: eventID)
    }

    /// The item that is paid for the plan, or else the first.
    package var mainItem: SubscriptionItem? {
        if let plan, items.indices.contains(plan.item) { return items[plan.item] }
        return items.first
    }

    /// The end of the window that is paid now, of the item that is paid for the plan.
    package var periodEnd: Timestamp? { mainItem?.periodEnd }

    /// The ids of the prices, in the order of the items.
    package var priceIDs: [String] { items.compactMap(\.price.priceID) }
}
