import Core
import Store
import Testing

@Suite struct Overage {
    private static let plans = [
        plan("free", rank: 0, limit: 2), plan("pro", rank: 1, limit: 3, isSold: true),
        plan("max", rank: 2, limit: nil),
    ]

    private func bench(_ kind: StoreKind, on plan: String = "pro") throws -> StoreBench {
        try StoreBench(kind, plans: Overage.plans, tenants: ["acme": plan])
    }

    @Test(arguments: StoreKind.all)
    func `needs a price in the plan`(kind: StoreKind) throws {
        let bench = try bench(kind, on: "free")
        var update = UpdateTenant(id: "acme")
        update.choices.payAsYouGo = true
        #expect(
            try bench.tell(.updateTenant(update)).refusal
                == .overageNotSold(plan: "free", metric: "jobs"))
        update.choices.payAsYouGo = nil
        update.choices.spendCaps = [.jobs: 5]
        #expect(
            try bench.tell(.updateTenant(update)).refusal
                == .overageNotSold(plan: "free", metric: "jobs"))
        #expect(try !bench.tenant().facts.payAsYouGo)
    }

    @Test(arguments: StoreKind.all)
    func `needs pay-as-you-go, and opens the gate at once as far as the base limit`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        let jobs = try bench.submit(count: 8)
        #expect(try bench.pull(count: 9).count == 3)
        #expect(try bench.job(jobs[3].id).hold?.reason == .quotaExhausted)
        let ticket = try bench.park(Pull(jobsMax: 9, waits: true))
        try bench.update { $0.payAsYouGo = true }
        #expect(try bench.leased(ticket)?.map(\.job.id) == jobs[3..<6].map(\.id))
        #expect(try bench.account().usage == Usage(plan: 3, overage: 3))
        #expect(try bench.ledger().prefix(3).allSatisfy { $0.source == .overage })
        let hold = try #require(try bench.job(jobs[6].id).hold)
        #expect(hold.reason == .spendCapReached)
        #expect((hold.used, hold.limit) == (6, 3))
        #expect(hold.resumesAt == Period(containing: bench.now.wall).end)
    }

    @Test(arguments: StoreKind.all)
    func `goes as far as its cap, and on when the cap is raised`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.update {
            $0.payAsYouGo = true
            $0.spendCaps = [.jobs: 1]
        }
        let jobs = try bench.submit(count: 9)
        #expect(try bench.pull(count: 9).count == 4)
        #expect(try bench.job(jobs[4].id).hold?.reason == .spendCapReached)
        try bench.update { $0.spendCaps = [.jobs: 3] }
        #expect(try bench.pull(count: 9).count == 2)
        try bench.update { $0.spendCaps = [.jobs: 0] }
        #expect(try bench.pull(count: 9).isEmpty)
        #expect(try bench.account().usage == Usage(plan: 3, overage: 3))
        #expect(try bench.job(jobs[6].id).hold?.reason == .quotaExhausted)
    }

    @Test(arguments: StoreKind.all)
    func `ends when pay-as-you-go does, and what was used stays`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.update { $0.payAsYouGo = true }
        let jobs = try bench.submit(count: 9)
        #expect(try bench.pull(count: 5).count == 5)
        try bench.update { $0.payAsYouGo = false }
        #expect(try bench.pull(count: 9).isEmpty)
        #expect(try bench.account().usage == Usage(plan: 3, overage: 2))
        let hold = try bench.job(jobs[5].id).hold
        #expect(hold?.reason == .quotaExhausted)
        #expect((hold?.used, hold?.limit) == (5, 3))
        try bench.update { $0.payAsYouGo = true }
        #expect(try bench.pull(count: 9).count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `is agreed to only by a tenant that is active`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.update { $0.payAsYouGo = true }
        #expect(try bench.account().overageMax == 3)
        for status in [ManualStatus.paused, .suspended] {
            try bench.apply(.setManual(tenant: "acme", status))
            #expect(try bench.account().overageMax == 0)
        }
        try bench.apply(.setManual(tenant: "acme", .none))
        #expect(try bench.account().overageMax == 3)
    }

    @Test(arguments: StoreKind.all)
    func `comes after the plan and its grants`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.update { $0.payAsYouGo = true }
        try bench.grant(2)
        try bench.submit(count: 1) { $0.cost = 7 }
        #expect(try bench.pull(count: 1).count == 1)
        #expect(try bench.account().usage == Usage(plan: 3, grant: 2, overage: 2))
        let rows = try Array(bench.ledger().reversed())
        #expect(rows.map(\.source) == [.plan, .grant, .overage])
        #expect(rows.allSatisfy { $0.inForce == 8 })
    }

    @Test(arguments: StoreKind.all)
    func `past a soft limit is billed as far as its cap, and what is past that never`(
        kind: StoreKind
    ) throws {
        let plans = [plan("free", rank: 0, limit: 2, cap: .soft, isSold: true)]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        try bench.submit(count: 9)
        #expect(try bench.pull(count: 3).count == 3)
        #expect(try bench.account().usage == Usage(plan: 2, overSoft: 1))
        try bench.update {
            $0.payAsYouGo = true
            $0.spendCaps = [.jobs: 2]
        }
        #expect(try bench.pull(count: 9).count == 6)
        #expect(try bench.account().usage == Usage(plan: 2, overage: 2, overSoft: 5))
        #expect(try bench.ledger().allSatisfy { $0.inForce == nil })
    }

    @Test(arguments: StoreKind.all)
    func `is not sold by the plan of a downgrade, and stays counted`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.update { $0.payAsYouGo = true }
        try bench.submit(count: 9)
        #expect(try bench.pull(count: 9).count == 6)
        try bench.update(plan: "free")
        #expect(try bench.pull(count: 9).isEmpty)
        #expect(try bench.account().usage == Usage(plan: 3, overage: 3))
        bench.advance(to: Period(containing: bench.now.wall).end)
        try bench.drain()
        #expect(try bench.account().usage == .none)
    }

    @Test(arguments: StoreKind.all)
    func `has the caps that were named last, and none named is the default again`(
        kind: StoreKind
    ) throws {
        let plans = [
            plan("free", rank: 0, limit: 2, isSold: true) {
                $0.others = [
                    MetricTerms(
                        metric: .tokens, limit: .units(4), overagePrice: Price(nanos: 1))
                ]
            }
        ]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        try bench.update {
            $0.payAsYouGo = true
            $0.spendCaps = [.jobs: 1, .tokens: 1]
        }
        #expect(try bench.account().overageMax == 1)
        try bench.update { $0.spendCaps = [.jobs: 1] }
        #expect(try bench.account(.tokens).overageMax == 4)
        try bench.update { $0.spendCaps = [:] }
        #expect(try bench.account().overageMax == 2)
        try bench.restart()
        #expect(try bench.account().overageMax == 2)
    }

    @Test(arguments: StoreKind.all)
    func `is held to the plan that it is chosen together with`(kind: StoreKind) throws {
        let plans = [
            plan("free", rank: 0, limit: 2), plan("pro", rank: 1, limit: 3),
            plan("gold", rank: 2, limit: 4, isSold: true), plan("max", rank: 3, limit: nil),
        ]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        try bench.subscribe("evt_1")
        #expect(try bench.tenant().effectivePlan.id == "pro")
        var update = UpdateTenant(id: "acme")
        update.choices.payAsYouGo = true
        #expect(
            try bench.tell(.updateTenant(update)).refusal
                == .overageNotSold(plan: "pro", metric: "jobs"))
        update.plan = "max"
        #expect(
            try bench.tell(.updateTenant(update)).refusal
                == .overageNotSold(plan: "max", metric: "jobs"))
        update.plan = "gold"
        let view = try bench.tell(.updateTenant(update)).tenant
        #expect(view.facts.payAsYouGo && view.effectivePlan.id == "gold")
        #expect(try bench.account().overageMax == 4)
    }
}
