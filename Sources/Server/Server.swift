import API
import Billing
import Core
import Crypto
import EventLoop
import HTTP
import HTTPServer
import Service
import Store
import StoreSQLite
import Threads

/// The composition root: it puts loop, service, store and sockets together, and takes them apart.
package final class Server {
    private let config: Config
    private let log: Log
    private let loop: Loop
    private let clock = ServerClock()
    private let folder: DataFolder
    private let lock: LockFile
    private let adminKey: AdminKey
    private let planSource: PlanSource
    private let webhookSource: WebhookSource
    /// What checks the events of the payment provider from the first one on.
    private let receiver: WebhookReceiver?
    /// The plans that the store is opened with.
    private let plans: [PlanDraft]
    /// No server began in this folder before.
    private let isFresh: Bool
    private let demo: Demo?
    private let printScreen: (String) -> Void
    private var inbox: Inbox<ServerEvent>?
    private var signals: [SignalWatcher] = []
    private var threads: StoreThreads?
    private var front: Front?
    private var http: HTTPServer?
    /// Does jobs itself, where it has programs for them.
    private var ownRunner: OwnRunner?
    /// Reads the folder of jobs where there is no runner to do so.
    private var kindReader: KindReader?
    private var drainsLeft = 0
    /// What the store told when it was opened, until the service has it.
    private var opening: StoreOpening?
    private var demoAnswers = 0
    /// A reload was asked for before the server served.
    private var isReloadDue = false
    private var phase = Phase.opening
    private var refusal: String?

    /// Where a server is in its life.
    private enum Phase: Equatable {
        /// The store is being opened.
        case opening
        /// The demo's tenants are being made.
        case seeding
        case serving
        case draining
    }

    /// Runs a server until it is told to stop. Returns the exit code: 0, or 1 for a refused start,
    /// of which one line tells. `printScreen` shows the demo's first screen.
    package static func run(
        _ config: Config, printScreen: @escaping (String) -> Void
    ) -> Int32 {
        let format = config.logFormat ?? (StandardError.isTerminal ? .text : .json)
        let log = Log(format: format)
        do {
            return try Server(config, log: log, printScreen: printScreen).run()
        } catch {
            log.write(.error, "server.refused", [("reason", "\(error)")], format: .json)
            return 1
        }
    }

    private init(
        _ config: Config, log: Log, printScreen: @escaping (String) -> Void
    ) throws {
        self.config = config
        self.log = log
        self.printScreen = printScreen
        // First of all: a file that is refused leaves nothing behind.
        planSource = PlanSource(path: config.plansPath, isDemo: config.isDemo)
        plans = try planSource.read()
        demo = config.isDemo ? Demo(hasRunner: config.hasRunner) : nil
        webhookSource = WebhookSource(config, demo: demo)
        receiver = try webhookSource.read()
        ProcessLimits.ignoreFailedWrites()
        ProcessLimits.unblockSignals()
        ProcessLimits.keepFilesPrivate()
        _ = try ProcessLimits.raiseOpenFilesToMaximum()
        folder = try DataFolder(
            making: config.isDemo ? config.dataPath + "/demo" : config.dataPath)
        isFresh = try !folder.hasDatabase(mayBeLost: config.isDemo)
        // Before the lock, whose file would say that this folder was used.
        if config.adminKey == nil { _ = try AdminKey.kept(in: folder) }
        lock = try LockFile(folder: folder.path)
        adminKey = try AdminKey(config, folder: folder)
        if config.isDemo { try folder.removeDatabase() }
        loop = try Loop()
    }

    private func run() throws -> Int32 {
        if config.hasTestClock {
            log.write(.warn, "clock.test", [("meaning", "POST /v1/test/clock moves the time")])
        }
        if let receiver { warn(of: receiver) }
        do {
            try begin()
        } catch {
            refuse("\(error)")
        }
        loop.run()
        let code = loop.close()
        precondition(code == 0, "handles were left open: \(loop.openHandles())")
        if let refusal {
            log.write(.error, "server.refused", [("reason", refusal)], format: .json)
            return 1
        }
        log.write(.info, "server.stopped")
        return 0
    }

    /// Opens what the loop listens to, and starts the store's thread.
    private func begin() throws {
        let inbox = try Inbox<ServerEvent>(loop: loop) { [unowned self] in take($0) }
        self.inbox = inbox
        for kind in [SignalWatcher.Kind.terminate, .interrupt] {
            signals.append(try SignalWatcher(loop: loop, kind) { [unowned self] in drain() })
        }
        signals.append(
            try SignalWatcher(loop: loop, .hangUp) { [unowned self] in reload() })
        // Before any thread and any database: it forks.
        ownRunner = try OwnRunner(config, loop: loop, log: log)
        threads = try StoreThreads(
            folder: folder, plans: plans, clock: clock, billing: billing, slot: inbox.slot)
    }

    /// How the store works with subscriptions.
    private var billing: BillingConditions {
        let mode = config.stripeMode
        var conditions = BillingConditions()
        conditions.graceMilliseconds = config.graceMilliseconds
        conditions.isLive = mode.isLive
        conditions.reader = { body in
            do throws(MalformedEvent) {
                return try StripeEvent.read(body, mode: mode).meaning
            } catch {
                return .failed(reason: error.reason)
            }
        }
        return conditions
    }

    // MARK: Start

    private func take(_ events: [ServerEvent]) {
        for event in events {
            switch event {
            case .store(let event): take(event)
            case .query(let result): take(result)
            }
        }
        front?.pump()
    }

    private func take(_ event: StoreEvent) {
        switch (phase, event) {
        case (.opening, .started(let opening)): opened(opening)
        case (.opening, .refusedToStart(let error)): refuse(reason(error))
        case (.seeding, .committed(let outcome)): seeded(outcome)
        case (.serving, _), (.draining, _): front?.take(event)
        case (.opening, _), (.seeding, _):
            if case .failed(_, _, let error) = event { refuse(error.message) }
        }
    }

    private func opened(_ opening: StoreOpening) {
        do {
            try threads?.startReading()
        } catch {
            return refuse("\(error)")
        }
        self.opening = opening
        guard let demo else { return serve() }
        phase = .seeding
        for (index, command) in demo.commands.enumerated() {
            _ = threads?.post(
                Envelope(id: EnvelopeID(rawValue: UInt64(index + 1)), command: command))
        }
    }

    /// The demo's commands may come in several batches.
    private func seeded(_ outcome: BatchOutcome) {
        guard let demo else { return }
        for answer in outcome.answers {
            if case .refused(let refusal) = answer.reply {
                return refuse("the demo could not be made: \(refusal)")
            }
        }
        demoAnswers += outcome.answers.count
        for case .added(let entry) in outcome.directoryChanges { opening?.keys.append(entry) }
        if demoAnswers == demo.commands.count { serve() }
    }

    private func take(_ result: QueryResult) { front?.take(result) }

    private func serve() {
        guard let threads, let opening else { return }
        let service = Service(
            settings: Settings(
                hasTestClock: config.hasTestClock, randomBytes: SecureRandom.bytes),
            fixedKeys: [adminKey.entry], opening: opening, at: clock.now, receiver: receiver)
        self.opening = nil
        let front = Front(
            service: service, loop: loop, clock: clock, threads: threads, log: log)
        let http = HTTPServer(
            loop: loop, parserLimits: HTTPLimits(bodyBytesMax: Server.bodyBytesMax),
            handler: front)
        front.http = http
        front.courier = Courier(
            loop: loop, allowsPrivate: config.allowsPrivateWebhooks,
            wallMilliseconds: { Loop.wallMilliseconds },
            tell: { [unowned front] id, outcome in
                front.service.perform(.outbound(.ended(id, outcome))) { _ in }
                front.pump()
            })
        http.onAcceptPause = { [log] in
            log.write(.warn, "server.accept_paused", [("reason", "\($0)")])
        }
        let port: Int
        do {
            port = try http.listen(host: config.host, port: config.port)
        } catch {
            front.courier?.close()
            return refuse("cannot listen at \(config.host):\(config.port): \(error)")
        }
        self.front = front
        self.http = http
        do {
            if demo == nil { try folder.markAsUsed() }
            try keepAdminKey()
        } catch {
            http.closeAll()
            return refuse(error.message)
        }
        phase = .serving
        let url = "http://\(config.reachableHost):\(port)"
        if isFresh, demo == nil { log.write(.info, "store.made", [("folder", folder.path)]) }
        // Whoever waits for this line finds the demo's file.
        if let demo { writeEnvironment(of: demo, url: url) }
        kindReader = KindReader(config, loop: loop, log: log, service: front.service)
        ownRunner?.start(front.service) { [unowned front] in front.pump() }
        log.write(.info, "server.listening", [("url", url)], format: .json)
        if let demo {
            let program = CommandLine.arguments.first ?? "weir"
            printScreen(demo.screen(url: url, folder: folder.path, program: program))
        }
        if isReloadDue { reload() }
    }

    // MARK: What SIGHUP reads again

    /// Reads the operator's files again. A bad one is told of, and what was stays as it is.
    private func reload() {
        guard planSource.path != nil || webhookSource.path != nil, phase != .draining else {
            return log.write(.info, "server.nothing_to_reload")
        }
        guard phase == .serving, let front else {
            isReloadDue = true
            return
        }
        isReloadDue = false
        if webhookSource.path != nil { reloadSecrets(front.service) }
        if planSource.path != nil { reloadPlans(front) }
    }

    private func reloadSecrets(_ service: Service) {
        do throws(WebhookSource.Fault) {
            guard let receiver = try webhookSource.read() else { return }
            service.webhooks.replace(with: receiver)
            warn(of: receiver)
            log.write(
                .info, "webhook.secrets_loaded", [("count", "\(receiver.secrets.secrets.count)")])
        } catch {
            log.write(.error, "webhook.secrets_refused", [("reason", error.description)])
        }
    }

    private func warn(of receiver: WebhookReceiver) {
        for warning in receiver.secrets.warnings {
            log.write(.warn, "webhook.odd_secret", [("reason", warning)])
        }
    }

    private func reloadPlans(_ front: Front) {
        let plans: [PlanDraft]
        do throws(PlanSource.Fault) {
            plans = try planSource.read()
        } catch {
            return log.write(.error, "plans.refused", [("reason", error.description)])
        }
        front.service.perform(.loadPlans(plans)) { [log] reply in
            if case .refused(let refusal) = reply {
                return log.write(
                    .error, "plans.refused", [("reason", Problem.refusal(refusal).detail)])
            }
            guard case .plansLoaded(let catalog) = reply else {
                preconditionFailure("the store answered loadPlans with \(reply)")
            }
            log.write(.info, "plans.loaded", [("plans", Server.versions(catalog))])
        }
        front.pump()
    }

    /// Such as `free 1, pro 2`.
    private static func versions(_ catalog: PlanCatalog) -> String {
        catalog.plans.map { "\($0.id) \($0.version)" }.joined(separator: ", ")
    }

    /// The last thing that a start does, so that one that is refused leaves no key behind.
    private func keepAdminKey() throws(StoreError) {
        guard adminKey.isNew else { return }
        let file = try adminKey.keep(in: folder)
        guard demo == nil else { return }
        log.write(.warn, "admin_key.made", [("key", adminKey.text), ("file", file)])
    }

    private func writeEnvironment(of demo: Demo, url: String) {
        do {
            try folder.write(demo.environmentFile(url: url, adminKey: adminKey.text), to: "env")
        } catch {
            log.write(.warn, "demo.no_env_file", [("reason", error.message)])
        }
    }

    /// API §2: 1 MiB, and 16 MiB where many jobs come at once.
    private static let bodyBytesMax: @Sendable (RequestHead) -> Int = { head in
        head.path == "/v1/jobs/batch" ? Limits.batchBodyBytesMax : Limits.bodyBytesMax
    }

    // MARK: End

    private func reason(_ error: StoreError) -> String {
        // What cannot be opened at all has its advice, and no rows that could be verified.
        guard error.kind == .corrupt, !error.message.contains("is no database") else {
            return error.message
        }
        return error.message
            + ": the database is damaged. 'weir verify --data \(folder.path)' lists"
            + " what is wrong; restore a backup, or name another folder"
    }

    private func refuse(_ reason: String) {
        refusal = reason
        close()
    }

    /// Takes no new requests, answers those in flight, then closes. A second call ends at once.
    private func drain() {
        guard phase == .serving else {
            if phase == .draining { ProcessEnvironment.exitNow(1) }
            // A deploy that is called off early is no failure.
            log.write(.info, "server.stopped_before_start")
            return close()
        }
        phase = .draining
        log.write(.info, "server.draining")
        front?.service.drain()
        front?.pump()
        let late = loop.schedule(after: config.drainMilliseconds) { [unowned self] in
            log.write(.warn, "server.drain_timed_out")
            http?.closeAll()
        }
        drainsLeft = ownRunner == nil ? 1 : 2
        ownRunner?.drain { [unowned self] in drained() }
        http?.drain { [unowned self] in
            loop.cancel(late)
            drained()
        }
    }

    private func drained() {
        drainsLeft -= 1
        if drainsLeft == 0 { close() }
    }

    private func close() {
        ownRunner?.close()
        kindReader?.close()
        front?.courier?.close()
        threads?.stop()
        threads = nil
        inbox?.close()
        for signal in signals { signal.close() }
        loop.stop()
    }
}
