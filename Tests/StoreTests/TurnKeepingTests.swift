import Core
import Plans
import Store
import Testing

/// What happens to the terms of a tenant that has work all the while does not cost it its turn.
@Suite struct TurnKeepingTests {
    private static let plans = [
        plan("free", rank: 0, limit: 4), plan("large", rank: 2, limit: nil),
        plan("dear", rank: 1, limit: 40) { $0.costs["work"] = 3 },
    ]

    /// Whose jobs the next pulls are given, one pull each.
    private func turns(_ bench: StoreBench, _ count: Int) throws -> String {
        try (0..<count).map { _ in try bench.pullOne().job.tenant }.joined()
    }

    @Test(arguments: StoreKind.all)
    func `a job that can no longer be admitted takes nobody's turn with it`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, plans: Self.plans, tenants: ["a": "dear", "b": "large"])
        _ = try bench.submit("other", for: "b") { $0.cost = 3 }
        try bench.submit(count: 9, "other", for: "b")
        _ = try bench.submit("other", for: "a") { $0.cost = 7 }
        try bench.submit(count: 4, "other", for: "a")
        #expect(try turns(bench, 1) == "b")
        try bench.override(.units(5), for: "a")
        #expect(try turns(bench, 4) == "aaab")
    }

    @Test(arguments: StoreKind.all)
    func `a plan on which work costs more takes over the turn`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.plans, tenants: ["a": "free", "b": "large"])
        _ = try bench.submit("other", for: "b") { $0.cost = 6 }
        try bench.submit(count: 9, "work", for: "b")
        try bench.submit(count: 6, "work", for: "a")
        #expect(try turns(bench, 3) == "baa")
        var update = UpdateTenant(id: "a")
        update.plan = "dear"
        try bench.apply(.updateTenant(update))
        #expect(try turns(bench, 3) == "aab")
    }
}
