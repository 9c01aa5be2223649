/// The plan that a subscription's items pay for, as the price book had it when the fact came. It is
/// kept with the fact, so that a plan file that loses a price moves nobody.
package struct PlanMatch: Hashable, Sendable {
    package let planID: String
    package let interval: PriceInterval?
    /// The price that named it.
    package let priceID: String?
    /// Which of the items it is.
    package let item: Int

    /// Plan `planID`, paid by an item.
    package init(planID: String, interval: PriceInterval?, priceID: String?, item: Int) {
        self.planID = planID
        self.interval = interval
        self.priceID = priceID
        self.item = item
    }
}
