import Core
import Plans
import Store
import Testing

@testable import StoreSQLite

/// What a period would have come to under another plan, from the rows of a file.
@Suite struct `A what-if` {
    private func bench(_ limit: Int64) throws -> FileBench {
        var terms = PlanTerms(name: "free", rank: 0, jobLimit: .units(100), heldMax: 10)
        terms.others = [
            MetricTerms(
                metric: .computeSeconds, limit: .units(limit), overagePrice: Price(nanos: 1))
        ]
        let bench = try FileBench(plans: [PlanDraft(id: "free", terms: terms)])
        try bench.run(
            .createTenant(CreateTenant(id: "acme")),
            .useUnits(
                UsageEvents(
                    tenant: "acme",
                    events: [UsageEvents.Event(id: "a", metric: .computeSeconds, amount: 9_000)],
                    mustFit: false)))
        return bench
    }

    private func view(_ bench: FileBench, overage: Int64?) throws -> WhatIfView {
        let free = try #require(bench.engine.catalog.plan("free"))
        let question = WhatIf(tenant: "acme", plan: free, period: nil, overageMax: overage)
        guard case .whatIf(let views) = try bench.query(.whatIf(question)) else {
            throw StoreError(.misuse, "no report")
        }
        return try #require(views.first { $0.metric == .computeSeconds })
    }

    @Test(
        arguments: [
            (0, 0, 4_000), (3, 3_000, 1_000), (7, 4_000, 0), (Limits.amountMax, 4_000, 0),
            (.max, 4_000, 0),
        ] as [(Int64, Int64, Int64)])
    func `takes overage in the units that it shows`(
        agreed: Int64, overage: Int64, held: Int64
    ) throws {
        let view = try view(bench(5_000), overage: agreed)
        #expect((view.used, view.admitted) == (9_000, 5_000))
        #expect((view.overage, view.held) == (overage, held))
    }

    @Test func `takes what was asked for before its use whole or not at all`() throws {
        let bench = try bench(12_000)
        try bench.run(
            .addGrant(
                AddGrant(tenant: "acme", metric: .computeSeconds, amount: 1_000, source: "s")))
        for id in ["b", "c"] {
            let event = UsageEvents.Event(id: id, metric: .computeSeconds, amount: 2_000)
            try bench.run(
                .useUnits(UsageEvents(tenant: "acme", events: [event], mustFit: true)))
        }
        var terms = PlanTerms(name: "less", rank: 0, jobLimit: .units(100), heldMax: 10)
        terms.others = [MetricTerms(metric: .computeSeconds, limit: .units(11_500))]
        let less = Plan(id: "less", terms: terms)
        let question = WhatIf(tenant: "acme", plan: less, period: nil, overageMax: nil)
        guard case .whatIf(let views) = try bench.query(.whatIf(question)) else {
            throw StoreError(.misuse, "no report")
        }
        let view = try #require(views.first { $0.metric == .computeSeconds })
        // The last was charged to plan and grant, in two rows.
        #expect((view.used, view.admitted, view.held) == (13_000, 11_000, 2_000))
        #expect(view.isExact)
    }

    @Test func `is not certain of what came after a job that would have been held`() {
        let terms = MetricTerms(metric: .jobs, limit: .units(12))
        let noon = Timestamp(rfc3339: "2026-11-16T12:00:00Z")!
        let past = PastUsage(
            period: Period(containing: noon), metric: .jobs, usage: Usage(plan: 17))
        for (costs, held, isExact) in [
            ([5, 5, 5], 5, true), ([5, 5, 5, 1], 5, false), ([13, 5, 5], 13, true),
        ] as [([Int64], Int64, Bool)] {
            var replay = WhatIfReplay(
                past, under: terms, limit: terms.limit, overageMax: 0, grants: [])
            for (index, cost) in costs.enumerated() {
                replay.take(
                    .started(JobID(rawValue: Int64(index + 1)), cost: cost), at: noon)
            }
            #expect(replay.view.held == held)
            #expect(replay.view.isExact == isExact, "the last may have waited behind it")
        }
    }

    @Test(arguments: [(.units(8_000), 8_000), (.unlimited, 9_000)] as [(Limit, Int64)])
    func `holds the tenant to its override`(limit: Limit, admitted: Int64) throws {
        let bench = try bench(5_000)
        #expect(try view(bench, overage: nil).limit == .units(5_000))
        try bench.run(
            .putOverride(
                PutOverride(tenant: "acme", metric: .computeSeconds, limit: limit, until: nil)))
        let view = try view(bench, overage: nil)
        #expect(view.limit == limit)
        #expect((view.admitted, view.held) == (admitted, 9_000 - admitted))
    }

    private func view(_ bench: FileBench, of period: String) throws -> WhatIfView {
        let free = try #require(bench.engine.catalog.plan("free"))
        let question = WhatIf(tenant: "acme", plan: free, period: period, overageMax: nil)
        guard case .whatIf(let views) = try bench.query(.whatIf(question)) else {
            throw StoreError(.misuse, "no report")
        }
        return try #require(views.first { $0.metric == .computeSeconds })
    }

    private func limit(_ bench: FileBench, until: Timestamp? = nil) throws {
        try bench.run(
            .putOverride(
                PutOverride(
                    tenant: "acme", metric: .computeSeconds, limit: .units(8_000), until: until)))
    }

    @Test func `is not certain of a period in which an override ended`() throws {
        let bench = try bench(5_000)
        try limit(bench, until: bench.now.wall.adding(60_000))
        // Its end has passed, and no batch has come to take its row away.
        bench.advance(milliseconds: 120_000)
        let view = try view(bench, of: "2026-11")
        #expect(view.limit == .units(5_000) && !view.isExact)
    }

    @Test func `knows no override in the periods before it`() throws {
        let bench = try bench(5_000)
        bench.advance(milliseconds: 32 * 86_400_000)
        try limit(bench)
        let past = try view(bench, of: "2026-11")
        #expect(past.limit == .units(5_000) && past.held == 4_000 && past.isExact)
    }

    @Test func `is not certain of a period in which an override began`() throws {
        let bench = try bench(5_000)
        bench.advance(milliseconds: 1_000)
        try limit(bench)
        let now = try view(bench, of: "2026-11")
        #expect(now.limit == .units(8_000) && !now.isExact)
        // In the period after it has been there all the time.
        bench.advance(milliseconds: 32 * 86_400_000)
        let events = [UsageEvents.Event(id: "b", metric: .computeSeconds, amount: 9_000)]
        try bench.run(
            .useUnits(UsageEvents(tenant: "acme", events: events, mustFit: false)))
        let next = try view(bench, of: "2026-12")
        #expect(next.limit == .units(8_000) && next.held == 1_000 && next.isExact)
    }

    /// Jobs of two kinds on plan `free`, of 100 jobs, beside a plan where they cost another.
    private func jobBench(
        _ change: (inout PlanTerms) -> Void = { _ in }
    ) throws -> FileBench {
        let free = PlanTerms(name: "free", rank: 0, jobLimit: .units(100), heldMax: 10)
        var pro = PlanTerms(name: "pro", rank: 1, jobLimit: .units(10), heldMax: 10)
        change(&pro)
        var plain = free
        plain.featuresOfKinds = pro.featuresOfKinds
        plain.features = pro.featuresOfKinds.isEmpty ? [] : ["video"]
        let bench = try FileBench(
            plans: [PlanDraft(id: "free", terms: plain), PlanDraft(id: "pro", terms: pro)])
        try bench.run(.createTenant(CreateTenant(id: "acme")))
        return bench
    }

    private func start(_ bench: FileBench, _ count: Int, kind: String) throws {
        _ = try bench.submit("acme", count: count, kind: kind)
        for leased in try bench.pull(max: count) {
            try bench.run(.complete([Completion(token: leased.token)]))
        }
        bench.advance(milliseconds: 1_000)
    }

    private func jobs(_ bench: FileBench) throws -> WhatIfView {
        let pro = try #require(bench.engine.catalog.plan("pro"))
        let question = WhatIf(tenant: "acme", plan: pro, period: nil, overageMax: nil)
        guard case .whatIf(let views) = try bench.query(.whatIf(question)) else {
            throw StoreError(.misuse, "no report")
        }
        return try #require(views.first { $0.metric == .jobs })
    }

    @Test func `takes what jobs would have cost`() throws {
        let bench = try jobBench { $0.costs = ["render": 4, "ping": 0] }
        try start(bench, 5, kind: "ping")
        try start(bench, 2, kind: "render")
        let third = bench.now.wall
        try start(bench, 1, kind: "render")
        let view = try jobs(bench)
        #expect((view.used, view.admitted, view.held) == (8, 8, 4))
        #expect(view.reachedAt == third)
        #expect(view.isExact)
    }

    @Test func `holds what needs a feature that the plan has not`() throws {
        let bench = try jobBench { $0.featuresOfKinds = ["render": "video"] }
        try start(bench, 3, kind: "render")
        try start(bench, 4, kind: "work")
        let view = try jobs(bench)
        #expect((view.used, view.admitted, view.held, view.barred) == (7, 4, 3, 3))
        #expect(view.reachedAt == nil)
    }

    @Test func `uses grants that the tenant had and did not need`() throws {
        let bench = try jobBench()
        try bench.run(.addGrant(AddGrant(tenant: "acme", amount: 3, source: "gift")))
        try start(bench, 13, kind: "work")
        #expect(try (jobs(bench).admitted, jobs(bench).held) == (13, 0))
        let last = bench.now.wall
        try start(bench, 1, kind: "work")
        let view = try jobs(bench)
        #expect((view.admitted, view.held) == (13, 1))
        #expect(view.reachedAt == last)
    }

    /// Starts a job whose program cannot be started.
    private func giveBackOne(_ bench: FileBench) throws {
        _ = try bench.submit("acme", count: 1, kind: "render")
        let leased = try bench.pull(max: 1)
        try bench.run(
            .fail([Failure(token: leased[0].token, retry: .never, couldNotStart: true)]))
    }

    @Test func `gives back what jobs that could not start would have cost`() throws {
        let bench = try jobBench { $0.costs = ["render": 4] }
        try start(bench, 2, kind: "render")
        try giveBackOne(bench)
        let view = try jobs(bench)
        #expect((view.used, view.admitted, view.held) == (2, 8, 0))
        try bench.run()
        #expect(try jobs(bench) == view, "it makes no difference what the index has")
    }

    @Test func `holds nothing of a job that was given back, whatever would have held it`() throws {
        let bench = try jobBench { $0.featuresOfKinds = ["render": "video"] }
        try start(bench, 2, kind: "render")
        try giveBackOne(bench)
        let view = try jobs(bench)
        #expect((view.used, view.held, view.barred) == (2, 2, 2))
    }

    /// A tenant of plan `dear`, beside plans on which the same costs another.
    private func dearBench(free cost: Int64) throws -> FileBench {
        let plans: [(id: String, rank: Int, limit: Int64, cost: Int64)] = [
            ("free", 0, 100, cost), ("pro", 1, 10, 2), ("dear", 2, 100, 3),
        ]
        let bench = try FileBench(
            plans: plans.map { plan in
                var terms = PlanTerms(
                    name: plan.id, rank: plan.rank, jobLimit: .units(plan.limit), heldMax: 10)
                terms.costs = ["render": plan.cost]
                return PlanDraft(id: plan.id, terms: terms)
            })
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "dear")))
        return bench
    }

    @Test(arguments: [1, 2] as [Int64])
    func `knows what the plan asked for on which a job was submitted`(cost: Int64) throws {
        let bench = try dearBench(free: cost)
        try start(bench, 2, kind: "render")
        var spec = JobSpec(kind: "render")
        spec.cost = 5
        try bench.run(.enqueue(Enqueue(tenant: "acme", jobs: [spec])))
        #expect(try bench.pull(max: 1).count == 1)
        bench.advance(milliseconds: 1_000)
        var update = UpdateTenant(id: "acme")
        update.plan = "free"
        try bench.run(.updateTenant(update))
        bench.advance(milliseconds: 1_000)
        try start(bench, 1, kind: "render")
        let view = try jobs(bench)
        #expect(view.used == 6 + 5 + cost)
        // 2 each of three, and the one that was to cost 5 would have cost 5 again: one too many.
        #expect((view.admitted, view.held) == (9, 2))
        #expect(view.isExact)
    }

    @Test func `knows the plans of before, however much else the audit tells since`() throws {
        let bench = try dearBench(free: 1)
        try start(bench, 2, kind: "render")
        var update = UpdateTenant(id: "acme")
        update.plan = "free"
        try bench.run(.updateTenant(update))
        bench.advance(milliseconds: 1_000)
        try start(bench, 1, kind: "render")
        let before = try jobs(bench)
        let last = IDSource.floor(at: bench.now.wall)
        let other = try Database(path: bench.files.databasePath, role: .writer)
        try other.execute(
            """
            BEGIN;
            WITH RECURSIVE n (n) AS (
                SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT \(Limits.scanRowsMax + 1))
            INSERT INTO audit
                (id, at, tenant, actor, action, plan_before, version_before, status_before,
                 plan_after, version_after, status_after)
            SELECT \(last) + n, \(bench.now.wall.milliseconds), 1, 'operator',
                'tenant.status_set', 'free', 1, n & 1, 'free', 1, 1 - (n & 1) FROM n;
            COMMIT
            """)
        #expect(try jobs(bench) == before)
        #expect(before.isExact)
    }
}
