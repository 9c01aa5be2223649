import Glibc
import Testing

@Suite struct `The plan file of a server` {
    private let folder = "/tmp/weir-box-plans-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    private var path: String { folder + "/plans.json" }

    init() throws { try #require(mkdir(folder, 0o700) == 0) }

    private func put(_ text: String) throws {
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
    }

    private func plan(_ id: String, rank: Int, jobs: Int) -> String {
        #"{"id":"\#(id)","name":"\#(id)","rank":\#(rank),"limits":{"jobs":{"limit":\#(jobs)}}}"#
    }

    private func offer(_ plans: String...) throws {
        try put("{\"plans\":[" + plans.joined(separator: ",") + "]}")
    }

    @Test func `is read again on SIGHUP, and tenants keep their version until they are moved`()
        throws
    {
        try offer(plan("free", rank: 0, jobs: 1), plan("gold", rank: 1, jobs: 7))
        let house = try House(tenants: [("acme", "free")], flags: ["--plans", path])
        try house.submit("acme", count: 3)
        #expect(try house.pull(#"{"max":9}"#).count("jobs") == 1)

        try offer(plan("free", rank: 0, jobs: 2), plan("gold", rank: 1, jobs: 7))
        house.server.signal(SIGHUP)
        let loaded = house.server.waitForLine("plans.loaded")
        #expect(loaded?.contains("free 2, gold 1") == true)
        #expect(try house.call("GET", "/v1/plans/free")["version"] == "2")
        #expect(try house.call("GET", "/v1/tenants/acme")["plan_version"] == "1")
        #expect(try house.pull(#"{"max":9}"#).count("jobs") == 0)

        let parked = try house.connect()
        parked.ask("POST", "/v1/leases/pull", key: house.workerKey, body: #"{"wait":30}"#)
        let moved = try house.call("POST", "/v1/plans/free/move", #"{"from":1,"to":2}"#)
        #expect(moved["tenants"] == "1")
        #expect(try parked.answer().count("jobs") == 1)
    }

    @Test func `is refused where it is bad or loses a plan in use, and the old plans stay`()
        throws
    {
        try offer(plan("free", rank: 0, jobs: 1), plan("gold", rank: 1, jobs: 7))
        let house = try House(tenants: [("acme", "gold")], flags: ["--plans", path])
        try put("{")
        house.server.signal(SIGHUP)
        #expect(house.server.waitForLine("plans.refused")?.contains("is not JSON") == true)
        try offer(plan("free", rank: 0, jobs: -5), plan("gold", rank: 1, jobs: 7))
        house.server.signal(SIGHUP)
        #expect(
            house.server.waitForLine("plans.refused")?.contains("plans[0].limits.jobs.limit")
                == true)
        try offer(plan("free", rank: 0, jobs: 5))
        house.server.signal(SIGHUP)
        let lost = house.server.waitForLine("plans.refused")
        #expect(lost?.contains("'acme' is on plan 'gold'") == true, "\(lost ?? "")")
        #expect(try house.call("GET", "/v1/plans").count("items") == 2)
        #expect(try house.call("GET", "/v1/plans/free")["limits.jobs.limit"] == "1")
    }

    @Test func `refuses the start where it is bad, and leaves nothing behind`() throws {
        try offer(plan("free", rank: 0, jobs: -5), plan("free", rank: 0, jobs: 1))
        let data = folder + "/data"
        let call = WeirCall(
            ["serve", "--data", data, "--listen", "127.0.0.1:0", "--plans", path])
        let lines = call.text.split(separator: "\n")
        #expect(call.code == 1 && lines.count == 1, "\(call.text)")
        #expect(lines.first?.contains("server.refused") == true)
        #expect(lines.first?.contains("plans[0].limits.jobs.limit") == true)
        #expect(lines.first?.contains("'free' is at plans[0].id too") == true)
        #expect(access(data, F_OK) != 0)
    }
}
