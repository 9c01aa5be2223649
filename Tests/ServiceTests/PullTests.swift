import Core
import HTTP
import Service
import Store
import Testing

@Suite struct PullTests {
    private func pull(
        _ body: String, _ key: House.Key = .worker, headers: [String: String] = [:]
    ) throws -> Pull {
        let house = House()
        let exchange = house.send("POST", "/v1/leases/pull", key, body, headers: headers)
        guard case .pull(let pull)? = house.commands.first?.command else {
            Issue.record("\(house.response(exchange)?.text ?? "no answer")")
            throw Unexpected()
        }
        return pull
    }

    @Test func `leased jobs come with token and end of the lease`() {
        let response = House().call(
            "POST", "/v1/leases/pull", .worker, "{}", reply: .leased([Samples.leased()]))
        let job = Samples.jobJSON(
            state: "running", held: "null", attempt: 1, startedAt: #""2026-11-16T12:00:00.000Z""#)
        let lease =
            #","lease":{"token":"\#(Samples.token(1))","expires_at":"2026-11-16T12:00:30.000Z"}}"#
        #expect(response?.status == 200)
        #expect(response?.text == #"{"jobs":[\#(job.dropLast())\#(lease)]}"#)
    }

    @Test func `nothing to do is an empty list`() {
        let response = House().call(
            "POST", "/v1/leases/pull", .worker, "{}", reply: .leased([]))
        #expect(response?.text == #"{"jobs":[]}"#)
    }

    @Test(arguments: [
        "", "{}", #"{"queues":null,"kinds":null,"max":null,"wait":null,"lease":null,"grace":null}"#,
    ])
    func `every field has its default`(body: String) throws {
        #expect(try pull(body) == Pull())
    }

    @Test func `every field reaches the store`() throws {
        var wanted = Pull(
            queues: ["b", "a"], kinds: ["x"], jobsMax: 1_000, waits: true,
            leaseMilliseconds: 3_600_000, worker: "host-1")
        wanted.timeoutGraceMilliseconds = 15_000
        let body = #"""
            {"queues":["b","a","b"],"kinds":["x"],"max":1000,"wait":60,"lease":"1h","grace":15,
            "worker":"host-1"}
            """#
        #expect(try pull(body) == wanted)
    }

    @Test(arguments: [
        (#"{"queues":[]}"#, "$.queues", "1 to 64 elements, found 0"),
        (#"{"queues":"default"}"#, "$.queues", "expected a list"),
        (#"{"queues":["a b"]}"#, "$.queues[0]", "found the text 'a b'"),
        (#"{"queues":["a",null]}"#, "$.queues[1]", "found null"),
        (#"{"kinds":[]}"#, "$.kinds", "found 0"),
        (#"{"max":0}"#, "$.max", "from 1 to 1000, found 0"),
        (#"{"max":1001}"#, "$.max", "found 1001"),
        (#"{"wait":61}"#, "$.wait", "0s to 1m"),
        (#"{"wait":-1}"#, "$.wait", "found -1"),
        (#"{"lease":4}"#, "$.lease", "5s to 1h"),
        (#"{"lease":"2h"}"#, "$.lease", "found the text '2h'"),
        (#"{"grace":16}"#, "$.grace", "0s to 15s"),
        (#"{"worker":5}"#, "$.worker", "expected a text"),
        (#"{"queue":"default"}"#, "$.queue", "not a known field"),
    ])
    func `what is out of range is 422, never clamped`(body: String, path: String, says: String) {
        let house = House()
        let response = house.call("POST", "/v1/leases/pull", .worker, body)
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains(#""path":"\#(path)""#) == true)
        #expect(response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")")
        #expect(house.commands.isEmpty)
    }

    @Test func `sixty-five queues are too many`() {
        let queues = (0..<65).map { "\"q\($0)\"" }.joined(separator: ",")
        let response = House().call("POST", "/v1/leases/pull", .worker, #"{"queues":[\#(queues)]}"#)
        #expect(response?["detail"]?.contains("found 65") == true)
    }

    @Test func `a key bound to queues may not name another`() {
        let house = House()
        let response = house.call(
            "POST", "/v1/leases/pull", .queueWorker, #"{"queues":["pdf","default"]}"#)
        #expect(response?.status == 403)
        #expect(response?["code"] == "forbidden")
        #expect(response?["detail"]?.contains("'default'") == true)
        #expect(response?["detail"]?.contains("email, pdf") == true)
        #expect(house.commands.isEmpty)
    }

    @Test func `a key bound to queues pulls from those it names, or from all of its own`() throws {
        #expect(try pull(#"{"queues":["pdf"]}"#, .queueWorker).queues == ["pdf"])
        #expect(try pull("{}", .queueWorker).queues == ["email", "pdf"])
    }

    @Test func `a pull is restricted to the tenants of its key`() throws {
        #expect(try pull("{}", .worker).tenants == nil)
        #expect(try pull("{}", .tenantsWorker).tenants == ["acme", "bolt"])
        #expect(try pull("{}", .acmeWorker).tenants == ["acme"])
    }

    @Test func `a pull that names a tenant takes that one's jobs only`() throws {
        let headers = ["Weir-Tenant": "bolt"]
        #expect(try pull("{}", .admin, headers: headers).tenants == ["bolt"])
        #expect(try pull("{}", .tenantsWorker, headers: headers).tenants == ["bolt"])
    }

    @Test func `too many parked pulls are 503 with Retry-After`() {
        let response = House().call(
            "POST", "/v1/leases/pull", .worker, #"{"wait":5}"#,
            reply: .refused(.tooManyTickets(max: 20_000)))
        #expect(response?.status == 503)
        #expect(response?["code"] == "overloaded")
        #expect(response?.header("Retry-After") == "1")
    }
}
