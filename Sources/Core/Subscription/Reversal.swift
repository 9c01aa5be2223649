/// Money that went back or is fought for: what was granted for it and not yet used up is revoked.
package struct Reversal: Hashable, Sendable {
    /// The id of the refund, dispute, credit note or, where a charge tells it, of the charge.
    package let id: String
    package let eventID: String
    package let created: Timestamp
    package let isLive: Bool
    package let kind: Kind
    package let standing: Standing
    /// What it takes back, by any of these ids.
    package var charge: String?
    package var paymentIntent: String?
    package var invoice: String?
    package var customer: String?
    /// In the currency's smallest unit.
    package var amount: Int64 = 0
    package var currency: String?
    /// True if a charge says that all of it went back; nil where the body does not say.
    package var isWhole: Bool?
    /// What was paid, where a charge says so.
    package var paid: Int64?

    /// What takes money back. The numbers are stored.
    package enum Kind: Int64, Hashable, Sendable, CaseIterable {
        /// The charge itself says how much of it was refunded.
        case charge = 0
        case refund = 1
        case dispute = 2
        case creditNote = 3
    }

    /// Whether it stands. The numbers are stored; the greater counts in the same second.
    package enum Standing: Int64, Hashable, Sendable, CaseIterable {
        case inForce = 0
        /// The refund failed, the dispute was won or is an inquiry still, the note was voided:
        /// nothing went back.
        case undone = 1
    }

    /// What an event says of money that went back, with no more than that yet.
    package init(
        id: String, eventID: String, created: Timestamp, isLive: Bool, kind: Kind,
        standing: Standing
    ) {
        self.id = id
        self.eventID = eventID
        self.created = created
        self.isLive = isLive
        self.kind = kind
        self.standing = standing
    }

    /// Its place among the facts of the same reversal: the greatest counts.
    ///
    /// A charge tells of all that went back so far, so of one second the greater amount is later.
    /// A refund that failed is over, and what counts is when it did: it may be told of again after
    /// another one gave the same money back.
    package var order: EventOrder {
        let time = created.milliseconds
        switch kind {
        case .charge: return EventOrder(created: created, rank: amount, eventID: eventID)
        case .dispute, .creditNote:
            return EventOrder(created: created, rank: standing.rawValue, eventID: eventID)
        case .refund:
            return EventOrder(
                created: Timestamp(milliseconds: standing.rawValue),
                rank: standing == .undone ? -time : time, eventID: eventID)
        }
    }

    /// True if it is a refund that failed after the charge had said how much of it went back.
    package func undoes(_ reversal: Reversal) -> Bool {
        kind == .refund && standing == .undone && reversal.kind == .charge
            && charge ?? reversal.id == reversal.id && created >= reversal.created
    }

    /// Every name of the payment of which it is.
    package var payments: [String] { [charge, paymentIntent].compactMap(\.self) }

    /// What was paid: a charge of which all went back says it by that.
    var total: Int64? { paid ?? (isWhole == true ? amount : nil) }
}
