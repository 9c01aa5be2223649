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
    /// The process whose own runner has it; nil of a worker's.
    let boot: Int64?
}

/// The leases that are open, and when each ends by the steady clock.
struct LeaseBook {
    private var leases = GradualTable<AttemptID, Held>()
    private var attempts = GradualTable<JobID, AttemptID>()
    private var deadlines = DeadlineHeap<AttemptID>()
    /// What deadlines were moved by since the process began; the heap holds them without it.
    private var shiftMilliseconds: Int64 = 0

    /// What workers said last of attempts, of those few that say anything.
    private(set) var progress: [AttemptID: Progress] = [:]

    /// Leases that ended in this batch: if it fails, they are open again.
    private var ended: [Held] = []

    /// A lease with its steady times.
    private struct Held {
        var lease: Lease
        /// When its attempt has run too long, in the time of the heap.
        let timeoutAt: Int64
        var times: LeaseTimes
        /// When it was heard before that: what the rows have if the batch that heard it fails.
        var heardBefore: (at: Timestamp?, steady: Int64)?
    }

    var count: Int { leases.count }

    /// Every open lease, in the order in which they were given.
    var all: [Lease] { leases.values.map(\.lease).sorted { $0.token.attempt < $1.token.attempt } }

    var earliestDeadline: Int64? { deadlines.earliest.map { $0 + shiftMilliseconds } }

    subscript(attempt: AttemptID) -> Lease? { leases[attempt]?.lease }

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
        return leases[attempt]?.lease
    }

    /// The lease of a job that runs.
    subscript(job job: JobID) -> Lease? { attempts[job].flatMap { leases[$0]?.lease } }

    /// True of a lease that ends because its attempt has run too long, and not for silence.
    func endsByTimeout(_ attempt: AttemptID) -> Bool {
        guard let held = leases[attempt], let deadline = deadlines[attempt] else { return false }
        return deadline >= held.timeoutAt
    }

    /// How long an attempt has had its lease, or had it when its worker was last heard; no longer
    /// than it may run.
    func millisecondsHeld(
        _ attempt: AttemptID, untilHeard: Bool, at now: Moment
    ) -> Int64 {
        guard let held = leases[attempt] else {
            preconditionFailure("attempt \(attempt) has no lease whose length could be asked for")
        }
        let end = untilHeard ? held.times.heardSteady : now.steadyMilliseconds
        return min(end - held.times.countedFromSteady, held.times.allowedMilliseconds)
    }

    /// A batch begins, and the one before it is on disk: what that ended is over.
    mutating func begin() { ended.removeAll(keepingCapacity: true) }

    /// What the steady clock knows of an attempt that is open by its row, which has this heartbeat
    /// as the last. Nil of one that was never here.
    func times(of attempt: AttemptID, heardAt: Timestamp?) -> LeaseTimes? {
        guard
            let held = leases[attempt] ?? ended.last(where: { $0.lease.token.attempt == attempt })
        else { return nil }
        var times = held.times
        if heardAt != held.lease.heartbeatAt, let before = held.heardBefore, before.at == heardAt {
            times.heardSteady = before.steady
        }
        return times
    }

    /// Opens a lease until `deadline`, or `timeoutAt` if that comes first, of an attempt that began
    /// at such a time of the steady clock and was last heard at such a one.
    mutating func insert(
        _ lease: Lease, deadline: Int64, timeoutAt: Int64, times: LeaseTimes
    ) {
        let previous = attempts.updateValue(lease.token.attempt, forKey: lease.job)
        precondition(previous == nil, "job \(lease.job) was handed out while it ran")
        leases.updateValue(
            Held(
                lease: lease, timeoutAt: timeoutAt - shiftMilliseconds,
                times: times),
            forKey: lease.token.attempt)
        deadlines.set(lease.token.attempt, at: min(deadline, timeoutAt) - shiftMilliseconds)
    }

    /// Ends a lease.
    mutating func remove(_ attempt: AttemptID) {
        guard let held = leases.removeValue(forKey: attempt) else { return }
        attempts[held.lease.job] = nil
        ended.append(held)
        if !progress.isEmpty { progress[attempt] = nil }
        deadlines.remove(attempt)
    }

    /// Renews a lease, as long as its attempt may still run, and says until when. Nil if it has
    /// run too long.
    mutating func extend(
        _ attempt: AttemptID, by milliseconds: Int64, at now: Moment
    ) -> Timestamp? {
        guard let timeoutAt = leases[attempt]?.timeoutAt else { return nil }
        let present = now.steadyMilliseconds - shiftMilliseconds
        #if Mutants
            let left = Mutant.heartbeatOutrunsTimeout.isIn ? .max : timeoutAt - present
        #else
            let left = timeoutAt - present
        #endif
        guard left > 0 else { return nil }
        let length = min(milliseconds, left)
        let expiresAt = now.wall.adding(length)
        if let held = leases[attempt], held.times.heardSteady != now.steadyMilliseconds {
            leases[attempt]?.heardBefore = (held.lease.heartbeatAt, held.times.heardSteady)
        }
        leases[attempt]?.lease.expiresAt = expiresAt
        leases[attempt]?.lease.heartbeatAt = now.wall
        leases[attempt]?.times.heardSteady = now.steadyMilliseconds
        deadlines.set(attempt, at: present + length)
        return expiresAt
    }

    /// Notes what its worker said of an attempt.
    mutating func setProgress(_ attempt: AttemptID, _ progress: Progress) {
        self.progress[attempt] = progress
    }

    /// Notes that a running job should stop.
    mutating func requestCancel(_ attempt: AttemptID, at time: Timestamp) {
        leases[attempt]?.lease.cancelRequestedAt = time
    }

    /// Moves every deadline later.
    mutating func shift(by milliseconds: Int64) {
        shiftMilliseconds += milliseconds
    }
}
