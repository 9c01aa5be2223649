import Core
import HTTP
import Service
import Store
import Testing

@Suite struct IdempotencyTests {
    private func idempotency(
        _ method: String, _ path: String, _ key: House.Key, _ body: String,
        headers: [String: String] = [:]
    ) throws -> Idempotency? {
        let house = House()
        var headers = headers
        headers["Idempotency-Key"] = "k"
        house.send(method, path, key, body, headers: headers)
        return try #require(house.commands.first).idempotency
    }

    private let job = #"{"kind":"a"}"#

    @Test func `a key belongs to the tenant that is acted for, or else to the admin's key`() throws
    {
        let submit = try idempotency("POST", "/v1/jobs", .tenant, job)
        let acting = try idempotency(
            "POST", "/v1/jobs", .admin, job, headers: ["Weir-Tenant": "bolt"])
        let tenant = try idempotency("POST", "/v1/tenants", .admin, #"{"id":"a"}"#)
        let key = try idempotency("POST", "/v1/keys", .admin, #"{"scope":"admin"}"#)
        let tenantKey = try idempotency(
            "POST", "/v1/tenants/acme/keys", .admin, #"{"scope":"tenant"}"#)
        #expect(submit?.scope == "acme" && submit?.key == "k")
        #expect(acting?.scope == "bolt")
        #expect(tenant?.scope == "key:key_0000000000000")
        #expect(key?.scope == "key:key_0000000000000")
        #expect(tenantKey?.scope == "acme")
    }

    @Test func `the fingerprint tells requests apart by path and body`() throws {
        let first = try idempotency("POST", "/v1/jobs", .tenant, job)?.fingerprint
        let again = try idempotency("POST", "/v1/jobs", .owner, job)?.fingerprint
        let body = try idempotency("POST", "/v1/jobs", .tenant, #"{"kind":"b"}"#)?.fingerprint
        let acme = try idempotency(
            "POST", "/v1/tenants/acme/keys", .admin, #"{"scope":"owner"}"#)?.fingerprint
        let bolt = try idempotency(
            "POST", "/v1/tenants/bolt/keys", .admin, #"{"scope":"owner"}"#)?.fingerprint
        #expect(first == again && first?.count == 32)
        #expect(acme != bolt)
        #expect(first != body)
    }

    @Test func `without the header there is none`() throws {
        let house = House()
        house.send("POST", "/v1/jobs", .tenant, job)
        #expect(house.commands[0].idempotency == nil)
    }

    @Test(arguments: [
        ("/v1/leases/pull", "{}"), ("/v1/leases/complete", #"{"results":[{"token":"t"}]}"#),
        ("/v1/leases/fail", #"{"results":[{"token":"t"}]}"#),
        ("/v1/leases/release", #"{"tokens":["t"]}"#),
        ("/v1/leases/heartbeat", #"{"leases":[{"token":"t"}]}"#),
    ])
    func `the header means nothing to leases`(path: String, body: String) throws {
        let house = House()
        house.send("POST", path, .worker, body, headers: ["Idempotency-Key": ""])
        #expect(try #require(house.commands.first).idempotency == nil)
    }

    @Test func `a key of 255 bytes is taken, none and 256 are 422`() throws {
        func call(_ count: Int) -> House {
            let house = House()
            let key = String(repeating: "x", count: count)
            house.send("POST", "/v1/jobs", .tenant, job, headers: ["Idempotency-Key": key])
            return house
        }
        #expect(call(255).commands.count == 1)
        for count in [0, 256] {
            let house = call(count)
            #expect(house.commands.isEmpty)
            #expect(house.responses[0].response.status == 422)
            #expect(house.responses[0].response["detail"]?.contains("\(count) bytes") == true)
        }
    }

    @Test func `a replayed submit shows the job as it is now`() throws {
        let house = House()
        let exchange = house.send(
            "POST", "/v1/jobs", .tenant, job, headers: ["Idempotency-Key": "k"])
        house.reply(.enqueued([.replayed(Samples.job1)], isReplay: true), quota: House.quota)
        guard case .jobs([Samples.job1], tenant: "acme") = house.queries[0].query else {
            throw Unexpected()
        }
        house.answerQuery(.jobs([Samples.job(state: .succeeded)]))
        let response = house.response(exchange)
        #expect(response?.status == 201)
        #expect(response?.header("Idempotency-Replayed") == "true")
        #expect(response?["state"] == "succeeded")
        #expect(response?.header("Weir-Plan") == "free")
    }

    @Test func `a replayed submit whose job is gone says so`() {
        let house = House()
        let exchange = house.send(
            "POST", "/v1/jobs", .tenant, job, headers: ["Idempotency-Key": "k"])
        house.reply(.enqueued([.replayed(Samples.job1)], isReplay: true))
        house.answerQuery(.jobs([nil]))
        #expect(house.response(exchange)?.status == 404)
        #expect(house.response(exchange)?["detail"]?.contains(Samples.job1Text) == true)
    }

    @Test func `a replayed tenant is 201 and marked`() {
        let response = House().call(
            "POST", "/v1/tenants", .admin, #"{"id":"acme"}"#, headers: ["Idempotency-Key": "k"],
            reply: .tenantCreated(Samples.tenant(), isReplay: true))
        #expect(response?.status == 201)
        #expect(response?.header("Idempotency-Replayed") == "true")
    }
}
