/// What one event says of one customer.
package struct CustomerFact: Hashable, Sendable {
    package let id: String
    package let eventID: String
    package let created: Timestamp
    package let isLive: Bool
    /// The customer is gone: it maps to nobody any more, and what it was stays known.
    package let isDeleted: Bool
    /// The tenant that the metadata names (`tenant` or `weir_tenant`).
    package var tenant: String?
    package var email: String?
    package var hasPaymentMethod: Bool?

    /// What an event says of a customer, with no more than that yet.
    package init(
        id: String, eventID: String, created: Timestamp, isLive: Bool, isDeleted: Bool
    ) {
        self.id = id
        self.eventID = eventID
        self.created = created
        self.isLive = isLive
        self.isDeleted = isDeleted
    }

    /// Its place among the facts of the customer: who is deleted stays so.
    package var order: EventOrder {
        EventOrder(isBelievable: isDeleted, created: created, rank: 0, eventID: eventID)
    }
}
