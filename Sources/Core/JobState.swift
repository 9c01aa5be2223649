/// Where a job is in its life.
package enum JobState: Hashable, Sendable, CaseIterable {
    case scheduled
    case ready
    case running
    case succeeded
    case dead
    case canceled
    case expired

    /// The name in answers and filters.
    package var name: String {
        switch self {
        case .scheduled: "scheduled"
        case .ready: "ready"
        case .running: "running"
        case .succeeded: "succeeded"
        case .dead: "dead"
        case .canceled: "canceled"
        case .expired: "expired"
        }
    }

    /// The state with this name, if there is one.
    package init?(name: String) {
        guard let state = JobState.allCases.first(where: { $0.name == name }) else { return nil }
        self = state
    }
}

/// How a job ended. The numbers are stored.
package enum JobEnd: Int64, Sendable, CaseIterable {
    case succeeded = 1
    case dead = 2
    case canceled = 3
    case expired = 4

    /// The state of a job that ended so.
    package var state: JobState {
        switch self {
        case .succeeded: .succeeded
        case .dead: .dead
        case .canceled: .canceled
        case .expired: .expired
        }
    }
}
