import Core

/// Who waits for the end of which job, and what ended lately: a job may end between the read that
/// found it running and the wait that follows.
struct JobWaits {
    private var waiters: [JobID: [ExchangeKey]] = [:]
    private var recentEnds = RecentEnds()

    /// Notes the jobs that ended in a commit.
    mutating func note(_ ended: [JobID], in commit: UInt64) {
        for job in ended { recentEnds.note(job, in: commit) }
    }

    /// Nobody knows which jobs ended up to this commit: a wait that follows an older read reads
    /// again.
    mutating func forget(through commit: UInt64) { recentEnds.forget(through: commit) }

    /// True if the job ended after `commit`, or may have.
    func mayHaveEnded(_ job: JobID, since commit: UInt64) -> Bool {
        recentEnds.mayHaveEnded(job, since: commit)
    }

    /// An exchange waits for a job.
    mutating func add(_ key: ExchangeKey, of job: JobID) {
        waiters[job, default: []].append(key)
    }

    /// An exchange waits no longer.
    mutating func remove(_ key: ExchangeKey, of job: JobID) {
        guard var keys = waiters[job] else { return }
        keys.removeAll { $0 == key }
        waiters[job] = keys.isEmpty ? nil : keys
    }

    /// Takes out everybody who waits for a job.
    mutating func takeWaiters(of job: JobID) -> [ExchangeKey] {
        waiters.removeValue(forKey: job) ?? []
    }

    /// Takes out everybody, in the order of the exchanges.
    mutating func takeAllWaiters() -> [ExchangeKey] {
        defer { waiters = [:] }
        return waiters.values.joined().sorted { $0.rawValue < $1.rawValue }
    }
}
