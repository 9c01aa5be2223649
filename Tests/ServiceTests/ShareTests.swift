import Core
import HTTP
import Service
import Store
import Testing

/// A tenant that asks for much is refused before it takes what the others need.
@Suite struct `A tenant's share` {
    private let house = House()

    private func submit(_ key: House.Key, jobs count: Int, _ headers: [String: String] = [:]) {
        let jobs = [String](repeating: #"{"kind":"a"}"#, count: count).joined(separator: ",")
        house.send("POST", "/v1/jobs/batch", key, #"{"jobs":[\#(jobs)]}"#, headers: headers)
    }

    @Test func `of what may wait for the store leaves as much to all others`() throws {
        for _ in 0..<40 { submit(.tenant, jobs: 1_000) }
        #expect(house.commands.count == 17)
        #expect(house.responses.count == 23)
        let refused = try #require(house.responses.first?.response)
        #expect(refused.status == 429)
        #expect(refused["code"] == "rate_limited")
        #expect(refused["detail"]?.contains("'acme'") == true)
        #expect(refused.header("Retry-After") == "1")
        // A smaller one may fit still. Its other keys are of the same share.
        submit(.tenant, jobs: 500)
        #expect(house.commands.count == 18)
        let pull = #"{"max":1}"#
        #expect(house.call("POST", "/v1/leases/pull", .acmeWorker, pull)?.status == 429)
        // The operator's workers and own submits go on, and have what no tenant may have.
        house.send("POST", "/v1/leases/pull", .worker, pull)
        for _ in 0..<22 { submit(.admin, jobs: 1_000, ["Weir-Tenant": "bolt"]) }
        #expect(house.commands.count == 41)
        submit(.admin, jobs: 1_000, ["Weir-Tenant": "bolt"])
        #expect(house.responses.last?.response.status == 503)
        // What was answered makes room again.
        house.refuse(house.commands.prefix(12).map(\.id), .overloaded)
        submit(.tenant, jobs: 1)
        #expect(house.commands.count == 30)
    }

    @Test func `counts payloads too`() {
        let payload = String(repeating: "x", count: 200_000)
        let jobs = [String](repeating: #"{"kind":"a","payload":"\#(payload)"}"#, count: 80)
        let body = #"{"jobs":[\#(jobs.joined(separator: ","))]}"#
        for _ in 0..<6 { house.send("POST", "/v1/jobs/batch", .tenant, body) }
        #expect(house.commands.count == 3)
        #expect(house.responses.allSatisfy { $0.response.status == 429 })
        house.send("POST", "/v1/jobs", .admin, #"{"kind":"a"}"#, headers: ["Weir-Tenant": "bolt"])
        #expect(house.commands.count == 4)
        // What holds nothing is let in.
        house.send("POST", "/v1/leases/pull", .acmeWorker, #"{"max":1}"#)
        #expect(house.commands.count == 5)
    }

    @Test func `of what may wait for the reader leaves as much to all others`() {
        for _ in 0..<Limits.queuedQueriesMax { house.send("GET", "/v1/jobs", .tenant) }
        #expect(house.responses.count == 1_125)
        #expect(house.responses.first?.response["code"] == "rate_limited")
        let before = house.responses.count
        house.send("GET", "/v1/jobs", .admin)
        #expect(house.responses.count == before)
        for _ in 0..<2 { house.answerQuery(.jobPage([], next: nil)) }
        house.send("GET", "/v1/jobs", .tenant)
        #expect(house.responses.count == before + 2)
    }

    @Test func `of the reader's time is one turn of several`() throws {
        for _ in 0..<100 { house.send("GET", "/v1/jobs", .tenant) }
        let other = house.send("GET", "/v1/jobs", .admin)
        for _ in 0..<Limits.queriesAtReaderMax + 2 {
            #expect(house.response(other) == nil)
            house.answerQuery(.jobPage([], next: nil))
        }
        #expect(house.response(other)?.status == 200)
    }

    @Test func `is that of a key for one tenant, whatever its scope`() {
        #expect(KeyGrant(scope: .tenant, tenant: "acme").sharer == "acme")
        #expect(KeyGrant(scope: .worker, tenants: ["acme"]).sharer == "acme")
        #expect(KeyGrant(scope: .worker, tenants: ["acme", "bolt"]).sharer == nil)
        #expect(KeyGrant(scope: .worker).sharer == nil)
        #expect(KeyGrant(scope: .admin).sharer == nil)
    }

    @Test func `of parked pulls leaves as much to all others`() {
        let pull = #"{"wait":30}"#
        while house.responses.isEmpty { house.send("POST", "/v1/leases/pull", .acmeWorker, pull) }
        #expect(house.commands.count == Limits.ticketsMax / 8 * 7 / 2)
        #expect(house.responses.last?.response["code"] == "rate_limited")
        #expect(house.call("POST", "/v1/leases/pull", .worker, pull) == nil)
        // Those that end make room.
        for _ in 0..<2 { house.reply(.leased([])) }
        let before = house.responses.count
        house.send("POST", "/v1/leases/pull", .acmeWorker, pull)
        #expect(house.responses.count == before)
        #expect(Pull(queues: ["a", "b"], tenants: ["a"]).tickets == 1)
        let names = (0..<64).map(String.init)
        #expect(Pull(queues: names, kinds: names, tenants: names).tickets == 16)
    }

    @Test(
        arguments: [
            (4_096, "", nil), (4_097, "", ""), (4_097, "acme", "acme"), (4_097, "admin", nil),
        ] as [(Int, String, String?)])
    func `of bodies is its key's, unless they are small`(
        bytes: Int, key: String, sharer: String?
    ) throws {
        let keys: [String: House.Key] = ["acme": .tenant, "admin": .admin]
        let field = keys[key].map { "Authorization: Bearer \($0.rawValue)\r\n" } ?? ""
        let head =
            "POST /v1/jobs/batch HTTP/1.1\r\nHost: a\r\nContent-Length: \(bytes)\r\n\(field)\r\n"
        var parser = RequestParser(limits: HTTPLimits(bodyBytesMax: { _ in 10_000 }))
        guard case .bodyBegins(let head) = parser.consume(Array(head.utf8).span).event else {
            throw Unexpected()
        }
        #expect(house.service.sharer(of: head) == sharer)
    }

    @Test func `is not asked for by what goes on`() {
        let job = JobID(rawValue: 1)
        let asked = house.send("GET", "/v1/jobs/\(job)/why", .admin)
        while house.responses.isEmpty { house.send("GET", "/v1/jobs", .admin) }
        #expect(house.responses[0].response.status == 503)
        // The store cannot say, so the reader is asked.
        house.refuse([house.commands[0].id], .storageUnavailable)
        #expect(house.response(asked) == nil)
    }
}
