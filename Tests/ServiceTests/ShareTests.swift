import Core
import HTTP
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
        #expect(house.commands.count == 20)
        #expect(house.responses.count == 20)
        let refused = try #require(house.responses.first?.response)
        #expect(refused.status == 429)
        #expect(refused["code"] == "rate_limited")
        #expect(refused["detail"]?.contains("'acme'") == true)
        #expect(refused.header("Retry-After") == "1")
        // Its other keys are of the same share; the operator's workers go on.
        let pull = #"{"max":1}"#
        #expect(house.call("POST", "/v1/leases/pull", .acmeWorker, pull)?.status == 429)
        house.send("POST", "/v1/leases/pull", .worker, pull)
        for _ in 0..<19 { submit(.admin, jobs: 1_000, ["Weir-Tenant": "bolt"]) }
        #expect(house.commands.count == 40)
        // What was answered makes room again.
        house.refuse(house.commands.prefix(12).map(\.id), .overloaded)
        submit(.tenant, jobs: 1)
        #expect(house.commands.count == 29)
    }

    @Test func `counts payloads too`() {
        let payload = String(repeating: "x", count: 200_000)
        let jobs = [String](repeating: #"{"kind":"a","payload":"\#(payload)"}"#, count: 80)
        let body = #"{"jobs":[\#(jobs.joined(separator: ","))]}"#
        for _ in 0..<6 { house.send("POST", "/v1/jobs/batch", .tenant, body) }
        #expect(house.commands.count == 5)
        #expect(house.responses.allSatisfy { $0.response.status == 429 })
        house.send("POST", "/v1/jobs", .admin, #"{"kind":"a"}"#, headers: ["Weir-Tenant": "bolt"])
        #expect(house.commands.count == 6)
    }

    @Test func `of what may wait for the reader leaves as much to all others`() {
        for _ in 0..<Limits.queuedQueriesMax { house.send("GET", "/v1/jobs", .tenant) }
        #expect(house.responses.count == Limits.queuedQueriesMax / 2)
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
}
