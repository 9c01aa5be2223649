/// What a tenant can be told of. The numbers are stored, as bits of a filter.
package enum EventType: Int64, Hashable, Sendable, CaseIterable {
    case quotaWarning = 0
    case quotaExceeded = 1
    case jobSucceeded = 2
    case jobDead = 3
    case tenantStatusChanged = 4
    case subscriptionChanged = 5

    /// The name in requests and in what is sent.
    package var name: String {
        switch self {
        case .quotaWarning: "quota.warning"
        case .quotaExceeded: "quota.exceeded"
        case .jobSucceeded: "job.succeeded"
        case .jobDead: "job.dead"
        case .tenantStatusChanged: "tenant.status_changed"
        case .subscriptionChanged: "subscription.changed"
        }
    }

    /// The type with this name, if there is one.
    package init?(name: String) {
        guard let type = EventType.allCases.first(where: { $0.name == name }) else { return nil }
        self = type
    }
}

/// Which types of events an endpoint wants.
package struct EventFilter: Hashable, Sendable {
    /// One bit a type; nil is every type, those that are still to come too.
    package let bits: Int64?

    /// Every type.
    package static let all = EventFilter(bits: nil)
    /// No type at all: what a tenant without endpoints wants.
    package static let none = EventFilter(bits: 0)
    /// The bits that stand for a type.
    package static let bitsKnown = EventType.allCases.reduce(Int64(0)) { $0 | 1 << $1.rawValue }

    /// A filter with these bits.
    package init(bits: Int64?) { self.bits = bits }

    /// A filter that lets these types pass.
    package init(_ types: [EventType]) {
        bits = types.reduce(0) { $0 | 1 << $1.rawValue }
    }

    /// True if events of this type are wanted.
    package func contains(_ type: EventType) -> Bool {
        guard let bits else { return true }
        return bits & 1 << type.rawValue != 0
    }

    /// What one of the two wants.
    package func union(_ other: EventFilter) -> EventFilter {
        guard let bits, let others = other.bits else { return .all }
        return EventFilter(bits: bits | others)
    }

    /// The names of the types, in their order; nil is every type.
    package var names: [String]? {
        bits.map { _ in EventType.allCases.filter(contains).map(\.name) }
    }
}
