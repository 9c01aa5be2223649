import Core
import Testing

@Suite struct `The catalog of plans` {
    private func plan(_ id: String, rank: Int, _ limit: Limit) -> Plan {
        Plan(
            id: id, name: id, rank: rank, jobLimit: limit, weight: 1, heldMax: 1, waitingMax: 1)
    }

    @Test(
        arguments: [("free", "pro"), ("pro", "enterprise"), ("enterprise", nil)]
            as [(String, String?)])
    func `the upgrade is the next plan that allows more`(from: String, to: String?) throws {
        let plan = try #require(PlanCatalog.standard.plan(from))
        #expect(PlanCatalog.standard.upgrade(from: plan)?.id == to)
    }

    @Test func `a greater plan that allows no more is passed over`() {
        let free = plan("free", rank: 0, .units(10))
        let support = plan("support", rank: 1, .units(10))
        let smaller = plan("smaller", rank: 2, .units(5))
        let great = plan("great", rank: 3, .units(11))
        let catalog = PlanCatalog([great, smaller, free, support])
        #expect(catalog.upgrade(from: free) == great)
        #expect(catalog.upgrade(from: great) == nil)
    }

    @Test func `a plan of the same rank is no upgrade`() {
        let free = plan("free", rank: 0, .units(10))
        let catalog = PlanCatalog([free, plan("twin", rank: 0, .units(50))])
        #expect(catalog.upgrade(from: free) == nil)
    }

    @Test func `nothing is above unlimited`() {
        let free = plan("free", rank: 0, .unlimited)
        let catalog = PlanCatalog([free, plan("pro", rank: 1, .unlimited)])
        #expect(catalog.upgrade(from: free) == nil)
    }

    @Test func `plans stand in the order of their rank`() {
        let catalog = PlanCatalog([
            plan("pro", rank: 7, .units(1)), plan("free", rank: 2, .units(1)),
        ])
        #expect(catalog.idList == "free, pro")
        #expect(catalog.plan("nosuch") == nil)
    }

    @Test func `the standard plans are those of the documentation`() {
        let plans = PlanCatalog.standard.plans
        #expect(plans.map(\.id) == ["free", "pro", "enterprise"])
        #expect(plans.map(\.jobLimit) == [.units(10), .units(100), .unlimited])
        #expect(plans.map(\.rank) == [0, 1, 2])
        #expect(plans.map(\.weight) == [1, 2, 4])
        #expect(plans.map(\.heldMax) == [100, 1_000, nil])
        #expect(plans.map(\.waitingMax) == [1_000_000, 1_000_000, 1_000_000])
    }

    @Test func `a plan that the catalog has lost counts as free`() {
        let facts = TenantFacts(basePlan: "gone")
        #expect(facts.plan(in: .standard).id == "free")
    }

    @Test(
        arguments: [
            (.units(10), 0, 10), (.units(10), 9, 1), (.units(10), 10, 0), (.units(10), 11, 0),
            (.units(0), 0, 0), (.unlimited, 1 << 60, nil),
        ] as [(Limit, Int64, Int64?)])
    func `what remains is never negative`(limit: Limit, used: Int64, remaining: Int64?) {
        #expect(limit.remaining(used: used) == remaining)
    }

    @Test func `a charge is added to its own source`() {
        let usage = Usage(plan: 1, grant: 2, overage: 3)
        #expect(usage.total == 6)
        let charges = [(ChargeSource.plan, 11), (.grant, 12), (.overage, 13)]
        let sums = charges.map { source, _ in
            usage.adding(Charge(source: source, amount: 10))
        }
        #expect(sums.map(\.plan) == [11, 1, 1])
        #expect(sums.map(\.grant) == [2, 12, 2])
        #expect(sums.map(\.overage) == [3, 3, 13])
        #expect(ChargeSource.allCases.map(\.name) == ["plan", "grant", "overage"])
    }
}
