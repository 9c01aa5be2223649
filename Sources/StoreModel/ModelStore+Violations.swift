import Core
import Store

extension ModelStore {
    /// The sentences of the promise that are false of this store now.
    package func violations() -> [String] {
        usageViolations() + leaseViolations() + ticketViolations()
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
        // A batch that did its share leaves the rest to the next.
        guard claimsLeft > 0 else { return [] }
        return tickets.compactMap { ticket in
            ticket.pull.queues.contains { next(queue: $0, ticket.pull) != nil }
                ? "pull \(ticket.id.rawValue) waits although there is work" : nil
        }
    }
}
