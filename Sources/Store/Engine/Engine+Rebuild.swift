import Core

extension Engine {
    /// Fills memory from what is on disk. Tickets are forgotten: their pulls are gone.
    func rebuild(from stored: StoredState) throws(StoreError) {
        book = LaneBook()
        tickets = TicketBook()
        leases = LeaseBook()
        usages.clear()
        awakeLines = []
        periods = PeriodClock(stored: stored.period, at: now)
        jobIDs = IDSource(after: stored.lastJob)
        attemptIDs = IDSource(after: stored.lastAttempt)
        keyIDs = IDSource(after: stored.lastKey)
        ledgerIDs = IDSource(after: stored.lastLedger)
        if let fault = stored.fault() { throw StoreError(.corrupt, fault) }
        loadNames(stored)
        loadJobs(stored)
        for open in stored.openAttempts { loadLease(open) }
        var usages = [Usage](repeating: .none, count: book.tenants.count)
        for row in try rows.usages(of: periods.current) {
            guard stored.hasTenant(row.tenant) else {
                throw StoreError(
                    .corrupt, "a usage counter is of tenant \(row.tenant), who is not there")
            }
            usages[Int(row.tenant - 1)] = row.usage
        }
        for tenant in book.tenants.indices { setGate(tenant: tenant, usage: usages[tenant]) }
        _ = book.takeAwakeLines()
        earliestScheduled = try rows.earliestScheduled()
        earliestExpiry = try rows.earliestExpiry()
        try findDeletions()
        indexesLag = true
        isIndexLagUnknown = true
        nextPruneSteady = now.steadyMilliseconds
        lastIndexedSteady = now.steadyMilliseconds
        if stored.period != periods.current {
            try rows.begin()
            try rows.putPeriod(periods.current)
            try rows.commit()
        }
    }

    /// Deleted tenants of which a job still waits.
    private func findDeletions() throws(StoreError) {
        deletions = []
        for tenant in book.tenants.indices where book.tenants[tenant].facts.isDeleted {
            for line in book.tenants[tenant].lanes.flatMap({ book.lanes[$0].lines }) {
                if book.lines[line].waitingCount == 0 {
                    let scheduled = try rows.scheduled(ofLine: Int64(line + 1), limit: 1)
                    if scheduled.isEmpty { continue }
                }
                deletions.append(Deletion(tenant: tenant))
                break
            }
        }
    }

    private func loadNames(_ stored: StoredState) {
        for row in stored.tenants {
            _ = book.addTenant(
                TenantState(
                    id: row.id, name: row.name, email: row.email, createdAt: row.createdAt,
                    facts: row.facts, weight: row.facts.plan(in: catalog).weight))
        }
        for name in stored.queues { _ = book.addQueue(name) }
        for lane in stored.lanes {
            _ = book.addLane(tenant: Int(lane.tenant - 1), queue: Int(lane.queue - 1))
        }
        for line in stored.lines { _ = book.addLine(lane: Int(line.lane - 1), kind: line.kind) }
    }

    private func loadJobs(_ stored: StoredState) {
        for track in stored.tracks {
            let line = Int(track.line - 1)
            book.load(line: line, track: track.track, count: track.count, head: track.head)
            if track.track != .charged {
                book.modifyTenant(book.tenant(ofLine: line)) { $0.waiting += track.cost }
            }
        }
        for row in stored.scheduledCosts {
            book.modifyTenant(book.tenant(ofLine: Int(row.line - 1))) { $0.waiting += row.cost }
        }
    }

    /// A lease that was open when the process ended goes on: workers could not send heartbeats to
    /// a server that was away, so each gets at least its whole length again.
    private func loadLease(_ open: OpenAttempt) {
        let attempt = open.attempt
        var run = open.returned?.run ?? JobRun()
        run.started()
        let line = Int(attempt.line - 1)
        leases.insert(
            Lease(
                token: attempt.token, job: attempt.job, line: line, rank: attempt.rank,
                worker: attempt.worker, startedAt: attempt.startedAt,
                milliseconds: attempt.leaseMilliseconds, expiresAt: attempt.expiresAt, run: run,
                chargedPeriod: attempt.chargedPeriod, returned: open.returned,
                cancelRequestedAt: attempt.cancelRequestedAt),
            deadline: now.steadyMilliseconds
                + min(
                    max(attempt.expiresAt.since(now.wall), attempt.leaseMilliseconds),
                    Limits.leaseMillisecondsMax))
        book.modifyTenant(book.tenant(ofLine: line)) { $0.running += 1 }
    }
}
