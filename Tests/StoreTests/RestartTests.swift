import Core
import Store
import Testing

@Suite struct RestartTests {
    @Test(arguments: StoreKind.all)
    func `everything that was answered is there after a restart`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 20)
        let leased = try bench.pull(count: 10)
        try bench.complete(leased[0].token, result: "1")
        try bench.fail(leased[1].token, error: #"{"type":"A"}"#, .never)
        try bench.fail(leased[2].token, .after(milliseconds: 7_000))
        try bench.apply(.cancelJob(jobs[15].id, tenant: nil))
        try bench.apply(.cancelJob(jobs[3].id, tenant: nil))
        let before = try bench.list(JobFilter())
        let tenant = try bench.tenant()
        let ledger = try bench.ledger()
        try bench.restart()
        #expect(try bench.list(JobFilter()) == before)
        #expect(try bench.tenant() == tenant)
        #expect(try bench.ledger() == ledger)
        #expect(try bench.usage() == 10)
        #expect(try bench.complete(leased[4].token) == .succeeded)
        let until = bench.now.wall.adding(30_000)
        #expect(try bench.heartbeat(leased[3].token) == .cancel(until: until))
    }

    @Test(arguments: StoreKind.all)
    func `a quota is not refilled by a restart`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 30)
        for _ in 0..<5 {
            try bench.pull(count: 3)
            try bench.restart()
        }
        #expect(try bench.usage() == 10)
        #expect(try bench.tenant().running == 10)
        #expect(try bench.tenant().waiting == 20)
    }

    @Test(arguments: StoreKind.all)
    func `a status survives a restart`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        try bench.apply(.setManual(tenant: "acme", .paused))
        try bench.restart()
        #expect(try bench.pull().isEmpty)
        #expect(try bench.job(job.id).hold == Hold(reason: .tenantPaused, cause: .manual))
        try bench.apply(.setManual(tenant: "acme", .none))
        #expect(try bench.pull().count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `places in line survive a restart`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try [9, 0, 5].map { priority in
            try bench.submit { $0.priority = priority }
        }
        let first = try bench.pullOne()
        try bench.release(first.token)
        try bench.restart()
        #expect(try bench.pull(count: 3).map(\.job.id) == [1, 2, 0].map { jobs[$0].id })
    }

    @Test(arguments: StoreKind.all)
    func `a restart in the middle of many slices finishes them`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 500)
        try bench.apply(.deleteTenant(tenant: "acme", force: false))
        try bench.restart()
        try bench.drain()
        #expect(try Set(bench.states(jobs)) == [.canceled])
        #expect(bench.endedJobs.count == 500)
    }

    @Test(arguments: StoreKind.all)
    func `a crash is counted once, before and after a restart`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        try bench.pull()
        try bench.wait(milliseconds: 30_000)
        try bench.restart()
        try bench.wait(milliseconds: 60_000)
        #expect(try bench.job(job.id).crashCount == 1)
        #expect(try bench.job(job.id).attempt == 1)
    }
}
