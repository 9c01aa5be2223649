/// One of the things that a subscription pays for, with the window that is paid now. In bodies of
/// before 2025-03-31 that window is the subscription's; the reader puts it here.
package struct SubscriptionItem: Hashable, Sendable {
    package var price: PriceReference
    package var periodStart: Timestamp?
    package var periodEnd: Timestamp?

    /// An item at a price, paid for in a window.
    package init(
        price: PriceReference, periodStart: Timestamp? = nil, periodEnd: Timestamp? = nil
    ) {
        self.price = price
        self.periodStart = periodStart
        self.periodEnd = periodEnd
    }
}
