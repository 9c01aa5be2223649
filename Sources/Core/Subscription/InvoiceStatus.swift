/// What the payment provider says that an invoice is. The numbers are stored.
package enum InvoiceStatus: Int64, Hashable, Sendable, CaseIterable {
    case draft = 0
    case open = 1
    case paid = 2
    case uncollectible = 3
    case void = 4
    /// A word that this version does not know, or none, as of an invoice that is only foreseen.
    case other = 5

    /// The status that the provider's word names.
    package init(name: String) {
        self = InvoiceStatus.allCases.first { $0.name == name } ?? .other
    }

    /// The provider's word.
    package var name: String {
        switch self {
        case .draft: "draft"
        case .open: "open"
        case .paid: "paid"
        case .uncollectible: "uncollectible"
        case .void: "void"
        case .other: "other"
        }
    }

    /// True if it never changes again.
    package var isSettled: Bool {
        switch self {
        case .paid, .void: true
        case .draft, .open, .uncollectible, .other: false
        }
    }

    /// How far it has come: the order among events of one second.
    package var rank: Int64 {
        switch self {
        case .other: 0
        case .draft: 1
        case .open: 2
        case .uncollectible: 3
        case .paid: 4
        case .void: 5
        }
    }
}
