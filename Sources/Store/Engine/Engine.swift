package import Core

/// The store's logic: it applies commands to rows and to the lane book, in one transaction a batch.
/// Called on the store thread only.
package final class Engine: Store {
    let rows: any RowStore
    let catalog: PlanCatalog
    let limits: BatchLimits
    var book = LaneBook()
    var tickets = TicketBook()
    var leases = LeaseBook()
    var usages = UsageCache()
    var periods: PeriodClock
    var jobIDs = IDSource()
    var attemptIDs = IDSource()
    var keyIDs = IDSource()
    var ledgerIDs = IDSource()
    /// Draws the jitter of retries.
    package var random: Random
    /// Draws the random bits of lease tokens.
    package var secrets: any RandomNumberGenerator & Sendable
    /// No scheduled job is due before this; nil is none.
    var earliestScheduled: Timestamp?
    /// No waiting job expires before this; nil is none.
    var earliestExpiry: Timestamp?
    /// Deleted tenants whose waiting jobs are still to be canceled.
    var deletions: [Deletion] = []
    /// Lines that woke and were not yet matched with tickets.
    var awakeLines: [Int] = []
    /// True when rows may have been written that the by-tenant indexes have not got.
    var indexesLag = false
    /// How many such rows this process has written.
    var unindexedRows = 0
    /// True until the indexes have once caught up: nobody counts what the last process left behind.
    var isIndexLagUnknown = true
    var lastIndexedSteady: Int64 = 0
    /// When old idempotency keys are next looked for.
    var nextPruneSteady: Int64 = 0
    var claimsLeft = 0

    /// The batch that is being applied.
    var now: Moment
    var outcome: BatchOutcome
    private var commitNumber: UInt64 = 0
    #if Mutants
        private var isCommitOwed = false
        var lateReplays: [ReplayRow] = []
    #endif
    /// A batch failed half-way: memory is not what is on disk until `recover`.
    private var isBroken = false

    /// An engine over `rows`, started from what they hold.
    package init(
        rows: any RowStore, catalog: PlanCatalog, random: Random,
        secrets: any RandomNumberGenerator & Sendable, limits: BatchLimits = BatchLimits(),
        at now: Moment
    ) throws(StoreError) {
        self.rows = rows
        self.catalog = catalog
        self.limits = limits
        self.random = random
        self.secrets = secrets
        self.now = now
        periods = PeriodClock(stored: nil, at: now)
        outcome = BatchOutcome(commit: 0, period: periods.current)
        try recover(at: now)
    }

    /// A second engine over the rows of `other`, with nothing in memory yet.
    init(beside other: Engine) {
        rows = other.rows
        catalog = other.catalog
        limits = other.limits
        random = other.random
        secrets = other.secrets
        now = other.now
        periods = other.periods
        outcome = other.outcome
    }

    package func apply(
        _ batch: [Envelope], at now: Moment, lateMilliseconds: Int64, heartbeatsWaitSince: Int64?
    ) throws(StoreError) -> BatchOutcome {
        precondition(!isBroken, "a batch came to a store that has not recovered")
        self.now = now
        isBroken = true
        #if Mutants
            if isCommitOwed { try rows.commit() }
            isCommitOwed = false
        #endif
        try rows.begin()
        if lateMilliseconds > Limits.batchDelayMillisecondsMax {
            leases.shift(by: lateMilliseconds)
        }
        try observePeriod()
        outcome = BatchOutcome(commit: commitNumber + 1, period: periods.current)
        claimsLeft = limits.claimsMax
        #if Mutants
            if Mutant.expiryBeforeHeartbeats.isIn {
                try expireLeases(until: now.steadyMilliseconds)
            }
        #endif
        for envelope in batch where envelope.command.isHeartbeat { try apply(envelope) }
        for envelope in batch where !envelope.command.isHeartbeat { try apply(envelope) }
        try serveTickets()
        try runChores(isIdle: batch.isEmpty)
        try expireLeases(until: heartbeatsWaitSince ?? now.steadyMilliseconds)
        try serveTickets()
        try usages.flush(period: periods.current, rows: rows)
        #if Mutants
            isCommitOwed = Mutant.replyBeforeCommit.isIn
            if !isCommitOwed { try rows.commit() }
            try writeLateReplays()
        #else
            try rows.commit()
        #endif
        commitNumber += 1
        isBroken = false
        return outcome
    }

    package func nextDeadlineSteadyMilliseconds(at now: Moment) -> Int64? {
        var next = periods.nextRollSteadyMilliseconds(at: now)
        if let lease = leases.earliestDeadline { next = min(next, lease) }
        for time in [earliestScheduled, earliestExpiry].compactMap({ $0 }) {
            next = min(next, now.steadyMilliseconds + max(0, time.since(now.wall)))
        }
        if indexesLag {
            // Under load nobody is idle and the indexes wait; that is no batch that came too late.
            let due = lastIndexedSteady + Engine.indexIntervalMilliseconds
            next = min(next, max(due, now.steadyMilliseconds))
        }
        return next
    }

    package func opening() throws(StoreError) -> StoreOpening {
        let keys = try rows.allKeys()
        return StoreOpening(
            period: periods.current,
            keys: keys.map { DirectoryEntry(id: $0.id, hash: $0.hash, grant: $0.grant) })
    }

    package func relieve() { rows.relieve() }

    package var period: Period { periods.current }

    package func close() { rows.close() }

    package var isOverloaded: Bool { rows.isLogOverlong }

    package func recover(at now: Moment) throws(StoreError) {
        isBroken = true
        self.now = now
        let stored = try rows.recover()
        #if Mutants
            isCommitOwed = false
            lateReplays = []
            if !Mutant.memoryNotRebuilt.isIn || commitNumber == 0 { try rebuild(from: stored) }
        #else
            try rebuild(from: stored)
        #endif
        isBroken = false
    }

    /// How long the by-tenant indexes may lag when there is nothing else to do.
    static let indexIntervalMilliseconds: Int64 = 1_000

    // MARK: Private

    private func apply(_ envelope: Envelope) throws(StoreError) {
        switch envelope.command {
        case .createTenant(let create): try createTenant(create, envelope)
        case .updateTenant(let update): try updateTenant(update, envelope)
        case .setManual(let tenant, let status):
            try setManual(status, tenant: tenant, envelope)
        case .deleteTenant(let tenant, let force):
            try deleteTenant(tenant, force: force, envelope)
        case .readTenant(let tenant): try readTenant(tenant, envelope)
        case .createKey(let create): try createKey(create, envelope)
        case .revokeKey(let key, let tenant): try revokeKey(key, tenant: tenant, envelope)
        case .enqueue(let enqueue): try self.enqueue(enqueue, envelope)
        case .cancelJob(let job, let tenant): try cancelJob(job, tenant: tenant, envelope)
        case .pull(let pull): park(pull, envelope)
        case .endPull(let pull): endPull(pull, envelope)
        case .heartbeat(let heartbeat): try self.heartbeat(heartbeat, envelope)
        case .complete(let items): try complete(items, envelope)
        case .fail(let items): try fail(items, envelope)
        case .release(let release): try self.release(release, envelope)
        case .undelivered(let tokens): try undelivered(tokens, envelope)
        }
    }

    /// Rolls the period when its time has come. Nobody has used anything of a new period, so the
    /// lines that were closed by the old one open without a look at the rows.
    private func observePeriod() throws(StoreError) {
        guard periods.observe(now) else { return }
        try rows.putPeriod(periods.current)
        for tenant in book.tenants.indices where book.tenants[tenant].freshBudget != .max {
            setGate(tenant: tenant, usage: .none)
        }
    }

    // MARK: What the concerns share

    func answer(_ envelope: Envelope, _ reply: Reply, tenant: Int? = nil) throws(StoreError) {
        var quota: QuotaView?
        if let tenant { quota = try self.quota(tenant: tenant) }
        outcome.answers.append(Answer(id: envelope.id, reply: reply, quota: quota))
    }

    func refuse(_ envelope: Envelope, _ refusal: Refusal) {
        outcome.answers.append(Answer(id: envelope.id, reply: .refused(refusal)))
    }

    /// A job's row, whose line is one that memory knows.
    func job(_ id: JobID) throws(StoreError) -> JobRow? {
        let row = try rows.job(id)
        if let row { try checkLine(row.line, of: "job \(id)") }
        return row
    }

    /// Throws if memory knows no line of this number: the row that leads to it is damaged.
    func checkLine(_ line: Int64, of what: @autoclosure () -> String) throws(StoreError) {
        guard line > 0, line <= book.lines.count else {
            throw StoreError(.corrupt, "\(what()) is in line \(line), which is not there")
        }
    }

    /// The tenant with this id, unless there is none or it was deleted.
    func liveTenant(_ id: String) -> Int? {
        guard let tenant = book.tenantIndex(id), !book.tenants[tenant].facts.isDeleted else {
            return nil
        }
        return tenant
    }

    func usage(tenant: Int) throws(StoreError) -> Usage {
        try usages.usage(tenant: tenant, period: periods.current, rows: rows)
    }

    /// What the gate decides by: the counter as this batch has left it so far.
    private func gateUsage(tenant: Int) throws(StoreError) -> Usage {
        #if Mutants
            if Mutant.gateOutsideTransaction.isIn {
                return try rows.usage(tenant: Int64(tenant + 1), period: periods.current)
            }
        #endif
        return try usage(tenant: tenant)
    }

    func gateTenant(_ tenant: Int) throws(StoreError) -> Gate.Tenant {
        Gate.Tenant(
            facts: book.tenants[tenant].facts, usage: try gateUsage(tenant: tenant),
            period: periods.current)
    }

    func quota(tenant: Int) throws(StoreError) -> QuotaView {
        let plan = book.tenants[tenant].facts.plan(in: catalog)
        return QuotaView(
            plan: plan.id, limit: plan.jobLimit, used: try usage(tenant: tenant).total,
            resetsAt: periods.current.end)
    }

    /// Opens or closes the tenant's lines by what the gate says now.
    func refreshGate(tenant: Int) throws(StoreError) {
        setGate(tenant: tenant, usage: try gateUsage(tenant: tenant))
    }

    func setGate(tenant: Int, usage: Usage) {
        let facts = Gate.Tenant(
            facts: book.tenants[tenant].facts, usage: usage, period: periods.current)
        book.setGate(
            tenant: tenant,
            admitsCharged: Gate.admits(.charged, for: facts, catalog: catalog),
            freshBudget: Gate.freshBudget(for: facts, catalog: catalog))
    }
}
