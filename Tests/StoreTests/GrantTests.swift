import Core
import Store
import Testing

@Suite struct `A grant` {
    private let hour: Int64 = 3_600_000

    @Test(arguments: StoreKind.all)
    func `is used after the plan: by earliest end, then priority, then id`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let now = bench.now.wall
        let last = try bench.grant(2, "for ever")
        let third = try bench.grant(2, "late", until: now.adding(2 * hour))
        let second = try bench.grant(2, "soon", until: now.adding(hour), priority: 5)
        let first = try bench.grant(2, "soon and urgent", until: now.adding(hour), priority: 1)
        let fourth = try bench.grant(2, "late too", until: now.adding(2 * hour))
        #expect(try bench.account().limit == .units(20))
        try bench.submit(count: 21)
        #expect(try bench.pull(count: 50).count == 20)
        let taken = try bench.ledger().reversed().map(\.grant)
        let expected = [first, second, third, fourth, last].flatMap { [$0.id, $0.id] }
        #expect(taken == Array(repeating: nil, count: 10) + expected)
        #expect(try bench.account().usage == Usage(plan: 10, grant: 10))
        #expect(try bench.account().limit == .units(20))
    }

    @Test(arguments: StoreKind.all)
    func `shares a charge with the plan, one row a source`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let grant = try bench.grant(5)
        try bench.submit(count: 2) { $0.cost = 7 }
        #expect(try bench.pull(count: 9).count == 2)
        let rows = try Array(bench.ledger().reversed())
        #expect(rows.map(\.amount) == [7, 3, 4])
        #expect(rows.map(\.source) == [.plan, .plan, .grant])
        #expect(rows.map(\.grant) == [nil, nil, grant.id])
        #expect(rows.map(\.usedAfter) == [7, 10, 14])
        #expect(rows.map(\.inForce) == [15, 15, 15])
    }

    @Test(arguments: StoreKind.all)
    func `does not come back with the month`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.grant(5)
        try bench.submit(count: 40)
        for leased in try bench.pull(count: 13) { try bench.complete(leased.token) }
        bench.advance(to: Period(containing: bench.now.wall).end)
        try bench.drain()
        #expect(try bench.account().limit == .units(12))
        #expect(try bench.pull(count: 50).count == 12)
        #expect(try bench.account().usage == Usage(plan: 10, grant: 2))
    }

    @Test(arguments: StoreKind.all)
    func `starts and ends by itself, in the batch of its time`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 14)
        try bench.pull(count: 10)
        let start = bench.now.wall.adding(1_000)
        try bench.grant(3, from: start, until: start.adding(1_000))
        #expect(try bench.account().limit == .units(10))
        let ticket = try bench.park(Pull(jobsMax: 2, waits: true))
        bench.advance(milliseconds: 999)
        try bench.apply()
        #expect(try bench.leased(ticket) == nil)
        bench.advance(milliseconds: 1)
        try bench.apply()
        #expect(try bench.leased(ticket)?.map(\.job.id) == jobs[10..<12].map(\.id))
        try bench.restart()
        bench.advance(milliseconds: 1_000)
        #expect(try bench.pull(count: 1).isEmpty, "the last unit ended with its grant")
        #expect(try bench.account().usage == Usage(plan: 10, grant: 2))
        #expect(try bench.account().limit == .units(12))
    }

    @Test(arguments: StoreKind.all)
    func `of the same source is the same one, used up or not`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let grant = try bench.grant(2)
        let again = Command.addGrant(AddGrant(tenant: "acme", amount: 9, source: "gift"))
        #expect(try bench.tell(again) == .grant(grant, isNew: false))
        #expect(try bench.account().limit == .units(12))
        try bench.submit(count: 20)
        #expect(try bench.pull(count: 50).count == 12)
        guard case .grant(let used, isNew: false) = try bench.tell(again) else {
            Issue.record("the grant was given twice")
            return
        }
        #expect(used.id == grant.id)
        #expect(used.remaining == 0)
        try bench.restart()
        #expect(try bench.tell(again) == .grant(used, isNew: false))
        #expect(try bench.pull(count: 50).isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `that is revoked closes the gate and keeps what was used`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let grant = try bench.grant(5, until: bench.now.wall.adding(hour))
        try bench.submit(count: 20)
        #expect(try bench.pull(count: 12).count == 12)
        let revoke = Command.revokeGrant(grant.id, tenant: "acme")
        guard case .grant(let revoked, _) = try bench.tell(revoke) else {
            Issue.record("the grant was not revoked")
            return
        }
        #expect(revoked.state == .revoked)
        #expect(revoked.remaining == 3)
        #expect(try bench.pull(count: 1).isEmpty)
        #expect(try bench.account().usage == Usage(plan: 10, grant: 2))
        #expect(try bench.tell(revoke) == .grant(revoked, isNew: false))
        try bench.wait(milliseconds: hour)
        #expect(try bench.tell(revoke) == .grant(revoked, isNew: false))
    }

    @Test(arguments: StoreKind.all)
    func `that is over cannot be revoked, and nobody revokes another's`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free", "beta": "free"])
        let grant = try bench.grant(5, until: bench.now.wall.adding(hour))
        #expect(
            try bench.tell(.revokeGrant(grant.id, tenant: "beta")).refusal
                == .grantUnknown(grant.id.description))
        try bench.wait(milliseconds: hour)
        #expect(
            try bench.tell(.revokeGrant(grant.id, tenant: "acme")).refusal
                == .grantOver(grant.id, .expired))
    }

    @Test(arguments: StoreKind.all)
    func `that is revoked before its start never starts`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let start = bench.now.wall.adding(1_000)
        let grant = try bench.grant(5, from: start, until: start.adding(1_000))
        try bench.apply(.revokeGrant(grant.id, tenant: "acme"))
        try bench.wait(milliseconds: 1_000)
        #expect(try bench.account().limit == .units(10))
        try bench.wait(milliseconds: 1_000)
        guard case .grants(let grants, _) = try bench.query(.grantList(tenant: "acme")).rows else {
            throw Unexpected("the query gave no grants")
        }
        #expect(grants.map(\.state) == [.revoked])
    }

    @Test(arguments: StoreKind.all)
    func `is found on some page however many there were`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free", "beta": "free"])
        let given = try (0..<5).map { try bench.grant(1, "gift \($0)") }
        var seen: [GrantID] = []
        var before: GrantID?
        for _ in 0..<3 {
            let page = Query.grantList(tenant: "acme", before: before, limit: 2)
            guard case .grants(let grants, let next) = try bench.query(page).rows else {
                throw Unexpected("the query gave no grants")
            }
            seen += grants.map(\.id)
            before = next
        }
        #expect(seen == given.map(\.id).reversed() && before == nil)
    }

    @Test(arguments: StoreKind.all)
    func `of a deleted tenant ends without a trace in the gate`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free", "beta": "free"])
        try bench.grant(5, until: bench.now.wall.adding(1_000))
        try bench.override(.units(3), until: bench.now.wall.adding(1_000))
        try bench.submit(count: 2)
        try bench.apply(.deleteTenant(tenant: "acme", force: true))
        try bench.wait(milliseconds: 1_000)
        try bench.restart()
        try bench.submit(count: 1, for: "beta")
        #expect(try bench.pull(count: 9).map(\.job.tenant) == ["beta"])
    }

    @Test(arguments: StoreKind.all)
    func `that would end before it starts is refused`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let now = bench.now.wall
        let add = AddGrant(
            tenant: "acme", amount: 1, source: "s", effectiveAt: now.adding(5),
            expiresAt: now.adding(5))
        #expect(try bench.tell(.addGrant(add)).refusal == .grantEndsTooEarly)
        let past = AddGrant(tenant: "acme", amount: 1, source: "s", expiresAt: now)
        #expect(try bench.tell(.addGrant(past)).refusal == .grantEndsTooEarly)
    }

    @Test(arguments: StoreKind.all)
    func `that has ended counts for nobody, though others are ended before it`(
        kind: StoreKind
    ) throws {
        var limits = BatchLimits()
        limits.deadlinesMax = 1
        let bench = try StoreBench(kind, limits: limits, tenants: ["acme": "free"])
        let end = bench.now.wall.adding(1_000)
        for source in ["a", "b", "c"] { try bench.grant(5, source, until: end) }
        try bench.submit(count: 30)
        bench.advance(milliseconds: 1_000)
        #expect(try bench.pull(count: 30).count == 10)
        try bench.drain()
        #expect(try bench.pull(count: 30).isEmpty)
        #expect(try bench.account().usage == Usage(plan: 10))
    }

    /// A grant of 5 that ends in a second, of which nobody takes note then: another's end comes
    /// first, and a batch has time for one.
    private func benchOfLateNote(_ kind: StoreKind) throws -> StoreBench {
        var limits = BatchLimits()
        limits.deadlinesMax = 1
        let bench = try StoreBench(
            kind, limits: limits, tenants: ["acme": "free", "beta": "free"])
        let end = bench.now.wall.adding(1_000)
        let earlier = AddGrant(
            tenant: "beta", amount: 1, source: "s", expiresAt: end.adding(-1))
        _ = try bench.tell(.addGrant(earlier))
        try bench.grant(5, until: end)
        return bench
    }

    @Test(arguments: StoreKind.all)
    func `that has ended admits nothing, and parks what only it would admit once it is noted`(
        kind: StoreKind
    ) throws {
        let bench = try benchOfLateNote(kind)
        let costly = try bench.submit { $0.cost = 12 }
        let jobs = try bench.submit(count: 2)
        bench.advance(milliseconds: 1_000)
        #expect(try bench.pull(count: 1).isEmpty)
        #expect(try bench.blockers(costly).first?.needed == 12)
        try bench.drain()
        #expect(try bench.pull(count: 9).map(\.job.id) == jobs.map(\.id))
    }

    @Test(arguments: StoreKind.all)
    func `gives again when the wall clock goes back over its end before anybody took note`(
        kind: StoreKind
    ) throws {
        let bench = try benchOfLateNote(kind)
        try bench.submit(count: 12)
        bench.jump(milliseconds: 1_000)
        #expect(try bench.pull(count: 12).count == 10)
        bench.jump(milliseconds: -500)
        #expect(try bench.pull(count: 12).count == 2)
        #expect(try bench.account().usage == Usage(plan: 10, grant: 2))
    }

    @Test(arguments: StoreKind.all)
    func `is used up with many others by one charge, each for what it had`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        bench.checksBatches = false
        for number in 0..<60 { try bench.grant(number == 30 ? 3 : 1, "s\(number)") }
        bench.checksBatches = true
        try bench.submit(count: 1) { $0.cost = 42 }
        let leased = try bench.pullOne()
        #expect(try bench.account().usage == Usage(plan: 10, grant: 32))
        #expect(try bench.account().grantLeft == 30)
        #expect(try bench.ledger().count == 32)
        try bench.restart()
        #expect(try bench.account().grantLeft == 30)
        try bench.failToStart(leased.token)
        #expect(try bench.account().grantLeft == 62)
    }
}
