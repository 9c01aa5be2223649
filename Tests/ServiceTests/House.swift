import API
import Billing
import Core
import Crypto
import HTTP
import JSON
import Service
import Store

/// A service on a table: the test plays the peers, the store and the reader.
final class House {
    /// Keys that the house knows, by what they are for.
    enum Key: String, CaseIterable {
        case admin = "weir_admin_k"
        case tenant = "weir_tenant_k"
        case owner = "weir_owner_k"
        case worker = "weir_worker_any"
        /// Bound to the queues `email` and `pdf`.
        case queueWorker = "weir_worker_queues"
        /// Bound to the tenants `acme` and `bolt`.
        case tenantsWorker = "weir_worker_tenants"
        /// Belongs to `acme`.
        case acmeWorker = "weir_worker_acme"

        var grant: KeyGrant {
            switch self {
            case .admin: KeyGrant(scope: .admin)
            case .tenant: KeyGrant(scope: .tenant, tenant: "acme")
            case .owner: KeyGrant(scope: .owner, tenant: "acme")
            case .worker: KeyGrant(scope: .worker)
            case .queueWorker: KeyGrant(scope: .worker, queues: ["email", "pdf"])
            case .tenantsWorker: KeyGrant(scope: .worker, tenants: ["acme", "bolt"])
            case .acmeWorker: KeyGrant(scope: .worker, tenant: "acme")
            }
        }

        var entry: DirectoryEntry {
            let index = Int64(Key.allCases.firstIndex(of: self) ?? 0)
            return DirectoryEntry(
                id: KeyID(rawValue: index), hash: SHA256.hash([UInt8](rawValue.utf8)),
                grant: grant)
        }
    }

    let service: Service
    var now = Moment(wall: House.noon, steadyMilliseconds: 1_000)
    var real: Int64 = 5_000
    var commands: [Envelope] = []
    var queries: [QueryEnvelope] = []
    var news: [WebhookNews] = []
    /// What the provider is to be asked.
    var questions: [(inquiry: ProviderInquiry, question: ProviderQuestion)] = []
    var clockMoves: [(move: ClockMove, id: EnvelopeID)] = []
    var responses: [(key: ExchangeKey, response: Response, needsConfirmation: Bool)] = []
    /// How many events were delivered.
    var deliveries: UInt64 = 0
    private var lastExchange: UInt64 = 0
    private(set) var commit: UInt64 = 0

    /// 2026-11-16T12:00:00Z.
    static let noon = Timestamp(milliseconds: 1_794_830_400_000)
    static let day = Day(containing: noon)
    static let quota = QuotaView(
        plan: "free",
        account: Account(
            terms: MetricTerms(metric: .jobs, limit: .units(10)), base: .units(10),
            usage: Usage(plan: 4)),
        resetsAt: Period(containing: House.noon).end)

    init(
        hasTestClock: Bool = false, catalog: PlanCatalog = .standard,
        enforcement: Enforcement = .full, receiver: WebhookReceiver? = nil
    ) {
        let settings = Settings(hasTestClock: hasTestClock) { count in
            [UInt8]((0..<count).map { UInt8($0) })
        }
        service = Service(
            settings: settings, fixedKeys: Key.allCases.map(\.entry),
            opening: StoreOpening(
                day: House.day, catalog: catalog, enforcement: enforcement, keys: []),
            at: now, receiver: receiver)
    }

    // MARK: Peers

    /// Opens an exchange.
    @discardableResult
    func send(
        _ method: String, _ target: String, _ key: Key? = .admin, _ body: String? = nil,
        headers: [String: String] = [:]
    ) -> ExchangeKey {
        lastExchange += 1
        let exchange = ExchangeKey(rawValue: lastExchange)
        var headers = headers
        if let key { headers["Authorization"] = "Bearer " + key.rawValue }
        service.received(
            Requests.make(method, target, headers: headers, body: body), on: exchange, at: now,
            realSteadyMilliseconds: real)
        collect()
        return exchange
    }

    /// The whole exchange, where the store gives this reply to its one command.
    func call(
        _ method: String, _ target: String, _ key: Key? = .admin, _ body: String? = nil,
        headers: [String: String] = [:], reply: Reply, quota: QuotaView? = nil
    ) -> Response? {
        let exchange = send(method, target, key, body, headers: headers)
        guard let command = commands.last else { return response(exchange) }
        commit([(command.id, reply, quota)])
        return response(exchange)
    }

    /// The whole exchange, where the reader finds these rows.
    func call(
        _ method: String, _ target: String, _ key: Key? = .admin,
        headers: [String: String] = [:], rows: Rows, quota: QuotaView? = nil
    ) -> Response? {
        let exchange = send(method, target, key, headers: headers)
        guard !queries.isEmpty else { return response(exchange) }
        answerQuery(rows, quota: quota)
        return response(exchange)
    }

    /// The whole exchange, where nobody is asked.
    func call(
        _ method: String, _ target: String, _ key: Key? = .admin, _ body: String? = nil,
        headers: [String: String] = [:]
    ) -> Response? {
        response(send(method, target, key, body, headers: headers))
    }

    /// What an exchange was answered.
    func response(_ exchange: ExchangeKey) -> Response? {
        responses.last { $0.key == exchange }?.response
    }

    func close(_ exchange: ExchangeKey) {
        service.closed(exchange)
        collect()
    }

    func tick(at real: Int64) {
        self.real = real
        service.tick(realSteadyMilliseconds: real)
        collect()
    }

    // MARK: The store and the reader

    /// Commits these replies and ends.
    func commit(
        _ replies: [(EnvelopeID, Reply, QuotaView?)], ended: [JobID] = [],
        logged: [JobID] = [], changes: [DirectoryChange] = [], day: Day = House.day,
        catalog: PlanCatalog? = nil, enforcement: Enforcement? = nil,
        inquiries: [ProviderInquiry] = [], alarms: [OperatorAlarm] = []
    ) {
        commit += 1
        var outcome = BatchOutcome(commit: commit, day: day)
        outcome.catalog = catalog
        outcome.enforcement = enforcement
        outcome.answers = replies.map { Answer(id: $0.0, reply: $0.1, quota: $0.2) }
        outcome.endedJobs = ended
        outcome.loggedJobs = logged
        outcome.directoryChanges = changes
        outcome.inquiries = inquiries
        outcome.alarms = alarms
        let answered = Set(replies.map(\.0))
        commands.removeAll { answered.contains($0.id) }
        service.committed(outcome)
        collect()
    }

    /// Answers the oldest command.
    func reply(_ reply: Reply, quota: QuotaView? = nil) {
        commit([(commands[0].id, reply, quota)])
    }

    /// Answers the oldest query.
    func answerQuery(_ rows: Rows, quota: QuotaView? = nil) {
        let query = queries.removeFirst()
        service.queried(QueryResult(id: query.id, rows: rows, quota: quota))
        collect()
    }

    /// Fails the batch of these commands; the store forgets the pulls that it knew, by default
    /// those up to the last of the batch.
    func fail(_ ids: [EnvelopeID], forgottenUpTo last: EnvelopeID? = nil) {
        commands.removeAll { ids.contains($0.id) }
        service.failed(ids, forgottenUpTo: last ?? ids.max() ?? EnvelopeID(rawValue: 0))
        collect()
    }

    /// Refuses these commands unseen.
    func refuse(_ ids: [EnvelopeID], _ refusal: Refusal) {
        commands.removeAll { ids.contains($0.id) }
        service.refused(ids, refusal)
        collect()
    }

    func collect() {
        for action in service.takeActions() {
            switch action {
            case .respond(let key, let response, let needsConfirmation):
                responses.append((key, response, needsConfirmation))
            case .command(let envelope): commands.append(envelope)
            case .query(let envelope): queries.append(envelope)
            case .tell(let told): news.append(told)
            case .ask(let inquiry, let question): questions.append((inquiry, question))
            case .moveClock(let move, let id): clockMoves.append((move, id))
            }
        }
    }
}

/// The only place where tests make requests.
enum Requests {
    static func make(
        _ method: String, _ target: String, headers: [String: String], body: String?
    ) -> Request {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        var query: [(name: String, value: String)] = []
        for pair in parts.dropFirst().joined().split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query.append((String(halves[0]), halves.count > 1 ? String(halves[1]) : ""))
        }
        return Request(
            method: Method(method), path: parts[0], query: query,
            headers: headers.map { (name: $0.key, value: $0.value) },
            body: [UInt8]((body ?? "").utf8))
    }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }

    /// A member of the body, as text.
    subscript(name: String) -> String? {
        guard let document = try? JSONDocument(validating: body) else { return nil }
        for (key, value) in document.members(of: document.root)
        where document.text(key) == name {
            return value.kind == .string
                ? document.text(value)
                : String(decoding: document.raw(value), as: UTF8.self)
        }
        return nil
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name.description == name }?.value
    }
}
