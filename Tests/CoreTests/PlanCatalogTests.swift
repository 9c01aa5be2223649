import Core
import Testing

@Suite struct `The catalog of plans` {
    private func plan(_ id: String, rank: Int, _ limit: Limit) -> Plan {
        Sample.plan(id, rank: rank, limit)
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
        #expect(plans.map(\.terms.heldMax) == [100, 1_000, nil])
        #expect(plans.map(\.terms.waitingMax) == [1_000_000, 1_000_000, 1_000_000])
    }

    @Test func `a plan that the catalog has lost counts as free`() {
        let facts = Sample.facts("gone")
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
        let usage = Usage(plan: 1, grant: 2, overage: 3, overSoft: 4, unenforced: 5)
        #expect(usage.total == 10)
        let charges = ChargeSource.allCases
        let sums = charges.map { usage.adding(Charge(source: $0, amount: 10)) }
        #expect(sums.map(\.plan) == [11, 1, 1, 1, 1])
        #expect(sums.map(\.grant) == [2, 12, 2, 2, 2])
        #expect(sums.map(\.overage) == [3, 3, 13, 3, 3])
        #expect(sums.map(\.overSoft) == [4, 4, 4, 14, 4])
        #expect(sums.map(\.unenforced) == [5, 5, 5, 5, 15])
        #expect(sums.map(\.total) == [20, 20, 20, 20, 10])
        #expect(
            ChargeSource.allCases.map(\.name)
                == ["plan", "grant", "overage", "over_soft", "unenforced"])
    }

    @Test func `a tenant is held to its version of a plan until that is lost`() {
        let old = Plan(id: "free", version: 1, terms: plan("free", rank: 0, .units(10)).terms)
        let new = Plan(id: "free", version: 2, terms: plan("free", rank: 0, .units(5)).terms)
        let facts = Sample.facts("free")
        let catalog = PlanCatalog([new], older: [old])
        #expect(catalog.plan("free") == new)
        #expect(facts.plan(in: catalog) == old)
        #expect(facts.plan(in: PlanCatalog([new])) == new)
        #expect(Set(catalog.everyVersion) == [old, new])
    }

    @Test func `an upgrade for another metric is the plan that allows more of that`() {
        func calling(_ id: String, rank: Int, _ limit: Limit?) -> Plan {
            Sample.plan(id, rank: rank, .units(10)) { terms in
                terms.others = limit.map { [MetricTerms(metric: Sample.calls, limit: $0)] } ?? []
            }
        }
        let free = calling("free", rank: 0, .units(3))
        let same = calling("same", rank: 1, .units(3))
        let more = calling("more", rank: 2, .units(4))
        let silent = calling("silent", rank: 3, nil)
        let catalog = PlanCatalog([silent, more, same, free])
        #expect(catalog.metrics == [.jobs, Sample.calls])
        #expect(catalog.upgrade(from: free) == nil)
        #expect(catalog.upgrade(from: free, metric: Sample.calls) == more)
        #expect(catalog.upgrade(from: free, metric: Sample.calls, needs: { _ in 4 }) == more)
        #expect(catalog.upgrade(from: free, metric: Sample.calls, needs: { _ in 5 }) == silent)
        #expect(catalog.upgrade(from: more, metric: Sample.calls) == silent)
        #expect(catalog.upgrade(from: silent, metric: Sample.calls) == nil)
    }
}
