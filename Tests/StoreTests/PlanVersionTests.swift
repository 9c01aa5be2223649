import Core
import Plans
import Store
import Testing

@Suite struct `Versions of plans` {
    private func plans(_ pro: Int64) -> [PlanDraft] {
        [plan("free", rank: 0, limit: 2), plan("pro", rank: 1, limit: pro)]
    }

    private func catalog(_ reply: Reply) throws -> PlanCatalog {
        guard case .plansLoaded(let catalog) = reply else { throw Unexpected("\(reply)") }
        return catalog
    }

    @Test(arguments: StoreKind.all)
    func `new ones are for those who come, or ask for them`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: plans(5), tenants: ["acme": "pro"])
        let catalog = try catalog(bench.loadPlans(plans(7)))
        #expect(catalog.plan("pro")?.version == 2)
        #expect(catalog.plan("free")?.version == 1, "it did not change")
        #expect(try bench.tenant().effectivePlan == PlanVersion(id: "pro", version: 1))
        #expect(try bench.account().limit == .units(5))
        try bench.apply(.createTenant(CreateTenant(id: "beta", plan: "pro")))
        #expect(try bench.account(of: "beta").limit == .units(7))
        try bench.restart()
        #expect(try bench.account().limit == .units(5))
        try bench.update(plan: "pro")
        #expect(try bench.tenant().effectivePlan == PlanVersion(id: "pro", version: 2))
        #expect(try bench.account().limit == .units(7))
    }

    @Test(arguments: StoreKind.all)
    func `the same plans again change nothing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: plans(5), tenants: ["acme": "pro"])
        for _ in 0..<3 { _ = try bench.loadPlans(plans(5)) }
        #expect(bench.store.catalog.plan("pro")?.version == 1)
        for size: Int64 in [6, 5, 6] { _ = try bench.loadPlans(plans(size)) }
        #expect(bench.store.catalog.plan("pro")?.version == 4)
    }

    @Test(arguments: StoreKind.all)
    func `a move takes the tenants of one version along, and opens their gates`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(
            kind, plans: plans(5), tenants: ["acme": "pro", "beta": "pro", "gamma": "free"])
        let jobs = try bench.submit(count: 8)
        #expect(try bench.pull(count: 9).count == 5)
        _ = try bench.loadPlans(plans(7))
        let ticket = try bench.park(Pull(jobsMax: 9, waits: true))
        let move = Command.movePlan("pro", from: 1, to: 2)
        #expect(try bench.tell(move) == .planMoves(tenants: 2))
        try bench.drain()
        #expect(try bench.leased(ticket)?.map(\.job.id) == jobs[5..<7].map(\.id))
        #expect(try bench.tenant("beta").effectivePlan.version == 2)
        #expect(try bench.tenant("gamma").effectivePlan == PlanVersion(id: "free", version: 1))
        #expect(try bench.tell(move) == .planMoves(tenants: 0))
        #expect(
            try bench.tell(.movePlan("pro", from: 2, to: 3)).refusal
                == .planVersionUnknown("pro", version: 3))
        #expect(
            try bench.tell(.movePlan("none", from: 1, to: 1)).refusal
                == .planVersionUnknown("none", version: 1))
    }

    @Test(arguments: StoreKind.all)
    func `what was counted is kept when a new version names another metric`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, plans: plans(5), tenants: ["acme": "pro"])
        let more = [
            plan("free", rank: 0, limit: 2),
            plan("pro", rank: 1, limit: 5) {
                $0.others = [MetricTerms(metric: .tokens, limit: .units(4))]
            },
        ]
        _ = try bench.loadPlans(more)
        // Version 1 does not limit it, but there is such a metric now.
        #expect(try bench.use([("a", .tokens, 9)]) == .unitsUsed([.counted]))
        _ = try bench.submit()
        #expect(try bench.pull(count: 1).count == 1)
        try bench.update(plan: "pro")
        _ = try bench.submit()
        #expect(try bench.pull(count: 1).isEmpty)
        #expect(try bench.account(.tokens).usage == Usage(plan: 9))
        _ = try bench.loadPlans(plans(5))
        try bench.restart()
        #expect(try bench.pull(count: 1).isEmpty, "it is held to its version")
        try bench.update(plan: "pro")
        #expect(try bench.pull(count: 1).count == 1)
        #expect(try bench.account(.tokens).usage == Usage(plan: 9))
    }

    @Test(arguments: StoreKind.all)
    func `a plan that tenants are on cannot be taken away`(kind: StoreKind) throws {
        let bench = try StoreBench(
            kind, plans: plans(5), tenants: ["acme": "pro", "beta": "pro"])
        let rest = [plan("free", rank: 0, limit: 2)]
        #expect(
            try bench.loadPlans(rest).refusal == .planInUse("pro", tenants: 2, such: "acme"))
        #expect(bench.store.catalog.plan("pro") != nil)
        try bench.update(plan: "free")
        try bench.apply(.deleteTenant(tenant: "beta", force: true))
        #expect(try catalog(bench.loadPlans(rest)).plan("pro") == nil)
        guard
            case .planUnknown("pro", _) = try bench.tell(
                .createTenant(CreateTenant(id: "gamma", plan: "pro"))
            ).refusal
        else {
            Issue.record("a plan that is gone was taken")
            return
        }
        #expect(try bench.account(of: "acme").limit == .units(2))
    }

    @Test(arguments: StoreKind.all)
    func `keep the types of metrics`(kind: StoreKind) throws {
        func plans(_ type: MetricType, _ limit: Int64) -> [PlanDraft] {
            [
                plan("free", rank: 0, limit: limit) {
                    $0.others = [MetricTerms(metric: .seats, type: type, limit: .units(3))]
                }
            ]
        }
        let bench = try StoreBench(kind, plans: plans(.counter, 2), tenants: ["acme": "free"])
        #expect(
            try bench.loadPlans(plans(.gauge, 2)).refusal == .metricTypeStays("seats", .counter))
        #expect(bench.store.catalog.type(of: .seats) == .counter)
        #expect(try catalog(bench.loadPlans(plans(.counter, 5))).plan("free")?.version == 2)
    }

    @Test(arguments: StoreKind.all)
    func `a move to where tenants are moves none`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: plans(5), tenants: ["acme": "pro"])
        #expect(try bench.tell(.movePlan("pro", from: 1, to: 1)) == .planMoves(tenants: 0))
    }

    private func slowBench(_ kind: StoreKind, movesMax: Int = 1) throws -> StoreBench {
        var limits = BatchLimits()
        limits.movesMax = movesMax
        let bench = try StoreBench(
            kind, plans: plans(5), limits: limits,
            tenants: ["acme": "pro", "beta": "pro", "gamma": "pro"])
        for size: Int64 in [6, 7] { _ = try bench.loadPlans(plans(size)) }
        return bench
    }

    private func versions(_ bench: StoreBench) throws -> [Int64] {
        try ["acme", "beta", "gamma"].map { try bench.tenant($0).effectivePlan.version }
    }

    @Test(arguments: StoreKind.all)
    func `are moved to in the order of the moves, over a restart too`(kind: StoreKind) throws {
        let bench = try slowBench(kind)
        for tenant in ["acme", "beta", "gamma"] { try bench.update(tenant, plan: "pro") }
        try bench.apply(.movePlan("pro", from: 3, to: 2), .movePlan("pro", from: 2, to: 1))
        try bench.restart()
        try bench.drain()
        #expect(try versions(bench) == [1, 1, 1])
    }

    @Test(arguments: StoreKind.all)
    func `are moved to again by a move that repeats one under way`(kind: StoreKind) throws {
        let bench = try slowBench(kind)
        let there = Command.movePlan("pro", from: 1, to: 2)
        try bench.apply(there)
        try bench.apply(.movePlan("pro", from: 2, to: 1), there)
        try bench.drain()
        #expect(try versions(bench) == [2, 2, 2])
    }

    @Test(arguments: StoreKind.all)
    func `take only so many moves that wait for each other`(kind: StoreKind) throws {
        let bench = try slowBench(kind)
        var moves: [Envelope] = []
        for number in 0...Limits.planMovesMax {
            let isThere = number % 2 == 0
            moves.append(
                bench.envelope(.movePlan("pro", from: isThere ? 1 : 2, to: isThere ? 2 : 1)))
        }
        let replies = try bench.apply(moves)
        #expect(replies.last??.refusal == .tooManyMoves(max: Limits.planMovesMax))
        #expect(replies.dropLast().allSatisfy { $0?.refusal == nil })
        try bench.drain()
        try bench.apply(.movePlan("pro", from: 1, to: 3))
        try bench.drain()
        #expect(try versions(bench) == [3, 3, 3])
    }
}
