import Core

extension Engine {
    /// Fills memory from what is on disk. Tickets are forgotten: their pulls are gone.
    func rebuild(from stored: StoredState) throws(StoreError) {
        book = LaneBook()
        tickets = TicketBook()
        // A try before this one may have come to nothing half-way, with some leases forgotten.
        let leasesBefore = leasesBefore ?? leases
        self.leasesBefore = leasesBefore
        leases = LeaseBook()
        usages.clear()
        awakeLines = []
        periods = PeriodClock(stored: stored.day, at: now)
        jobIDs = IDSource(after: stored.lastJob)
        attemptIDs = IDSource(after: stored.lastAttempt)
        keyIDs = IDSource(after: stored.lastKey)
        ledgerIDs = IDSource(after: stored.lastLedger)
        grantIDs = IDSource(after: stored.lastGrant)
        eventIDs = IDSource(after: max(stored.lastEvent, stored.outbound.mark))
        ledgerFolded = LedgerID(rawValue: stored.ledgerFolded)
        foldsFromDay = 0
        auditIDs = IDSource(after: stored.lastAudit)
        lastEvent = stored.lastProviderEvent
        knownPrices = nil
        rateDeadlines = DeadlineHeap()
        gateWalk = GateWalk()
        unfitLines = [:]
        unparkedLines = []
        moves = stored.moves.map { PlanMoveProgress(number: $0.number, move: $0.move) }
        if let fault = stored.fault() { throw StoreError(.corrupt, fault) }
        metrics = MetricBook(stored.metrics)
        enforcement = stored.enforcement
        loadCatalog(stored)
        loadNames(stored)
        loadJobs(stored)
        if boot == 0 { boot = stored.lastBoot + 1 }
        isBootStored = stored.lastBoot >= boot
        orphans = []
        for open in stored.openAttempts { loadLease(open, before: leasesBefore) }
        try loadOutbound(stored.outbound)
        try setGates(stored)
        for line in book.unknownLines { book.settle(line: line) }
        _ = book.takeAwakeLines()
        // Whatever heads are not known to fit: they are read when the first batch looks.
        unparkedLines = Set(book.unknownLines)
        book.unknownLines = []
        unfitLines = [:]
        for line in book.lines.indices where book.lines[line].unfit.count > 0 {
            unfitLines[line] = .some(nil)
        }
        earliestScheduled = try rows.earliestScheduled()
        earliestExpiry = try rows.earliestExpiry()
        earliestDeadline = try rows.earliestDeadline()
        earliestEventRetry = try rows.earliestEventRetry()
        earliestInquiry = try rows.earliestInquiry(isLive: billing.isLive)
        inquiryFlights = InquiryFlights()
        try findDeletions()
        indexesLag = true
        isIndexLagUnknown = true
        nextPruneSteady = now.steadyMilliseconds
        nextEventPruneSteady = now.steadyMilliseconds
        lastIndexedSteady = now.steadyMilliseconds
        if stored.day != periods.day {
            try rows.begin()
            try rows.putDay(periods.day)
            try rows.commit()
        }
        self.leasesBefore = nil
    }

    /// The plans as they are stored. An empty store has none yet.
    private func loadCatalog(_ stored: StoredState) {
        // Prices got their providers' ids at the start, from an environment that may be another.
        let before = catalogIsStored ? catalog.plans : []
        let known = Dictionary(before.map { ($0.key, $0) }) { first, _ in first }
        let offered = stored.plans.filter(\.isOffered)
        catalogIsStored = !offered.isEmpty
        planTexts = [:]
        guard catalogIsStored else { return }
        for row in offered { planTexts[row.plan.id] = row.text }
        catalog = PlanCatalog(
            offered.map { known[$0.plan.key] ?? $0.plan },
            older: stored.plans.filter { !$0.isOffered }.map(\.plan))
    }

    /// Opens and closes every tenant's lines by the counters of now, read in one scan for those
    /// whose period is the calendar month.
    private func setGates(_ stored: StoredState) throws(StoreError) {
        let month = Period(containing: periods.day)
        for row in try rows.usages(of: month) {
            guard stored.hasTenant(row.key.tenant) else {
                throw StoreError(
                    .corrupt, "a usage counter is of tenant \(row.key.tenant), who is not there")
            }
            usages.load(row)
        }
        for tenant in book.tenants.indices {
            usages.assumeNone(usageKey(tenant: tenant), if: period(tenant: tenant) == month)
            try showGate(tenant: tenant)
        }
        // No batch needs room for so many.
        usages = UsageCache()
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
        let overrides = Dictionary(grouping: stored.overrides, by: \.tenant)
        let grants = Dictionary(grouping: stored.grants, by: \.tenant)
        book.reserve(
            tenants: stored.tenants.count, lanes: stored.lanes.count, lines: stored.lines.count)
        for row in stored.tenants {
            let terms = TenantTerms(
                facts: row.facts, catalog: catalog, enforcement: enforcement,
                overrides: (overrides[row.number] ?? []).map(\.override)
                    .sorted { $0.metric < $1.metric },
                grants: (grants[row.number] ?? []).map(\.grant).filter(\.isOpen))
            _ = book.addTenant(
                TenantState(
                    id: row.id, name: row.name, email: row.email, createdAt: row.createdAt,
                    terms: terms))
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
            book.load(
                line: line, track: track.track, count: track.count, head: track.head,
                costMax: track.costMax)
            if track.track != .charged {
                book.modifyTenant(book.tenant(ofLine: line)) { $0.waiting += track.cost }
            }
        }
        for row in stored.scheduledCosts {
            book.modifyTenant(book.tenant(ofLine: Int(row.line - 1))) { $0.waiting += row.cost }
        }
    }

    /// A lease that was open when the process ended goes on: workers could not send heartbeats to
    /// a server that was away, so each gets at least its whole length again. Where the process goes
    /// on, the leases of before tell how long an attempt runs already.
    private func loadLease(_ open: OpenAttempt, before: LeaseBook) {
        let attempt = open.attempt
        var run = open.returned?.run ?? JobRun()
        run.started()
        let line = Int(attempt.line - 1)
        // Whose pull asked for a grace is in no row, so each lease has the longest.
        let allowed = open.timeoutMilliseconds + Limits.runnerTimeoutGraceMilliseconds
        var known = before.times(of: attempt.token.attempt, heardAt: attempt.heardAt)
        #if Mutants
            if Mutant.steadyTimesForgotten.isIn { known = nil }
        #endif
        let times = known ?? LeaseTimes(of: attempt, allowedMilliseconds: allowed, at: now)
        let ran = now.steadyMilliseconds - times.startedSteady
        let length = min(attempt.leaseMilliseconds, allowed)
        leases.insert(
            Lease(
                token: attempt.token, job: attempt.job, line: line, rank: attempt.rank,
                worker: attempt.worker, startedAt: attempt.startedAt,
                milliseconds: attempt.leaseMilliseconds, expiresAt: attempt.expiresAt,
                heartbeatAt: attempt.heardAt, run: run,
                chargedPeriod: attempt.chargedPeriod, returned: open.returned,
                cancelRequestedAt: attempt.cancelRequestedAt, boot: attempt.boot),
            deadline: now.steadyMilliseconds
                + min(
                    max(attempt.expiresAt.since(now.wall), attempt.leaseMilliseconds),
                    Limits.leaseMillisecondsMax),
            timeoutAt: now.steadyMilliseconds + max(allowed - ran, length), times: times)
        if let progress = open.progress { leases.setProgress(attempt.token.attempt, progress) }
        if let mark = attempt.boot, mark != boot { orphans.append(attempt.token.attempt) }
        book.modifyTenant(book.tenant(ofLine: line)) { $0.running += 1 }
    }
}
