/// What one event says of one checkout session: whose customer somebody has become.
package struct CheckoutFact: Hashable, Sendable {
    package let id: String
    package let eventID: String
    package let created: Timestamp
    package let isLive: Bool
    package var progress: Progress
    package var customer: String?
    package var subscription: String?
    package var invoice: String?
    package var paymentIntent: String?
    /// What our own checkout put in: the tenant's id, or whatever else another one put there.
    package var clientReference: String?
    /// The tenant that the metadata names (`tenant` or `weir_tenant`).
    package var tenant: String?
    package var isPaid = false
    /// What it came to, in the currency's smallest unit.
    package var amount: Int64?

    /// How far a session is. The numbers are stored; the greatest counts.
    package enum Progress: Int64, Hashable, Comparable, Sendable, CaseIterable {
        case open = 0
        /// It ended without being used.
        case expired = 1
        /// Everything is filled in; the money may still be on its way.
        case completed = 2
        /// The money that was on its way did not come.
        case failed = 3
        /// The money has come.
        case succeeded = 4

        package static func < (left: Progress, right: Progress) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// What an event says of a session, with no more than that yet.
    package init(
        id: String, eventID: String, created: Timestamp, isLive: Bool, progress: Progress
    ) {
        self.id = id
        self.eventID = eventID
        self.created = created
        self.isLive = isLive
        self.progress = progress
    }

    /// Its place among the facts of the session.
    package var order: EventOrder {
        EventOrder(
            created: Timestamp(milliseconds: progress.rawValue), rank: created.milliseconds,
            eventID: eventID)
    }
}
