import Core
import Store
import Testing

@Suite struct QuotaTests {
    private let month = Period(containing: StoreBench.noon)

    private func move(_ bench: StoreBench, to plan: String) throws {
        var update = UpdateTenant(id: "acme")
        update.plan = plan
        #expect(try bench.tell(.updateTenant(update)).refusal == nil)
    }

    @Test(arguments: StoreKind.all)
    func `exactly ten of fifty start, whoever asks`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let tickets = try (0..<8).map { _ in try bench.park(Pull(jobsMax: 2, waits: true)) }
        let jobs = try bench.submit(count: 50)
        let taken = try tickets.flatMap { try bench.leased($0) ?? [] }
        #expect(taken.map(\.job.id) == jobs.prefix(10).map(\.id))
        #expect(try tickets.count { try bench.leased($0) == nil } == 3)
        #expect(try bench.usage() == 10)
        #expect(try bench.tenant().waiting == 40)
        #expect(try bench.pull(count: 50).isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `a held job says why, with the numbers`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 11)
        #expect(jobs.allSatisfy { $0.hold == nil })
        try bench.pull(count: 50)
        let hold = try #require(try bench.job(jobs[10].id).hold)
        #expect(hold.reason == .quotaExhausted)
        #expect(hold.metric == .jobs)
        #expect(hold.used == 10)
        #expect(hold.limit == 10)
        #expect(hold.needed == nil)
        #expect(hold.resumesAt == month.end)
        #expect(hold.upgradeTo == "pro")
        #expect(try bench.submit().hold == hold)
        #expect(try bench.job(jobs[0].id).hold == nil)
    }

    @Test(arguments: StoreKind.all)
    func `an upgrade starts held jobs in its own batch, first parked first`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 13)
        try bench.pull(count: 50)
        let tickets = try (0..<4).map { _ in try bench.park() }
        try move(bench, to: "pro")
        for number in 0..<3 {
            #expect(
                try bench.leased(tickets[number])?.map(\.job.id) == [jobs[10 + number].id])
        }
        #expect(try bench.leased(tickets[3]) == nil)
        #expect(try bench.usage() == 13)
    }

    @Test(arguments: StoreKind.all)
    func `a downgrade closes the gate and takes nothing back`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro"])
        let jobs = try bench.submit(count: 20)
        let leased = try bench.pull(count: 12)
        try move(bench, to: "free")
        #expect(try bench.pull(count: 1).isEmpty)
        #expect(try bench.usage() == 12)
        let hold = try bench.job(jobs[15].id).hold
        #expect(hold?.used == 12)
        #expect(hold?.limit == 10)
        #expect(try bench.complete(leased[0].token) == .succeeded)
        try bench.release(leased[1].token)
        #expect(try bench.pull(count: 9).map(\.job.id) == [leased[1].job.id])
        try move(bench, to: "pro")
        #expect(try bench.pull(count: 50).count == 8)
    }

    @Test(arguments: StoreKind.all)
    func `retries are free and pass a gate that is closed for quota`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 11)
        let leased = try bench.pull(count: 50)
        try bench.release(leased[0].token)
        try bench.fail(leased[1].token, .after(milliseconds: 1_000))
        #expect(try bench.job(jobs[0].id).hold == nil)
        try bench.wait(milliseconds: 1_000)
        #expect(try Set(bench.pull(count: 50).map(\.job.id)) == [jobs[0].id, jobs[1].id])
        #expect(try bench.usage() == 10)
        #expect(try bench.ledger().count == 10)
    }

    @Test(arguments: StoreKind.all)
    func `lost leases are redelivered for free`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 10)
        try bench.pull(count: 10)
        try bench.wait(milliseconds: 30_000)
        #expect(try bench.pull(count: 10).count == 10)
        #expect(try bench.usage() == 10)
    }

    @Test(arguments: StoreKind.all)
    func `a status holds even what is paid for`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 2)
        try bench.release(bench.pullOne().token)
        for (manual, reason) in [
            (ManualStatus.paused, HoldReason.tenantPaused), (.suspended, .tenantSuspended),
        ] {
            try bench.apply(.setManual(tenant: "acme", manual))
            #expect(try bench.pull(count: 9).isEmpty)
            for job in jobs {
                #expect(try bench.job(job.id).hold == Hold(reason: reason, cause: .manual))
            }
        }
        let ticket = try bench.park(Pull(jobsMax: 9, waits: true))
        try bench.apply(.setManual(tenant: "acme", .none))
        #expect(try bench.leased(ticket)?.map(\.job.id) == jobs.map(\.id))
    }

    @Test(arguments: StoreKind.all)
    func `running attempts of a suspended tenant finish`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        _ = try bench.submit()
        let leased = try bench.pullOne()
        try bench.apply(.setManual(tenant: "acme", .suspended))
        let until = bench.now.wall.adding(30_000)
        #expect(try bench.heartbeat(leased.token) == .extended(until: until))
        #expect(try bench.complete(leased.token) == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `a job that costs more uses up more`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 4) { $0.cost = 3 }
        #expect(try bench.tenant().waiting == 12)
        #expect(try bench.pull(count: 9).count == 3)
        #expect(try bench.usage() == 9)
        #expect(try bench.tenant().waiting == 3)
        #expect(try bench.ledger().map(\.amount) == [3, 3, 3])
        try move(bench, to: "pro")
        #expect(try bench.pull(count: 9).count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `one tenant's quota is not another's`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free", "beta": "free"])
        for tenant in ["acme", "beta"] { try bench.submit(count: 15, for: tenant) }
        #expect(try bench.pull(count: 50).count == 20)
        #expect(try bench.usage("acme") == 10)
        #expect(try bench.usage("beta") == 10)
    }

    @Test(arguments: StoreKind.all)
    func `the quota is one for all queues and kinds`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        for number in 0..<6 {
            try bench.submit(count: 5, "k\(number % 2)") { $0.queue = "q\(number % 3)" }
        }
        let pull = Pull(queues: ["q0", "q1", "q2"], jobsMax: 50)
        #expect(try bench.pull(pull).count == 10)
        #expect(try bench.pull(pull).isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `a refusal says where the tenant stands that asked`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 3)
        try bench.pull(count: 3)
        let unknown = Command.cancelJob(JobID(rawValue: 1), tenant: "acme")
        for (customer, used) in [("acme", 3), (nil, nil), ("beta", nil)] as [(String?, Int64?)] {
            let answer = try bench.answer(to: unknown, customer: customer)
            #expect(answer.reply.refusal != nil)
            #expect(answer.quota?.used == used)
            let found = try bench.query(.job(JobID(rawValue: 1), tenant: nil), customer: customer)
            #expect(found.rows == .job(nil))
            #expect(found.quota?.used == used)
        }
    }
}
