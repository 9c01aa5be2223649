import Core
import Store
import Testing

@Suite struct `What attempts report` {
    private static let plans = [
        plan("free", rank: 0, limit: 6) {
            $0.others = [
                MetricTerms(metric: .tokens, limit: .units(10)),
                MetricTerms(metric: .calls, limit: .units(3), cap: .soft),
            ]
        },
        plan("pro", rank: 1, limit: 20) {
            $0.others = [MetricTerms(metric: .tokens, limit: .units(100))]
        },
    ]

    private func bench(_ kind: StoreKind) throws -> StoreBench {
        try StoreBench(kind, plans: Self.plans, tenants: ["acme": "free"])
    }

    @Test(arguments: StoreKind.all)
    func `may pass a hard limit, closes the gate and holds what is paid for`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        let jobs = try bench.submit(count: 5)
        let leased = try bench.pull(count: 3)
        try bench.complete(leased[0].token, used: [.tokens: 8])
        #expect(try bench.pull(count: 1).count == 1, "the gate is still open at 8 of 10")
        try bench.complete(leased[1].token, used: [.tokens: 8])
        try bench.release(leased[2].token)
        #expect(try bench.account(.tokens).usage == Usage(plan: 16))
        #expect(try bench.pull(count: 9).isEmpty)
        for job in [jobs[2], jobs[4]] {
            let hold = try #require(try bench.job(job.id).hold)
            #expect(hold.reason == .quotaExhausted)
            #expect(hold.metric == .tokens)
            #expect((hold.used, hold.limit) == (16, 10))
            #expect(hold.upgradeTo == "pro")
        }
        let ticket = try bench.park(Pull(jobsMax: 9, waits: true))
        try bench.update(plan: "pro")
        #expect(try bench.leased(ticket)?.count == 2)
    }

    @Test(arguments: StoreKind.all)
    func `of which nothing is allowed holds for good, whatever period comes`(
        kind: StoreKind
    ) throws {
        let none = plan("free", rank: 0, limit: 6) {
            $0.others = [MetricTerms(metric: .tokens, limit: .units(0))]
        }
        let bench = try StoreBench(
            kind, plans: [none, Self.plans[1]], tenants: ["acme": "free"])
        let job = try bench.submit()
        #expect(try bench.pull(count: 1).isEmpty)
        let hold = try #require(try bench.job(job.id).hold)
        #expect((hold.reason, hold.metric) == (.quotaExhausted, .tokens))
        #expect((hold.used, hold.limit) == (0, 0))
        #expect(hold.upgradeTo == "pro")
        #expect(hold.resumesAt == nil)
        #expect(try bench.blockers(job) == [hold])
        // A limit of which some was left before does come back.
        try bench.override(.units(2), of: .tokens)
        try bench.complete(bench.pullOne().token, used: [.tokens: 2])
        let next = try #require(try bench.submit().hold)
        #expect(next.resumesAt == Period(containing: bench.now.wall).end)
    }

    @Test(arguments: StoreKind.all)
    func `past a soft limit is counted apart and closes nothing`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.submit(count: 2)
        try bench.complete(bench.pullOne().token, used: [.calls: 5])
        #expect(try bench.account(.calls).usage == Usage(plan: 3, overSoft: 2))
        #expect(try bench.pull(count: 9).count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `with hard and soft limits the gate closes on the hard one that is reached`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        try bench.submit(count: 8)
        let leased = try bench.pull(count: 6)
        try bench.complete(leased[0].token, used: [.calls: 9, .tokens: 9])
        try bench.release(leased[1].token)
        // Closed by jobs alone: what is paid for passes.
        #expect(try bench.pull(count: 9).map(\.job.id) == [leased[1].job.id])
        try bench.complete(leased[2].token, used: [.tokens: 1])
        try bench.release(leased[3].token)
        #expect(try bench.pull(count: 9).isEmpty)
        bench.advance(to: Period(containing: bench.now.wall).end)
        try bench.apply()
        try bench.drain()
        #expect(try bench.pull(count: 9).count >= 3)
    }

    @Test(arguments: StoreKind.all)
    func `counts with complete and fail, once a token, in the period of the report`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        try bench.submit(count: 2)
        let leased = try bench.pull(Pull(jobsMax: 2, leaseMilliseconds: 3_600_000))
        for _ in 0..<2 { try bench.complete(leased[0].token, used: [.tokens: 2]) }
        #expect(try bench.account(.tokens).usage == Usage(plan: 2))
        var report = AttemptReport()
        report.usage = [AttemptReport.Amount(metric: .tokens, amount: 3)]
        let fail = Command.fail([Failure(token: leased[1].token, retry: .never, report: report)])
        for _ in 0..<2 { try bench.apply(fail) }
        #expect(try bench.account(.tokens).usage == Usage(plan: 5))
        let rows = try bench.ledger().filter { $0.metric == .tokens }
        #expect(rows.map(\.entry) == [.report, .report])
        #expect(rows.map(\.job) == [leased[1].job.id, leased[0].job.id])
    }

    @Test(arguments: StoreKind.all)
    func `in the next month counts there, and the charge stays where it was`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        let month = Period(containing: bench.now.wall)
        bench.advance(to: month.end.adding(-1_000))
        try bench.drain()
        _ = try bench.submit()
        let leased = try bench.pullOne()
        bench.advance(milliseconds: 2_000)
        try bench.complete(leased.token, used: [.tokens: 4])
        #expect(try bench.account(.tokens).usage == Usage(plan: 4))
        #expect(try bench.account(.jobs).usage == .none)
        #expect(try bench.account(.tokens, of: "acme", month).usage == .none)
        #expect(try bench.account(.jobs, of: "acme", month).usage == Usage(plan: 1))
    }

    @Test(arguments: StoreKind.all)
    func `of a metric that no plan names is not kept`(kind: StoreKind) throws {
        let bench = try bench(kind)
        _ = try bench.submit()
        let leased = try bench.pullOne()
        #expect(
            try bench.complete(leased.token, used: [Metric(name: "none"): 4]) == .succeeded)
        #expect(try bench.ledger().count == 1)
    }
}

@Suite struct `Compute seconds` {
    private static let plans = [
        plan("free", rank: 0, limit: 20) {
            $0.others = [MetricTerms(metric: .computeSeconds, limit: .units(100_000))]
        }
    ]

    private func bench(_ kind: StoreKind) throws -> StoreBench {
        try StoreBench(kind, plans: Self.plans, tenants: ["acme": "free"])
    }

    private func used(_ bench: StoreBench) throws -> Int64 {
        try bench.account(.computeSeconds).usage.total
    }

    @Test(arguments: StoreKind.all)
    func `are what the worker says, as far as the lease lasted`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.submit(count: 3)
        let leased = try bench.pull(count: 3)
        bench.advance(milliseconds: 5_000)
        try bench.complete(leased[0].token, ran: 1_500)
        #expect(try used(bench) == 1_500)
        try bench.complete(leased[1].token, ran: 60_000)
        #expect(try used(bench) == 6_500)
        try bench.complete(leased[2].token)
        #expect(try used(bench) == 11_500)
        #expect(Metric.computeSeconds.shown(11_500) == 12)
    }

    @Test(arguments: StoreKind.all)
    func `of a lost attempt go to its last heartbeat`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.submit(count: 2) { $0.attemptsMax = 1 }
        let leased = try bench.pull(count: 2)
        bench.advance(milliseconds: 10_000)
        try bench.heartbeat(leased[0].token)
        try bench.wait(milliseconds: 20_000)
        #expect(try used(bench) == 0, "the one that was never heard of ran for nothing")
        try bench.wait(milliseconds: 10_000)
        #expect(try used(bench) == 10_000)
    }

    @Test(arguments: StoreKind.all)
    func `of a lost attempt go to a heartbeat that asked for another length`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        try bench.submit(count: 1) { $0.attemptsMax = 1 }
        let leased = try bench.pullOne()
        bench.advance(milliseconds: 10_000)
        try bench.heartbeat(leased.token, leaseMilliseconds: 60_000)
        try bench.wait(milliseconds: 60_000)
        #expect(try bench.job(leased.job.id).state == .dead)
        #expect(try used(bench) == 10_000)
    }

    @Test(arguments: StoreKind.all)
    func `are those that passed, whatever the wall clock is set to meanwhile`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        try bench.submit(count: 2)
        let leased = try bench.pull(count: 2)
        bench.advance(milliseconds: 2_000)
        bench.jump(milliseconds: 7_200_000)
        try bench.complete(leased[0].token)
        #expect(try used(bench) == 2_000)
        bench.advance(milliseconds: 3_000)
        bench.jump(milliseconds: -10_800_000)
        try bench.complete(leased[1].token, ran: 4_500)
        #expect(try used(bench) == 6_500)
    }

    @Test(arguments: StoreKind.all)
    func `of a lost attempt end with a heartbeat after the wall clock was set`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        try bench.submit(count: 1) { $0.attemptsMax = 1 }
        let leased = try bench.pullOne()
        bench.advance(milliseconds: 10_000)
        bench.jump(milliseconds: 3_600_000)
        try bench.heartbeat(leased.token)
        try bench.wait(milliseconds: 30_000)
        #expect(try bench.job(leased.job.id).state == .dead)
        #expect(try used(bench) == 10_000)
    }

    @Test(arguments: StoreKind.all)
    func `go on after a start by the wall clock, and from there by the steady one`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        try bench.submit(count: 2) { $0.attemptsMax = 1 }
        let leased = try bench.pull(Pull(jobsMax: 2, leaseMilliseconds: 60_000))
        bench.advance(milliseconds: 5_000)
        try bench.heartbeat(leased[1].token)
        bench.advance(milliseconds: 1_000)
        try bench.beginProcess()
        bench.jump(milliseconds: 3_600_000)
        bench.advance(milliseconds: 1_000)
        try bench.complete(leased[0].token)
        #expect(try used(bench) == 7_000)
        try bench.wait(milliseconds: 60_000)
        #expect(try bench.job(leased[1].job.id).state == .dead)
        #expect(try used(bench) == 12_000)
    }

    @Test(arguments: StoreKind.all)
    func `close the gate when they are used up`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.submit(count: 2)
        let leased = try bench.pullOne(Pull(leaseMilliseconds: 3_600_000))
        bench.advance(milliseconds: 100_000)
        try bench.complete(leased.token)
        #expect(try bench.pull(count: 1).isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `are not counted where no plan names them`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        _ = try bench.submit()
        let leased = try bench.pullOne()
        bench.advance(milliseconds: 5_000)
        try bench.complete(leased.token, ran: 5_000)
        #expect(try bench.ledger().map(\.metric) == [.jobs])
        #expect(try bench.usageView().accounts.count == 1)
    }
}
