import Glibc
import Testing

@Suite(.serialized) struct `A disk that takes no more` {
    private static let large = String(repeating: "x", count: 100_000)
    /// What a full disk may still take, in the room that files have already.
    private static let submitsMax = 100
    /// Looks at a store that is to come back, each a round trip.
    private static let looksMax = 500_000

    @Test func `a limit on the size of files needs no rights, so it is always tried`() {
        #expect(SickDisk.usable.contains(.limitedFiles))
    }

    @Test(arguments: SickDisk.usable)
    func `submits are refused, reads go on, and it comes back by itself`(
        kind: SickDisk.Kind
    ) throws {
        let disk = try SickDisk(kind)
        var house = try House(tenants: [("acme", "enterprise")], flags: [], folder: disk.folder)
        let key = house.key("acme")
        var jobs: Set<String> = []
        for turn in 1...3 {
            for _ in 0..<10 { jobs.insert(try submit(house, key, "{}", "now")) }
            let parked = try house.connect()
            parked.ask(
                "POST", "/v1/leases/pull", key: house.workerKey,
                body: #"{"queues":["later"],"wait":60}"#)
            // The answer to this one says that the pull was read before.
            #expect(try house.call("GET", "/readyz").status == 200)

            try disk.breakDown(house.server.process)
            let (refused, idempotency) = try firstRefusal(house, key, turn, &jobs)
            #expect(refused["code"] == "storage_unavailable", "\(refused.text)")
            #expect(refused.header("retry-after") != nil)
            let pulled = try parked.answer()
            #expect(pulled.status == 503, "\(pulled.text)")
            for _ in 0..<20 { try expectSick(house, key, jobs) }

            try disk.heal()
            try awaitReady(house)
            // What got no answer may have happened; the repeat makes it so, once.
            let body = Self.job(Self.large, "now")
            let first = try submit(house, key, body: body, idempotency: idempotency)
            let second = try submit(house, key, body: body, idempotency: idempotency)
            #expect(first == second)
            jobs.insert(first)
            jobs.insert(try expectServed(house, key))
            try expectThere(house, key, jobs)
        }
        let beside = WeirVerify.run(disk.folder)
        #expect(beside.code == 0, "\(beside.text)")
        house.server.signal(SIGTERM)
        #expect(house.server.waitForEnd() == 0)
        let stopped = WeirVerify.run(disk.folder)
        #expect(stopped.code == 0, "\(stopped.text)")
        house = try House(tenants: [], flags: [], folder: disk.folder)
        try expectThere(house, key, jobs)
        house.server.signal(SIGTERM)
        #expect(house.server.waitForEnd() == 0)
    }

    @Test(.enabled(if: SickDisk.usable.contains(.fullDisk), "no tmpfs can be mounted here"))
    func `a server that dies on a full disk starts once there is room`() throws {
        let disk = try SickDisk(.fullDisk)
        var house = try House(tenants: [("acme", "enterprise")], flags: [], folder: disk.folder)
        let key = house.key("acme")
        var jobs: Set<String> = []
        try disk.breakDown(house.server.process)
        _ = try firstRefusal(house, key, 1, &jobs)
        house.server.signal(SIGKILL)
        house.server.waitForEnd()
        let failure = #expect(throws: ServerProcess.StartFailure.self) {
            _ = try ServerProcess(folder: disk.folder, flags: [])
        }
        let log = try #require(failure?.log)
        #expect(log.contains("bytes must be free on its disk"), "\(log)")
        try disk.heal()
        house = try House(tenants: [], flags: [], folder: disk.folder)
        try expectThere(house, key, jobs)
        let verified = WeirVerify.run(disk.folder)
        #expect(verified.code == 0, "\(verified.text)")
        house.server.signal(SIGTERM)
        house.server.waitForEnd()
    }

    // MARK: Steps

    private static func job(_ payload: String, _ queue: String) -> String {
        #"{"kind":"work","queue":"\#(queue)","payload":{"x":"\#(payload)"}}"#
    }

    private func submit(
        _ house: House, _ key: String, _ payload: String, _ queue: String
    ) throws -> String {
        try submit(house, key, body: Self.job(payload, queue), idempotency: nil)
    }

    private func submit(
        _ house: House, _ key: String, body: String, idempotency: String?
    ) throws -> String {
        let client = try house.connect()
        client.ask(
            "POST", "/v1/jobs", key: key, body: body,
            headers: idempotency.map { ["Idempotency-Key: \($0)"] } ?? [])
        let answer = try client.answer()
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(answer["id"])
    }

    /// Submits until one is refused. Those before are acknowledged.
    private func firstRefusal(
        _ house: House, _ key: String, _ turn: Int, _ jobs: inout Set<String>
    ) throws -> (BoxAnswer, idempotency: String) {
        let client = try house.connect()
        for number in 0..<Self.submitsMax {
            let idempotency = "submit-\(turn)-\(number)"
            client.ask(
                "POST", "/v1/jobs", key: key, body: Self.job(Self.large, "now"),
                headers: ["Idempotency-Key: \(idempotency)"])
            let answer = try client.answer()
            if answer.status == 503 { return (answer, idempotency) }
            try #require(answer.status == 201, "\(answer.text)")
            jobs.insert(try #require(answer["id"]))
        }
        throw SickDisk.Unusable(description: "the disk still takes everything")
    }

    private func expectSick(_ house: House, _ key: String, _ jobs: Set<String>) throws {
        let client = try house.connect()
        client.ask("GET", "/readyz", key: nil)
        #expect(try client.answer().status == 503)
        client.ask("GET", "/healthz", key: nil)
        #expect(try client.answer().status == 200)
        client.ask("POST", "/v1/jobs", key: key, body: #"{"kind":"work"}"#)
        #expect(try client.answer().status == 503)
        client.ask("POST", "/v1/leases/pull", key: house.workerKey, body: #"{"wait":30}"#)
        #expect(try client.answer().status == 503)
        client.ask("GET", "/v1/jobs?limit=3", key: key)
        let list = try client.answer()
        #expect(list.status == 200, "\(list.text)")
        #expect(list.objects("items").count == 3)
        if let id = jobs.first {
            client.ask("GET", "/v1/jobs/\(id)", key: key)
            #expect(try client.answer()["id"] == id)
            client.ask("GET", "/v1/jobs/\(id)/why", key: key)
            let why = try client.answer()
            // Some of them were taken in a turn before.
            let code = why["blockers.0.code"]
            #expect(code == "storage_unavailable" || code == "running", "\(why.text)")
        }
        client.ask(
            "GET", "/v1/billing/status", key: ServerProcess.adminKey,
            headers: ["Weir-Tenant: acme"])
        #expect(try client.answer()["plan"] == "enterprise")
        client.ask("POST", "/v1/billing/check-usage-limits", key: key, body: "{}")
        #expect(try client.answer()["allowed"] == "true")
        client.ask("GET", "/v1/tenants/acme", key: ServerProcess.adminKey)
        let tenant = try client.answer()
        #expect(tenant["waiting"].flatMap { Int($0) } ?? 0 > 0, "\(tenant.text)")
    }

    private func awaitReady(_ house: House) throws {
        for _ in 0..<Self.looksMax {
            if try house.call("GET", "/readyz").status == 200 { return }
        }
        Issue.record("the store does not come back")
    }

    /// A pull that parks again is served by a submit, as before.
    private func expectServed(_ house: House, _ key: String) throws -> String {
        let parked = try house.connect()
        parked.ask(
            "POST", "/v1/leases/pull", key: house.workerKey,
            body: #"{"queues":["later"],"wait":60}"#)
        let id = try submit(house, key, "{}", "later")
        let pulled = try parked.answer()
        #expect(pulled["jobs.0.id"] == id, "\(pulled.text)")
        return id
    }

    private func expectThere(_ house: House, _ key: String, _ jobs: Set<String>) throws {
        let client = try house.connect()
        for id in jobs {
            client.ask("GET", "/v1/jobs/\(id)", key: key)
            #expect(try client.answer().status == 200, "\(id)")
        }
    }
}
