package import API
package import Core
package import HTTP
package import Store

/// The requests of all connections, from the first byte's decision to the last answer: a state
/// machine without loop, socket, thread or clock. Its owner tells it what happened and takes the
/// actions that follow. It belongs to the loop.
package final class Service {
    /// Whether the server can commit at all. The server tells.
    package var readiness: Readiness
    /// What checks the payment provider's events. The server tells of other secrets.
    package var webhooks: WebhookInbox
    /// What the server's own runner has and wants to know.
    package var runner = RunnerTies()
    let api: API
    /// Keys that are no rows: the operator's.
    private let fixedKeys: [DirectoryEntry]
    private(set) var directory: Directory
    /// The day that charges belong to, the plans, and how far limits are enforced, as the last
    /// commit told.
    private var day: Day
    private(set) var catalog: PlanCatalog
    private var enforcement: Enforcement
    /// The last commit that was told.
    private var commit: UInt64 = 0
    private var now: Moment
    var realSteadyMilliseconds: Int64 = 0
    var isDraining = false
    /// A batch failed, and none has committed since.
    private var isRecovering = false
    /// The log of the database is too long.
    private var isOverloaded = false

    var exchanges: [ExchangeKey: Exchange] = [:]
    var outstanding = Outstanding()
    var deadlines = DeadlineHeap<ExchangeKey>()
    var waits = JobWaits()
    private var queries = QueryLine()
    private var failedErrands = FailedErrands()
    var askedWork = AskedWork()
    private var actions: [ServiceAction] = []

    /// A service over a store that told this when it was opened. `fixedKeys` are no rows of it.
    package init(
        settings: Settings, fixedKeys: [DirectoryEntry], opening: StoreOpening, at now: Moment,
        readiness: Readiness = .ready, receiver: WebhookReceiver? = nil
    ) {
        api = API(settings: settings)
        self.fixedKeys = fixedKeys
        directory = Directory(opening.keys + fixedKeys)
        day = opening.day
        catalog = opening.catalog
        enforcement = opening.enforcement
        self.now = now
        self.readiness = readiness
        webhooks = WebhookInbox(receiver)
    }

    /// What to do now, in this order.
    package func takeActions() -> [ServiceAction] {
        defer { actions = [] }
        return actions
    }

    /// When `tick` is next due, on the real steady clock.
    package var nextDeadline: Int64? {
        [deadlines.earliest, failedErrands.due].compactMap(\.self).min()
    }

    /// How many requests were not fully answered yet.
    package var exchangeCount: Int { exchanges.count }

    /// What `/readyz` shows.
    private var readinessNow: Readiness {
        if isDraining { return .notReady("the server is shutting down") }
        if isRecovering {
            return .notReady("the store cannot commit; the server's log says why")
        }
        guard isOverloaded else { return readiness }
        return .notReady(
            "the log of the database is too long: something holds an old snapshot of it, or the"
                + " disk takes no more")
    }

    // MARK: Connections

    /// A request came in. `now` may be moved by the test clock; the real steady clock never is.
    package func received(
        _ request: Request, on key: ExchangeKey, at now: Moment, realSteadyMilliseconds: Int64
    ) {
        self.now = now
        self.realSteadyMilliseconds = realSteadyMilliseconds
        askedWork.began(at: realSteadyMilliseconds)
        let scene = Scene(
            now: now, realSteadyMilliseconds: realSteadyMilliseconds, day: day, catalog: catalog,
            enforcement: enforcement,
            readiness: readinessNow,
            webhooks: webhooks, kinds: runner.kinds)
        let opening = api.open(request, in: directory, scene: scene)
        let before = exchanges.updateValue(Exchange(of: opening.caller), forKey: key)
        precondition(before == nil, "exchange \(key.rawValue) was opened twice")
        if isDraining, !opening.isHealth {
            respond(key, Problem.refusal(.draining).response())
        } else {
            run(opening.step, on: key)
        }
    }

    /// True while the answer waits for work, or for a job to end.
    package func isParked(_ key: ExchangeKey) -> Bool {
        switch exchanges[key]?.phase {
        case .asked(let id): outstanding.isParkedPull(id)
        case .waiting: true
        case .opening, .confirming, nil: false
        }
    }

    /// The peer is gone, whether or not it was answered.
    package func closed(_ key: ExchangeKey) {
        guard let exchange = exchanges.removeValue(forKey: key) else { return }
        deadlines.remove(key)
        switch exchange.phase {
        case .opening:
            preconditionFailure("exchange \(key.rawValue) closed within its own step")
        case .asked(let id):
            outstanding.orphan(id)
            endPull(id)
        case .waiting(let topic, _):
            waits.remove(key, for: topic)
        case .confirming:
            takeBack(exchange.tokens)
        }
    }

    /// An answer that needed confirmation is fully written.
    package func delivered(_ key: ExchangeKey) {
        guard case .confirming = exchanges[key]?.phase else { return }
        exchanges[key] = nil
    }

    // MARK: The store

    /// What the store's thread told.
    package func took(_ event: StoreEvent) {
        switch event {
        case .committed(let outcome):
            // What broke the last batch may break the next: only one that commits says more.
            isRecovering = false
            committed(outcome)
        case .failed(let ids, let last, _):
            isRecovering = true
            failed(ids, forgottenUpTo: last)
        case .refused(let ids, let refusal):
            refused(ids, refusal)
        case .recovered(let opening):
            recovered(opening)
        case .overloaded(let isSo):
            isOverloaded = isSo
        case .clockMoved(let id, let moment):
            clockMoved(id, to: moment)
        case .started, .refusedToStart, .stopped:
            preconditionFailure("the store started or stopped while requests were served")
        }
    }

    /// A batch is on disk.
    package func committed(_ outcome: BatchOutcome) {
        var revoked: Set<KeyID> = []
        for change in outcome.directoryChanges {
            if case .removed(let hash) = change, let entry = directory.entry(hash: hash) {
                revoked.insert(entry.id)
            }
            directory.apply(change)
        }
        day = outcome.day
        catalog = outcome.catalog ?? catalog
        enforcement = outcome.enforcement ?? enforcement
        commit = outcome.commit
        waits.note(outcome.endedJobs, in: commit)
        waits.note(logged: outcome.loggedJobs, in: commit)
        for alarm in outcome.alarms { add(.tell(.alarm(alarm))) }
        ask(outcome.inquiries)
        var ended: [EnvelopeID] = []
        for answer in outcome.answers {
            guard let pending = outstanding.take(answer.id) else { continue }
            if case .errand(.endPull(let pull)) = pending.work { ended.append(pull) }
            resume(pending, with: answer.reply, quota: answer.quota)
        }
        // The store forgets its tickets when it recovers: an ended pull that it did not answer in
        // this batch at the latest is none of its own.
        for id in ended {
            guard let pull = outstanding.take(id) else { continue }
            resume(pull, with: .leased([]), quota: nil)
        }
        for token in outcome.canceledLeases { runner.onCancel?(token) }
        for job in outcome.endedJobs {
            for key in waits.takeWaiters(ofEnd: job) { wake(key, .happened) }
        }
        for job in outcome.loggedJobs {
            for key in waits.takeWaiters(ofLog: job) { wake(key, .happened) }
        }
        if !revoked.isEmpty { refuseParked { revoked.contains($0) } }
    }

    /// A batch with these commands is not on disk, as far as anybody knows. The store forgot the
    /// pulls that it had kept, whose numbers are at most `last`.
    package func failed(_ ids: [EnvelopeID], forgottenUpTo last: EnvelopeID) {
        let known = Set(ids)
        let forgotten = outstanding.pulls(upTo: last).filter { !known.contains($0) }
        refused(ids + forgotten, .storageUnavailable)
    }

    /// The store works again. Batches of which nobody knew whether they are on disk have been
    /// decided: the keys are what it says, and whoever waits for the end of a job looks again.
    package func recovered(_ opening: StoreOpening) {
        directory = Directory(opening.keys + fixedKeys)
        day = opening.day
        catalog = opening.catalog
        enforcement = opening.enforcement
        let known = Set((opening.keys + fixedKeys).map(\.id))
        refuseParked { !known.contains($0) }
        waits.forget(through: commit + 1)
        for key in waits.takeAllWaiters() { wake(key, .happened) }
    }

    /// These commands were not looked at.
    package func refused(_ ids: [EnvelopeID], _ refusal: Refusal) {
        for id in ids {
            guard let pending = outstanding.take(id) else { continue }
            resume(pending, with: .refused(refusal), quota: nil)
        }
    }

    /// The reader answered.
    package func queried(_ result: QueryResult) {
        queries.answered()
        sendQueries()
        guard let pending = outstanding.take(result.id), let key = pending.exchange,
            case .query(let since, let then) = pending.work
        else { return }
        if let quota = result.quota { exchanges[key]?.quota = quota }
        run(then(result.rows, since), on: key)
    }

    /// The test clock was moved, and every timer that was due then has committed.
    package func clockMoved(_ id: EnvelopeID, to now: Moment) {
        self.now = now
        guard let pending = outstanding.take(id), let key = pending.exchange,
            case .clock(let then) = pending.work
        else { return }
        run(then(now), on: key)
    }

    // MARK: Time and the end

    /// Ends the long polls that have run out, and runs again what failed.
    package func tick(realSteadyMilliseconds: Int64) {
        self.realSteadyMilliseconds = realSteadyMilliseconds
        while let key = deadlines.popDue(at: realSteadyMilliseconds) { endPoll(key) }
        for errand in failedErrands.takeDue(at: realSteadyMilliseconds)
        where outstanding.isDue(errand) { run(errand) }
    }

    /// No new requests from now on; whoever waits for something is answered as it is.
    package func drain() {
        isDraining = true
        while let key = deadlines.popDue(at: .max) { endPoll(key) }
    }

    // MARK: Steps

    /// Runs the steps of an exchange until one has to wait.
    func run(_ step: Step, on key: ExchangeKey) {
        switch step {
        case .answer(let response):
            respond(key, response)
        case .command(let command, let idempotency, let then):
            let bytes = command.bytes
            let sharer = sharer(key)
            let room = outstanding.room(weight: command.weight, bytes: bytes, of: sharer)
            guard room == .free else { return refuse(key, room) }
            let work = Pending.Work.command(
                weight: command.weight, bytes: bytes, then: then)
            let envelope = Envelope(
                id: ask(work, for: key, of: sharer), command: command, idempotency: idempotency,
                reach: exchanges[key]?.reach ?? .nothing, customer: exchanges[key]?.customer)
            actions.append(.command(envelope))
        case .pull(let pull, let until, let then):
            runPull(pull, until: until, then: then, on: key)
        case .query(let query, let then):
            let sharer = sharer(key)
            // One that goes on was let in, and may have done already what it was asked to do.
            if case .opening = exchanges[key]?.phase {
                let room = outstanding.roomForQuery(of: sharer)
                guard room == .free else { return refuse(key, room) }
            }
            let id = ask(.query(since: commit, then: then), for: key, of: sharer)
            queries.add(
                QueryEnvelope(
                    id: id, query: query, now: now, day: day, catalog: catalog,
                    enforcement: enforcement, customer: exchanges[key]?.customer),
                of: sharer)
            sendQueries()
        case .wait(let topic, let since, let until, let then):
            wait(for: topic, since: since, until: until, then: then, on: key)
        case .workforce(let sought, let then):
            run(then(workforce(for: sought)), on: key)
        case .note(let note, let then):
            self.note(note, at: now.wall)
            run(then, on: key)
        case .moveClock(let move, let then):
            actions.append(.moveClock(move, ask(.clock(then: then), for: key, of: sharer(key))))
        }
    }

    /// Gives the reader what it may have. What nobody waits for any more is not read.
    private func sendQueries() {
        while let query = queries.next() {
            if outstanding.isAwaited(query.id) {
                actions.append(.query(query))
            } else {
                _ = outstanding.take(query.id)
                queries.answered()
            }
        }
    }

    func ask(
        _ work: Pending.Work, for key: ExchangeKey, of sharer: String?
    ) -> EnvelopeID {
        let id = outstanding.add(Pending(exchange: key, work: work, sharer: sharer))
        exchanges[key]?.phase = .asked(id)
        return id
    }

    func add(_ action: ServiceAction) { actions.append(action) }

    func send(_ id: EnvelopeID, _ command: Command) {
        actions.append(.command(Envelope(id: id, command: command)))
    }

    func respond(_ key: ExchangeKey, _ response: Response) {
        guard var exchange = exchanges.removeValue(forKey: key) else {
            preconditionFailure("exchange \(key.rawValue) was answered after its end")
        }
        if !deadlines.isEmpty { deadlines.remove(key) }
        var response = response
        response.sharer = exchange.sharerOfBytes
        if exchange.customer != nil, let quota = exchange.quota { response.addQuota(quota) }
        let needsConfirmation = !exchange.tokens.isEmpty
        if needsConfirmation {
            exchange.phase = .confirming
            exchanges[key] = exchange
        }
        actions.append(.respond(key, response, needsConfirmation: needsConfirmation))
    }

    // MARK: Replies

    private func resume(_ pending: Pending, with reply: Reply, quota: QuotaView?) {
        switch pending.work {
        case .errand(let errand):
            guard case .refused = reply else { return }
            failedErrands.add(errand, at: realSteadyMilliseconds)
        case .query:
            preconditionFailure("the store answered a query")
        case .own(_, let then), .ownPull(_, let then):
            then(reply)
        case .clock:
            guard let key = pending.exchange, case .refused(let refusal) = reply else { return }
            refuse(key, refusal)
        case .command(_, _, let then):
            guard let key = pending.exchange else { return }
            if let quota { exchanges[key]?.quota = quota }
            run(then(reply), on: key)
        case .pull(let then), .parkedPull(_, let then):
            var tokens: [LeaseToken] = []
            if case .leased(let jobs) = reply { tokens = jobs.map(\.token) }
            guard let key = pending.exchange else { return takeBack(tokens) }
            exchanges[key]?.tokens = tokens
            run(then(reply), on: key)
        }
    }
}
