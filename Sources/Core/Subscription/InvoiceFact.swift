/// What one event says of one invoice.
package struct InvoiceFact: Hashable, Sendable {
    package let id: String
    package let eventID: String
    /// When the event was made.
    package let created: Timestamp
    package let status: InvoiceStatus
    package let isLive: Bool
    package var customer: String?
    package var subscription: String?
    /// The tenant that the subscription's metadata or the invoice's names.
    package var tenant: String?
    package var number: String?
    /// Three letters, such as `usd`.
    package var currency: String?
    /// Amounts in the currency's smallest unit.
    package var total: Int64 = 0
    package var amountDue: Int64 = 0
    package var amountPaid: Int64 = 0
    package var amountRemaining: Int64 = 0
    package var billingReason: String?
    package var attempts: Int64 = 0
    package var nextAttemptAt: Timestamp?
    /// When the invoice itself was made.
    package var madeAt: Timestamp?
    package var paidAt: Timestamp?
    package var periodStart: Timestamp?
    package var periodEnd: Timestamp?
    package var hostedURL: String?
    package var documentURL: String?
    /// What it was paid by, as far as the body says.
    package var payments: [PaymentLink] = []
    /// What the event says happened, such as `payment_failed`: the type without `invoice.`.
    package var happening: String

    /// What an event says of an invoice, with no more than that yet.
    package init(
        id: String, eventID: String, created: Timestamp, status: InvoiceStatus, isLive: Bool,
        happening: String
    ) {
        self.id = id
        self.eventID = eventID
        self.created = created
        self.status = status
        self.isLive = isLive
        self.happening = happening
    }

    /// Its place among the facts of the invoice: what is paid or void stays so, and then the later
    /// event counts.
    package var order: InvoiceOrder {
        InvoiceOrder(
            isSettled: status.isSettled,
            event: EventOrder(created: created, rank: status.rank, eventID: eventID))
    }
}

/// The place of a fact among all of its invoice. The greatest is what the row holds, so the row is
/// the same in whatever order the facts come.
package struct InvoiceOrder: Hashable, Comparable, Sendable {
    package let isSettled: Bool
    package let event: EventOrder

    /// The place of a fact, as rows keep it.
    package init(isSettled: Bool, event: EventOrder) {
        self.isSettled = isSettled
        self.event = event
    }

    package static func < (left: InvoiceOrder, right: InvoiceOrder) -> Bool {
        left.isSettled == right.isSettled ? left.event < right.event : right.isSettled
    }
}
