/// What an `updated` event says of the subscription before it; nil is not changed by it.
package struct PreviousAttributes: Hashable, Sendable {
    package var status: SubscriptionStatus?
    /// The ids of the prices, in the order of the items.
    package var priceIDs: [String]?
    package var periodEnd: Timestamp?
    package var cancelsAtPeriodEnd: Bool?
    /// Whether there was a date to cancel at.
    package var hadCancelAt: Bool?
    package var latestInvoice: String?

    /// An event that changed nothing that counts here.
    package init() {}

    /// True if nothing of it helps to tell which of two events was first.
    package var isEmpty: Bool { self == PreviousAttributes() }
}
