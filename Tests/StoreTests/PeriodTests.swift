import Core
import Store
import Testing

@Suite struct PeriodTests {
    private let month = Period(containing: StoreBench.noon)

    @Test(arguments: StoreKind.all)
    func `the next month brings ten more, in the batch that begins it`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 25)
        for leased in try bench.pull(count: 50) { try bench.complete(leased.token) }
        let ticket = try bench.park(Pull(jobsMax: 50, waits: true))
        bench.advance(to: month.end.adding(-1))
        try bench.apply()
        #expect(try bench.leased(ticket) == nil)
        bench.advance(milliseconds: 1)
        try bench.apply()
        let fresh = try bench.leased(ticket) ?? []
        #expect(fresh.map(\.job.id) == jobs[10..<20].map(\.id))
        let next = Period(containing: month.end)
        #expect(try bench.usage("acme", month) == 10)
        #expect(try bench.usage("acme", next) == 10)
        #expect(fresh.allSatisfy { $0.job.chargedPeriod == next })
        #expect(try bench.job(jobs[0].id).chargedPeriod == month)
    }

    @Test(arguments: StoreKind.all)
    func `the store says when the period ends`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 11) { $0.attemptsMax = 1 }
        for leased in try bench.pull(count: 50) { try bench.complete(leased.token) }
        let ticket = try bench.park()
        let deadline = try #require(bench.store.nextDeadlineSteadyMilliseconds(at: bench.now))
        let end = bench.now.steadyMilliseconds + month.end.since(bench.now.wall)
        #expect(deadline <= end)
        bench.advance(to: month.end)
        try bench.drain()
        #expect(try bench.leased(ticket)?.count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a retry in the next month stays paid by the last`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let job = try bench.submit()
        try bench.fail(bench.pullOne().token, .after(milliseconds: month.end.since(bench.now.wall)))
        bench.advance(to: month.end)
        try bench.drain()
        let again = try bench.pullOne()
        #expect(again.job.id == job.id)
        #expect(again.job.chargedPeriod == month)
        #expect(try bench.usage("acme", Period(containing: month.end)) == 0)
    }

    @Test(arguments: StoreKind.all)
    func `a period never goes back`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        bench.advance(to: month.end)
        try bench.drain()
        let next = Period(containing: month.end)
        #expect(Period(containing: bench.store.day) == next)
        bench.jump(milliseconds: -86_400_000)
        try bench.wait(milliseconds: 120_000)
        #expect(Period(containing: bench.store.day) == next)
        _ = try bench.submit()
        #expect(try bench.pullOne().job.chargedPeriod == next)
        try bench.restart()
        #expect(Period(containing: bench.store.day) == next)
        try bench.wait(milliseconds: 120_000)
        #expect(Period(containing: bench.store.day) == next)
    }

    @Test(arguments: StoreKind.all)
    func `a clock that jumps ahead is not believed until a minute has run`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 11)
        for leased in try bench.pull(count: 50) { try bench.complete(leased.token) }
        let ticket = try bench.park(Pull(kinds: ["work"], jobsMax: 50, waits: true))
        bench.jump(milliseconds: month.end.since(bench.now.wall))
        try bench.apply()
        #expect(Period(containing: bench.store.day) == month)
        bench.advance(milliseconds: 29_999)
        try bench.apply()
        #expect(try bench.leased(ticket) == nil)
        bench.advance(milliseconds: 30_000)
        try bench.apply()
        #expect(Period(containing: bench.store.day) == month)
        bench.advance(milliseconds: 1)
        try bench.apply()
        #expect(Period(containing: bench.store.day) == Period(containing: month.end))
        #expect(try bench.job(jobs[10].id).state == .running)
    }

    @Test(arguments: StoreKind.all)
    func `a period that ended while the server was down rolls after a minute`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        _ = try bench.submit()
        bench.advance(to: month.end.adding(5_000))
        try bench.restart()
        #expect(Period(containing: bench.store.day) == month)
        try bench.apply()
        #expect(try bench.pullOne().job.chargedPeriod == month)
        try bench.wait(milliseconds: 60_000)
        #expect(Period(containing: bench.store.day) == Period(containing: month.end))
    }
}
