import Core
import Store
import Testing

@Suite struct `How far limits are enforced` {
    @Test(arguments: StoreKind.all, [Enforcement.Mode.observe, .off])
    func `what is past the limit is counted apart and holds nothing`(
        kind: StoreKind, mode: Enforcement.Mode
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free", "beta": "free"])
        try bench.enforce(mode)
        let jobs = try bench.submit(count: 13)
        #expect(jobs.allSatisfy { $0.hold == nil })
        #expect(try bench.pull(count: 50).count == 13)
        #expect(try bench.account().usage == Usage(plan: 10, unenforced: 3))
        #expect(try bench.usage() == 10)
        let rows = try bench.ledger()
        #expect(rows.prefix(3).allSatisfy { $0.source == .unenforced && $0.usedAfter == 10 })
        #expect(rows.allSatisfy { $0.inForce == nil })
        #expect(try bench.thresholds() == [], "tenants are not warned of what does not hold")
    }

    @Test(arguments: StoreKind.all)
    func `going back to enforcing keeps what was counted`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.enforce(.observe)
        try bench.submit(count: 14)
        try bench.pull(count: 13)
        try bench.enforce(.enforce)
        #expect(try bench.pull(count: 1).isEmpty)
        #expect(try bench.account().usage == Usage(plan: 10, unenforced: 3))
        try bench.restart()
        #expect(bench.store.enforcement == .full)
        #expect(try bench.pull(count: 1).isEmpty)
        try bench.update(plan: "pro")
        #expect(try bench.pull(count: 9).count == 1)
        #expect(try bench.account().usage == Usage(plan: 11, unenforced: 3))
    }

    @Test(arguments: StoreKind.all)
    func `turning it off opens every gate that a quota closed, and no other`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(
            kind, tenants: ["acme": "free", "beta": "free", "gamma": "free"])
        for tenant in ["acme", "beta", "gamma"] { try bench.submit(count: 12, for: tenant) }
        #expect(try bench.pull(count: 99).count == 30)
        try bench.apply(.setManual(tenant: "beta", .paused))
        try bench.apply(.setManual(tenant: "gamma", .suspended))
        let ticket = try bench.park(Pull(jobsMax: 99, waits: true))
        try bench.enforce(.off)
        #expect(try bench.leased(ticket)?.map(\.job.tenant) == ["acme", "acme"])
        #expect(
            try bench.enqueue([JobSpec(kind: "work")], for: "acme")[0].refusal == nil)
        #expect(
            try bench.tell(.enqueue(Enqueue(tenant: "gamma", jobs: [JobSpec(kind: "work")])))
                .refusal
                == .tenantSuspended("gamma", [Hold(reason: .tenantSuspended, cause: .manual)]))
    }

    @Test(arguments: StoreKind.all)
    func `a share of the tenants is enforced upon by their buckets`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: [:])
        for (id, bucket) in [("low", Int64(0)), ("mid", 49), ("high", 50), ("top", 99)] {
            try bench.apply(.createTenant(CreateTenant(id: id, bucket: bucket)))
            try bench.submit(count: 12, for: id)
        }
        try bench.enforce(.enforce, percent: 50)
        var started = Dictionary(grouping: try bench.pull(count: 99), by: \.job.tenant)
            .mapValues(\.count)
        #expect(started == ["low": 10, "mid": 10, "high": 12, "top": 12])
        try bench.restart()
        try bench.submit(count: 1, for: "top")
        #expect(try bench.pull(count: 99).map(\.job.tenant) == ["top"])
        // A greater share only adds tenants; none at all is as observing.
        try bench.enforce(.enforce, percent: 99)
        for id in ["high", "top"] { try bench.submit(count: 1, for: id) }
        #expect(try bench.pull(count: 99).map(\.job.tenant) == ["top"])
        try bench.enforce(.enforce, percent: 0)
        started = Dictionary(grouping: try bench.pull(count: 99), by: \.job.tenant)
            .mapValues(\.count)
        #expect(started == ["low": 2, "mid": 2, "high": 1])
    }

    @Test(arguments: StoreKind.all)
    func `overage is only where limits are enforced`(kind: StoreKind) throws {
        let plans = [plan("free", rank: 0, limit: 2, isSold: true)]
        let bench = try StoreBench(kind, plans: plans, tenants: ["acme": "free"])
        try bench.update { $0.payAsYouGo = true }
        try bench.enforce(.observe)
        try bench.submit(count: 5)
        try bench.pull(count: 3)
        #expect(try bench.account().usage == Usage(plan: 2, unenforced: 1))
        try bench.enforce(.enforce)
        #expect(try bench.pull(count: 9).count == 2)
        #expect(try bench.account().usage == Usage(plan: 2, overage: 2, unenforced: 1))
    }

    @Test(arguments: StoreKind.all)
    func `holds for a tenant from the commit on, however many come before it`(
        kind: StoreKind
    ) throws {
        var limits = BatchLimits()
        limits.renewalsMax = 1
        let names = (0..<6).map { "t\($0)" }
        let bench = try StoreBench(
            kind, plans: [plan("free", rank: 0, limit: 1)], limits: limits,
            tenants: Dictionary(uniqueKeysWithValues: names.map { ($0, "free") }))
        try bench.enforce(.observe)
        try bench.drain()
        for name in names { try bench.submit(count: 3, for: name) }
        for leased in try bench.pull(count: 6) { try bench.complete(leased.token) }
        let enforce = bench.envelope(.setEnforcement(Enforcement(mode: .enforce, percent: 100)))
        let check = bench.envelope(.checkLimit(tenant: "t5", .jobs, amount: 1))
        let pull = bench.envelope(.pull(Pull(jobsMax: 50)))
        let replies = try bench.apply([enforce, check, pull])
        guard case .limitCheck(let answer) = replies[1] else { throw Unexpected("no answer") }
        #expect(answer.hold?.reason == .quotaExhausted)
        #expect(try replies[2]?.leasedJobs.isEmpty == true)
        try bench.drain()
    }

    @Test(arguments: StoreKind.all)
    func `lets what it opens while jobs are handed out start in the same batch`(
        kind: StoreKind
    ) throws {
        var limits = BatchLimits()
        limits.renewalsMax = 1
        let bench = try StoreBench(
            kind, plans: [plan("free", rank: 0, limit: 1)], limits: limits,
            tenants: ["a": "free", "b": "free"])
        _ = try bench.submit("first", for: "b")
        _ = try bench.submit("second", for: "b")
        _ = try bench.pullOne(Pull(kinds: ["first"]))
        let again = try bench.park(Pull(kinds: ["first"], waits: true))
        let other = try bench.park(Pull(kinds: ["second"], waits: true))
        // The lease ends last in its batch: only then does anybody look at the gate of `b`.
        bench.advance(milliseconds: 60_000)
        try bench.apply(.setEnforcement(Enforcement(mode: .observe, percent: 100)))
        #expect(try bench.leased(again)?.count == 1)
        #expect(try bench.leased(other)?.count == 1)
    }
}
