import Core
import Testing

@Suite struct `A submit beyond what may wait` {
    @Test(arguments: [(0, 110), (4, 106), (10, 100), (25, 100)] as [(Int64, Int64)])
    func `a submit is refused above what remains and the held maximum`(
        used: Int64, waitingMax: Int64
    ) throws {
        let visit = Visit(usage: Usage(plan: used))
        #expect(visit.refusal(waiting: waitingMax - 1, cost: 1) == nil)
        #expect(visit.refusal(waiting: waitingMax - 5, cost: 5) == nil)
        #expect(visit.refusal(waiting: waitingMax, cost: 0) == nil)
        #expect(visit.refusal(waiting: waitingMax - 5, cost: 6) != nil)
        let refusal = try #require(visit.refusal(waiting: waitingMax, cost: 1))
        #expect(refusal.plan == "free")
        #expect(refusal.metric == .jobs)
        #expect(refusal.used == used)
        #expect(refusal.limit == 10)
        #expect(refusal.waiting == waitingMax)
        #expect(refusal.waitingMax == waitingMax)
        #expect(refusal.period.description == "2026-11")
        #expect(refusal.upgradeTo == "pro")
    }

    @Test func `an unlimited plan refuses only above its waiting maximum`() throws {
        let visit = Visit(facts: Sample.facts("enterprise"), usage: Usage(plan: 500))
        #expect(visit.refusal(waiting: 999_999, cost: 1) == nil)
        let refusal = try #require(visit.refusal(waiting: 1_000_000, cost: 1))
        #expect(refusal.limit == nil)
        #expect(refusal.waitingMax == 1_000_000)
        #expect(refusal.upgradeTo == nil)
    }

    @Test func `the waiting maximum bounds what quota and held maximum would allow`() {
        let free = Sample.plan("free", rank: 0, .units(10)) {
            $0.heldMax = 100
            $0.waitingMax = 50
        }
        let visit = Visit(catalog: PlanCatalog([free]))
        #expect(visit.refusal(waiting: 49, cost: 1) == nil)
        #expect(visit.refusal(waiting: 50, cost: 1)?.waitingMax == 50)
    }

    @Test func `a tenant that rejects at its quota may have nothing held`() {
        let free = Sample.plan("free", rank: 0, .units(10)) {
            $0.heldMax = 0
            $0.waitingMax = 1_000
        }
        let visit = Visit(usage: Usage(plan: 8), catalog: PlanCatalog([free]))
        #expect(visit.refusal(waiting: 1, cost: 1) == nil)
        #expect(visit.refusal(waiting: 2, cost: 1) != nil)
    }

    @Test func `on_quota reject lets wait only what is left`() {
        var visit = Visit(usage: Usage(plan: 8))
        visit.facts.onQuota = .reject
        #expect(visit.refusal(waiting: 1, cost: 1) == nil)
        #expect(visit.refusal(waiting: 0, cost: 3)?.waitingMax == 2)
        visit.usage = Usage(plan: 10)
        #expect(visit.refusal(waiting: 0, cost: 0) == nil)
        #expect(visit.refusal(waiting: 0, cost: 1)?.waitingMax == 0)
        visit.usage = Usage(plan: 25)
        #expect(visit.refusal(waiting: 0, cost: 1)?.waitingMax == 0)
    }

    @Test func `what remains counts grants and agreed overage`() {
        var visit = Visit(facts: Sample.facts("pro"), usage: Usage(plan: 90))
        #expect(visit.refusal(waiting: 0, cost: 5_000)?.waitingMax == 1_010)
        visit.grants = [Sample.grant(1, 7), Sample.grant(2, 500, state: .pending)]
        #expect(visit.refusal(waiting: 0, cost: 5_000)?.waitingMax == 1_017)
        visit.facts.payAsYouGo = true
        #expect(visit.refusal(waiting: 0, cost: 5_000)?.waitingMax == 1_117)
        visit.facts.spendCaps = [.jobs: 20]
        #expect(visit.refusal(waiting: 1_036, cost: 1) == nil)
        #expect(visit.refusal(waiting: 1_037, cost: 1)?.waitingMax == 1_037)
        visit.usage = Usage(plan: 100, overage: 15)
        #expect(visit.refusal(waiting: 0, cost: 5_000)?.waitingMax == 1_012)
    }

    @Test func `an override is what remains is reckoned from`() {
        let visit = Visit(usage: Usage(plan: 4), overrides: [Sample.override(.units(50))])
        #expect(visit.refusal(waiting: 0, cost: 5_000)?.waitingMax == 146)
        #expect(visit.refusal(waiting: 0, cost: 5_000)?.limit == 50)
        let free = Visit(usage: Usage(plan: 4), overrides: [Sample.override(.unlimited)])
        #expect(free.refusal(waiting: 999_999, cost: 1) == nil)
        #expect(free.refusal(waiting: 1_000_000, cost: 1)?.waitingMax == 1_000_000)
    }

    /// Ten jobs and three seconds of computing a month.
    private func metered(used: Int64, milliseconds: Int64) -> Visit {
        let free = Sample.plan("free", rank: 0, .units(10)) {
            $0.others = [MetricTerms(metric: .computeSeconds, limit: .units(3_000))]
            $0.heldMax = 5
            $0.waitingMax = 1_000
        }
        return Visit(
            usage: Usage(plan: used), catalog: PlanCatalog([free]),
            others: [.computeSeconds: milliseconds])
    }

    @Test func `nothing remains once another hard metric is used up`() throws {
        #expect(metered(used: 2, milliseconds: 2_999).refusal(waiting: 12, cost: 1) == nil)
        let refusal = try #require(
            metered(used: 2, milliseconds: 3_500).refusal(waiting: 5, cost: 1))
        #expect(refusal.waitingMax == 5)
        #expect(refusal.metric == .computeSeconds)
        #expect(refusal.used == 4)
        #expect(refusal.limit == 3)
        #expect(metered(used: 2, milliseconds: 3_500).refusal(waiting: 4, cost: 1) == nil)
    }

    @Test func `an unlimited plan rejects for a metric that is used up`() {
        let free = Sample.plan("free", rank: 0, .unlimited) {
            $0.others = [MetricTerms(metric: Sample.calls, limit: .units(3))]
            $0.waitingMax = 1_000
        }
        var visit = Visit(catalog: PlanCatalog([free]), others: [Sample.calls: 3])
        #expect(visit.refusal(waiting: 999, cost: 1) == nil)
        visit.facts.onQuota = .reject
        #expect(visit.refusal(waiting: 0, cost: 1)?.waitingMax == 0)
        visit.others = [Sample.calls: 2]
        #expect(visit.refusal(waiting: 999, cost: 1) == nil)
        #expect(visit.refusal(waiting: 1_000, cost: 1)?.waitingMax == 1_000)
    }

    @Test(arguments: [Enforcement.Mode.off, .observe])
    func `where limits are not enforced only the waiting maximum refuses`(
        mode: Enforcement.Mode
    ) {
        var visit = Visit(
            usage: Usage(plan: 10), enforcement: Enforcement(mode: mode, percent: 100))
        visit.facts.onQuota = .reject
        #expect(visit.refusal(waiting: 999_999, cost: 1) == nil)
        #expect(visit.refusal(waiting: 1_000_000, cost: 1)?.waitingMax == 1_000_000)
    }

    @Test func `a soft limit refuses nothing below the waiting maximum`() {
        let free = Sample.plan("free", rank: 0, .units(10), cap: .soft) { $0.waitingMax = 50 }
        let visit = Visit(usage: Usage(plan: 10), catalog: PlanCatalog([free]))
        #expect(visit.refusal(waiting: 49, cost: 1) == nil)
        #expect(visit.refusal(waiting: 50, cost: 1)?.waitingMax == 50)
    }

    @Test func `an amount that does not fit is refused in the units that answers show`() {
        let visit = metered(used: 0, milliseconds: 2_001)
        let refusal = Gate.refusal(
            of: 1_500, account: visit.account(of: .computeSeconds), for: visit.tenant,
            catalog: visit.catalog)
        #expect(refusal.amount == 2)
        #expect(refusal.used == 3)
        #expect(refusal.limit == 3)
        #expect(refusal.resetsAt.description == "2026-12-01T00:00:00.000Z")
    }
}
