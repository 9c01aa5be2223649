import Glibc
import Testing
import Threads

/// A server that is killed under load again and again, and what its clients hold it to.
struct KillLoop {
    struct Figures {
        var rounds = 0
        var submits = 0
        var completes = 0
        var otherEnds = 0
        /// Tenants that were found with as many jobs charged as their plan allows.
        var atLimit = 0
        var unknown = 0
        var unknownThatHappened = 0
        var readyMilliseconds: [Int] = []

        var line: String {
            let sorted = readyMilliseconds.sorted()
            let median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
            return "\(rounds) rounds, each with a kill: \(submits) jobs and \(completes) completes"
                + " acknowledged, \(otherEnds) other ends, \(atLimit) tenants at their limit, \(unknown) outcomes unknown of which"
                + " \(unknownThatHappened) had happened, ready again after \(median) ms"
                + " (\(sorted.last ?? 0) ms at worst)"
        }
    }

    static let clientsCount = 8
    static let freeLimit = 10

    private let folder: String
    private var random: KillRandom
    private var house: House
    private var apiKeys: [String: String] = [:]
    private var jobs: [String: String] = [:]
    private(set) var figures = Figures()

    init(seed: UInt64) throws {
        random = KillRandom(seed: seed)
        house = try House(tenants: [], flags: [])
        folder = house.server.folder
        try addTenant("large", plan: "enterprise")
    }

    /// One life of the server, its death, and what the next one has to know.
    mutating func round() throws {
        figures.rounds += 1
        let free = ["free-\(figures.rounds)-a", "free-\(figures.rounds)-b"]
        for id in free { try addTenant(id, plan: "free") }
        let record = KillRecord(
            process: house.server.process, answersMax: 40 + random.roll(700))
        try load(record, tenants: free + ["large"])
        #expect(house.server.waitForEnd() == -SIGKILL)
        try restart()
        try expectVerified()
        let told = record.now
        #expect(told.faults == [])
        let client = try house.connect()
        let before = told.jobs
        try resolve(told, client, record)
        jobs.merge(record.now.jobs) { _, new in new }
        figures.submits += before.count
        try expectEnds(told, client)
        for id in free { try expectWithinLimit(id, delivered: told.delivered[id] ?? []) }
        try expectPresent(record.now.jobs, client)
    }

    /// Everything once more, after an orderly stop too.
    mutating func finish() throws {
        for (tenant, _) in apiKeys { try expectExactly(tenant) }
        house.server.signal(SIGTERM)
        #expect(house.server.waitForEnd() == 0)
        try expectVerified()
    }

    // MARK: Load, death, start

    private mutating func load(_ record: KillRecord, tenants: [String]) throws {
        let port = house.server.port
        let workerKey = house.workerKey
        let callers = tenants.map { (id: $0, apiKey: apiKeys[$0] ?? "") }
        var threads: [Thread] = []
        for index in 0..<Self.clientsCount {
            let name = "r\(figures.rounds)-c\(index)"
            let seed = random.next()
            threads.append(
                try Thread(name: "kill-client") {
                    // Every client ends with its connection.
                    var client = try? KillClient(
                        record: record, port: port, name: name, tenants: callers,
                        workerKey: workerKey, seed: seed)
                    _ = index % 2 == 0 ? try? client?.submit() : try? client?.work()
                })
        }
        if figures.rounds % 2 == 0 {
            // A moment that no answer announces. Nothing waits for it, so it may take its time.
            let milliseconds = Int32(random.roll(400))
            threads.append(
                try Thread(name: "killer") {
                    poll(nil, 0, milliseconds)
                    record.killNow()
                })
        }
        for thread in threads { thread.join() }
    }

    private mutating func restart() throws {
        let start = Self.milliseconds
        house = try House(tenants: [], flags: [], folder: folder)
        let answer = try house.call("GET", "/readyz")
        #expect(answer.status == 200, "\(answer.text)")
        figures.readyMilliseconds.append(Self.milliseconds - start)
    }

    private mutating func addTenant(_ id: String, plan: String) throws {
        try house.addTenant(id, plan: plan)
        apiKeys[id] = house.key(id)
    }

    /// For a figure only: nothing depends on it.
    static var milliseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }

    // MARK: What must hold

    private func expectVerified() throws {
        let (text, code) = WeirVerify.run(folder)
        #expect(code == 0, "\(text)")
    }

    /// Repeats what got no answer; the first or the second request does the work, never both.
    private mutating func resolve(
        _ told: KillRecord.State, _ client: RawClient, _ record: KillRecord
    ) throws {
        for request in told.unknownSubmits {
            client.ask("GET", "/v1/jobs?limit=1", key: request.apiKey)
            let latest = try client.answer().objects("items").first?["id"]
            let ids = try KillClient.submit(request, client, record)
            figures.unknown += 1
            // A job that was there before the repeat was made by the request without an answer.
            if let last = ids.last, let latest, last <= latest { figures.unknownThatHappened += 1 }
        }
        for request in told.unknownEnds {
            let answer = try KillClient.end(request, client, house.workerKey)
            #expect(answer.status == 200, "\(request): \(answer.text)")
            figures.unknown += 1
        }
        figures.unknown += told.unknownPulls
        #expect(record.now.faults == [])
    }

    /// Acknowledged ends are remembered: a repeat says the same, another end is refused.
    private mutating func expectEnds(_ told: KillRecord.State, _ client: RawClient) throws {
        for request in told.ends {
            let again = try KillClient.end(request, client, house.workerKey)
            #expect(again.status == 200, "\(request): \(again.text)")
            let isComplete = request.verb == "complete"
            if isComplete {
                figures.completes += 1
                #expect(again["results.0.state"] == "succeeded", "\(request): \(again.text)")
                client.ask("GET", "/v1/jobs/\(request.job)", key: ServerProcess.adminKey)
                #expect(try client.answer()["state"] == "succeeded", "\(request)")
            } else {
                figures.otherEnds += 1
            }
            let other = KillRecord.End(
                verb: isComplete ? "fail" : "complete", token: request.token, job: request.job,
                body: #"{"results":[{"token":"\#(request.token)"}]}"#)
            let stale = try KillClient.end(other, client, house.workerKey)
            #expect(stale.status == 409, "\(other): \(stale.text)")
        }
    }

    private func expectPresent(_ jobs: [String: String], _ client: RawClient) throws {
        for (id, tenant) in jobs {
            client.ask("GET", "/v1/jobs/\(id)", key: apiKeys[tenant])
            let answer = try client.answer()
            #expect(answer.status == 200 && answer["tenant"] == tenant, "\(id): \(answer.text)")
        }
    }

    /// No more was started than the plan allows, and usage, ledger and jobs agree on how much.
    private mutating func expectWithinLimit(_ tenant: String, delivered: Set<String>) throws {
        let charged = Set(
            try list(tenant).filter { $0["charged_period"] != "null" }.compactMap { $0["id"] })
        #expect(charged.count <= Self.freeLimit, "\(tenant)")
        if charged.count == Self.freeLimit { figures.atLimit += 1 }
        #expect(delivered.isSubset(of: charged), "\(tenant)")
        let usage = try house.call("GET", "/v1/tenants/\(tenant)/usage")
        #expect(usage["metrics.jobs.used"] == "\(charged.count)", "\(tenant)")
        let ledger = try house.call("GET", "/v1/tenants/\(tenant)/ledger?limit=500")
            .objects("items")
        #expect(Set(ledger.compactMap { $0["job"] }) == charged, "\(tenant)")
        #expect(ledger.count == charged.count, "\(tenant)")
    }

    /// The tenant has the jobs that were acknowledged, each once, and no others.
    private func expectExactly(_ tenant: String) throws {
        let found = try list(tenant).compactMap { $0["id"] }
        let told = jobs.filter { $0.value == tenant }.keys
        #expect(found.count == Set(found).count, "\(tenant)")
        #expect(Set(found) == Set(told), "\(tenant)")
    }

    private func list(_ tenant: String) throws -> [[String: String]] {
        var items: [[String: String]] = []
        var cursor = ""
        repeat {
            let client = try house.connect()
            client.ask("GET", "/v1/jobs?limit=500\(cursor)", key: apiKeys[tenant])
            let page = try client.answer()
            try #require(page.status == 200, "\(page.text)")
            items += page.objects("items")
            guard let next = page["next_cursor"], next != "null" else { return items }
            cursor = "&cursor=\(next)"
        } while true
    }
}
