import Core
import Store
import Testing

@Suite struct `A gate that opens and closes` {
    @Test(arguments: StoreKind.all)
    func
        `forty held jobs run at once and in order after an upgrade, and no more after the way back`(
            kind: StoreKind
        ) throws
    {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 50)
        #expect(try bench.pull(count: 50).count == 10)
        let ticket = try bench.park(Pull(jobsMax: 50, waits: true))
        try bench.update(plan: "pro")
        #expect(try bench.leased(ticket)?.map(\.job.id) == jobs[10...].map(\.id))
        #expect(try bench.account().usage == Usage(plan: 50))
        #expect(try bench.account().limit == .units(100))

        let ledger = try bench.ledger()
        try bench.update(plan: "free")
        let held = try bench.submit()
        #expect(try bench.pull(count: 9).isEmpty)
        #expect(try bench.account().usage == Usage(plan: 50))
        #expect(try bench.ledger() == ledger)
        let hold = try #require(try bench.job(held.id).hold)
        #expect(hold.reason == .quotaExhausted)
        #expect((hold.used, hold.limit) == (50, 10))
        #expect(hold.upgradeTo == "pro")
    }

    @Test(arguments: StoreKind.all)
    func `a thousand moves in one period refill nothing and lose nothing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 15)
        #expect(try bench.pull(count: 50).count == 10)
        for _ in 0..<20 {
            let moves = (0..<50).map { number in
                var update = UpdateTenant(id: "acme")
                update.plan = number.isMultiple(of: 2) ? "pro" : "free"
                return bench.envelope(.updateTenant(update))
            }
            for reply in try bench.apply(moves) { #expect(reply?.refusal == nil) }
        }
        #expect(try bench.tenant().facts.limitVersion == 1_001)
        #expect(try bench.pull(count: 50).isEmpty)
        #expect(try bench.account().usage == Usage(plan: 10))
        #expect(try bench.ledger().count == 10)
        try bench.update(plan: "pro")
        #expect(try bench.pull(count: 50).map(\.job.id) == jobs[10...].map(\.id))
        #expect(try bench.thresholds() == [80, 95, 100])
    }

    @Test(arguments: StoreKind.all)
    func `a deleted tenant's id is never given out again`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 3)
        try bench.pull(count: 3)
        try bench.apply(.deleteTenant(tenant: "acme", force: true))
        let again = Command.createTenant(CreateTenant(id: "acme"))
        #expect(try bench.tell(again).refusal == .tenantExists("acme"))
        try bench.restart()
        #expect(try bench.tell(again).refusal == .tenantExists("acme"))
        #expect(try bench.usage() == 3)
    }

    @Test(arguments: StoreKind.all)
    func `submits that would wait too long are refused, and all of them where it is asked for`(
        kind: StoreKind
    ) throws {
        let plans = [plan("free", rank: 0, limit: 2) { $0.heldMax = 3 }]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        try bench.submit(count: 5)
        let refusal = try bench.enqueue([JobSpec(kind: "work")])[0].refusal?.quota
        #expect(refusal?.waiting == 5)
        #expect(refusal?.waitingMax == 5)
        #expect(refusal?.limit == 2)
        try bench.pull(count: 9)
        try bench.update { $0.onQuota = .reject }
        let rejected = try bench.enqueue([JobSpec(kind: "work")])[0].refusal?.quota
        #expect(rejected?.waitingMax == 0)
        #expect(rejected?.used == 2)
    }
}
