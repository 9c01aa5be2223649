import Core
import Store
import Testing

@Suite struct `The pace of a plan` {
    private func running(_ most: Int) -> [PlanDraft] {
        [
            plan("free", rank: 0, limit: 50) { $0.runningMax = most },
            plan("pro", rank: 1, limit: 90),
        ]
    }

    @Test(arguments: StoreKind.all)
    func `lets as many run at a time as it says, and the next when one ends`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, plans: running(2), tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 5)
        let leased = try bench.pull(count: 9)
        #expect(leased.map(\.job.id) == jobs.prefix(2).map(\.id))
        let hold = try #require(try bench.job(jobs[2].id).hold)
        #expect(hold.reason == .concurrencyLimit)
        #expect((hold.used, hold.limit) == (2, 2))
        #expect(try bench.blockers(jobs[2]).map(\.reason) == [.concurrencyLimit])
        let ticket = try bench.park()
        try bench.complete(leased[0].token)
        #expect(try bench.leased(ticket)?.map(\.job.id) == [jobs[2].id])
        // A lease that is lost makes room too.
        let next = try bench.park(Pull(jobsMax: 2, waits: true))
        try bench.wait(milliseconds: 30_000)
        #expect(try bench.leased(next)?.count == 2)
    }

    @Test(arguments: StoreKind.all)
    func `holds what is paid for as well, and opens with another plan`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: running(1), tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 3)
        let first = try bench.pullOne()
        try bench.release(first.token)
        let again = try bench.pullOne()
        #expect(again.job.id == jobs[0].id)
        #expect(try bench.pull(count: 9).isEmpty)
        let ticket = try bench.park(Pull(jobsMax: 9, waits: true))
        try bench.update(plan: "pro")
        #expect(try bench.leased(ticket)?.map(\.job.id) == jobs[1...].map(\.id))
        try bench.update(plan: "free")
        _ = try bench.submit()
        #expect(try bench.pull(count: 9).isEmpty, "three run where one may")
        #expect(try bench.tenant().running == 3)
    }

    @Test(arguments: StoreKind.all)
    func `lets starts pass at its rate, and opens by itself`(kind: StoreKind) throws {
        let plans = [
            plan("free", rank: 0, limit: 50) {
                $0.rate = StartRate(starts: 2, perMilliseconds: 1_000, burst: 2)
            }
        ]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 5)
        #expect(try bench.pull(count: 9).count == 2)
        let hold = try #require(try bench.blockers(jobs[2]).first)
        #expect(hold.reason == .rateLimited)
        #expect(try bench.submit().hold == hold)
        #expect(hold.resumesAt == bench.now.wall.adding(500))
        let ticket = try bench.park(Pull(jobsMax: 9, waits: true))
        let due = try #require(bench.store.nextDeadlineSteadyMilliseconds(at: bench.now))
        #expect(due == bench.now.steadyMilliseconds + 500)
        bench.advance(milliseconds: 499)
        try bench.apply()
        #expect(try bench.leased(ticket) == nil)
        bench.advance(milliseconds: 1)
        try bench.apply()
        #expect(try bench.leased(ticket)?.map(\.job.id) == [jobs[2].id])
        bench.advance(milliseconds: 1_000)
        #expect(try bench.pull(count: 9).count == 2)
    }

    @Test(arguments: StoreKind.all)
    func `does not hold where limits are not enforced`(kind: StoreKind) throws {
        let plans = [
            plan("free", rank: 0, limit: 50) {
                $0.runningMax = 1
                $0.rate = StartRate(starts: 1, perMilliseconds: 60_000, burst: 1)
            }
        ]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        try bench.enforce(.observe)
        try bench.submit(count: 4)
        #expect(try bench.pull(count: 3).count == 3)
        try bench.enforce(.enforce)
        #expect(try bench.pull(count: 1).isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `of before does not hold what the plan of now lets pass`(kind: StoreKind) throws {
        let plans = [
            plan("free", rank: 0, limit: 50) {
                $0.rate = StartRate(starts: 1, perMilliseconds: 3_600_000, burst: 2)
            },
            plan("pro", rank: 1, limit: 90) {
                $0.rate = StartRate(starts: 10, perMilliseconds: 1_000, burst: 1)
            },
        ]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 4)
        #expect(try bench.pull(count: 9).count == 2)
        let ticket = try bench.park(Pull(jobsMax: 9, waits: true))
        try bench.update(plan: "pro")
        #expect(
            try bench.blockers(jobs[2]).first?.resumesAt == bench.now.wall.adding(100),
            "its burst counts as spent")
        try bench.wait(milliseconds: 100)
        #expect(try bench.leased(ticket)?.map(\.job.id) == [jobs[2].id])
    }
}
