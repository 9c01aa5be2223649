package import Core
package import Store

/// The rules of the store and nothing else: dictionaries and linear scans, no file, no heap, no
/// cache that outlives a call. What the real store answers is compared with what this one does.
package final class ModelStore: Store {
    package internal(set) var catalog: PlanCatalog
    package internal(set) var enforcement = Enforcement.full
    /// The metrics that plans ever named.
    var metrics: Set<Metric> = [.jobs]
    /// The texts of the plans on offer.
    var planTexts: [String: String] = [:]
    var moves: [ModelMove] = []
    private(set) var billing = ModelBilling()
    let conditions: BillingConditions
    /// What the provider was asked and has not answered.
    var inquiryFlights = InquiryFlights()
    var lastProviderEvent: Int64 = 0
    var auditIDs = IDSource()
    let limits: BatchLimits
    package var random: Random
    package var secrets: Random
    var tenants: [ModelTenant] = []
    var lanes: [ModelLane] = []
    var clocks: [ModelClock.Work: ModelClock] = [:]
    var jobs = JobShelf()
    var kinds: [String: Set<String>] = [:]
    var attempts: [AttemptID: ModelAttempt] = [:]
    var keys: [KeyID: (hash: [UInt8], grant: KeyGrant, createdAt: Timestamp)] = [:]
    var usages: [UsageKey: Usage] = [:]
    var ledger: [(tenant: String, row: LedgerView)] = []
    /// Rows up to this one are shown folded.
    var ledgerFolded = LedgerID(rawValue: 0)
    var replays: [ReplayKey: ModelReplay] = [:]
    var lastReplay = 0
    /// When old idempotency keys are next forgotten, in steady milliseconds.
    var nextForgetting: Int64 = 0
    /// When old events of the provider are next forgotten, in steady milliseconds.
    var nextEventForgetting: Int64 = 0
    var tickets: [(id: EnvelopeID, pull: Pull, turn: UInt64)] = []
    var queueTurns = QueueTurns()
    var periods: PeriodClock
    /// The number of the process.
    var boot: Int64 = 1
    var jobIDs = IDSource()
    var attemptIDs = IDSource()
    var keyIDs = IDSource()
    var ledgerIDs = IDSource()
    var grantIDs = IDSource()
    var outbound = ModelOutbound()
    var now: Moment
    var outcome: BatchOutcome
    var claimsLeft = 0
    /// The tenants whose keys ask in this batch.
    private var customers: [EnvelopeID: String] = [:]
    /// How many attempts ended so.
    package internal(set) var ends: [AttemptOutcome: Int] = [:]
    private var lastDeadlineOrder = 0

    struct UsageKey: Hashable {
        let tenant: String
        let metric: Metric
        /// Nil of a gauge.
        let period: Period?
    }

    struct ReplayKey: Hashable {
        let scope: String
        let key: String
    }

    /// An empty store with these plans on offer.
    package init(
        plans: [PlanDraft], random: Random, secrets: Random,
        limits: BatchLimits = BatchLimits(), billing: BillingConditions = BillingConditions(),
        at now: Moment
    ) {
        conditions = billing
        catalog = PlanCatalog(plans.map { Plan(id: $0.id, terms: $0.terms) })
        self.limits = limits
        self.random = random
        self.secrets = secrets
        self.now = now
        periods = PeriodClock(stored: nil, at: now)
        outcome = BatchOutcome(commit: 0, day: periods.day)
        for draft in plans { planTexts[draft.id] = draft.text }
        metrics = Set(catalog.metrics)
    }

    /// True if something is kept under this idempotency key, however old.
    package func remembers(scope: String, key: String) -> Bool {
        replays[ReplayKey(scope: scope, key: key)] != nil
    }

    private init(copying other: ModelStore) {
        catalog = other.catalog
        conditions = other.conditions
        limits = other.limits
        random = other.random
        secrets = other.secrets
        now = other.now
        periods = other.periods
        outcome = other.outcome
    }

    /// Every idempotency key under which something is kept, however old.
    package var rememberedKeys: [(scope: String, key: String)] {
        replays.keys.map { ($0.scope, $0.key) }
    }

    /// A second store that goes its own way from here.
    package func copy() -> ModelStore {
        let copy = ModelStore(copying: self)
        copy.tenants = tenants
        copy.enforcement = enforcement
        copy.metrics = metrics
        copy.planTexts = planTexts
        copy.moves = moves
        copy.billing = billing.copy()
        copy.lastProviderEvent = lastProviderEvent
        copy.inquiryFlights = inquiryFlights
        copy.auditIDs = auditIDs
        copy.grantIDs = grantIDs
        copy.outbound = outbound
        copy.lanes = lanes
        copy.clocks = clocks
        copy.jobs = jobs
        copy.kinds = kinds
        copy.attempts = attempts
        copy.keys = keys
        copy.usages = usages
        copy.ledger = ledger
        copy.ledgerFolded = ledgerFolded
        copy.replays = replays
        copy.lastReplay = lastReplay
        copy.nextForgetting = nextForgetting
        copy.nextEventForgetting = nextEventForgetting
        copy.tickets = tickets
        copy.queueTurns = queueTurns
        copy.periods = periods
        copy.boot = boot
        copy.ends = ends
        copy.jobIDs = jobIDs
        copy.attemptIDs = attemptIDs
        copy.keyIDs = keyIDs
        copy.ledgerIDs = ledgerIDs
        copy.outcome = outcome
        copy.lastDeadlineOrder = lastDeadlineOrder
        return copy
    }

    package var day: Day { periods.day }

    package var isOverloaded: Bool { false }

    package func relieve() {}

    package func opening() -> StoreOpening {
        let entries = keys.sorted { $0.key < $1.key }
            .map { DirectoryEntry(id: $0.key, hash: $0.value.hash, grant: $0.value.grant) }
        return StoreOpening(
            day: periods.day, catalog: catalog, enforcement: enforcement, keys: entries)
    }

    package func close() {}

    package func apply(
        _ batch: [Envelope], at now: Moment, lateMilliseconds: Int64, heartbeatsWaitSince: Int64?
    ) -> BatchOutcome {
        self.now = now
        if lateMilliseconds > Limits.batchDelayMillisecondsMax {
            for id in attempts.keys {
                attempts[id]?.deadline += lateMilliseconds
                attempts[id]?.timeoutAt += lateMilliseconds
            }
        }
        _ = periods.observe(now)
        outcome = BatchOutcome(commit: outcome.commit + 1, day: periods.day)
        claimsLeft = limits.claimsMax
        customers = [:]
        for envelope in batch { customers[envelope.id] = envelope.customer }
        fireDeadlines()
        runBilling()
        endOrphans()
        for envelope in batch {
            if case .heartbeat(let heartbeat) = envelope.command {
                self.heartbeat(heartbeat, envelope)
            }
        }
        for envelope in batch { apply(envelope) }
        serve()
        promote()
        expireWaiting()
        cancelJobsOfDeleted()
        moveTenants()
        forgetReplays()
        forgetEvents()
        expireLeases(until: min(heartbeatsWaitSince ?? .max, now.steadyMilliseconds))
        serve()
        runOutbound()
        return outcome
    }

    package func nextDeadlineSteadyMilliseconds(at now: Moment) -> Int64? {
        var next = periods.nextRollSteadyMilliseconds(at: now)
        for tenant in tenants {
            if let rate = tenant.facts.plan(in: catalog).terms.rate,
                let opens = rate.opensSteadyMilliseconds(tenant.starts, at: now)
            {
                next = min(next, opens)
            }
        }
        if let time = nextBilling {
            next = min(next, now.steadyMilliseconds + max(0, time.since(now.wall)))
        }
        if let inquiry = nextInquirySteady(at: now) { next = min(next, inquiry) }
        for deadline in deadlines {
            next = min(next, now.steadyMilliseconds + max(0, deadline.at.since(now.wall)))
        }
        if let time = nextOutbound {
            next = min(next, now.steadyMilliseconds + max(0, time.since(now.wall)))
        }
        for attempt in attempts.values where attempt.end == nil {
            next = min(next, attempt.deadline)
            if isOrphan(attempt) { next = min(next, now.steadyMilliseconds) }
        }
        for box in jobs.living where box.job.isWaiting {
            var times: [Timestamp] = box.job.place == .scheduled ? [box.job.readyAt] : []
            if !box.job.isCharged, let end = box.job.body.expiresAt { times.append(end) }
            for time in times {
                next = min(next, now.steadyMilliseconds + max(0, time.since(now.wall)))
            }
        }
        return next
    }

    /// What is durable stays; pulls and turns are forgotten; leases and calls live on.
    package func recover(at now: Moment) {
        self.now = now
        nextForgetting = now.steadyMilliseconds
        nextEventForgetting = now.steadyMilliseconds
        outbound.nextForgetting = now.steadyMilliseconds
        inquiryFlights = InquiryFlights()
        for index in moves.indices { moves[index].position = 0 }
        tickets = []
        queueTurns = QueueTurns()
        clocks = [:]
        periods = PeriodClock(stored: periods.day, at: now)
        for index in tenants.indices { tenants[index].starts = StartRate.State() }
        for (id, attempt) in attempts.sorted(by: { $0.value.job < $1.value.job })
        where attempt.end == nil {
            attempts[id]?.deadlineOrder = nextDeadlineOrder()
            let left = max(attempt.expiresAt.since(now.wall), attempt.leaseMilliseconds)
            let ran = now.steadyMilliseconds - attempt.startedSteady
            let allowed = attempt.allowedMilliseconds
            let timeoutAt =
                now.steadyMilliseconds
                + max(allowed - ran, min(attempt.leaseMilliseconds, allowed))
            attempts[id]?.timeoutAt = timeoutAt
            attempts[id]?.deadline = min(
                now.steadyMilliseconds + min(left, Limits.leaseMillisecondsMax), timeoutAt)
        }
    }

    private func apply(_ envelope: Envelope) {
        let id = envelope.id
        switch envelope.command {
        case .createTenant(let create): createTenant(create, envelope)
        case .updateTenant(let update): updateTenant(update, id)
        case .setManual(let tenant, let status): setManual(status, tenant, id)
        case .deleteTenant(let tenant, let force): deleteTenant(tenant, force, id)
        case .readTenant(let tenant): readTenant(tenant, id)
        case .loadPlans(let drafts): loadPlans(drafts, id)
        case .movePlan(let plan, let from, let to):
            movePlan(PlanMove(plan: plan, from: from, to: to), id)
        case .putOverride(let override): putOverride(override, id)
        case .removeOverride(let tenant, let metric): removeOverride(of: metric, tenant, id)
        case .addGrant(let grant): addGrant(grant, id)
        case .revokeGrant(let grant, let tenant): revokeGrant(grant, tenant, id)
        case .setEnforcement(let enforcement):
            if self.enforcement != enforcement { outcome.enforcement = enforcement }
            self.enforcement = enforcement
            answer(id, .enforcement(enforcement))
        case .useUnits(let usage): useUnits(usage, id)
        case .setGauge(let tenant, let metric, let value):
            setGauge(metric, to: value, tenant, id)
        case .checkLimit(let tenant, let metric, let amount):
            checkLimit(metric, amount, tenant, id)
        case .checkFeature(let tenant, let feature): checkFeature(feature, tenant, id)
        case .explain(let job, let tenant): explain(job, tenant, id)
        case .createKey(let create): createKey(create, envelope)
        case .revokeKey(let key, let tenant): revokeKey(key, tenant, id)
        case .billing(let command): apply(command, id)
        case .enqueue(let enqueue): self.enqueue(enqueue, envelope)
        case .cancelJob(let job, let tenant): cancelJob(job, tenant, id)
        case .pull(let pull):
            park(pull, id)
        case .endPull(let pull):
            if let index = tickets.firstIndex(where: { $0.id == pull }) {
                tickets.remove(at: index)
                answer(pull, .leased([]))
            }
            answer(id, .done)
        case .heartbeat: return
        case .complete(let items):
            answer(id, .leaseOutcomes(items.map { complete($0, envelope.reach) }))
        case .fail(let items):
            answer(id, .leaseOutcomes(items.map { fail($0, envelope.reach) }))
        case .release(let release):
            let delay = release.delayMilliseconds
            answer(
                id,
                .leaseOutcomes(
                    release.tokens.map { self.release($0, after: delay, envelope.reach) }))
        case .undelivered(let tokens):
            for token in tokens { undelivered(token, envelope.reach) }
            answer(id, .done)
        case .outbound(let command): apply(command, envelope)
        }
    }

    private func park(_ pull: Pull, _ id: EnvelopeID) {
        if let tenants = pull.tenants, !tenants.contains(where: { liveTenant($0) != nil }) {
            return answer(id, .refused(.tenantUnknown(tenants.first ?? "")))
        }
        guard tickets.count < Limits.ticketsMax else {
            return answer(id, .refused(.tooManyTickets(max: Limits.ticketsMax)))
        }
        tickets.append((id, pull, queueTurns.next(pull)))
    }

    func nextDeadlineOrder() -> Int {
        lastDeadlineOrder += 1
        return lastDeadlineOrder
    }

    private func forgetReplays() {
        guard now.steadyMilliseconds >= nextForgetting else { return }
        let old = replays.filter {
            now.wall.since($0.value.createdAt) > Limits.idempotencyMillisecondsKept
        }
        let inOrder = old.sorted {
            ($0.value.createdAt, $0.value.order) < ($1.value.createdAt, $1.value.order)
        }
        for replay in inOrder.prefix(limits.replaysMax) { replays[replay.key] = nil }
        // Where there was something to forget there may be more, and the next batch looks again.
        guard old.isEmpty else {
            outcome.hasMore = true
            return
        }
        nextForgetting = now.steadyMilliseconds + Limits.idempotencyPruneMilliseconds
    }

    // MARK: What the concerns share

    func answer(_ id: EnvelopeID, _ reply: Reply, tenant: String? = nil) {
        let shown = tenant ?? customers[id].flatMap { liveTenant($0)?.id }
        outcome.answers.append(Answer(id: id, reply: reply, quota: shown.flatMap(quota)))
    }

    func tenant(_ id: String) -> ModelTenant? { tenants.first { $0.id == id } }

    func liveTenant(_ id: String) -> ModelTenant? {
        tenant(id).flatMap { $0.facts.isDeleted ? nil : $0 }
    }

    func waiting(_ tenant: String) -> Int64 {
        jobs.living
            .filter { $0.job.tenant == tenant && $0.job.isWaiting && !$0.job.isCharged }
            .reduce(0) { $0 + $1.job.body.cost }
    }

    func runningCount(_ tenant: String) -> Int { jobs.running(tenant).count }

    func running(_ tenant: String) -> [ModelJob] {
        jobs.running(tenant).map(\.job).sorted { $0.body.id < $1.body.id }
    }

    func change(_ id: JobID, _ body: (inout ModelJob) -> Void) {
        guard var job = jobs[id] else { preconditionFailure("there is no job \(id)") }
        body(&job)
        jobs.put(job)
    }
}
