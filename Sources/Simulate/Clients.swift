import Core
import HTTP
import JSON
import Store

/// What all clients together know: only what they were told. What they were told must stay true.
struct Clients {
    var tokens: [String] = []
    /// Leases that were ended, and by which verb.
    private(set) var ended: [(token: String, verb: String)] = []
    private(set) var jobs: [String] = []
    private(set) var keys: [KnownKey] = []
    private(set) var grants: [String] = []
    private(set) var endpoints: [KnownEndpoint] = []
    private(set) var deliveries: [(id: String, endpoint: KnownEndpoint)] = []
    private var acknowledged: Set<String> = []
    /// Jobs that were completed, each with the number of the last request sent before that was
    /// known.
    private var completed: [String: UInt64] = [:]
    private var jobOfToken: [String: String] = [:]
    /// What was sent under an idempotency key, and the jobs that were named then.
    private var keyed: [String: [String]] = [:]
    private var agedAnswers: Set<[String]> = []
    /// What was sent in another age may have been forgotten meanwhile.
    private(set) var keyedAge = 0
    /// Tenants that somebody has asked to delete.
    private var doomed: Set<String> = []
    var coverage = Coverage()
    private(set) var fault: String?
    /// True once a list of everything shows nothing that waits or runs.
    var isDone = false
    /// What the last list said: true if it showed a job that has not ended.
    var unfinished: Bool?

    /// Notes a sentence of the promise that turned out false.
    mutating func note(_ sentence: String) {
        if fault == nil { fault = sentence }
    }

    mutating func willRevoke(_ id: String) { setStanding(.unknown) { $0.id == id } }

    mutating func willDelete(_ tenant: String) {
        doomed.insert(tenant)
        setStanding(.unknown) { $0.tenant == tenant }
    }

    private mutating func setStanding(
        _ standing: KnownKey.Standing, where isMeant: (KnownKey) -> Bool
    ) {
        for index in keys.indices
        where isMeant(keys[index]) && keys[index].standing != .revoked {
            keys[index].standing = standing
        }
    }

    // MARK: Answers

    /// Reads an answer.
    mutating func read(
        _ response: Response, _ intent: Intent, to number: UInt64, lastSent: UInt64
    ) {
        guard response.status != 500 else { return note("an answer with status 500") }
        if response.status == 503 { coverage.note(.refusedWhileBroken) }
        noteMarks(response.body)
        let document = try? JSONDocument(validating: response.body)
        switch intent {
        case .submit:
            if let document, response.status < 300 { readJobs(document, document.root) }
        case .submitKeyed(let words, let age):
            if let document, response.status < 300 {
                readJobs(document, document.root)
                if age == keyedAge { readKeyed(words, document) }
            }
        case .createKey(let tenant, let queue, let isWorker):
            guard response.status == 201, let document,
                let id = text(document, document.root, "id"),
                let key = text(document, document.root, "key")
            else { return }
            var made = KnownKey(
                id: id, text: key, tenant: tenant, queue: queue, isWorker: isWorker)
            // The answer may come after that of a deletion which was done later.
            if doomed.contains(tenant) { made.standing = .unknown }
            keys.append(made)
        case .revokeKey(let id):
            if response.status == 204 { setStanding(.revoked) { $0.id == id } }
        case .deleteTenant(let tenant):
            if response.status == 202 { setStanding(.revoked) { $0.tenant == tenant } }
        case .withKey(let id, let before):
            readUse(of: id, before, response.status)
        case .submitWithKey(let id, let before):
            readUse(of: id, before, response.status)
            if let document, response.status < 300 { readJobs(document, document.root) }
        case .pullWithKey(let id, let before):
            readUse(of: id, before, response.status)
            if let document, response.status == 200 {
                readBounds(of: id, document)
                readLeases(document, number)
            }
        case .grant:
            guard let document, let id = text(document, document.root, "id") else { break }
            if response.status == 200 { coverage.note(.grantKnown) }
            if response.status < 300 { grants = Array((grants + [id]).suffix(12)) }
        case .pull:
            if let document, response.status == 200 { readLeases(document, number) }
        case .end(let token, let verb):
            if response.status == 200 {
                if ended.contains(where: { $0 == (token, verb) }) {
                    coverage.note(.completionRepeated)
                }
                ended.append((token, verb))
                if verb == "complete", let job = jobOfToken[token] { completed[job] = lastSent }
            }
        case .signed(let isRight):
            if response.status == 200 { coverage.note(.signatureTaken) }
            if response.status == 400 { coverage.note(.signatureRefused) }
            if isRight, response.status == 400 { note("a right signature was refused") }
            if !isRight, response.status == 200 { note("a wrong signature was taken") }
        case .wait:
            guard let document, let state = text(document, document.root, "state") else { return }
            coverage.note(Clients.isEnd(state) ? .waitWoken : .waitTimedOut)
        case .endpoint(let tenant):
            guard let document, response.status == 201,
                let id = text(document, document.root, "id")
            else { break }
            let made = KnownEndpoint(id: id, tenant: tenant)
            endpoints = Array((endpoints + [made]).suffix(8))
        case .deliveries(let endpoint):
            guard let document, response.status == 200,
                let items = member(document, document.root, "items")
            else { break }
            for item in document.elements(of: items) {
                if let id = text(document, item, "id") { deliveries.append((id, endpoint)) }
            }
            deliveries = Array(deliveries.suffix(20))
        case .log(let waits):
            guard let document, response.status == 200, waits,
                let items = member(document, document.root, "items"),
                document.elements(of: items).contains(where: { _ in true })
            else { break }
            coverage.note(.logWoken)
        case .createTenant, .cancel:
            break
        case .other:
            if let document, let items = member(document, document.root, "items") {
                readList(document, items)
            }
        }
        tokens = Array(tokens.suffix(12))
        ended = Array(ended.suffix(12))
        jobs = Array(jobs.suffix(40))
    }

    private mutating func readUse(
        of id: String, _ before: KnownKey.Standing, _ status: Int
    ) {
        guard let key = keys.first(where: { $0.id == id }) else { return }
        if before == .revoked, status != 401, status != 503 {
            note("key \(id) was revoked and still got \(status)")
        }
        if before == .good, key.standing == .good, status == 401 {
            note("key \(id) is good and got 401")
        }
    }

    /// A worker gets nothing that its key is not for.
    private mutating func readBounds(of id: String, _ document: JSONDocument) {
        guard let key = keys.first(where: { $0.id == id }),
            let jobs = member(document, document.root, "jobs")
        else { return }
        for job in document.elements(of: jobs) {
            coverage.note(.pulledWithKey)
            if text(document, job, "tenant") != key.tenant
                || key.queue.map({ text(document, job, "queue") != $0 }) ?? false
            {
                note("key \(id) of \(key.tenant) got a job of another")
            }
        }
    }

    /// The same words under the same key name the same jobs, as long as they are remembered.
    private mutating func readKeyed(_ words: String, _ document: JSONDocument) {
        var ids = [text(document, document.root, "id") ?? ""]
        if let results = member(document, document.root, "results") {
            ids = document.elements(of: results).map { item in
                member(document, item, "job").flatMap { text(document, $0, "id") } ?? ""
            }
        }
        guard ids.contains(where: { !$0.isEmpty }) else { return }
        // An answer of before may be given still, and be forgotten at any moment.
        if keyed[words] == nil, agedAnswers.contains(ids) { return }
        if let before = keyed.updateValue(ids, forKey: words) {
            coverage.note(.replayedToClient)
            if before != ids { note("\(words) was answered \(before) and then \(ids)") }
        }
    }

    /// Time has passed in which idempotency keys may have been forgotten.
    mutating func forgetKeyed() {
        agedAnswers.formUnion(keyed.values)
        keyed = [:]
        keyedAge += 1
    }

    private mutating func readJobs(_ document: JSONDocument, _ node: JSONNode) {
        if let id = text(document, node, "id") {
            jobs.append(id)
            acknowledged.insert(id)
        }
        guard let results = member(document, node, "results") else { return }
        for item in document.elements(of: results) {
            if let job = member(document, item, "job") { readJobs(document, job) }
        }
    }

    private mutating func readLeases(_ document: JSONDocument, _ number: UInt64) {
        guard let jobs = member(document, document.root, "jobs") else { return }
        for job in document.elements(of: jobs) {
            guard let lease = member(document, job, "lease"),
                let token = text(document, lease, "token"), let id = text(document, job, "id")
            else { continue }
            // An answer from before may come late.
            if let sent = completed[id], number > sent {
                note("job \(id) was completed and is handed out again")
            }
            tokens.append(token)
            jobOfToken[token] = id
        }
    }

    /// The built-in runner was given these, for a pull that it sent after request number `sent`.
    mutating func took(_ leased: [LeasedJob], after sent: UInt64) {
        for job in leased {
            let (id, token) = (job.job.id.description, job.token.description)
            coverage.note(.runnerServed)
            if let known = completed[id], sent > known {
                note("job \(id) was completed and is handed to the runner")
            }
            tokens.append(token)
            jobOfToken[token] = id
        }
        tokens = Array(tokens.suffix(12))
    }

    private mutating func readList(_ document: JSONDocument, _ items: JSONNode) {
        var hasUnfinished = false
        for item in document.elements(of: items) {
            if let state = text(document, item, "state"), !Clients.isEnd(state) {
                hasUnfinished = true
            }
        }
        unfinished = hasUnfinished
    }

    private static func isEnd(_ state: String) -> Bool {
        !["ready", "scheduled", "running"].contains(state)
    }

    private func member(
        _ document: JSONDocument, _ node: JSONNode, _ name: StaticString
    ) -> JSONNode? {
        node.kind == .object ? document.member(node, name) : nil
    }

    private func text(
        _ document: JSONDocument, _ node: JSONNode, _ name: StaticString
    ) -> String? {
        member(document, node, name).flatMap { $0.kind == .string ? document.text($0) : nil }
    }

    // MARK: The end

    /// What was acknowledged must be there, and be what was said.
    mutating func checkAcknowledged(_ store: CheckedStore) throws {
        for text in acknowledged.sorted() {
            guard let id = JobID(text: text) else {
                note("\(text) was given out as the id of a job")
                continue
            }
            guard let state = try store.state(of: id) else {
                note("job \(text) was acknowledged and is nowhere")
                continue
            }
            if completed[text] != nil, state != .succeeded {
                note("job \(text) was completed and is \(state)")
            }
            switch state {
            case .succeeded, .dead, .canceled, .expired: break
            case .ready, .scheduled, .running: note("job \(text) is \(state) at the end")
            }
        }
    }

    // MARK: Marks

    private mutating func noteMarks(_ body: [UInt8]) {
        for (part, mark) in Clients.marks where !coverage.has(mark) {
            if Clients.holds(body.span, part) { coverage.note(mark) }
        }
    }

    private static func holds(_ body: Span<UInt8>, _ part: [UInt8]) -> Bool {
        guard body.count >= part.count else { return false }
        for start in 0...(body.count - part.count) where body[start] == part[0] {
            var length = 1
            while length < part.count, body[start + length] == part[length] { length += 1 }
            if length == part.count { return true }
        }
        return false
    }

    private static let marks: [([UInt8], Mark)] = texts.map { (Array($0.0.utf8), $0.1) }

    private static let texts: [(String, Mark)] = [
        ("\"reason\":\"quota_exhausted\"", .heldByQuota),
        ("\"reason\":\"tenant_paused\"", .heldByPause),
        ("\"reason\":\"tenant_suspended\"", .heldBySuspension),
        ("feature_not_in_plan\",\"feature", .heldByFeature),
        ("\"reason\":\"spend_cap_reached\"", .heldBySpendCap),
        ("\"reason\":\"concurrency_limit\"", .heldByConcurrency),
        ("\"rate_limited\"", .heldByRate),
        ("\"reason\":\"quota_exhausted\",\"metric\":\"tokens\"", .heldByReport),
        ("\"needed\":", .parked),
        ("\"code\":\"overage_withheld\"", .overageWithheld),
        ("\"code\":\"plan_withheld\"", .planWithheld),
        ("\"cause\":{\"code\":\"subscription\"", .stoppedBySubscription),
        ("resumes the tenant, overage goes on", .overageStopped),
        ("\"state\":\"expired\"", .expiredWaiting),
        ("crash_loop", .crashLoop),
        ("\"code\":\"lease_expired\"", .leaseExpired),
    ]
}
