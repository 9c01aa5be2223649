import Core
import Plans
import Store
import Testing

@Suite struct TurnTests {
    /// No limits, so that nothing but turns decides.
    private static let weights = [("free", 1), ("two", 2), ("four", 4)].enumerated().map {
        rank, plan in
        PlanDraft(
            id: plan.0,
            terms: PlanTerms(
                name: plan.0, rank: rank, jobLimit: .unlimited, weight: Int64(plan.1)))
    }

    /// Whose jobs the next pulls are given, one pull each.
    private func turns(_ bench: StoreBench, _ count: Int) throws -> [String] {
        try (0..<count).map { _ in try bench.pullOne().job.tenant }
    }

    @Test(arguments: StoreKind.all)
    func `tenants of equal weight take turns, the first to come first`(kind: StoreKind) throws {
        let bench = try StoreBench(
            kind, plans: Self.weights, tenants: ["a": "free", "b": "free", "c": "free"])
        for tenant in ["b", "c", "a"] { try bench.submit(count: 3, for: tenant) }
        #expect(try turns(bench, 9).joined() == "bcabcabca")
    }

    @Test(arguments: StoreKind.all)
    func `a restart keeps the order of ties`(kind: StoreKind) throws {
        let bench = try StoreBench(
            kind, plans: Self.weights, tenants: ["a": "free", "b": "free", "c": "free"])
        for tenant in ["c", "a", "b"] { try bench.submit(count: 3, for: tenant) }
        #expect(try turns(bench, 2).joined() == "ca")
        try bench.restart()
        #expect(try turns(bench, 4).joined() == "cabc")
    }

    @Test(arguments: StoreKind.all)
    func `a tenant with many jobs delays another's single one by a turn`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(
            kind, plans: Self.weights, tenants: ["big": "free", "small": "free"])
        try bench.submit(count: 300, for: "big")
        try bench.pull(count: 100)
        _ = try bench.submit(for: "small")
        #expect(try turns(bench, 2).contains("small"))
    }

    @Test(arguments: StoreKind.all)
    func `idle time earns no turns`(kind: StoreKind) throws {
        let bench = try StoreBench(
            kind, plans: Self.weights, tenants: ["late": "free", "busy": "free"])
        _ = try bench.submit(for: "late")
        try bench.submit(count: 60, for: "busy")
        _ = try turns(bench, 40)
        try bench.submit(count: 20, for: "late")
        let next = try turns(bench, 10)
        #expect((5...6).contains(next.count { $0 == "late" }))
    }

    @Test(arguments: StoreKind.all)
    func `shares follow the weights`(kind: StoreKind) throws {
        var tenants: [String: String] = [:]
        for number in 0..<20 {
            tenants["t\(number)"] = ["free", "two", "four"][number % 3]
        }
        let bench = try StoreBench(kind, plans: Self.weights, tenants: tenants)
        for tenant in tenants.keys.sorted() { try bench.submit(count: 100, for: tenant) }
        var shares: [String: Int] = [:]
        // 7, 7 and 6 tenants of weight 1, 2 and 4 are 45 units of weight: 20 rounds.
        for _ in 0..<90 {
            for leased in try bench.pull(count: 10) { shares[leased.job.tenant, default: 0] += 1 }
        }
        for (tenant, plan) in tenants {
            let due = 20.0 * (plan == "free" ? 1 : plan == "two" ? 2 : 4)
            let share = Double(shares[tenant] ?? 0)
            #expect(abs(share - due) <= due * 0.05 + 0.5, "\(tenant) had \(share), not \(due)")
        }
    }

    @Test(arguments: StoreKind.all)
    func `turns are counted in each queue alone`(kind: StoreKind) throws {
        let bench = try StoreBench(
            kind, plans: Self.weights, tenants: ["a": "free", "b": "free"])
        try bench.submit(count: 10, for: "a") { $0.queue = "other" }
        #expect(try bench.pull(Pull(queues: ["other"], jobsMax: 9)).count == 9)
        try bench.submit(count: 3, for: "a")
        try bench.submit(count: 3, for: "b")
        #expect(try turns(bench, 6).joined() == "ababab")
    }

    @Test(arguments: StoreKind.all)
    func `a greater plan takes greater shares from its next turn on`(kind: StoreKind) throws {
        let bench = try StoreBench(
            kind, plans: Self.weights, tenants: ["a": "free", "b": "free"])
        try bench.submit(count: 40, for: "a")
        try bench.submit(count: 40, for: "b")
        #expect(try turns(bench, 4).joined() == "abab")
        var update = UpdateTenant(id: "b")
        update.plan = "four"
        try bench.apply(.updateTenant(update))
        #expect(try turns(bench, 20).count { $0 == "b" } == 16)
    }

    @Test(arguments: StoreKind.all)
    func `a tenant whose gate is closed loses no work and holds up nobody`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(
            kind, plans: Self.weights, tenants: ["a": "free", "b": "free"])
        try bench.submit(count: 3, for: "a")
        try bench.submit(count: 3, for: "b")
        try bench.apply(.setManual(tenant: "a", .paused))
        #expect(try turns(bench, 2).joined() == "bb")
        try bench.apply(.setManual(tenant: "a", .none))
        let rest = try turns(bench, 4)
        #expect(rest.count { $0 == "a" } == 3)
        #expect(try bench.pull().isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `retries take turns like any other job`(kind: StoreKind) throws {
        let bench = try StoreBench(
            kind, plans: Self.weights, tenants: ["a": "free", "b": "free"])
        try bench.submit(count: 2, for: "a")
        try bench.submit(count: 4, for: "b")
        let first = try bench.pullOne()
        try bench.release(first.token)
        #expect(try turns(bench, 6).joined() == "bababb")
    }

    @Test(arguments: StoreKind.all)
    func `a kinds filter chooses among the lanes that match`(kind: StoreKind) throws {
        let bench = try StoreBench(
            kind, plans: Self.weights, tenants: ["a": "free", "b": "free"])
        try bench.submit(count: 3, "plain", for: "a")
        try bench.submit(count: 2, "rare", for: "b")
        _ = try bench.submit("rare", for: "a")
        let pull = Pull(kinds: ["rare"])
        let order = try (0..<3).map { _ in try bench.pullOne(pull).job.tenant }
        #expect(order.joined() == "bab")
        #expect(try turns(bench, 3).joined() == "aaa")
    }

    @Test(arguments: StoreKind.all)
    func `one pull of many jobs takes the same turns as many pulls`(kind: StoreKind) throws {
        let bench = try StoreBench(
            kind, plans: Self.weights, tenants: ["a": "four", "b": "two", "c": "free"])
        for tenant in ["a", "b", "c"] { try bench.submit(count: 8, for: tenant) }
        let order = try bench.pull(count: 14).map(\.job.tenant)
        #expect(order.count { $0 == "a" } == 8)
        #expect(order.count { $0 == "b" } == 4)
        #expect(order.count { $0 == "c" } == 2)
        #expect(order.prefix(3).joined() == "abc")
    }
}
