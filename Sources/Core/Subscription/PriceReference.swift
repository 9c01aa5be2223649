/// How an item of a subscription names what is paid for.
package struct PriceReference: Hashable, Sendable {
    package var priceID: String?
    /// The name that the provider keeps for a price whatever its id.
    package var lookupKey: String?
    package var productID: String?
    /// The plan that the metadata of the product or the price names (`plan` or `weir_plan`).
    package var planName: String?
    /// Nil where it is paid in an interval that plans do not have, such as a week.
    package var interval: PriceInterval?

    /// A reference by any of these.
    package init(
        priceID: String? = nil, lookupKey: String? = nil, productID: String? = nil,
        planName: String? = nil, interval: PriceInterval? = nil
    ) {
        self.priceID = priceID
        self.lookupKey = lookupKey
        self.productID = productID
        self.planName = planName
        self.interval = interval
    }
}
