import Core

/// A job that a worker has.
struct Lease: Hashable {
    let token: LeaseToken
    let job: JobID
    let line: Int
    let rank: Int64
    let worker: String
    let startedAt: Timestamp
    /// The length that was granted.
    let milliseconds: Int64
    var expiresAt: Timestamp
    /// When its last heartbeat came; nil before there was one.
    var heartbeatAt: Timestamp?
    /// The counts with this attempt in them.
    let run: JobRun
    let chargedPeriod: Period?
    /// What the job carried before this attempt, if it had run.
    let returned: ReturnedRow?
    var cancelRequestedAt: Timestamp?

    /// When the worker was last heard.
    var heardAt: Timestamp { heartbeatAt ?? startedAt }
}

/// The leases that are open, and when each ends by the steady clock.
struct LeaseBook {
    private var leases = GradualTable<AttemptID, Lease>()
    private var attempts = GradualTable<JobID, AttemptID>()
    private var deadlines = DeadlineHeap<AttemptID>()
    /// What deadlines were moved by since the process began; the heap holds them without it.
    private var shiftMilliseconds: Int64 = 0

    var count: Int { leases.count }

    /// Every open lease, in the order in which they were given.
    var all: [Lease] { leases.values.sorted { $0.token.attempt < $1.token.attempt } }

    var earliestDeadline: Int64? { deadlines.earliest.map { $0 + shiftMilliseconds } }

    subscript(attempt: AttemptID) -> Lease? { leases[attempt] }

    /// True if the lease may still be used to end its attempt.
    func isInTime(_ attempt: AttemptID, at now: Moment) -> Bool {
        guard let deadline = deadlines[attempt] else { return false }
        return now.steadyMilliseconds < deadline + shiftMilliseconds
    }

    /// A lease whose time is up, the one that ended first. It stays until it is removed.
    func overdue(at steadyMilliseconds: Int64) -> Lease? {
        guard let attempt = deadlines.due(at: steadyMilliseconds - shiftMilliseconds) else {
            return nil
        }
        return leases[attempt]
    }

    /// The lease of a job that runs.
    subscript(job job: JobID) -> Lease? { attempts[job].flatMap { leases[$0] } }

    /// Opens a lease until `deadline`.
    mutating func insert(_ lease: Lease, deadline: Int64) {
        let previous = attempts.updateValue(lease.token.attempt, forKey: lease.job)
        precondition(previous == nil, "job \(lease.job) was handed out while it ran")
        leases.updateValue(lease, forKey: lease.token.attempt)
        deadlines.set(lease.token.attempt, at: deadline - shiftMilliseconds)
    }

    /// Ends a lease.
    mutating func remove(_ attempt: AttemptID) {
        guard let lease = leases.removeValue(forKey: attempt) else { return }
        attempts[lease.job] = nil
        deadlines.remove(attempt)
    }

    /// Renews a lease.
    mutating func extend(
        _ attempt: AttemptID, until expiresAt: Timestamp, heardAt: Timestamp, deadline: Int64
    ) {
        leases[attempt]?.expiresAt = expiresAt
        leases[attempt]?.heartbeatAt = heardAt
        deadlines.set(attempt, at: deadline - shiftMilliseconds)
    }

    /// Notes that a running job should stop.
    mutating func requestCancel(_ attempt: AttemptID, at time: Timestamp) {
        leases[attempt]?.cancelRequestedAt = time
    }

    /// Moves every deadline later.
    mutating func shift(by milliseconds: Int64) {
        shiftMilliseconds += milliseconds
    }
}
