import Core
import Store
import Testing

@Suite struct Refunds {
    @Test(arguments: StoreKind.all)
    func `give back what a job cost of which nothing could start, and open the gate`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 11) { $0.attemptsMax = 2 }
        let leased = try bench.pull(count: 10)
        try bench.failToStart(leased[0].token, .after(milliseconds: 1_000))
        #expect(try bench.usage() == 10, "it is tried again")
        try bench.wait(milliseconds: 1_000)
        let again = try bench.pullOne()
        let ticket = try bench.park()
        #expect(try bench.failToStart(again.token) == .dead)
        #expect(try bench.leased(ticket)?.map(\.job.id) == [jobs[10].id])
        #expect(try bench.usage() == 10)
        let rows = try bench.ledger().filter { $0.entry == .refund }
        #expect(rows.map(\.job) == [jobs[0].id])
        #expect(rows.map(\.amount) == [-1])
        #expect(rows.map(\.usedAfter) == [9])
        #expect(rows.map(\.source) == [.plan])
    }

    @Test(arguments: StoreKind.all)
    func `are for jobs of which every attempt could not start`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 4) { $0.attemptsMax = 2 }
        let leased = try bench.pull(count: 4)
        // One that ran in the end, one that failed in the end, one that fell silent, one that was
        // done in the end.
        try bench.fail(leased[0].token, .after(milliseconds: 0))
        try bench.failToStart(leased[1].token, .after(milliseconds: 0))
        try bench.failToStart(leased[2].token, .after(milliseconds: 0))
        try bench.failToStart(leased[3].token, .after(milliseconds: 0))
        try bench.drain()
        let again = Dictionary(
            uniqueKeysWithValues: try bench.pull(count: 4).map { ($0.job.id, $0.token) })
        try bench.failToStart(#require(again[leased[0].job.id]))
        try bench.fail(#require(again[leased[1].job.id]))
        try bench.complete(#require(again[leased[3].job.id]))
        try bench.wait(milliseconds: 30_000)
        #expect(
            try leased.map { try bench.job($0.job.id).state } == [.dead, .dead, .dead, .succeeded])
        #expect(try bench.usage() == 4)
        #expect(try bench.ledger().allSatisfy { $0.entry == .charge })
    }

    @Test(arguments: StoreKind.all)
    func `come with a cancel between two attempts too, and only once`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let job = try bench.submit()
        try bench.failToStart(bench.pullOne().token, .after(milliseconds: 60_000))
        for _ in 0..<2 { try bench.apply(.cancelJob(job.id, tenant: nil)) }
        #expect(try bench.job(job.id).state == .canceled)
        #expect(try bench.usage() == 0)
        #expect(try bench.ledger().count { $0.entry == .refund } == 1)
    }

    @Test(arguments: StoreKind.all)
    func `go to the sources that the charge came from`(kind: StoreKind) throws {
        let plans = [plan("free", rank: 0, limit: 3, isSold: true)]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        try bench.update { $0.payAsYouGo = true }
        let grant = try bench.grant(2)
        try bench.submit(count: 1) { $0.cost = 7 }
        let leased = try bench.pullOne()
        #expect(try bench.account().usage == Usage(plan: 3, grant: 2, overage: 2))
        try bench.failToStart(leased.token)
        #expect(try bench.account().usage == .none)
        #expect(try bench.account().grants.map(\.remaining) == [2])
        let rows = try Array(bench.ledger().filter { $0.entry == .refund }.reversed())
        #expect(rows.map(\.source) == [.plan, .grant, .overage])
        #expect(rows.map(\.grant) == [nil, grant.id, nil])
        try bench.submit(count: 1) { $0.cost = 8 }
        #expect(try bench.pull(count: 1).count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `of a period that is closed correct its counter and open nothing`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let month = Period(containing: bench.now.wall)
        bench.advance(to: month.end.adding(-1_000))
        try bench.drain()
        try bench.submit(count: 40)
        let old = try bench.pull(count: 10)
        bench.advance(milliseconds: 1_000)
        try bench.drain()
        #expect(try bench.pull(count: 40).count == 10)
        let ticket = try bench.park()
        try bench.failToStart(old[0].token)
        #expect(try bench.leased(ticket) == nil)
        #expect(try bench.usage("acme", month) == 9)
        #expect(try bench.usage() == 10)
        #expect(try bench.ledger()[0].period == month)
    }

    @Test(arguments: StoreKind.all)
    func `of what was not enforced give back what was counted apart`(kind: StoreKind) throws {
        let plans = [plan("free", rank: 0, limit: 1)]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        try bench.enforce(.observe)
        try bench.submit(count: 2)
        let leased = try bench.pull(count: 2)
        #expect(try bench.account().usage == Usage(plan: 1, unenforced: 1))
        try bench.enforce(.enforce)
        try bench.failToStart(leased[1].token)
        #expect(try bench.account().usage == Usage(plan: 1))
    }
}
