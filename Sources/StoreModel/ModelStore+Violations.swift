import Core
import Store

extension ModelStore {
    /// The sentences of the promise that are false of this store now.
    package func violations() -> [String] {
        // A batch that did its share leaves the rest to the next.
        usageViolations() + leaseViolations() + (claimsLeft > 0 ? ticketViolations() : [])
    }

    /// What could be done now and is not: a batch that leaves some has to say so.
    package func leftUndone() -> [String] {
        var found = ticketViolations()
        for attempt in attempts.values
        where attempt.end == nil && attempt.deadline <= now.steadyMilliseconds {
            found.append("the lease of job \(attempt.job) is over")
        }
        for job in liveJobs where job.isWaiting {
            if job.place == .scheduled, job.readyAt <= now.wall {
                found.append("job \(job.body.id) is due")
            }
            if !job.isCharged, let expiresAt = job.body.expiresAt, expiresAt <= now.wall {
                found.append("job \(job.body.id) has expired")
            }
        }
        return found
    }

    private func usageViolations() -> [String] {
        var found: [String] = []
        var sums: [UsageKey: Int64] = [:]
        var charges: [JobID: Int] = [:]
        for (tenant, row) in ledger {
            sums[UsageKey(tenant: tenant, period: row.period), default: 0] += row.amount
            if let job = row.job { charges[job, default: 0] += 1 }
            if let limit = row.inForce, row.usedAfter > limit {
                found.append("charge \(row.id) went to \(row.usedAfter) of \(limit)")
            }
        }
        for (key, usage) in usages where sums[key] != usage.total {
            found.append("the ledger of \(key.tenant) does not add up to its counter")
        }
        for (job, count) in charges where count > 1 {
            found.append("job \(job) was charged \(count) times")
        }
        return found
    }

    private func leaseViolations() -> [String] {
        var found: [String] = []
        var open: [JobID: Int] = [:]
        for attempt in attempts.values where attempt.end == nil {
            open[attempt.job, default: 0] += 1
        }
        for (id, job) in jobs {
            var expected = 0
            if case .running = job.place { expected = 1 }
            if open[id, default: 0] != expected {
                found.append("job \(id) has \(open[id, default: 0]) leases, not \(expected)")
            }
        }
        return found
    }

    private func ticketViolations() -> [String] {
        tickets.compactMap { ticket in
            ticket.pull.queues.contains { next(queue: $0, ticket.pull) != nil }
                ? "pull \(ticket.id.rawValue) waits although there is work" : nil
        }
    }
}
