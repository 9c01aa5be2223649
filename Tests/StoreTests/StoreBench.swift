import Core
import Plans
import Store
import Testing

/// A store on a table: a clock under the test's hand, numbers for the commands, and short words
/// for what tests do often. Every batch is followed by the store's check of itself.
final class StoreBench {
    /// Monday noon in the middle of a month.
    static let noon = Timestamp(rfc3339: "2026-11-16T12:00:00Z")!

    let plans: [PlanDraft]
    /// What the bodies of events mean that are tried again.
    let shelf = EventShelf()
    private var subject: StoreUnderTest
    private(set) var now: Moment
    private var numberLast: UInt64 = 0
    /// Answers to pulls that a later batch gave.
    private(set) var answers: [EnvelopeID: Answer] = [:]
    /// Jobs that ended, in the order in which batches told so.
    private(set) var endedJobs: [JobID] = []
    /// Leases of the server's own runner whose jobs are to end.
    private(set) var canceledLeases: [LeaseToken] = []
    private(set) var directoryChanges: [DirectoryChange] = []
    /// Calls to endpoints that were ordered and not yet taken.
    var calls: [DeliveryOrder] = []
    /// What the provider is to be asked, as batches told.
    private(set) var inquiries: [ProviderInquiry] = []
    /// What the operator was told of subscriptions.
    private(set) var alarms: [OperatorAlarm] = []
    /// False where so many batches follow each other that the store is not to check each.
    var checksBatches: Bool
    /// Batches that the work of the last `drain` took.
    private(set) var batchCount = 0

    var store: any Store { subject.store }
    var reader: any StoreReader { subject.reader }
    var rows: any BillingRowStore { subject.billingRows() }

    /// A bench with an empty store. Tenants named here begin on these plans.
    init(
        _ kind: StoreKind, plans: [PlanDraft] = .standard, seed: UInt64 = 1,
        limits: BatchLimits = BatchLimits(), tenants: [String: String] = ["acme": "enterprise"],
        canAskProvider: Bool = false, checksBatches: Bool = true,
        at start: Timestamp = StoreBench.noon
    ) throws {
        self.plans = plans
        self.checksBatches = checksBatches
        now = Moment(wall: start, steadyMilliseconds: 1_000_000)
        var billing = BillingConditions()
        billing.canAskProvider = canAskProvider
        billing.reader = { [shelf] in shelf.meaning(of: $0) }
        subject = try StoreUnderTest(
            kind, plans: plans, seed: seed, limits: limits, billing: billing, at: now)
        for (id, plan) in tenants.sorted(by: { $0.key < $1.key }) {
            _ = try tell(.createTenant(CreateTenant(id: id, plan: plan)))
        }
        endedJobs = []
    }

    // MARK: Time

    /// Both clocks run on. Nothing happens in the store until the next batch.
    func advance(milliseconds: Int64) { now = now.advanced(by: milliseconds) }

    /// Only the wall clock moves.
    func jump(milliseconds: Int64) {
        now = Moment(
            wall: now.wall.adding(milliseconds), steadyMilliseconds: now.steadyMilliseconds)
    }

    /// Both clocks run on until the wall clock shows `time`.
    func advance(to time: Timestamp) { advance(milliseconds: time.since(now.wall)) }

    /// Time passes and the store does what that brings.
    func wait(milliseconds: Int64) throws {
        advance(milliseconds: milliseconds)
        try drain()
    }

    // MARK: Batches

    /// A command under the next number.
    func envelope(
        _ command: Command, _ idempotency: Idempotency? = nil, reach: Reach = Reach(),
        customer: String? = nil
    ) -> Envelope {
        numberLast += 1
        return Envelope(
            id: EnvelopeID(rawValue: numberLast), command: command, idempotency: idempotency,
            reach: reach, customer: customer)
    }

    /// One batch. Its answers are kept; those to its own commands are given back in their order,
    /// nil where a pull waits.
    @discardableResult
    func apply(_ batch: [Envelope], lateMilliseconds: Int64 = 0) throws -> [Reply?] {
        try turn(batch, lateMilliseconds: lateMilliseconds)
        return batch.map { answers[$0.id]?.reply }
    }

    /// One batch of these commands.
    @discardableResult
    func apply(_ commands: Command...) throws -> [Reply?] {
        try apply(commands.map { envelope($0) })
    }

    /// The whole answer to a command of a customer's key.
    func answer(to command: Command, customer: String?) throws -> Answer {
        let envelope = envelope(command, customer: customer)
        try apply([envelope])
        return try #require(answers[envelope.id])
    }

    /// Empty batches until nothing that is due is left.
    func drain() throws {
        batchCount = 0
        repeat {
            batchCount += 1
            try #require(batchCount < 1_000, "the store never comes to rest")
        } while try turn([])
    }

    /// A restart: what is on disk stays.
    func restart() throws { try store.recover(at: now) }

    /// The process dies, and another begins over what is on disk.
    func beginProcess() throws { try subject.beginProcess(at: now) }

    @discardableResult
    private func turn(_ batch: [Envelope], lateMilliseconds: Int64 = 0) throws -> Bool {
        let outcome = try store.apply(batch, at: now, lateMilliseconds: lateMilliseconds)
        for answer in outcome.answers {
            #expect(answers[answer.id] == nil, "command \(answer.id.rawValue) is answered twice")
            answers[answer.id] = answer
        }
        endedJobs += outcome.endedJobs
        canceledLeases += outcome.canceledLeases
        calls += outcome.deliveries
        directoryChanges += outcome.directoryChanges
        inquiries += outcome.inquiries
        alarms += outcome.alarms
        #expect(outcome.day == store.day)
        // A store that has left work for the next batch may leave tickets for it too.
        if !outcome.hasMore, checksBatches { #expect(subject.violations() == []) }
        return outcome.hasMore
    }

    /// The reply to one command in a batch of its own.
    func tell(_ command: Command, _ idempotency: Idempotency? = nil) throws -> Reply {
        try #require(try apply([envelope(command, idempotency)])[0])
    }

    /// The quota view that came with the reply to one command.
    func quota(after command: Command) throws -> QuotaView? {
        let envelope = envelope(command)
        try apply([envelope])
        return answers[envelope.id]?.quota
    }

    /// The jobs that a parked pull was given, or nil while it waits.
    func leased(_ envelope: Envelope) throws -> [LeasedJob]? {
        try answers[envelope.id].map { try $0.reply.leasedJobs }
    }

    // MARK: Jobs

    /// Submits one job.
    func submit(
        _ kind: String = "work", for tenant: String = "acme",
        _ change: (inout JobSpec) -> Void = { _ in }
    ) throws -> JobView {
        try #require(try submit(count: 1, kind, for: tenant, change).first)
    }

    /// Submits several equal jobs in one command; all have to be taken in.
    @discardableResult
    func submit(
        count: Int, _ kind: String = "work", for tenant: String = "acme",
        _ change: (inout JobSpec) -> Void = { _ in }
    ) throws -> [JobView] {
        var spec = JobSpec(kind: kind)
        change(&spec)
        let specs = Array(repeating: spec, count: count)
        return try tell(.enqueue(Enqueue(tenant: tenant, jobs: specs))).jobs
    }

    /// Submits specs of any kind and gives back what became of each.
    func enqueue(
        _ specs: [JobSpec], for tenant: String = "acme", _ idempotency: Idempotency? = nil
    ) throws -> [EnqueueOutcome] {
        try tell(.enqueue(Enqueue(tenant: tenant, jobs: specs)), idempotency).outcomes
    }

    /// Pulls without waiting.
    @discardableResult
    func pull(_ pull: Pull = Pull()) throws -> [LeasedJob] {
        try tell(.pull(pull)).leasedJobs
    }

    /// Pulls up to this many jobs without waiting.
    @discardableResult
    func pull(count: Int) throws -> [LeasedJob] { try pull(Pull(jobsMax: count)) }

    /// Pulls one job, which must be there.
    func pullOne(_ pull: Pull = Pull()) throws -> LeasedJob {
        try #require(try self.pull(pull).first)
    }

    /// Parks a pull and gives back its envelope.
    func park(_ pull: Pull = Pull(waits: true)) throws -> Envelope {
        let envelope = envelope(.pull(pull))
        try apply([envelope])
        try #require(answers[envelope.id] == nil, "the pull should have waited")
        return envelope
    }

    // MARK: Leases

    @discardableResult
    func complete(_ token: LeaseToken, result: String? = nil) throws -> LeaseOutcome {
        let item = Completion(token: token, result: result.map { [UInt8]($0.utf8) })
        return try tell(.complete([item])).leaseOutcome
    }

    @discardableResult
    func fail(
        _ token: LeaseToken, error: String? = nil, _ retry: JobRun.Retry = .byPolicy
    ) throws -> LeaseOutcome {
        let error = error.map { [UInt8]($0.utf8) }
        return try tell(.fail([Failure(token: token, error: error, retry: retry)])).leaseOutcome
    }

    @discardableResult
    func release(_ token: LeaseToken, delayMilliseconds: Int64 = 0) throws -> LeaseOutcome {
        let release = Release(tokens: [token], delayMilliseconds: delayMilliseconds)
        return try tell(.release(release)).leaseOutcome
    }

    @discardableResult
    func heartbeat(
        _ token: LeaseToken, leaseMilliseconds: Int64? = nil
    ) throws -> HeartbeatOutcome {
        let beat = Heartbeat(tokens: [token], leaseMilliseconds: leaseMilliseconds)
        return try #require(try tell(.heartbeat(beat)).heartbeatOutcomes.first)
    }

    /// A heartbeat that says something.
    @discardableResult
    func say(
        _ token: LeaseToken, progress: Progress? = nil, log: [String] = [],
        from start: Int64? = nil
    ) throws -> HeartbeatOutcome {
        let news = LeaseNews(item: 0, progress: progress, log: log, logStart: start)
        let beat = Heartbeat(tokens: [token], news: [news])
        return try #require(try tell(.heartbeat(beat)).heartbeatOutcomes.first)
    }

    /// Pulls one job for the server's own runner.
    func pullForRunner(_ pull: Pull = Pull()) throws -> LeasedJob {
        var pull = pull
        pull.isOfRunner = true
        return try pullOne(pull)
    }

    // MARK: Reads

    /// A page of a job's log.
    func log(
        _ job: JobID, after: Int64 = 0, limit: Int = Limits.logPageLinesMax,
        tenant: String? = nil
    ) throws -> LogPage? {
        var filter = LogFilter(job: job, tenant: tenant)
        filter.after = after
        filter.limit = limit
        guard case .logPage(let page) = try query(.log(filter)).rows else {
            throw Unexpected("the query gave no log")
        }
        return page
    }

    /// What a query finds.
    func query(_ query: Query, customer: String? = nil) throws -> QueryResult {
        numberLast += 1
        return try reader.run(
            QueryEnvelope(
                id: EnvelopeID(rawValue: numberLast), query: query, now: now, of: store,
                customer: customer))
    }

    func job(_ id: JobID) throws -> JobView {
        guard case .job(let view) = try query(.job(id, tenant: nil)).rows else {
            throw Unexpected("the query gave no job")
        }
        return try #require(view)
    }

    /// The states of these jobs.
    func states(_ jobs: [JobView]) throws -> [JobState] { try jobs.map { try job($0.id).state } }

    func usage(_ tenant: String = "acme", _ period: Period? = nil) throws -> Int64 {
        guard
            case .usage(let view) = try query(.usage(tenant: tenant, period: period?.description))
                .rows
        else { throw Unexpected("the query gave no usage") }
        return try #require(view.accounts.first).usage.total
    }

    /// A tenant as memory knows it, which is as its rows say.
    func tenant(_ id: String = "acme") throws -> TenantView {
        let view = try tell(.readTenant(id)).tenant
        let rows = try query(.tenant(id)).rows
        guard rows == .tenant(view) else { throw Unexpected("\(view) is \(rows) in the rows") }
        return view
    }

    /// One page of a list of jobs.
    func page(_ filter: JobFilter) throws -> (jobs: [JobView], next: JobID?) {
        guard case .jobPage(let jobs, let next) = try query(.jobList(filter)).rows else {
            throw Unexpected("the query gave no page of jobs")
        }
        return (jobs, next)
    }

    /// Every job that a filter lets through, over as many pages as it takes.
    func list(_ filter: JobFilter) throws -> [JobView] {
        var filter = filter
        var found: [JobView] = []
        for _ in 0..<10_000 {
            let page = try page(filter)
            #expect(page.jobs.count <= filter.limit)
            found += page.jobs
            guard let next = page.next else { return found }
            filter.before = next
        }
        throw Unexpected("the list never ends")
    }

    /// A tenant's whole ledger, newest first.
    func ledger(_ tenant: String = "acme", _ period: Period? = nil) throws -> [LedgerView] {
        var filter = LedgerFilter(tenant: tenant)
        filter.period = period?.description
        var found: [LedgerView] = []
        for _ in 0..<10_000 {
            guard case .ledgerPage(let rows, let next) = try query(.ledger(filter)).rows else {
                throw Unexpected("the query gave no ledger")
            }
            found += rows
            guard let next else { return found }
            filter.before = next
        }
        throw Unexpected("the ledger never ends")
    }
}

extension QuotaView {
    /// A standing under a plan that limits jobs and nothing else.
    init(plan: String, limit: Limit, used: Int64, resetsAt: Timestamp) {
        self.init(
            plan: plan,
            account: Account(
                terms: MetricTerms(metric: .jobs, limit: limit), base: limit,
                usage: Usage(plan: used)),
            resetsAt: resetsAt)
    }
}

/// A hash as long as a key's is, told apart by its number.
func keyHash(_ number: Int) -> [UInt8] {
    Array(repeating: 0, count: 30) + [UInt8(number / 256), UInt8(number % 256)]
}
