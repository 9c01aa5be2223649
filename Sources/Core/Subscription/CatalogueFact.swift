/// What one event says of a product: which plan it stands for.
package struct CatalogueFact: Hashable, Sendable {
    package let eventID: String
    package let created: Timestamp
    package let isLive: Bool
    package let isDeleted: Bool
    /// The product, and the plan that its metadata name.
    package let price: PriceReference

    /// What an event says of a product.
    package init(
        eventID: String, created: Timestamp, isLive: Bool, isDeleted: Bool, price: PriceReference
    ) {
        self.eventID = eventID
        self.created = created
        self.isLive = isLive
        self.isDeleted = isDeleted
        self.price = price
    }
}
