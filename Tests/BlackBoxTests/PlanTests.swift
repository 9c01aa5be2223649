import Glibc
import Testing

@Suite struct `The plan, over a socket` {
    @Test func `the eleventh job is held and the upgrade's commit hands it out`() throws {
        let house = try House()
        try house.submit("acme", count: 11)
        #expect(try house.pull(#"{"max":20}"#).count("jobs") == 10)

        let held = try house.call(as: "acme", "GET", "/v1/jobs?held=true")
        #expect(held.count("items") == 1)
        #expect(held["items.0.held.reason"] == "quota_exhausted")
        #expect(held["items.0.held.used"] == "10")
        #expect(held["items.0.held.limit"] == "10")
        #expect(held["items.0.held.upgrade_to"] == "pro")
        let id = held["items.0.id"]

        let parked = try house.connect()
        parked.ask("POST", "/v1/leases/pull", key: house.workerKey, body: #"{"wait":30}"#)
        let patched = try house.call("PATCH", "/v1/tenants/acme", #"{"plan":"pro"}"#)
        #expect(patched["effective_plan"] == "pro")
        #expect(try parked.answer()["jobs.0.id"] == id)
    }

    @Test func `eight pullers and failures start exactly ten jobs a month`() throws {
        let house = try House()
        try house.submit("acme", count: 50)
        let pullers = try (0..<8).map { _ in try house.connect() }
        var random = SystemRandomNumberGenerator()
        func drain() throws -> Set<String> {
            var started: Set<String> = []
            var idleRounds = 0
            while idleRounds < 2 {
                for puller in pullers {
                    puller.ask(
                        "POST", "/v1/leases/pull", key: house.workerKey, body: #"{"max":2}"#)
                }
                var got = 0
                for puller in pullers {
                    let answer = try puller.answer()
                    for index in 0..<answer.count("jobs") {
                        got += 1
                        started.insert(try #require(answer["jobs.\(index).id"]))
                        let token = try #require(answer["jobs.\(index).lease.token"])
                        if Int.random(in: 0..<10, using: &random) < 3 {
                            _ = try house.call(
                                as: nil, "POST", "/v1/leases/fail",
                                #"{"results":[{"token":"\#(token)","retry_in":0}]}"#)
                        } else {
                            _ = try house.call(
                                as: nil, "POST", "/v1/leases/complete",
                                #"{"results":[{"token":"\#(token)"}]}"#)
                        }
                    }
                }
                idleRounds = got == 0 ? idleRounds + 1 : 0
            }
            return started
        }
        let first = try drain()
        #expect(first.count == 10)
        let usage = try house.call("GET", "/v1/tenants/acme/usage")
        #expect(usage["metrics.jobs.used"] == "10")

        #expect(try house.call("POST", "/v1/test/clock", #"{"advance":"31d"}"#).status == 200)
        let second = try drain()
        #expect(second.count == 10)
        #expect(first.isDisjoint(with: second))
    }

    @Test func `a paused tenant submits and waits, a suspended one is refused`() throws {
        let house = try House()
        _ = try house.call("POST", "/v1/tenants/acme/pause")
        try house.submit("acme", count: 1)
        #expect(try house.pull("{}").count("jobs") == 0)
        let held = try house.call(as: "acme", "GET", "/v1/jobs?held=true")
        #expect(held["items.0.held.reason"] == "tenant_paused")
        _ = try house.call("POST", "/v1/tenants/acme/suspend")
        let refused = try house.call(as: "acme", "POST", "/v1/jobs", #"{"kind":"a"}"#)
        #expect(refused.status == 403)
        #expect(refused["code"] == "tenant_suspended")
        _ = try house.call("POST", "/v1/tenants/acme/resume")
        #expect(try house.pull("{}").count("jobs") == 1)
    }

    @Test func `what waits beyond the plan is refused with its figures`() throws {
        let house = try House()
        try house.submit("acme", count: 110)
        let refused = try house.call(as: "acme", "POST", "/v1/jobs", #"{"kind":"a"}"#)
        #expect(refused.status == 402)
        #expect(refused["code"] == "quota_exceeded")
        #expect(refused["waiting"] == "110")
        #expect(refused["upgrade_to"] == "pro")
        #expect(refused.header("weir-plan") == "free")
    }

    @Test func `a hundred thousand jobs are in nobody's way`() throws {
        let house = try House(tenants: [("crowd", "enterprise"), ("single", "free")])
        let job = #"{"kind":"b"}"#
        let batch = #"{"jobs":[\#(Array(repeating: job, count: 1_000).joined(separator: ","))]}"#
        let client = try house.connect()
        for _ in 0..<100 {
            client.ask("POST", "/v1/jobs/batch", key: house.key("crowd"), body: batch)
            try #require(try client.answer().status == 200)
        }
        // Another kind of the same tenant, and another tenant's only job.
        let other = try house.call(as: "crowd", "POST", "/v1/jobs", #"{"kind":"a"}"#)
        #expect(try house.pull(#"{"kinds":["a"]}"#)["jobs.0.id"] == other["id"])
        #expect(try house.pull("{}").count("jobs") == 1)
        let single = try house.call(as: "single", "POST", "/v1/jobs", job)
        let next = try house.pull(#"{"max":2}"#)
        #expect([next["jobs.0.id"], next["jobs.1.id"]].contains(single["id"]))
    }
}
