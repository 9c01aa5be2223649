/// Units of a metric that a tenant has beyond its plan. They are used up after the plan's own, and
/// no month brings them back.
package struct Grant: Hashable, Sendable {
    package let id: GrantID
    package let metric: Metric
    package let amount: Int64
    package var remaining: Int64
    /// The operator's own name for it: the same source is the same grant.
    package let source: String
    package let effectiveAt: Timestamp
    package let expiresAt: Timestamp?
    /// Of those that expire together the least is used first.
    package let priority: Int64
    package let createdAt: Timestamp
    package private(set) var state: State
    /// True if it is revoked because what paid for it went back: it stands again if that is undone.
    package private(set) var isTakenBack: Bool

    /// Where a grant is in its life. The numbers are stored.
    package enum State: Int64, Sendable, CaseIterable {
        case pending = 0
        case inForce = 1
        case expired = 2
        case revoked = 3

        /// The name in answers.
        package var name: String {
            switch self {
            case .pending: "pending"
            case .inForce: "in_force"
            case .expired: "expired"
            case .revoked: "revoked"
            }
        }
    }

    /// A grant as it is stored.
    package init(
        id: GrantID, metric: Metric, amount: Int64, remaining: Int64, source: String,
        effectiveAt: Timestamp, expiresAt: Timestamp?, priority: Int64, createdAt: Timestamp,
        state: State, isTakenBack: Bool = false
    ) {
        precondition(!isTakenBack || state == .revoked, "grant \(id) is \(state) and taken back")
        self.id = id
        self.metric = metric
        self.amount = amount
        self.remaining = remaining
        self.source = source
        self.effectiveAt = effectiveAt
        self.expiresAt = expiresAt
        self.priority = priority
        self.createdAt = createdAt
        self.state = state
        self.isTakenBack = isTakenBack
    }

    /// Its time has come, or the operator's word ends it for good.
    package mutating func turn(to state: State) {
        self.state = state
        isTakenBack = false
    }

    /// What paid for it went back.
    package mutating func takeBack() {
        state = .revoked
        isTakenBack = true
    }

    /// What had gone back has not: what is left of it stands as it would at this time.
    package mutating func giveBack(at now: Timestamp) {
        turn(to: isOver(at: now) ? .expired : effectiveAt > now ? .pending : .inForce)
    }

    /// True if what becomes of the money that paid for it makes a difference.
    package var hangsOnPayment: Bool { state == .pending || state == .inForce || isTakenBack }

    /// True if something of it is left, now or when it begins. One whose money came back while the
    /// clock was set back is yet to begin, and may be used up.
    package var isOpen: Bool { (state == .pending || state == .inForce) && remaining > 0 }

    /// True if units can be taken from it.
    package var isUsable: Bool { state == .inForce && remaining > 0 }

    /// True if it ended by that time.
    package func isOver(at now: Timestamp?) -> Bool {
        guard let now, let expiresAt else { return false }
        return expiresAt <= now
    }

    /// True if it is used up before `other`: earliest end, then priority, then id.
    package func isUsedBefore(_ other: Grant) -> Bool {
        let (end, otherEnd) = (
            expiresAt?.milliseconds ?? .max, other.expiresAt?.milliseconds ?? .max
        )
        return (end, priority, id.rawValue) < (otherEnd, other.priority, other.id.rawValue)
    }
}
