package import Core
package import Store

extension ModelStore {
    /// What was counted since `before` was as this store is now.
    package func ledger(after before: ModelStore) -> [LedgerView] {
        ledger.dropFirst(before.ledger.count).map(\.row)
    }

    /// How many thresholds were told of.
    package var alertCount: Int { tenants.reduce(0) { $0 + $1.alerts.count } }

    /// Every event of usage that was counted.
    package var rememberedEvents: [(tenant: String, id: String)] {
        tenants.flatMap { tenant in tenant.events.map { (tenant.id, $0) } }
    }

    /// True if an event with this id was counted.
    package func remembersEvent(tenant: String, id: String) -> Bool {
        self.tenant(tenant)?.events.contains(id) ?? false
    }

    /// True if something begins or ends by itself until `time`.
    package func hasDeadline(by time: Timestamp) -> Bool {
        deadlines.first.map { $0.at <= time } ?? false
    }

    /// The sentences of the promise that are false of this store now.
    package func violations() -> [String] {
        // A batch that did its share leaves the rest to the next.
        usageViolations() + leaseViolations() + auditViolations() + inquiryViolations()
            + orderViolations()
            + (claimsLeft > 0 ? ticketViolations() : [])
    }

    /// What could be done now and is not: a batch that leaves some has to say so.
    package func leftUndone() -> [String] {
        var found = ticketViolations()
        for attempt in attempts.values
        where attempt.end == nil && attempt.deadline <= now.steadyMilliseconds {
            found.append("the lease of job \(attempt.job) is over")
        }
        for deadline in deadlines where deadline.at <= now.wall {
            found.append("a deadline of \(tenants[deadline.tenant].id) is over")
        }
        if let move = moves.first?.move {
            found.append("tenants are on their way from \(move.plan) \(move.from) to \(move.to)")
        }
        for box in jobs.living where box.job.isWaiting {
            if box.job.place == .scheduled, box.job.readyAt <= now.wall {
                found.append("job \(box.job.body.id) is due")
            }
            if !box.job.isCharged, let end = box.job.body.expiresAt, end <= now.wall {
                found.append("job \(box.job.body.id) has expired")
            }
        }
        return found
    }

    /// SEMANTICS §1.10 and §2: the ledger is the counters, nothing is charged twice, no admission
    /// went past what was in force.
    private func usageViolations() -> [String] {
        var found: [String] = []
        var sums: [UsageKey: Usage] = [:]
        var charged: [JobID: Int64] = [:]
        var taken: [GrantID: Int64] = [:]
        for (tenant, row) in ledger {
            let key = UsageKey(tenant: tenant, metric: row.metric, period: row.period)
            sums[key, default: .none][row.source] += row.amount
            if let grant = row.grant { taken[grant, default: 0] += row.amount }
            if let job = row.job, row.entry == .charge || row.entry == .refund {
                charged[job, default: 0] += row.amount
            }
            if row.entry == .charge, let limit = row.inForce, row.usedAfter > limit {
                found.append("charge \(row.id) went to \(row.usedAfter) of \(limit)")
            }
        }
        for (key, usage) in usages where sums[key] ?? .none != usage {
            found.append("the ledger of \(key.tenant) does not add up to its counter")
        }
        for (job, units) in charged {
            let once = jobs[job]?.charge?.charges.reduce(0) { $0 + $1.amount } ?? 0
            if units != once, units != 0 {
                found.append("job \(job) was charged \(units), not \(once)")
            }
        }
        for grant in tenants.flatMap(\.grants)
        where grant.remaining + taken[grant.id, default: 0] != grant.amount {
            found.append("grant \(grant.id) has \(grant.remaining) left, which is not the rest")
        }
        return found
    }

    private func leaseViolations() -> [String] {
        var found: [String] = []
        var open: [JobID: Int] = [:]
        for attempt in attempts.values where attempt.end == nil {
            open[attempt.job, default: 0] += 1
        }
        for box in jobs.all {
            let id = box.job.body.id
            var expected = 0
            if case .running = box.job.place { expected = 1 }
            if open[id, default: 0] != expected {
                found.append("job \(id) has \(open[id, default: 0]) leases, not \(expected)")
            }
        }
        return found
    }

    private func ticketViolations() -> [String] {
        // Who seeks the same is told the same.
        var asked: Set<Sought> = []
        return tickets.compactMap { ticket in
            guard asked.insert(Sought(ticket.pull)).inserted,
                ticket.pull.queues.contains(where: { next(queue: $0, ticket.pull) != nil })
            else { return nil }
            return "pull \(ticket.id.rawValue) waits although there is work"
        }
    }
}
