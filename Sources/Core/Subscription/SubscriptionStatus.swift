/// What the payment provider says that a subscription is.
package enum SubscriptionStatus: Hashable, Sendable {
    case incomplete
    case incompleteExpired
    case trialing
    case active
    case pastDue
    case canceled
    case unpaid
    case paused
    /// A word that this version does not know. It is treated like past due, and somebody is told.
    case unknown(String)

    /// The statuses that are known, in the order of their numbers.
    package static let known: [SubscriptionStatus] = [
        .incomplete, .incompleteExpired, .trialing, .active, .pastDue, .canceled, .unpaid, .paused,
    ]

    /// The status that the provider's word names.
    package init(name: String) {
        self = SubscriptionStatus.known.first { $0.name == name } ?? .unknown(name)
    }

    /// The provider's word.
    package var name: String {
        switch self {
        case .incomplete: "incomplete"
        case .incompleteExpired: "incomplete_expired"
        case .trialing: "trialing"
        case .active: "active"
        case .pastDue: "past_due"
        case .canceled: "canceled"
        case .unpaid: "unpaid"
        case .paused: "paused"
        case .unknown(let name): name
        }
    }

    /// What stands in rows. 99 is any word that is not known.
    package var number: Int64 {
        switch self {
        case .incomplete: 0
        case .incompleteExpired: 1
        case .trialing: 2
        case .active: 3
        case .pastDue: 4
        case .canceled: 5
        case .unpaid: 6
        case .paused: 7
        case .unknown: 99
        }
    }

    /// True if the provider never takes a subscription out of this status again.
    package var isTerminal: Bool {
        switch self {
        case .canceled, .incompleteExpired: true
        case .incomplete, .trialing, .active, .pastDue, .unpaid, .paused, .unknown: false
        }
    }
}
