/// What one event says of a price or a product: which plan it may stand for.
package struct CatalogueFact: Hashable, Sendable {
    package let eventID: String
    package let created: Timestamp
    package let isLive: Bool
    package let isDeleted: Bool
    /// The price or, where it has only a product, that product.
    package let price: PriceReference

    /// What an event says of a price or product.
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
