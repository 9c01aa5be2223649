import Core
import Store
import StoreModel
import StoreSQLite

/// The real store with the model beside it: every batch goes to both, and what they answer must be
/// the same. After a failed commit the model keeps both branches until the rows decide.
final class CheckedStore: Store {
    private let engine: Engine
    private let reader: SQLiteReader
    private var model: ModelStore
    /// What the model would be if the batch that failed is on disk after all.
    private var branch: ModelStore?
    private var reseeds: Random
    private let book: ProviderBook
    private var batches = 0
    private var latestDay: Day
    private(set) var fault: String?
    private(set) var coverage = Coverage()

    /// How often memory is made anew from the rows: what is wrong in it stays so, and each time
    /// takes as long as all else that a batch is checked for.
    private static let batchesPerRebuild = 8
    private static let batchesPerModelCheck = 16

    /// Both stores as they are now. `model` is what is known of the rows.
    init(
        engine: Engine, reader: SQLiteReader, model: ModelStore, book: ProviderBook, seed: UInt64
    ) {
        self.book = book
        self.engine = engine
        self.reader = reader
        self.model = model
        reseeds = Random(seed: seed)
        latestDay = model.day
        shareDice()
    }

    /// What is known of the rows, for the process that comes after this one.
    var knowledge: (model: ModelStore, branch: ModelStore?) { (model, branch) }

    /// A new process has read the rows: what does the model know of them now?
    func adopt(branch: ModelStore?, at now: Moment) throws(StoreError) {
        model.beginProcess(at: now)
        branch?.beginProcess(at: now)
        self.branch = branch
        if branch != nil {
            try decide(at: now)
        } else if let difference = try difference(from: model, at: now) {
            note("after a kill \(difference())")
        }
        shareDice()
    }

    /// How the rows of a query differ from what the model says.
    func difference(of result: QueryResult, to envelope: QueryEnvelope) -> String? {
        let plain = model.run(envelope)
        // A question that was asked before a change is answered by what its asker knew.
        guard envelope.day == engine.day, envelope.catalog == engine.catalog,
            envelope.enforcement == engine.enforcement, result != plain
        else { return nil }
        // Until the rows are decided a read may show either branch.
        if let branch, result == branch.run(envelope) { return nil }
        return "the rows of \(envelope.query) differ\n  store: \(result)\n  model: \(plain)"
    }

    // MARK: Store

    var day: Day { engine.day }
    var catalog: PlanCatalog { engine.catalog }
    var enforcement: Enforcement { engine.enforcement }
    var isOverloaded: Bool { engine.isOverloaded }
    func relieve() { engine.relieve() }
    func opening() throws(StoreError) -> StoreOpening { try engine.opening() }
    func close() { engine.close() }
    func nextDeadlineSteadyMilliseconds(at now: Moment) -> Int64? {
        engine.nextDeadlineSteadyMilliseconds(at: now)
    }

    func apply(
        _ batch: [Envelope], at now: Moment, lateMilliseconds: Int64, heartbeatsWaitSince: Int64?
    ) throws(StoreError) -> BatchOutcome {
        let before = model.copy()
        let plain = model.apply(
            batch, at: now, lateMilliseconds: lateMilliseconds,
            heartbeatsWaitSince: heartbeatsWaitSince)
        let real: BatchOutcome
        do throws(StoreError) {
            real = try engine.apply(
                batch, at: now, lateMilliseconds: lateMilliseconds,
                heartbeatsWaitSince: heartbeatsWaitSince)
        } catch {
            branch = model
            model = before
            // The calls under way are those of before, but for those whose end the batch told.
            model.endCalls(by: batch)
            branch?.takeCalls(of: model)
            // If the batch is on disk after all, so is what it has folded.
            if let fault = branch?.fold(through: engine.ledgerFolded) { note(fault) }
            throw error
        }
        batches += 1
        compare(real, plain)
        if engine.ledgerFolded != before.folded { noteFold() }
        if batch.count > 1 { coverage.note(.batchShared) }
        if real.hasMore { coverage.note(.batchDidItsShare) }
        if lateMilliseconds > Limits.batchDelayMillisecondsMax { coverage.note(.heldUp) }
        let rolled = Period(containing: real.day) != Period(containing: before.day)
        if rolled { coverage.note(.periodRolled) }
        CoverageReader.note(batch, real, periodRolled: rolled, in: &coverage)
        CoverageReader.note(model.ledger(after: before), in: &coverage)
        noteDeliveries(real, before: before)
        compare("the questions", real.inquiries, plain.inquiries)
        if let moved = model.graceViolation(since: before) { note(moved) }
        compare("the alarms", real.alarms, plain.alarms)
        for alarm in real.alarms {
            if case .unsettled = alarm { coverage.note(.askedInVain) }
        }
        CoverageReader.note(model, after: before, in: &coverage)
        noteRunning(real, before: before)
        if model.alertCount > before.alertCount { coverage.note(.alerted) }
        if before.hasDeadline(by: now.wall) { coverage.note(.deadlineFired) }
        if batches % CheckedStore.batchesPerRebuild == 0 { checkMemory() }
        if !real.hasMore, heartbeatsWaitSince == nil, let left = model.leftUndone().first {
            note("the batch says that nothing is left: \(left)")
        }
        if batches % CheckedStore.batchesPerModelCheck == 0 { checkModel() }
        return real
    }

    func recover(at now: Moment) throws(StoreError) {
        try engine.recover(at: now)
        coverage.note(.recovered)
        model.recover(at: now)
        try decide(at: now)
        shareDice()
    }

    private func checkMemory() {
        // The batch is done; a disk that cannot be read now says nothing against it.
        if let difference = (try? engine.memoryFault()) ?? nil {
            note("memory is not what the rows say: \(difference)")
        }
    }

    /// Checks what is true at any time.
    func checkPromise() {
        checkMemory()
        checkModel()
    }

    private func checkModel() {
        if let violation = model.violations().first {
            note("the promise is broken: \(violation)")
        }
    }

    /// Checks that nobody has a plan of a subscription, all of which have ended.
    func checkEntitlementsOver() {
        if let tenant = model.entitledTenants.first {
            note("\(tenant) has a plan or a status of a subscription that has ended")
        }
    }

    /// Reads everything from the rows and compares it with the model.
    func compareRows(at now: Moment) throws(StoreError) {
        if let difference = try difference(from: model, at: now) { note(difference()) }
    }

    /// The state of a job as the rows have it; nil if there is none.
    func state(of id: JobID) throws(StoreError) -> JobState? {
        let envelope = QueryEnvelope(
            id: EnvelopeID(rawValue: 0), query: .job(id, tenant: nil), now: World.start,
            of: engine)
        guard case .job(let job) = try reader.run(envelope).rows else { return nil }
        return job?.state
    }

    // MARK: Private

    /// A batch failed and nobody knew whether it is on disk: the rows say. `branch` stays while
    /// they are asked, since what only it remembers must be asked for too.
    private func decide(at now: Moment) throws(StoreError) {
        guard let other = branch else { return }
        other.recover(at: now)
        guard let without = try difference(from: model, at: now) else {
            branch = nil
            return
        }
        if let with = try difference(from: other, at: now) {
            note("a failed batch is neither on disk nor not: \(without()); \(with())")
        }
        coverage.note(.unknownBecameDurable)
        model = other
        branch = nil
    }

    /// How the rows differ from a model; nil if they do not. The words are made when they are asked
    /// for, since most differences only say which branch it is.
    private func difference(
        from model: ModelStore, at now: Moment
    ) throws(StoreError) -> (() -> String)? {
        var jobs = JobFilter()
        jobs.limit = Limits.listPageMax
        var queries: [Query] = [
            .jobList(jobs), .tenantList(after: nil, limit: 100), .directory,
            .billing(.events(state: nil, before: nil, limit: 10_000)),
            .billing(.audit(tenant: nil, before: nil, limit: 10_000)),
        ]
        for tenant in World.tenants {
            var ledger = LedgerFilter(tenant: tenant)
            ledger.limit = Limits.listPageMax
            let endpoints = Query.outbound(.endpoints(tenant: tenant))
            if case .outbound(.endpoints(let found)) = model.run(envelope(endpoints, at: now)).rows
            {
                for endpoint in found {
                    var filter = DeliveryFilter(endpoint: endpoint.id, tenant: tenant)
                    filter.limit = Limits.listPageMax
                    queries.append(.outbound(.deliveries(filter)))
                }
            }
            queries += [
                endpoints,
                .ledger(ledger), .usage(tenant: tenant, period: nil), .grantList(tenant: tenant),
                .overrideList(tenant: tenant), .tenant(tenant),
            ]
        }
        // Which branch it is may show in one log only, and that in one of the two only.
        let logged = branch.map { Set(self.model.loggedJobs + $0.loggedJobs).sorted() }
        for job in logged ?? Array(model.loggedJobs.suffix(12)) {
            var filter = LogFilter(job: job, tenant: nil)
            filter.limit = Limits.logPageLinesMax
            queries.append(.log(filter))
        }
        if engine.day != model.day {
            let day = engine.day
            return { "the day is \(day) in the rows and \(model.day) in the model" }
        }
        if engine.catalog != model.catalog || engine.enforcement != model.enforcement {
            let (catalog, enforcement) = (engine.catalog, engine.enforcement)
            return {
                "the plans are \(catalog), \(enforcement) in the rows and"
                    + " \(model.catalog), \(model.enforcement) in the model"
            }
        }
        let (real, plain) = (engine.openLeases, model.openLeases)
        if real != plain {
            return { "the open leases differ\n  store: \(real)\n  model: \(plain)" }
        }
        if engine.endpointRows != model.endpointRows {
            let (real, plain) = (engine.endpointRows, model.endpointRows)
            return { "the endpoints differ\n  store: \(real)\n  model: \(plain)" }
        }
        // Whatever one branch remembers, the rows must say whether they do.
        for (scope, key) in self.model.rememberedKeys + (branch?.rememberedKeys ?? []) {
            let real = try engine.remembers(scope: scope, key: key)
            if real != model.remembers(scope: scope, key: key) {
                return { "key \(key) of \(scope) is remembered by the store: \(real)" }
            }
        }
        for (tenant, id) in self.model.rememberedEvents + (branch?.rememberedEvents ?? []) {
            let real = try engine.remembersEvent(tenant: tenant, id: id)
            if real != model.remembersEvent(tenant: tenant, id: id) {
                return { "event \(id) of \(tenant) is remembered by the store: \(real)" }
            }
        }
        let names = book.names
        for (what, real, plain) in [
            (
                "subscriptions", try names.subscriptions(in: engine.billingRows),
                try names.subscriptions(in: model.billingRows)
            ),
            (
                "customers", try names.customers(in: engine.billingRows),
                try names.customers(in: model.billingRows)
            ),
            (
                "invoices", try names.invoices(in: engine.billingRows),
                try names.invoices(in: model.billingRows)
            ),
        ] where real != plain {
            return { "the rows of \(what) differ\n  store: \(real)\n  model: \(plain)" }
        }
        for query in queries {
            let envelope = envelope(query, at: now)
            let real = try reader.run(envelope).rows
            let plain = model.run(envelope).rows
            if real != plain {
                return { "the rows of \(query) differ\n  store: \(real)\n  model: \(plain)" }
            }
        }
        return nil
    }

    /// The engine has folded more of the ledger, which the model has to see when it likes.
    private func noteFold() {
        if let fault = model.fold(through: engine.ledgerFolded) { note(fault) }
        coverage.note(.ledgerFolded)
        if model.hasFoldedOpenCharge { coverage.note(.openChargeFolded) }
    }

    private func envelope(_ query: Query, at now: Moment) -> QueryEnvelope {
        QueryEnvelope(id: EnvelopeID(rawValue: 0), query: query, now: now, of: engine)
    }

    /// How many deliveries are not over.
    var deliveriesWaiting: Int { model.deliveriesWaiting }

    private func noteRunning(_ real: BatchOutcome, before: ModelStore) {
        for (outcome, mark) in [
            (AttemptOutcome.timedOut, Mark.timedOut), (.serverDied, .serverDied),
        ] where model.ends[outcome, default: 0] > before.ends[outcome, default: 0] {
            coverage.note(mark)
        }
        if !real.loggedJobs.isEmpty { coverage.note(.logged) }
        if real.loggedJobs.contains(where: model.isLogCut) { coverage.note(.logCut) }
        let tellsProgress = real.answers.contains { answer in
            if case .job(let view) = answer.reply { view.progress != nil } else { false }
        }
        if tellsProgress { coverage.note(.progressTold) }
    }

    private func noteDeliveries(_ real: BatchOutcome, before: ModelStore) {
        func grew(_ state: DeliveryState) -> Bool {
            model.deliveryCount(state) > before.deliveryCount(state)
        }
        if grew(.succeeded) { coverage.note(.delivered) }
        if grew(.failed) { coverage.note(.deliveryFailed) }
        if grew(.dropped) { coverage.note(.deliveryDropped) }
        if real.deliveries.contains(where: { $0.secrets.count > 1 }) {
            coverage.note(.secretsOverlap)
        }
        if model.retriedCount > before.retriedCount { coverage.note(.deliveryRetried) }
        if model.hasLostCall(since: before) { coverage.note(.callLost) }
        for (reason, mark) in [
            (OffReason.gone, Mark.endpointGone), (.failing, .endpointFailing),
            (.backlog, .endpointBacklog),
        ] where model.hasEndpoint(off: reason) { coverage.note(mark) }
    }

    private func shareDice() {
        let dice = Random(seed: reseeds.next())
        let secrets = Random(seed: reseeds.next())
        engine.random = dice
        engine.secrets = secrets
        model.random = dice
        model.secrets = secrets
    }

    private func compare(_ real: BatchOutcome, _ plain: BatchOutcome) {
        compare(
            "the answers", real.answers.sorted { $0.id < $1.id },
            plain.answers.sorted { $0.id < $1.id })
        compare("the jobs that ended", real.endedJobs.sorted(), plain.endedJobs.sorted())
        compare(
            "the leases that are to end", real.canceledLeases.map(\.description).sorted(),
            plain.canceledLeases.map(\.description).sorted())
        compare("the keys that changed", real.directoryChanges, plain.directoryChanges)
        compare("the logs that grew", real.loggedJobs.sorted(), plain.loggedJobs.sorted())
        compare(
            "the calls", real.deliveries.sorted { $0.id < $1.id },
            plain.deliveries.sorted { $0.id < $1.id })
        compare("the day", [real.day], [plain.day])
        compare("the plans", [real.catalog], [plain.catalog])
        compare("the enforcement", [real.enforcement], [plain.enforcement])
        if real.day < latestDay {
            note("charges belonged to \(latestDay), and now to \(real.day)")
        }
        latestDay = max(latestDay, real.day)
    }

    private func compare<Value: Equatable>(_ what: String, _ real: [Value], _ plain: [Value]) {
        guard real != plain else { return }
        let index = zip(real, plain).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let place = index ?? min(real.count, plain.count)
        note(
            """
            \(what) differ at \(place) (\(real.count) and \(plain.count)):
              store: \(place < real.count ? "\(real[place])" : "-")
              model: \(place < plain.count ? "\(plain[place])" : "-")
            """)
    }

    private func note(_ sentence: String) {
        if fault == nil { fault = sentence }
    }
}
