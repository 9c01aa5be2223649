package import Core

/// The store's logic: it applies commands to rows and to the lane book, in one transaction a batch.
/// Called on the store thread only.
package final class Engine: Store {
    let rows: any RowStore
    package internal(set) var catalog = PlanCatalog.standard {
        didSet { knownPrices = nil }
    }
    package internal(set) var enforcement = Enforcement.full
    var metrics = MetricBook()
    /// False until the first plans are stored.
    var catalogIsStored = false
    /// The texts of the plans on offer, to see whether a file changes one.
    var planTexts: [String: String] = [:]
    let limits: BatchLimits
    var book = LaneBook()
    var tickets = TicketBook()
    var leases = LeaseBook()
    /// What the process knew of leases while it comes back from a batch that failed.
    var leasesBefore: LeaseBook?
    var usages = UsageCache()
    var periods: PeriodClock
    var jobIDs = IDSource()
    var attemptIDs = IDSource()
    var keyIDs = IDSource()
    var ledgerIDs = IDSource()
    var grantIDs = IDSource()
    var eventIDs = IDSource()
    var endpointIDs = IDSource()
    var deliveryIDs = IDSource()
    var outbound = OutboundBook()
    var auditIDs = IDSource()
    /// The number of the last event that came from the provider.
    var lastEvent: Int64 = 0
    /// No failed event is tried again before this, and nothing is asked; nil is never.
    var earliestEventRetry: Timestamp?
    var earliestInquiry: Timestamp?
    /// What the provider was asked and has not answered.
    var inquiryFlights = InquiryFlights()
    /// What the prices of now pay for, once it was needed.
    var knownPrices: PriceBook?
    let billing: BillingConditions
    /// Draws the jitter of retries.
    package var random: Random
    /// Draws the random bits of lease tokens.
    package var secrets: any RandomNumberGenerator & Sendable
    /// No scheduled job is due before this; nil is none.
    var earliestScheduled: Timestamp?
    /// No waiting job expires before this; nil is none.
    var earliestExpiry: Timestamp?
    /// Nothing of the tenants' terms begins or ends before this; nil is never.
    var earliestDeadline: Timestamp?
    /// When the gates of tenants open that a rate holds, by the steady clock.
    var rateDeadlines = DeadlineHeap<Int>()
    /// Goes through the tenants whose gate is to be looked at anew.
    var gateWalk = GateWalk()
    /// Lines whose jobs on the track of what can never be admitted are to be looked at anew, and
    /// the last one that was.
    var unfitLines: [Int: Head?] = [:]
    /// Lines that begin with jobs which can never be admitted and are still to be put apart.
    var unparkedLines: Set<Int> = []
    /// Tenants that are on their way from one version of a plan to another.
    var moves: [PlanMoveProgress] = []
    /// Deleted tenants whose waiting jobs are still to be canceled.
    var deletions: [Deletion] = []
    /// Lines that woke and were not yet matched with tickets.
    var awakeLines: [Int] = []
    /// True when rows may have been written that the by-tenant indexes have not got.
    var indexesLag = false
    /// How many such rows this process has written.
    var unindexedRows = 0
    /// How many of them since chores last ran.
    var newlyUnindexedRows = 0
    /// True until the indexes have once caught up: nobody counts what the last process left behind.
    var isIndexLagUnknown = true
    var lastIndexedSteady: Int64 = 0
    /// When old idempotency keys are next looked for.
    var nextPruneSteady: Int64 = 0
    /// When old events of the provider are next looked for.
    var nextEventPruneSteady: Int64 = 0
    /// The last row of the ledger that was folded, or that folding has passed.
    package internal(set) var ledgerFolded = LedgerID(rawValue: 0)
    /// Rows of the ledger that were written since chores last ran.
    var newLedgerRows = 0
    /// No row of the ledger can be folded before this day.
    var foldsFromDay: Int64 = 0
    var claimsLeft = 0
    /// The number of this process, which marks what its own runner has; greater than that of every
    /// process before.
    var boot: Int64 = 0
    /// True once a later process will find it.
    var isBootStored = false
    /// Attempts of the runners of processes before this one, in the order of their jobs.
    var orphans: [AttemptID] = []
    /// Tenants whose gate may still be looked at anew in this batch, and those that may be passed
    /// over on the way to them.
    var renewalsLeft = 0
    var renewalLooksLeft = 0
    /// Jobs that may still be put apart in this batch because they can never be admitted.
    var parksLeft = 0

    /// The batch that is being applied.
    var now: Moment
    var outcome: BatchOutcome
    private var commitNumber: UInt64 = 0
    #if Mutants
        private var isCommitOwed = false
        var lateReplays: [ReplayRow] = []
        var lateEffects: [LateEffect] = []
    #endif
    /// A batch failed half-way: memory is not what is on disk until `recover`.
    private var isBroken = false

    /// An engine over `rows`, started from what they hold, with `plans` on offer; nil is those that
    /// were.
    package init(
        rows: any RowStore, plans: [PlanDraft]?, random: Random,
        secrets: any RandomNumberGenerator & Sendable, limits: BatchLimits = BatchLimits(),
        billing: BillingConditions = BillingConditions(), at now: Moment
    ) throws(StoreError) {
        self.rows = rows
        self.limits = limits
        self.billing = billing
        self.random = random
        self.secrets = secrets
        self.now = now
        periods = PeriodClock(stored: nil, at: now)
        outcome = BatchOutcome(commit: 0, day: periods.day)
        try recover(at: now)
        if let plans { try offer(plans) }
    }

    /// A second engine over the rows of `other`, with nothing in memory yet.
    init(beside other: Engine) {
        rows = other.rows
        limits = other.limits
        billing = other.billing
        random = other.random
        secrets = other.secrets
        now = other.now
        periods = other.periods
        outcome = other.outcome
        boot = other.boot
    }

    package func apply(
        _ batch: [Envelope], at now: Moment, lateMilliseconds: Int64, heartbeatsWaitSince: Int64?
    ) throws(StoreError) -> BatchOutcome {
        precondition(!isBroken, "a batch came to a store that has not recovered")
        let wallBefore = self.now.wall
        self.now = now
        isBroken = true
        outbound.beginBatch(toldOf: callsEnded(by: batch))
        #if Mutants
            if isCommitOwed { try rows.commit() }
            isCommitOwed = false
        #endif
        try rows.begin()
        leases.begin()
        if lateMilliseconds > Limits.batchDelayMillisecondsMax {
            leases.shift(by: lateMilliseconds)
        }
        outcome = BatchOutcome(commit: commitNumber + 1, day: periods.day)
        claimsLeft = limits.claimsMax
        parksLeft = limits.parksMax
        renewalsLeft = limits.renewalsMax
        renewalLooksLeft = Limits.renewalLooksPerBatchMax
        try observeDay()
        observeWall(before: wallBefore)
        outcome.day = periods.day
        try fireDeadlines()
        try renewGates()
        try openByRate()
        try runBilling()
        try parkTheRest()
        try endOrphans()
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
        try runOutbound()
        try usages.flush(rows: rows)
        #if Mutants
            isCommitOwed = Mutant.replyBeforeCommit.isIn
            if !isCommitOwed { try rows.commit() }
            try writeLateReplays()
            try writeLateEffects()
        #else
            try rows.commit()
        #endif
        commitNumber += 1
        isBroken = false
        outbound.endBatch()
        return outcome
    }

    package func nextDeadlineSteadyMilliseconds(at now: Moment) -> Int64? {
        var next = periods.nextRollSteadyMilliseconds(at: now)
        if let lease = leases.earliestDeadline { next = min(next, lease) }
        if !orphans.isEmpty { next = min(next, now.steadyMilliseconds) }
        if let opens = rateDeadlines.earliest { next = min(next, opens) }
        for time in [
            earliestScheduled, earliestExpiry, earliestDeadline, earliestEventRetry, nextOutbound,
        ].compactMap(\.self) {
            next = min(next, now.steadyMilliseconds + max(0, time.since(now.wall)))
        }
        if let inquiry = nextInquirySteady(at: now) { next = min(next, inquiry) }
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
            day: periods.day, catalog: catalog, enforcement: enforcement,
            keys: keys.map { DirectoryEntry(id: $0.id, hash: $0.hash, grant: $0.grant) })
    }

    /// True once plans are stored.
    package var hasPlans: Bool { catalogIsStored }

    package func relieve() { rows.relieve() }

    package var day: Day { periods.day }

    package func close() { rows.close() }

    package var isOverloaded: Bool { rows.isLogOverlong }

    package func recover(at now: Moment) throws(StoreError) {
        isBroken = true
        self.now = now
        let stored = try rows.recover()
        #if Mutants
            isCommitOwed = false
            lateReplays = []
            lateEffects = []
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
        case .loadPlans(let drafts): try loadPlans(drafts, envelope)
        case .movePlan(let plan, let from, let to):
            try movePlan(PlanMove(plan: plan, from: from, to: to), envelope)
        case .putOverride(let override): try putOverride(override, envelope)
        case .removeOverride(let tenant, let metric):
            try removeOverride(of: metric, tenant: tenant, envelope)
        case .addGrant(let grant): try addGrant(grant, envelope)
        case .revokeGrant(let grant, let tenant):
            try revokeGrant(grant, tenant: tenant, envelope)
        case .setEnforcement(let enforcement): try setEnforcement(enforcement, envelope)
        case .useUnits(let usage): try useUnits(usage, envelope)
        case .setGauge(let tenant, let metric, let value):
            try setGauge(metric, value: value, tenant: tenant, envelope)
        case .checkLimit(let tenant, let metric, let amount):
            try checkLimit(metric, amount: amount, tenant: tenant, envelope)
        case .checkFeature(let tenant, let feature):
            try checkFeature(feature, tenant: tenant, envelope)
        case .explain(let job, let tenant): try explain(job, tenant: tenant, envelope)
        case .createKey(let create): try createKey(create, envelope)
        case .revokeKey(let key, let tenant): try revokeKey(key, tenant: tenant, envelope)
        case .enqueue(let enqueue): try self.enqueue(enqueue, envelope)
        case .cancelJob(let job, let tenant): try cancelJob(job, tenant: tenant, envelope)
        case .pull(let pull): try park(pull, envelope)
        case .endPull(let pull): endPull(pull, envelope)
        case .heartbeat(let heartbeat): try self.heartbeat(heartbeat, envelope)
        case .complete(let items): try complete(items, envelope)
        case .fail(let items): try fail(items, envelope)
        case .release(let release): try self.release(release, envelope)
        case .undelivered(let tokens): try undelivered(tokens, envelope)
        case .outbound(let command): try apply(command, envelope)
        case .billing(let command): try apply(command, envelope)
        }
    }

    // MARK: What the concerns share

    func answer(_ envelope: Envelope, _ reply: Reply, tenant: Int? = nil) throws(StoreError) {
        var quota: QuotaView?
        if let tenant = tenant ?? envelope.customer.flatMap(liveTenant) {
            quota = try self.quota(tenant: tenant)
        }
        outcome.answers.append(Answer(id: envelope.id, reply: reply, quota: quota))
    }

    func refuse(_ envelope: Envelope, _ refusal: Refusal) throws(StoreError) {
        try answer(envelope, .refused(refusal))
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

    func quota(tenant: Int) throws(StoreError) -> QuotaView {
        QuotaView(
            plan: book.tenants[tenant].plan.id, account: try account(tenant: tenant),
            resetsAt: resetsAt(tenant: tenant))
    }
}
