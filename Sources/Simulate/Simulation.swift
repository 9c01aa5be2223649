import API
import Core
import CrashDisk
import Crypto
import HTTP
import Service
import Store
import StoreModel

/// One seed: tenants, workers and operators against a server whose clock, network and disk do what
/// the seed says. Every batch is compared with the model; at the end faults stop, the clock runs,
/// and everything that may run has to end.
package final class Simulation {
    let seed: UInt64
    var random: Random
    private let disk: CrashDisk
    let clock = ServerClock(standingAt: World.start)
    /// The process that runs; none only between a kill and the start that follows it.
    private var process: SimulatedServer?
    private let serverOptions: SimulatedServer.Options
    private let adminEntry: DirectoryEntry
    private let operations: [Operation]
    private let weights: [Int]
    /// The weather of this seed: of what might befall the server, one in so many does. Where all
    /// does, memory is made anew every few batches. Calm seeds show what goes wrong with time.
    private let weatherOneIn: Int
    /// Days pass by the dozen in a few seeds, so that what is kept for months is forgotten in them.
    private let isLong: Bool
    private let print: ((String) -> Void)?

    private var intents: [ExchangeKey: Intent] = [:]
    private(set) var lastExchange: UInt64 = 0
    var clients = Clients()
    /// Receivers answer every call well.
    var isResting = false
    var provider = SimulatedProvider()
    private var coverage = Coverage()
    private(set) var hash = TraceHash()
    private var commands = 0
    /// The furthest that the wall clock has been: what was submitted then is due after it.
    private var latestWall = World.start.wall

    static let adminKey = "weir_admin_simulated"

    /// What a run found.
    package struct Verdict: Sendable {
        package let seed: UInt64
        /// The first sentence that turned out false; nil if all held.
        package let fault: String?
        package let hash: TraceHash
        package let coverage: Coverage
        package let commands: Int
    }

    /// A run of this seed on a disk of its own. `print` gets each step.
    package init(seed: UInt64, print: ((String) -> Void)? = nil) throws {
        self.seed = seed
        disk = CrashDisk(seed: seed)
        self.print = print
        var random = Random(seed: seed)
        // A third of all that may happen does not, in this seed.
        operations = Operation.allCases.filter { $0.isEssential || random.next() % 3 != 0 }
        weights = operations.map(\.weight)
        weatherOneIn = [1, 1, 4, 16][Int(random.next() % 4)]
        isLong = random.next() % 8 == 0
        adminEntry = DirectoryEntry(
            id: KeyID(rawValue: 0), hash: SHA256.hash([UInt8](Simulation.adminKey.utf8)),
            grant: KeyGrant(scope: .admin))
        let book = provider.book
        var billing = BillingConditions()
        billing.canAskProvider = random.next() % 2 == 0
        billing.reader = { book.meaning(of: $0) }
        serverOptions = SimulatedServer.Options(
            batchWeightMax: [3, 10, 2_000][Int(random.next() % 3)], billing: billing, book: book)
        let model = ModelStore(
            plans: World.drafts(1), random: random, secrets: random, limits: World.limits,
            billing: billing, at: clock.now)
        process = try SimulatedServer(
            disk: disk, clock: clock, model: model, branch: nil, options: serverOptions,
            secretSeed: random.next(), adminKey: adminEntry)
        self.random = random
        server.receiver = { [unowned self] in receive() }
    }

    var server: SimulatedServer {
        guard let process else { preconditionFailure("no process runs between two") }
        return process
    }

    /// Runs to the end of `commandsMax` commands, then to rest.
    package func run(commandsMax: Int) throws -> Verdict {
        for tenant in World.tenants.prefix(4) { createTenant(tenant) }
        server.pass(milliseconds: 1)
        while commands < commandsMax, server.fault == nil, clients.fault == nil { try step() }
        if server.fault == nil, clients.fault == nil { try rest() }
        coverage.merge(server.store.coverage)
        coverage.merge(server.rows.struck)
        coverage.merge(clients.coverage)
        noteStrikes()
        let fault = (server.fault ?? clients.fault).map { "after \(commands) commands: \($0)" }
        return Verdict(
            seed: seed, fault: fault, hash: hash, coverage: coverage, commands: commands)
    }

    // MARK: Steps

    private func step() throws {
        // Between two things that happen, the server does some of what it has to do.
        if disk.isStopped { try chance(3) ? killInBatch() : cutPower() }
        switch roll(10) {
        case 0...2: server.storeTurn()
        case 3: server.readerTurn()
        case 4...6: answerOne(mayLose: operations.contains(.loseAnswer))
        case 7:
            server.pass(milliseconds: Int64(roll(30)))
            server.checkpointerTurn()
        default: try perform(choose())
        }
    }

    private func choose() -> Operation {
        var left = roll(weights.reduce(0, +))
        for (operation, weight) in zip(operations, weights) {
            left -= weight
            if left < 0 { return operation }
        }
        return .submit
    }

    private func perform(_ operation: Operation) throws {
        if operation.isWeather, !chance(weatherOneIn) { return }
        trace { "\(operation)" }
        hash.add(UInt64(operation.rawValue))
        if operation.isCommand {
            commands += 1
            return ask(operation)
        }
        switch operation {
        case .closeBeforeAnswer:
            let open = intents.keys.sorted { $0.rawValue < $1.rawValue }
            guard !open.isEmpty else { return }
            let key = open[roll(open.count)]
            guard !server.answers.contains(where: { $0.key == key }) else { return }
            intents[key] = nil
            server.closed(key)
        case .loseAnswer: answerOne(mayLose: true)
        case .passSeconds: server.pass(milliseconds: Int64(roll(40_000)))
        case .passDays:
            passDays(days())
            clients.forgetKeyed()
        case .stall: clock.pass(nanoseconds: Int64(1 + roll(20_000)) * 1_000_000)
        case .jumpAhead: jump(days: 1 + roll(40), .wallJumpedAhead)
        case .jumpBack: jump(days: -1 - roll(40), .wallJumpedBack)
        case .failAtWrite: server.rows.failNext(.atWrite(1 + roll(12)))
        case .failBeforeCommit: server.rows.failNext(.beforeCommit)
        case .failAfterCommit: server.rows.failNext(.afterCommit)
        case .kill:
            disk.killProcess()
            coverage.note(.killed)
            try restart()
        case .cutPower: try cutPower()
        case .stopDisk: disk.stop(after: Int64(roll(80)))
        case .fillDisk: strike(.full)
        case .failSync: strike(.failedSync)
        case .failRead: strike(.failedRead)
        case .failWrite: strike(chance(2) ? .failedWrite : .shortWrite)
        case .stopInOrder:
            server.stop()
            disk.killProcess()
            coverage.note(.stoppedInOrder)
            try restart()
        default: preconditionFailure("\(operation) is not known to be a command or not")
        }
    }

    /// A day costs as much as many commands, so that most seeds see few.
    private func days() -> Int {
        if isLong { return 20 + roll(21) }
        return chance(4) ? 1 + roll(40) : 1 + roll(4)
    }

    private func jump(days: Int, _ mark: Mark) {
        coverage.note(mark)
        latestWall = max(latestWall, clock.now.wall)
        let to = clock.now.wall.adding(Int64(days) * 86_400_000)
        clock.move(.set(max(to, World.start.wall)))
        clients.forgetKeyed()
    }

    private func strike(_ fault: DiskFault) {
        disk.strike(fault, after: Int64(roll(40)), times: Int64(1 + roll(6)))
    }

    /// What was armed counts once it has struck.
    private func noteStrikes() {
        let marks: [(DiskFault, Mark)] = [
            (.full, .diskFull), (.failedSync, .syncFailed), (.failedRead, .readFailed),
            (.failedWrite, .writeFailed), (.shortWrite, .writeFailed),
        ]
        for (fault, mark) in marks where disk.strikes(of: fault) > 0 { coverage.note(mark) }
    }

    /// The process ends in the middle of what it does: the system has its writes, the disk may not.
    private func killInBatch() throws {
        disk.killProcess()
        coverage.note(.killedInBatch)
        try restart(cutsSoon: chance(2))
    }

    /// The power goes, and comes back.
    private func cutPower(isLast: Bool = false) throws {
        disk.cutPower()
        coverage.note(.powerCut)
        try restart(isLast: isLast)
    }

    /// The process is gone between two instructions, and another begins on what the disk has. The
    /// power may go while it does.
    private func restart(isLast: Bool = false, cutsSoon: Bool = false) throws {
        coverage.merge(server.store.coverage)
        coverage.merge(server.rows.struck)
        if let fault = server.fault { return clients.note(fault) }
        let (model, branch) = server.store.knowledge
        intents = [:]
        provider.hangUp()
        server.rows.failNext(nil)
        let isArmed = cutsSoon || (!isLast && chance(4))
        if isArmed { disk.stop(after: Int64(roll(40))) }
        // What it had open must be gone before another opens it.
        process = nil
        while true {
            do {
                process = try SimulatedServer(
                    disk: disk, clock: clock, model: model.copy(), branch: branch?.copy(),
                    options: serverOptions, secretSeed: random.next(), adminKey: adminEntry)
                server.receiver = { [unowned self] in receive() }
                if !isArmed, chance(3) { try server.verify() }
                return
            } catch  where disk.isStopped {
                coverage.note(.powerCutInRecovery)
                disk.cutPower()
            }
        }
    }

    // MARK: The network

    /// Sends a request whose answer will be read by `intent`.
    func send(
        _ method: Method, _ path: String, tenant: String? = nil, key: String? = nil,
        idempotency: String? = nil, body: String? = nil, signature: String? = nil,
        bytes: [UInt8]? = nil, query: [(name: String, value: String)] = [],
        _ intent: Intent
    ) {
        lastExchange += 1
        let exchange = ExchangeKey(rawValue: lastExchange)
        var headers = [(name: "Authorization", value: "Bearer \(key ?? Simulation.adminKey)")]
        if let tenant { headers.append(("Weir-Tenant", tenant)) }
        if let idempotency { headers.append(("Idempotency-Key", idempotency)) }
        if let signature { headers.append(("Stripe-Signature", signature)) }
        if body != nil { headers.append(("Content-Type", "application/json")) }
        trace {
            "  #\(exchange.rawValue) \(method.name) \(path) \(tenant ?? "-")"
                + " \(idempotency ?? "-") \(body ?? "")"
        }
        intents[exchange] = intent
        server.received(
            Request(
                method: method, path: path, query: query, headers: headers,
                body: bytes ?? [UInt8]((body ?? "").utf8)),
            on: exchange)
    }

    /// One answer arrives, or does not.
    private func answerOne(mayLose: Bool) {
        guard !server.answers.isEmpty else { return }
        let (key, response, isLease) = server.takeAnswer(at: roll(server.answers.count))
        hash.add(key.rawValue)
        hash.add(UInt64(response.status))
        hash.add(response.body)
        trace {
            let body = String(decoding: response.body, as: UTF8.self)
            return "  #\(key.rawValue) \(response.status) \(body)"
        }
        guard let intent = intents.removeValue(forKey: key) else {
            return clients.note("exchange \(key.rawValue) was answered twice, or after its end")
        }
        if mayLose, roll(8) == 0 {
            clients.coverage.note(.answerLost)
            return server.closed(key)
        }
        clients.read(response, intent, to: key.rawValue, lastSent: lastExchange)
        if isLease { server.delivered(key) }
    }

    // MARK: The end

    /// Faults are off, the clock runs, workers work: whatever may run must end.
    private func rest() throws {
        // What stood still in the living process must come to its end too.
        disk.heal()
        server.rows.failNext(nil)
        if chance(2) || disk.isStopped {
            try cutPower(isLast: true)
        } else {
            coverage.note(.restedAlive)
            server.pass(milliseconds: 5_000)
        }
        clock.move(.set(max(latestWall, clock.now.wall)))
        try settle()
        // What is owed or paused would keep jobs from running.
        provider.offer(at: clock.now.wall)
        provider.endAll(at: clock.now.wall)
        while let event = provider.deliverFirst() {
            server.perform(.billing(.take(event)))
            try settle()
        }
        while !provider.isQuiet || !server.inquiries.isEmpty {
            answerAll()
            try settle()
        }
        // A plan that nobody was on may have been taken off.
        server.perform(.loadPlans(World.drafts(1)))
        let mode = chance(2) ? "off" : "enforce"
        send(.put, "/v1/enforcement", body: "{\"mode\":\"\(mode)\",\"percent\":100}", .other)
        for tenant in World.tenants {
            // Each of them closes the gate, whether or not the plan names its metric.
            for metric in World.metrics {
                send(.delete, "/v1/tenants/\(tenant)/overrides/\(metric)", .other)
            }
            send(.post, "/v1/tenants/\(tenant)/resume", .other)
            send(.patch, "/v1/tenants/\(tenant)", body: "{\"plan\":\"max\"}", .other)
        }
        try settle()
        var rounds = 0
        while !clients.isDone, clients.fault == nil, server.fault == nil {
            rounds += 1
            guard rounds < 1_000 else { return clients.note("work was left at the end") }
            server.pass(milliseconds: 10_000)
            clients.tokens = []
            send(
                .post, "/v1/leases/pull",
                body: "{\"queues\":[\"default\",\"mail\"],\"max\":20,\"lease\":3600}", .pull)
            try settle()
            for token in clients.tokens {
                send(
                    .post, "/v1/leases/complete", body: Bodies.complete([token]),
                    .end(token: token, verb: "complete"))
            }
            clients.unfinished = nil
            send(.get, "/v1/jobs", query: [("limit", "500")], .other)
            try settle()
            clients.isDone = clients.unfinished == false
        }
        try restDeliveries()
        server.pass(milliseconds: 70_000)
        try settle()
        guard clients.fault == nil, server.fault == nil else { return }
        if server.service.exchangeCount > 0 || !intents.isEmpty {
            return clients.note("\(intents.count) requests were never answered")
        }
        server.store.checkPromise()
        server.store.checkEntitlementsOver()
        try server.verify()
        try server.store.compareRows(at: clock.now)
        if let fault = server.store.fault { clients.note(fault) }
        try clients.checkAcknowledged(server.store)
    }

    /// Everything that is under way arrives.
    private func settle() throws {
        for _ in 0..<400 {
            server.storeTurn()
            while !server.queries.isEmpty { server.readerTurn() }
            while !server.answers.isEmpty { answerOne(mayLose: false) }
            if server.requests.isEmpty { break }
        }
        server.pass(milliseconds: 1)
    }

    // MARK: What the parts share

    func roll(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    func chance(_ oneIn: Int) -> Bool { roll(oneIn) == 0 }

    private func trace(_ text: () -> String) {
        if let print { print("\(clock.now.wall) \(text())") }
    }
}
