import API
import Core

/// Who waits for the end of which job or for more of its log, and what happened lately: a job may
/// end between the read that found it running and the wait that follows.
struct JobWaits {
    private var waiters: [Topic: [ExchangeKey]] = [:]
    private var recentEnds = RecentEnds()
    private var recentLines = RecentEnds()

    /// Notes the jobs that ended in a commit.
    mutating func note(_ ended: [JobID], in commit: UInt64) {
        for job in ended { recentEnds.note(job, in: commit) }
    }

    /// Notes the jobs whose logs have grown in a commit.
    mutating func note(logged: [JobID], in commit: UInt64) {
        for job in logged { recentLines.note(job, in: commit) }
    }

    /// Nobody knows which jobs ended up to this commit: a wait that follows an older read reads
    /// again.
    mutating func forget(through commit: UInt64) {
        recentEnds.forget(through: commit)
        recentLines.forget(through: commit)
    }

    /// True if it happened after `commit`, or may have.
    func mayHaveHappened(_ topic: Topic, since commit: UInt64) -> Bool {
        switch topic {
        case .end(let job):
            recentEnds.mayHaveEnded(job, since: commit)
        case .log(let job):
            recentEnds.mayHaveEnded(job, since: commit)
                || recentLines.mayHaveEnded(job, since: commit)
        }
    }

    /// An exchange waits for something.
    mutating func add(_ key: ExchangeKey, for topic: Topic) {
        waiters[topic, default: []].append(key)
    }

    /// An exchange waits no longer.
    mutating func remove(_ key: ExchangeKey, for topic: Topic) {
        guard var keys = waiters[topic] else { return }
        keys.removeAll { $0 == key }
        waiters[topic] = keys.isEmpty ? nil : keys
    }

    /// Takes out everybody whom the end of a job concerns.
    mutating func takeWaiters(ofEnd job: JobID) -> [ExchangeKey] {
        guard !waiters.isEmpty else { return [] }
        return (waiters.removeValue(forKey: .end(job)) ?? []) + takeWaiters(ofLog: job)
    }

    /// Takes out everybody who waits for more of a log.
    mutating func takeWaiters(ofLog job: JobID) -> [ExchangeKey] {
        guard !waiters.isEmpty else { return [] }
        return waiters.removeValue(forKey: .log(job)) ?? []
    }

    /// Takes out everybody, in the order of the exchanges.
    mutating func takeAllWaiters() -> [ExchangeKey] {
        defer { waiters = [:] }
        return waiters.values.joined().sorted { $0.rawValue < $1.rawValue }
    }
}
