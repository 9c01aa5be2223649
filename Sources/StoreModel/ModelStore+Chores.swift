package import Core
import Store

/// What the store does by itself because time has passed.
extension ModelStore {
    /// Everything that is due, in the order in which each batch does it.
    func doChores() {
        promote()
        expireWaiting()
        cancelOfDeleted()
        forgetReplays()
        sweepLeases()
    }

    package func nextDeadlineSteadyMilliseconds(at now: Moment) -> Int64? {
        let leases = attempts.values.filter(\.isOpen).map(\.deadline)
        let expiries = jobs.filter { isWaiting($0.key) && !$0.value.isCharged }
            .compactMap(\.value.body.expiresAt)
        let byWall = (Array(scheduled.values) + expiries).map {
            now.steadyMilliseconds + max(0, $0.since(now.wall))
        }
        let isAnyReady = lines.values.contains { !$0.jobs.isEmpty }
        let rolls = isAnyReady ? [clock.nextRollSteadyMilliseconds(at: now)] : []
        return (leases + byWall + rolls).min()
    }

    func isWaiting(_ id: JobID) -> Bool { ended[id] == nil && running[id] == nil }

    /// Scheduled jobs whose time has come take their place in line.
    private func promote() {
        let due = scheduled.filter { $0.value <= now.wall }
            .sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        for (id, time) in due {
            scheduled[id] = nil
            var job = job(id)
            job.rank = Rank.of(readyAt: time, priority: job.body.priority)
            jobs[id] = job
            lines[job.lineKey]?.insert(job)
        }
    }

    /// Jobs that were never charged and whose time is over end, held or not.
    private func expireWaiting() {
        for id in jobs.keys.sorted() where isWaiting(id) && !job(id).isCharged {
            guard let expiresAt = job(id).body.expiresAt, expiresAt <= now.wall else { continue }
            leaveWaiting(id)
            finish(id, .expired)
        }
    }

    private func cancelOfDeleted() {
        for id in jobs.keys.sorted() where isWaiting(id) && !exists(job(id).tenant) {
            leaveWaiting(id)
            finish(id, .canceled)
        }
    }

    private func forgetReplays() {
        let horizon = now.wall.adding(-Limits.idempotencyMillisecondsKept)
        replays = replays.filter { $0.value.at > horizon }
    }
}
