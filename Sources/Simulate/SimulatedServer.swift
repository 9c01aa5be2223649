import API
import Billing
import Core
import CrashDisk
import HTTP
import Service
import Store
import StoreModel
import StoreSQLite
import Synchronization

/// One process of the server, from start to kill: service, store's thread and reader, all run by
/// hand on one thread, on a clock that stands still.
final class SimulatedServer {
    let service: Service
    let store: CheckedStore
    let rows: FaultyRows
    private let disk: CrashDisk
    private let files: StoreFiles
    private let loop: StoreLoop
    private let reader: SQLiteReader
    private let events: EventBox
    private let clock: ServerClock
    private(set) var requests: [StoreRequest] = []
    private(set) var queries: [QueryEnvelope] = []
    /// What the provider is to be asked.
    private(set) var inquiries: [ProviderInquiry] = []
    /// Calls to endpoints that are under way, with when and how they end.
    private var calls: [(at: Int64, id: DeliveryID, outcome: DeliveryOutcome)] = []
    /// How an endpoint answers a call, and after how long; nil for one that is lost.
    var receiver: () -> (milliseconds: Int64, outcome: DeliveryOutcome)? = { nil }
    private(set) var answers: [(key: ExchangeKey, response: Response, isLease: Bool)] = []
    /// The first sentence that turned out false.
    private(set) var fault: String?

    /// What the store's thread told, until the loop takes it.
    private final class EventBox: Sendable {
        private let events = Mutex<[StoreEvent]>([])

        func put(_ event: StoreEvent) { events.withLock { $0.append(event) } }

        func takeAll() -> [StoreEvent] {
            events.withLock { events in
                defer { events = [] }
                return events
            }
        }
    }

    /// Starts a process over the files on `disk`. `model` is what is known of them.
    init(
        disk: CrashDisk, clock: ServerClock, model: ModelStore, branch: ModelStore?,
        options: Options, secretSeed: UInt64, adminKey: DirectoryEntry
    ) throws {
        let files = StoreFiles(folder: disk.folder, disk: CrashFiles(on: disk))
        let faulty = FaultyRows(SQLiteRows(files: files))
        let engine = try SimulatedServer.engine(
            over: faulty, billing: options.billing, at: clock.now)
        let reader = SQLiteReader(files: files)
        let store = CheckedStore(
            engine: engine, reader: reader, model: model, book: options.book,
            seed: ~secretSeed)
        try store.adopt(branch: branch, at: clock.now)
        let events = EventBox()
        let loop = StoreLoop(
            store: store, clock: clock, batchWeightMax: options.batchWeightMax,
            deliver: { events.put($0) })
        try loop.start()
        guard case .started(let opening) = events.takeAll().first else {
            preconditionFailure("the store did not say that it had started")
        }
        let bytes = Mutex<Random>(Random(seed: secretSeed))
        service = Service(
            settings: Settings { count in
                bytes.withLock { random in
                    (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                }
            }, fixedKeys: [adminKey], opening: opening, at: clock.now,
            receiver: WebhookReceiver(
                secrets: WebhookSecrets(
                    World.webhookSecrets.map { WebhookSecrets.Secret($0) }), mode: .test,
                toleranceMilliseconds: World.webhookTolerance))
        self.disk = disk
        self.files = files
        self.store = store
        self.rows = faulty
        self.loop = loop
        self.reader = reader
        self.events = events
        self.clock = clock
    }

    /// The plans are those that were; the first start of all brings some.
    private static func engine(
        over rows: FaultyRows, billing: BillingConditions, at now: Moment
    ) throws(StoreError) -> Engine {
        func make(_ plans: [PlanDraft]?) throws(StoreError) -> Engine {
            try Engine(
                rows: rows, plans: plans, random: Random(seed: 0), secrets: Random(seed: 0),
                limits: World.limits, billing: billing, at: now)
        }
        let engine = try make(nil)
        return engine.hasPlans ? engine : try make(World.drafts(1))
    }

    /// How a process is started.
    struct Options {
        let batchWeightMax: Int
        let billing: BillingConditions
        let book: ProviderBook
    }

    private var realMilliseconds: Int64 { clock.realNanoseconds / 1_000_000 }

    // MARK: What happens

    func received(_ request: Request, on key: ExchangeKey) {
        service.received(
            request, on: key, at: clock.now, realSteadyMilliseconds: realMilliseconds)
        collect()
    }

    /// The server does something that nobody asked for over the network.
    func perform(_ command: Command) {
        service.perform(command) { _ in }
        collect()
    }

    /// The process's own runner asks for work; `then` gets what there is.
    func pullForRunner(_ pull: Pull, then: @escaping ([LeasedJob]) -> Void) {
        _ = service.pullForRunner(pull) { reply in
            if case .leased(let jobs) = reply { then(jobs) }
        }
        collect()
    }

    /// The provider answered.
    func answered(_ inquiry: ProviderInquiry, _ answer: ProviderAnswer) {
        service.answered(inquiry, answer)
        collect()
    }

    /// What is to be asked, which goes out once.
    func takeInquiries() -> [ProviderInquiry] {
        defer { inquiries = [] }
        return inquiries
    }

    func closed(_ key: ExchangeKey) {
        service.closed(key)
        collect()
    }

    func delivered(_ key: ExchangeKey) {
        service.delivered(key)
        collect()
    }

    /// Takes an answer off the wire, the oldest or another.
    func takeAnswer(
        at index: Int
    ) -> (key: ExchangeKey, response: Response, isLease: Bool) {
        answers.remove(at: index)
    }

    /// The store's thread takes what has come.
    func storeTurn() {
        let taken = requests
        requests = []
        loop.turn(taken)
        while loop.hasPending { loop.turn() }
        takeEvents()
    }

    /// The calls end whose time has come.
    private func endCalls() {
        let due = calls.filter { $0.at <= realMilliseconds }
        calls.removeAll { $0.at <= realMilliseconds }
        for call in due { perform(.outbound(.ended(call.id, call.outcome))) }
    }

    private func begin(_ orders: [DeliveryOrder]) {
        for order in orders {
            guard let answer = receiver() else { continue }
            calls.append((realMilliseconds + answer.milliseconds, order.id, answer.outcome))
        }
    }

    /// The checkpointer's thread looks once.
    func checkpointerTurn() { files.checkpoint() }

    /// The reader's thread answers one query.
    func readerTurn() {
        guard !queries.isEmpty else { return }
        let query = queries.removeFirst()
        do throws(StoreError) {
            let result = try reader.run(query)
            if let difference = store.difference(of: result, to: query) { note(difference) }
            service.queried(result)
        } catch {
            service.queried(QueryResult(id: query.id, rows: .unavailable))
        }
        collect()
    }

    /// Time passes, and what falls due meanwhile is done when it does.
    func pass(milliseconds: Int64) {
        let end = clock.realNanoseconds + milliseconds * 1_000_000
        while true {
            let wake = min(
                loop.wakeNanoseconds(watchesClocks: false),
                (calls.map(\.at).min() ?? .max / 1_000_000) * 1_000_000,
                (service.nextDeadline ?? .max / 1_000_000) * 1_000_000)
            // Nothing changes any more on a disk that waits for its power cut.
            guard wake <= end, !disk.isStopped else { break }
            clock.pass(nanoseconds: max(0, wake - clock.realNanoseconds))
            endCalls()
            storeTurn()
            service.tick(realSteadyMilliseconds: realMilliseconds)
            collect()
        }
        clock.pass(nanoseconds: max(0, end - clock.realNanoseconds))
        _ = loop.wakeNanoseconds(watchesClocks: false)
    }

    /// Looks for what must always be true of the files.
    func verify() throws {
        let verification = try Verification.run(
            folder: disk.folder, disk: CrashFiles(on: disk))
        if let found = verification.faults.first { note("weir verify says: \(found)") }
    }

    /// Ends the process in order.
    func stop() {
        storeTurn()
        loop.close()
    }

    // MARK: Private

    private func takeEvents() {
        for event in events.takeAll() {
            if case .committed(let outcome) = event { begin(outcome.deliveries) }
            service.took(event)
            collect()
        }
        if let found = store.fault { note(found) }
    }

    private func collect() {
        for action in service.takeActions() {
            switch action {
            case .respond(let key, let response, let needsConfirmation):
                answers.append((key, response, needsConfirmation))
            case .command(let envelope):
                requests.append(
                    .command(envelope, arrivedNanoseconds: clock.realNanoseconds))
            case .query(let envelope):
                queries.append(envelope)
            case .tell:
                break
            case .ask(let inquiry, _):
                inquiries.append(inquiry)
            case .moveClock(let move, let id):
                requests.append(.moveClock(move, id))
            }
        }
    }

    private func note(_ sentence: String) {
        if fault == nil { fault = sentence }
    }
}
