import Core
import Store
import Testing

@Suite struct `What a job costs` {
    private static let plans = [
        plan("free", rank: 0, limit: 10) { $0.costs = ["big": 3, "note": 0] },
        plan("pro", rank: 1, limit: 100) { $0.costs = ["big": 2] },
    ]

    private func bench(_ kind: StoreKind, on plan: String = "free") throws -> StoreBench {
        try StoreBench(kind, plans: Self.plans, tenants: ["acme": plan])
    }

    @Test(arguments: StoreKind.all)
    func `is what the plan says or more`(kind: StoreKind) throws {
        let bench = try bench(kind)
        #expect(try bench.submit("big").cost == 3)
        #expect(try bench.submit("big") { $0.cost = 5 }.cost == 5)
        #expect(try bench.submit().cost == 1)
        #expect(try bench.tenant().waiting == 9)
        var low = JobSpec(kind: "big")
        low.cost = 2
        #expect(
            try bench.enqueue([low])[0].refusal
                == .costTooLow(cost: 2, kind: "big", planCost: 3, plan: "free"))
        low.kind = "work"
        low.cost = 0
        #expect(
            try bench.enqueue([low])[0].refusal
                == .costTooLow(cost: 0, kind: "work", planCost: 1, plan: "free"))
        try bench.pull(count: 9)
        #expect(try bench.usage() == 9)
    }

    @Test(arguments: StoreKind.all)
    func `may be set lower by the operator`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let job = try bench.submit("big") {
            $0.cost = 1
            $0.mayCostLess = true
        }
        #expect(job.cost == 1)
        #expect(try bench.tenant().waiting == 1)
    }

    @Test(arguments: StoreKind.all)
    func `where it was set lower is what the plan says, and told before the start`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        try bench.submit(count: 8)
        #expect(try bench.pull(count: 8).count == 8)
        let job = try bench.submit("big") {
            $0.cost = 1
            $0.mayCostLess = true
        }
        #expect(try bench.explanation(job).cost == 3)
        #expect(try bench.pull(count: 1).isEmpty, "two are left")
        try bench.update(plan: "pro")
        #expect(try bench.explanation(job).cost == 2)
        let leased = try bench.pullOne()
        #expect(try bench.ledger().first?.amount == 2)
        #expect(try bench.explanation(leased.job).cost == nil)
        try bench.fail(leased.token)
        #expect(try bench.explanation(leased.job).cost == nil, "a retry is paid for")
    }

    @Test(arguments: StoreKind.all)
    func `is at least what the plan of its start says`(kind: StoreKind) throws {
        let bench = try bench(kind, on: "pro")
        try bench.submit(count: 1, "big")
        try bench.submit(count: 1, "big") { $0.cost = 4 }
        try bench.update(plan: "free")
        #expect(try bench.pull(count: 9).count == 2)
        #expect(try bench.ledger().map(\.amount) == [4, 3])
        #expect(try bench.tenant().waiting == 0)
    }

    @Test(arguments: StoreKind.all)
    func `of nothing is a turn and no charge`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.submit(count: 10)
        try bench.submit(count: 2, "note")
        #expect(try bench.pull(count: 50).count == 12)
        #expect(try bench.usage() == 10)
        #expect(try bench.ledger().count == 10)
        let note = try bench.submit("note")
        let leased = try bench.pullOne()
        #expect(leased.job.id == note.id, "a used up quota does not hold what costs nothing")
        try bench.failToStart(leased.token)
        #expect(try bench.ledger().count == 10)
    }

    @Test(arguments: StoreKind.all)
    func `above what can ever be admitted parks that job alone, and names it`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        let big = try bench.submit { $0.cost = 20 }
        let small = try bench.submit()
        #expect(try bench.pull(count: 9).map(\.job.id) == [small.id])
        let hold = try #require(try bench.job(big.id).hold)
        #expect(hold.reason == .quotaExhausted)
        #expect(hold.needed == 20)
        #expect(hold.resumesAt == nil)
        #expect(hold.upgradeTo == "pro")
        #expect(try bench.blockers(big) == [hold])
        // The next period has no room for it either.
        bench.advance(to: Period(containing: bench.now.wall).end)
        try bench.drain()
        #expect(try bench.pull(count: 9).count == 1, "the small one, whose lease was lost")
        #expect(try bench.job(big.id).hold?.needed == 20)
    }

    @Test(arguments: StoreKind.all)
    func `that a grant makes room for comes back to its place`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let jobs = try bench.submit(count: 3) { $0.cost = 15 }
        let ticket = try bench.park(Pull(jobsMax: 9, waits: true))
        try bench.grant(5)
        #expect(try bench.leased(ticket)?.map(\.job.id) == [jobs[0].id])
        try bench.drain()
        // The grant is used up, so there is no room for the others again.
        #expect(try bench.job(jobs[1].id).hold?.needed == 15)
        let small = try bench.submit()
        #expect(try bench.job(small.id).hold?.needed == nil)
        let next = try bench.park(Pull(jobsMax: 9, waits: true))
        try bench.update(plan: "pro")
        #expect(try bench.leased(next)?.map(\.job.id) == [jobs[1], jobs[2], small].map(\.id))
    }

    @Test(arguments: StoreKind.all)
    func `above what is left makes its line wait`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let jobs = try bench.submit(count: 2) { $0.cost = 6 }
        let small = try bench.submit()
        let other = try bench.submit("other")
        let leased = try bench.pull(count: 9).map(\.job.id)
        #expect(leased == [jobs[0].id, other.id])
        let hold = try bench.job(jobs[1].id).hold
        #expect(hold?.reason == .quotaExhausted)
        #expect(hold?.needed == nil)
        #expect(hold?.resumesAt == Period(containing: bench.now.wall).end)
        #expect(try bench.job(small.id).state == .ready)
    }

    @Test(arguments: StoreKind.all)
    func `above the limit of a downgrade parks what waited`(kind: StoreKind) throws {
        let bench = try bench(kind, on: "pro")
        let jobs = try bench.submit(count: 6) { $0.cost = 15 }
        let small = try bench.submit()
        try bench.update(plan: "free")
        try bench.restart()
        try bench.drain()
        #expect(try bench.pull(count: 9).map(\.job.id) == [small.id])
        for job in jobs { #expect(try bench.job(job.id).hold?.needed == 15) }
        try bench.apply(.cancelJob(jobs[0].id, tenant: nil))
        #expect(try bench.tenant().waiting == 75)
    }
}
