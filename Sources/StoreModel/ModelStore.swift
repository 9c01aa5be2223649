package import Core
package import Store

/// The store said as plainly as it can be: dictionaries, arrays in order and scans over all of
/// them. It is the oracle that real stores are compared with, so it is slow wherever speed would
/// need a second copy of a fact. It does whatever is due in the batch that finds it due.
package final class ModelStore: Store {
    let catalog: PlanCatalog
    /// Draws the jitter of retries, and nothing else.
    var random: Random
    /// Draws the secrets of leases, and nothing else.
    var secrets: Random

    // MARK: What is durable

    var tenants: [String: ModelTenant] = [:]
    var keys: [KeyID: ModelKey] = [:]
    var jobs: [JobID: ModelJob] = [:]
    var attempts: [AttemptID: ModelAttempt] = [:]
    var usage: [String: [Period: Usage]] = [:]
    var ledger: [ModelLedgerRow] = []
    var replays: [ReplayKey: ModelReplay] = [:]
    /// Where each job is: in exactly one of these four.
    var scheduled: [JobID: Timestamp] = [:]
    var lines: [LineKey: ModelLine] = [:]
    var running: [JobID: AttemptID] = [:]
    var ended: [JobID: JobEnd] = [:]
    var jobIDs = IDSource()
    var attemptIDs = IDSource()
    var keyIDs = IDSource()
    var ledgerIDs = IDSource()
    var clock: PeriodClock

    // MARK: What a restart forgets

    /// Only the lanes' numbers are durable.
    var lanes: [LaneKey: ModelLane] = [:]
    /// For each queue the virtual time of the lane that was served last.
    var queueNow: [String: Int64] = [:]
    var tickets: [Int: ModelTicket] = [:]
    var ticketNumberLast = 0

    // MARK: The batch at hand

    var now: Moment
    private var commit: UInt64 = 0
    var outcome: BatchOutcome

    /// An empty store. `random` draws the jitter of retries, `secrets` the leases' secrets.
    package init(catalog: PlanCatalog, random: Random, secrets: Random, at now: Moment) {
        self.catalog = catalog
        self.random = random
        self.secrets = secrets
        self.now = now
        clock = PeriodClock(stored: nil, at: now)
        outcome = BatchOutcome(commit: 0, period: clock.current)
    }

    // MARK: Store

    package var period: Period { clock.current }

    package var isOverloaded: Bool { false }

    package func close() {}

    package func apply(
        _ batch: [Envelope], at now: Moment, lateMilliseconds: Int64
    ) throws(StoreError) -> BatchOutcome {
        begin(at: now, lateMilliseconds: lateMilliseconds)
        for envelope in batch {
            guard case .heartbeat(let heartbeat) = envelope.command else { continue }
            answer(envelope, .heartbeats(heartbeat.tokens.map { renew($0, heartbeat) }))
        }
        for envelope in batch {
            perform(envelope)
            wakeLanes()
        }
        serveTickets()
        doChores()
        wakeLanes()
        serveTickets()
        return outcome
    }

    package func recover(at now: Moment) throws(StoreError) {
        self.now = now
        clock = PeriodClock(stored: clock.current, at: now)
        tickets = [:]
        ticketNumberLast = 0
        queueNow = [:]
        for key in lanes.keys {
            lanes[key]?.virtualTime = 0
            lanes[key]?.isRunnable = false
        }
        for (id, attempt) in attempts where attempt.isOpen {
            let left = max(attempt.expiresAt.since(now.wall), attempt.leaseMilliseconds)
            attempts[id]?.deadline = now.steadyMilliseconds + left
        }
        wakeLanes()
    }

    private func begin(at now: Moment, lateMilliseconds: Int64) {
        commit += 1
        self.now = now
        if lateMilliseconds > Limits.batchDelayMillisecondsMax {
            for (id, attempt) in attempts where attempt.isOpen {
                attempts[id]?.deadline = attempt.deadline + lateMilliseconds
            }
        }
        _ = clock.observe(now)
        outcome = BatchOutcome(commit: commit, period: clock.current)
        wakeLanes()
    }

    /// One command other than a heartbeat, which was done before all others.
    private func perform(_ envelope: Envelope) {
        switch envelope.command {
        case .createTenant(let create): createTenant(create, envelope)
        case .updateTenant(let update): updateTenant(update, envelope)
        case .setManual(let id, let manual): setManual(manual, of: id, envelope)
        case .deleteTenant(let id, let force): deleteTenant(id, force: force, envelope)
        case .readTenant(let id): readTenant(id, envelope)
        case .createKey(let create): createKey(create, envelope)
        case .revokeKey(let id, let tenant): revokeKey(id, of: tenant, envelope)
        case .enqueue(let enqueue): submit(enqueue, envelope)
        case .cancelJob(let id, let tenant): cancel(id, tenant: tenant, envelope)
        case .pull(let pull): park(pull, envelope)
        case .endPull(let id): endPull(id, envelope)
        case .heartbeat: break
        case .complete(let items):
            answer(envelope, .leaseOutcomes(items.map(complete)))
        case .fail(let items):
            answer(envelope, .leaseOutcomes(items.map(fail)))
        case .release(let release):
            let delay = release.delayMilliseconds
            let outcomes = release.tokens.map { giveBack($0, delayMilliseconds: delay) }
            answer(envelope, .leaseOutcomes(outcomes))
        case .undelivered(let tokens):
            tokens.forEach(undo)
            answer(envelope, .done)
        }
    }

    // MARK: Answers

    func answer(_ envelope: Envelope, _ reply: Reply, quotaOf tenant: String? = nil) {
        answer(envelope.id, reply, quotaOf: tenant)
    }

    func answer(_ id: EnvelopeID, _ reply: Reply, quotaOf tenant: String? = nil) {
        let quota = tenant.flatMap { quotaView($0, in: clock.current) }
        outcome.answers.append(Answer(id: id, reply: reply, quota: quota))
    }

    // MARK: Facts that must be there

    /// A job that something names from inside.
    func job(_ id: JobID) -> ModelJob {
        guard let job = jobs[id] else { preconditionFailure("\(id) is named and does not exist") }
        return job
    }

    /// A tenant that something names from inside.
    func tenant(_ id: String) -> ModelTenant {
        guard let tenant = tenants[id] else {
            preconditionFailure("tenant \(id) is named and does not exist")
        }
        return tenant
    }
}
