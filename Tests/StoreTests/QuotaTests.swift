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
            for job in jobs { #expect(try bench.job(job.id).hold == Hold(reason: reason)) }
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

    // MARK: Periods

    @Test(arguments: StoreKind.all)
    func `the next month brings ten more, in the batch that begins it`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 25)
        for leased in try bench.pull(count: 50) { try bench.complete(leased.token) }
        let ticket = try bench.park(Pull(jobsMax: 50, waits: true))
        bench.advance(to: month.end.adding(-1))
        try bench.apply()
        #expect(try bench.leased(ticket) == nil)
        bench.advance(milliseconds: 1)
        try bench.apply()
        let fresh = try bench.leased(ticket) ?? []
        #expect(fresh.map(\.job.id) == jobs[10..<20].map(\.id))
        let next = Period(containing: month.end)
        #expect(try bench.usage("acme", month) == 10)
        #expect(try bench.usage("acme", next) == 10)
        #expect(fresh.allSatisfy { $0.job.chargedPeriod == next })
        #expect(try bench.job(jobs[0].id).chargedPeriod == month)
    }

    @Test(arguments: StoreKind.all)
    func `the store says when the period ends`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 11) { $0.attemptsMax = 1 }
        for leased in try bench.pull(count: 50) { try bench.complete(leased.token) }
        let ticket = try bench.park()
        let deadline = try #require(bench.store.nextDeadlineSteadyMilliseconds(at: bench.now))
        let end = bench.now.steadyMilliseconds + month.end.since(bench.now.wall)
        #expect(deadline <= end)
        bench.advance(to: month.end)
        try bench.drain()
        #expect(try bench.leased(ticket)?.count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a retry in the next month stays paid by the last`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let job = try bench.submit()
        try bench.fail(bench.pullOne().token, .after(milliseconds: month.end.since(bench.now.wall)))
        bench.advance(to: month.end)
        try bench.drain()
        let again = try bench.pullOne()
        #expect(again.job.id == job.id)
        #expect(again.job.chargedPeriod == month)
        #expect(try bench.usage("acme", Period(containing: month.end)) == 0)
    }

    @Test(arguments: StoreKind.all)
    func `a period never goes back`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        bench.advance(to: month.end)
        try bench.drain()
        let next = Period(containing: month.end)
        #expect(bench.store.period == next)
        bench.jump(milliseconds: -86_400_000)
        try bench.wait(milliseconds: 120_000)
        #expect(bench.store.period == next)
        _ = try bench.submit()
        #expect(try bench.pullOne().job.chargedPeriod == next)
        try bench.restart()
        #expect(bench.store.period == next)
        try bench.wait(milliseconds: 120_000)
        #expect(bench.store.period == next)
    }

    @Test(arguments: StoreKind.all)
    func `a clock that jumps ahead is not believed until a minute has run`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 11)
        for leased in try bench.pull(count: 50) { try bench.complete(leased.token) }
        let ticket = try bench.park(Pull(kinds: ["work"], jobsMax: 50, waits: true))
        bench.jump(milliseconds: month.end.since(bench.now.wall))
        try bench.apply()
        #expect(bench.store.period == month)
        bench.advance(milliseconds: 29_999)
        try bench.apply()
        #expect(try bench.leased(ticket) == nil)
        bench.advance(milliseconds: 30_000)
        try bench.apply()
        #expect(bench.store.period == month)
        bench.advance(milliseconds: 1)
        try bench.apply()
        #expect(bench.store.period == Period(containing: month.end))
        #expect(try bench.job(jobs[10].id).state == .running)
    }

    @Test(arguments: StoreKind.all)
    func `a period that ended while the server was down rolls after a minute`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        _ = try bench.submit()
        bench.advance(to: month.end.adding(5_000))
        try bench.restart()
        #expect(bench.store.period == month)
        try bench.apply()
        #expect(try bench.pullOne().job.chargedPeriod == month)
        try bench.wait(milliseconds: 60_000)
        #expect(bench.store.period == Period(containing: month.end))
    }

    // MARK: The ledger

    @Test(arguments: StoreKind.all)
    func `every charge has a row with what was used and allowed`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 3)
        try bench.pull(count: 2)
        bench.advance(milliseconds: 10)
        try move(bench, to: "pro")
        try bench.pull(count: 1)
        let rows = try Array(bench.ledger().reversed())
        #expect(rows.map(\.job) == jobs.map(\.id))
        #expect(rows.map(\.usedAfter) == [1, 2, 3])
        #expect(rows.map(\.inForce) == [10, 10, 100])
        #expect(rows.map(\.at) == [0, 0, 10].map(StoreBench.noon.adding))
        #expect(rows.map(\.id) == rows.map(\.id).sorted())
        for row in rows {
            #expect(row.amount == 1)
            #expect(row.entry == .charge)
            #expect(row.source == .plan)
            #expect(row.metric == .jobs)
            #expect(row.period == month)
        }
    }

    @Test(arguments: StoreKind.all)
    func `an unlimited plan has no limit in force and counts all the same`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        try bench.submit(count: 30)
        try bench.pull(count: 30)
        #expect(try bench.ledger().allSatisfy { $0.inForce == nil })
        #expect(try bench.usage() == 30)
    }

    @Test(arguments: StoreKind.all)
    func `what never started costs nothing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let job = try bench.submit()
        _ = try bench.submit { $0.expiresInMilliseconds = 1_000 }
        try bench.apply(.cancelJob(job.id, tenant: nil))
        try bench.wait(milliseconds: 1_000)
        #expect(try bench.usage() == 0)
        #expect(try bench.ledger().isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `usage and ledger outlive the tenant`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 2)
        for leased in try bench.pull(count: 2) { try bench.complete(leased.token) }
        try bench.apply(.deleteTenant(tenant: "acme", force: false))
        #expect(try bench.usage() == 2)
        #expect(try bench.ledger().count == 2)
    }

    @Test(arguments: StoreKind.all)
    func `the ledger is read by period and page by page`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.submit(count: 7)
        try bench.pull(count: 7)
        bench.advance(to: month.end)
        try bench.drain()
        try bench.submit(count: 3)
        try bench.pull(Pull(jobsMax: 99))
        let all = try bench.ledger()
        #expect(all.count == 10)
        #expect(try bench.ledger("acme", month).count == 7)
        #expect(try bench.ledger("acme", Period(containing: month.end)).count == 3)
        var filter = LedgerFilter(tenant: "acme")
        filter.limit = 4
        var pages: [[LedgerView]] = []
        repeat {
            guard case .ledgerPage(let rows, let next) = try bench.query(.ledger(filter)).rows
            else { throw Unexpected("the query gave no ledger") }
            pages.append(rows)
            filter.before = next
        } while filter.before != nil && pages.count < 9
        #expect(pages.flatMap { $0 } == all)
        #expect(pages.prefix(3).map(\.count) == [4, 4, 2])
    }
}
