import Core
import Testing

@Suite struct `The gate` {
    private static let open = Sample.facts("free")
    private static let paused = Sample.facts("free", manual: .paused)
    private static let suspended = Sample.facts("free", manual: .suspended)
    private static let deleted = Sample.facts("free", isDeleted: true)

    private static func admit(_ units: Int64) -> Gate.Decision {
        .admit([Charge(source: .plan, amount: units)])
    }

    @Test(
        arguments: [
            (0, .fresh(cost: 1), admit(1)),
            (0, .fresh(cost: 10), admit(10)),
            (9, .fresh(cost: 1), admit(1)),
            (8, .fresh(cost: 2), admit(2)),
            (0, .fresh(cost: 0), .admit([])),
            (10, .fresh(cost: 0), .admit([])),
            (11, .fresh(cost: 0), .admit([])),
            (0, .charged, .admit([])),
            (10, .charged, .admit([])),
            (11, .charged, .admit([])),
        ] as [(Int64, Gate.Request, Gate.Decision)])
    func `an active tenant starts what fits and what is paid for`(
        used: Int64, request: Gate.Request, decision: Gate.Decision
    ) {
        let visit = Visit(usage: Usage(plan: used))
        #expect(visit.decide(request) == decision)
        #expect(Gate.admits(request, for: visit.tenant))
        #expect(Gate.hold(request, for: visit.tenant, catalog: visit.catalog) == nil)
    }

    @Test(arguments: [(10, 1), (9, 2), (11, 1), (1, 10), (1_000, 5)] as [(Int64, Int64)])
    func `what does not fit whole waits for the next period`(used: Int64, cost: Int64) throws {
        let visit = Visit(usage: Usage(plan: used))
        let request = Gate.Request.fresh(cost: cost)
        let hold = try #require(Gate.hold(request, for: visit.tenant, catalog: visit.catalog))
        #expect(hold.reason == .quotaExhausted)
        #expect(hold.metric == .jobs)
        #expect(hold.used == used)
        #expect(hold.limit == 10)
        #expect(hold.needed == nil)
        #expect(hold.resumesAt?.description == "2026-12-01T00:00:00.000Z")
        #expect(hold.upgradeTo == (used + cost > 100 ? "enterprise" : "pro"))
        #expect(visit.decide(request) == .hold(hold))
        #expect(!Gate.admits(request, for: visit.tenant))
    }

    @Test(arguments: [0, 10] as [Int64])
    func `a job that costs more than the plan ever admits waits for no time`(used: Int64) throws {
        let visit = Visit(usage: Usage(plan: used))
        let hold = try #require(
            Gate.hold(.fresh(cost: 11), for: visit.tenant, catalog: visit.catalog))
        #expect(hold.reason == .quotaExhausted)
        #expect(hold.needed == 11)
        #expect(hold.resumesAt == nil)
        #expect(hold.upgradeTo == "pro")
    }

    @Test(
        arguments: [
            ("free", 10, false), ("free", 11, true), ("pro", 100, false), ("pro", 101, true),
            ("enterprise", 1_000_000, false),
        ] as [(String, Int64, Bool)])
    func `unfit is a cost above the whole limit`(id: String, cost: Int64, isUnfit: Bool) {
        for used: Int64 in [0, 5, 200] {
            let visit = Visit(facts: Sample.facts(id), usage: Usage(plan: used))
            #expect((cost > visit.tenant.jobs.capacity) == isUnfit)
            #expect((visit.hold(cost: cost)?.needed == cost) == isUnfit)
        }
    }

    @Test(
        arguments: [
            (paused, .tenantPaused), (suspended, .tenantSuspended), (deleted, .tenantSuspended),
        ] as [(TenantFacts, HoldReason)])
    func `a gate closed by status lets nothing pass, not even what is paid for`(
        facts: TenantFacts, reason: HoldReason
    ) {
        for used: Int64 in [0, 9, 10, 11] {
            let visit = Visit(facts: facts, usage: Usage(plan: used))
            let requests: [Gate.Request] = [
                .charged, .fresh(cost: 0), .fresh(cost: 1), .fresh(cost: 11),
            ]
            for request in requests {
                let cause: HoldCause? = facts.isDeleted ? nil : .manual
                #expect(visit.decide(request) == .hold(Hold(reason: reason, cause: cause)))
            }
        }
    }

    @Test func `a deleted tenant is held as suspended whatever the operator said before`() {
        for manual in ManualStatus.allCases {
            let facts = Sample.facts("free", manual: manual, isDeleted: true)
            #expect(facts.status == .deleted)
            #expect(Visit(facts: facts).decide(.charged) == .hold(Hold(reason: .tenantSuspended)))
        }
        #expect(Self.open.status == .active)
        #expect(Self.paused.status == .paused)
        #expect(Self.suspended.status == .suspended)
    }

    @Test func `an unlimited plan holds nothing for quota`() {
        let visit = Visit(facts: Sample.facts("enterprise"), usage: Usage(plan: 1 << 40))
        #expect(visit.decide(.fresh(cost: 1_000_000)) == Self.admit(1_000_000))
    }

    @Test func `an upgrade opens at once and keeps what was used`() {
        var visit = Visit(usage: Usage(plan: 10))
        #expect(visit.decide(.fresh(cost: 90)) != Self.admit(90))
        visit.facts.basePlan = PlanVersion(id: "pro", version: 1)
        #expect(visit.decide(.fresh(cost: 90)) == Self.admit(90))
        #expect(visit.decide(.fresh(cost: 91)) != Self.admit(91))
    }

    @Test func `hold reasons have their codes and their order`() {
        let codes = [
            "tenant_suspended", "tenant_paused", "feature_not_in_plan", "quota_exhausted",
            "spend_cap_reached", "concurrency_limit",
            "rate_limited",
        ]
        #expect(HoldReason.allCases.map(\.code) == codes)
        #expect(HoldReason.allCases.sorted() == HoldReason.allCases)
    }
}
