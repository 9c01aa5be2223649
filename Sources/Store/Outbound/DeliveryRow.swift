package import Core

/// Where a delivery is. The numbers are stored.
package enum DeliveryState: Int64, Hashable, Sendable, CaseIterable {
    /// It will be tried, or is being tried.
    case pending = 1
    case succeeded = 2
    /// Every try failed, or the endpoint said that it is gone.
    case failed = 3
    /// Its endpoint was off when it was due.
    case dropped = 4

    /// The name in answers and filters.
    package var name: String {
        switch self {
        case .pending: "pending"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .dropped: "dropped"
        }
    }

    /// The state with this name, if there is one.
    package init?(name: String) {
        guard let state = DeliveryState.allCases.first(where: { $0.name == name }) else {
            return nil
        }
        self = state
    }

    /// True for what a replay of failures takes up.
    package var isFailure: Bool { self == .failed || self == .dropped }
}

/// A row of `deliveries`: one event on its way to one endpoint.
package struct DeliveryRow: Hashable, Sendable {
    package let id: DeliveryID
    package let event: EventID
    package let endpoint: EndpointID
    package var state = DeliveryState.pending
    /// Calls that ended.
    package var tries: Int64 = 0
    /// When it is tried next; while a call is under way, when that counts as lost. Nil once it has
    /// ended.
    package var nextAt: Timestamp?
    package var endedAt: Timestamp?
    /// When the last call ended, and how.
    package var triedAt: Timestamp?
    package var status: Int64?
    package var error: String?

    /// A delivery that is due at `nextAt`.
    package init(id: DeliveryID, event: EventID, endpoint: EndpointID, nextAt: Timestamp) {
        self.id = id
        self.event = event
        self.endpoint = endpoint
        self.nextAt = nextAt
    }
}

extension DeliveryRow {
    /// A call ended, and said that its endpoint is gone where `isGone`. Returns true if the
    /// delivery is over.
    package mutating func note(
        _ outcome: DeliveryOutcome, isGone: Bool, at now: Timestamp, random: inout Random
    ) -> Bool {
        tries += 1
        triedAt = now
        status = outcome.status
        error = outcome.error
        if outcome.isSuccess {
            end(.succeeded, at: now)
        } else if !isGone,
            let delay = DeliverySchedule.delayMilliseconds(
                afterTries: tries, asked: outcome.retryAfterMilliseconds, random: &random)
        {
            nextAt = now.adding(delay)
        } else {
            end(.failed, at: now)
        }
        return state != .pending
    }

    /// It came due for an endpoint that is off.
    package mutating func drop(at now: Timestamp) { end(.dropped, at: now) }

    /// It is due now, and has all its tries again if it was over. Returns true if it was.
    package mutating func replay(at now: Timestamp) -> Bool {
        nextAt = now
        guard state != .pending else { return false }
        state = .pending
        tries = 0
        endedAt = nil
        return true
    }

    private mutating func end(_ state: DeliveryState, at now: Timestamp) {
        self.state = state
        nextAt = nil
        endedAt = now
    }
}
