import Core

/// The jobs that ended lately, each with its commit: what happened between a read and the wait that
/// follows it.
struct RecentEnds {
    private var ends: [(commit: UInt64, job: JobID)] = []
    private var oldest = 0
    /// Ends up to this commit may have been forgotten.
    private var forgottenThrough: UInt64 = 0

    /// A read takes milliseconds and a batch ends at most a few thousand jobs: enough for the
    /// batches of one read. A wait that comes later only reads once more.
    static let countMax = 8_192

    /// Notes that `job` ended in `commit`. Commits come in order.
    mutating func note(_ job: JobID, in commit: UInt64) {
        guard ends.count == RecentEnds.countMax else {
            ends.append((commit, job))
            return
        }
        forgottenThrough = ends[oldest].commit
        ends[oldest] = (commit, job)
        oldest = (oldest + 1) % RecentEnds.countMax
    }

    /// What ended up to this commit is not known.
    mutating func forget(through commit: UInt64) {
        forgottenThrough = max(forgottenThrough, commit)
    }

    /// True if the job ended after `commit`, or may have.
    func mayHaveEnded(_ job: JobID, since commit: UInt64) -> Bool {
        if commit < forgottenThrough { return true }
        for step in 1...max(1, ends.count) where step <= ends.count {
            let end = ends[(oldest + ends.count - step) % ends.count]
            if end.commit <= commit { return false }
            if end.job == job { return true }
        }
        return false
    }
}
