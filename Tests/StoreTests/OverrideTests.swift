import Core
import Store
import Testing

@Suite struct `An override` {
    @Test(arguments: StoreKind.all)
    func `to unlimited is another thing than none`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 12)
        #expect(try bench.pull(count: 50).count == 10)
        let ticket = try bench.park(Pull(jobsMax: 50, waits: true))
        try bench.override(.unlimited)
        #expect(try bench.leased(ticket)?.count == 2)
        #expect(try bench.account().limit == .unlimited)
        try bench.restart()
        #expect(try bench.account().limit == .unlimited)
        try bench.submit(count: 3)
        #expect(try bench.pull(count: 50).count == 3)
        #expect(try bench.tell(.removeOverride(tenant: "acme", .jobs)).isDone)
        let held = try bench.submit()
        #expect(try bench.pull(count: 50).isEmpty)
        let hold = try bench.job(held.id).hold
        #expect((hold?.used, hold?.limit) == (15, 10))
        guard case .overrides([]) = try bench.query(.overrideList(tenant: "acme")).rows else {
            Issue.record("the override is still there")
            return
        }
    }

    @Test(arguments: StoreKind.all)
    func `below what was used closes the gate and rewrites nothing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro"])
        try bench.submit(count: 21)
        try bench.pull(count: 20)
        try bench.override(.units(5))
        #expect(try bench.pull(count: 1).isEmpty)
        #expect(try bench.account().usage == Usage(plan: 20))
        #expect(try bench.account().limit == .units(5))
        try bench.apply(.removeOverride(tenant: "acme", .jobs))
        #expect(try bench.pull(count: 1).count == 1)
        #expect(try bench.ledger().map(\.inForce).allSatisfy { $0 == 100 })
    }

    @Test(arguments: StoreKind.all)
    func `that ends opens the gate in the batch of its time`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro"])
        let until = bench.now.wall.adding(1_000)
        try bench.override(.units(0), until: until)
        let job = try bench.submit()
        #expect(job.hold?.limit == 0)
        let ticket = try bench.park()
        bench.advance(milliseconds: 999)
        try bench.apply()
        #expect(try bench.leased(ticket) == nil)
        let due = try #require(bench.store.nextDeadlineSteadyMilliseconds(at: bench.now))
        #expect(due == bench.now.steadyMilliseconds + 1)
        bench.advance(milliseconds: 1)
        try bench.apply()
        #expect(try bench.leased(ticket)?.map(\.job.id) == [job.id])
    }

    @Test(arguments: StoreKind.all)
    func `that ends closes the gate before anything else of its batch`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.override(.units(12), until: bench.now.wall.adding(1_000))
        try bench.submit(count: 13)
        #expect(try bench.pull(count: 11).count == 11)
        bench.advance(milliseconds: 1_000)
        #expect(try bench.pull(count: 1).isEmpty)
        #expect(try bench.account().limit == .units(10))
        #expect(try bench.account().usage == Usage(plan: 11))
    }

    @Test(arguments: StoreKind.all)
    func `that has ended gives nothing and takes until that is noted`(kind: StoreKind) throws {
        var limits = BatchLimits()
        limits.deadlinesMax = 1
        let bench = try StoreBench(
            kind, limits: limits, tenants: ["acme": "free", "beta": "free", "gamma": "free"])
        let end = bench.now.wall.adding(1_000)
        let earlier = AddGrant(
            tenant: "gamma", amount: 1, source: "s", expiresAt: end.adding(-1))
        _ = try bench.tell(.addGrant(earlier))
        try bench.override(.unlimited, until: end)
        try bench.override(.units(1), for: "beta", until: end)
        try bench.submit(count: 12)
        try bench.submit(count: 3, for: "beta")
        bench.advance(milliseconds: 1_000)
        let first = try bench.pull(count: 30).map(\.job.tenant)
        #expect(first.filter { $0 == "acme" }.count == 10)
        #expect(first.filter { $0 == "beta" }.count == 1)
        try bench.drain()
        #expect(try bench.pull(count: 30).map(\.job.tenant) == ["beta", "beta"])
    }

    @Test(arguments: StoreKind.all)
    func `that is put again ends when the later one says`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.override(.units(12), until: bench.now.wall.adding(1_000))
        try bench.override(.units(13))
        try bench.wait(milliseconds: 2_000)
        #expect(try bench.account().limit == .units(13))
        try bench.restart()
        #expect(try bench.account().limit == .units(13))
    }

    @Test(arguments: StoreKind.all)
    func `is refused where it makes no sense`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        #expect(
            try bench.override(.units(1), until: bench.now.wall).refusal
                == .overrideEndsTooEarly)
        guard
            case .metricUnknown("none", _) = try bench.override(
                .units(1), of: Metric(name: "none")
            ).refusal
        else {
            Issue.record("a metric that no plan names was taken")
            return
        }
        #expect(
            try bench.tell(.removeOverride(tenant: "acme", .jobs)).refusal
                == .overrideUnknown("jobs"))
        #expect(
            try bench.override(.units(1), for: "nobody").refusal == .tenantUnknown("nobody"))
    }

    @Test(arguments: StoreKind.all)
    func `of a metric that the plan does not name closes the gate`(kind: StoreKind) throws {
        let plans = [
            plan("free", rank: 0, limit: 10),
            plan("pro", rank: 1, limit: 10) {
                $0.others = [
                    MetricTerms(metric: .seats, type: .gauge, limit: .units(9)),
                    MetricTerms(metric: .tokens, limit: .units(9)),
                ]
            },
        ]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 3)
        _ = try bench.use([("a", .tokens, 4)])
        try bench.apply(.setGauge(tenant: "acme", .seats, value: 3))
        try bench.override(.units(3), of: .seats)
        #expect(try bench.pull(count: 1).count == 1, "a gauge closes nothing")
        try bench.override(.units(4), of: .tokens)
        #expect(try bench.pull(count: 1).isEmpty)
        #expect(try bench.job(jobs[1].id).hold?.metric == .tokens)
        try bench.restart()
        #expect(try bench.pull(count: 1).isEmpty)
        try bench.override(.units(5), of: .tokens)
        #expect(try bench.pull(count: 1).count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `is one of so many that a tenant may have`(kind: StoreKind) throws {
        func plans(_ letter: String) -> [PlanDraft] {
            [
                plan("free", rank: 0, limit: 10) {
                    $0.others = (10..<50).map {
                        MetricTerms(metric: Metric(name: "\(letter)\($0)"), limit: .units(1))
                    }
                }
            ]
        }
        let bench = try StoreBench(kind, plans: plans("a"), tenants: ["acme": "free"])
        _ = try bench.loadPlans(plans("b"))
        bench.checksBatches = false
        let metrics = ["a", "b"].flatMap { letter in
            (10..<50).map { Metric(name: "\(letter)\($0)") }
        }
        for metric in metrics.prefix(Limits.overridesPerTenantMax) {
            #expect(try bench.override(.units(1), of: metric).refusal == nil)
        }
        #expect(
            try bench.override(.units(1), of: metrics[64]).refusal
                == .tooManyOverrides("acme", max: 64))
        #expect(try bench.override(.units(2), of: metrics[0]).refusal == nil)
        try bench.apply(.removeOverride(tenant: "acme", metrics[0]))
        #expect(try bench.override(.units(1), of: metrics[64]).refusal == nil)
    }
}
