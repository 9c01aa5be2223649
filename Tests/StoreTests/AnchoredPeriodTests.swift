import Core
import Store
import Testing

@Suite struct `Anchored periods` {
    private static let plans = [
        plan("free", rank: 0, limit: 2), plan("pro", rank: 1, limit: 3) { $0.period = .anchored },
    ]

    private func time(_ text: String) -> Timestamp { Timestamp(rfc3339: "\(text)T00:00:00Z")! }

    /// The name of the period that the next job is charged to.
    private func charge(_ bench: StoreBench) throws -> String? {
        _ = try bench.submit()
        let leased = try bench.pullOne()
        try bench.complete(leased.token)
        return leased.job.chargedPeriod?.description
    }

    private func resetsAt(_ bench: StoreBench) throws -> Timestamp? {
        try bench.quota(after: .readTenant("acme"))?.resetsAt
    }

    @Test(arguments: StoreKind.all)
    func `go from the 31st to the 30th and back to the 31st`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.plans, tenants: [:])
        bench.advance(to: time("2027-03-31").adding(1_000))
        try bench.drain()
        try bench.apply(.createTenant(CreateTenant(id: "acme", plan: "pro")))
        #expect(try charge(bench) == "2027-03-31")
        #expect(try resetsAt(bench) == time("2027-04-30"))
        bench.advance(to: time("2027-04-30").adding(-1))
        #expect(try charge(bench) == "2027-03-31")
        bench.advance(to: time("2027-04-30"))
        #expect(try charge(bench) == "2027-04-30")
        #expect(try resetsAt(bench) == time("2027-05-31"))
        #expect(try bench.usage() == 1)
        bench.advance(to: time("2027-05-30"))
        #expect(try charge(bench) == "2027-04-30")
        bench.advance(to: time("2027-05-31"))
        #expect(try charge(bench) == "2027-05-31")
        #expect(try bench.usageView().history.map(\.usage.total) == [2, 2])
    }

    @Test(arguments: StoreKind.all)
    func `open the gate on the tenant's own day and not on the first`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.plans, tenants: ["acme": "pro"])
        let jobs = try bench.submit(count: 5)
        for leased in try bench.pull(count: 9) { try bench.complete(leased.token) }
        #expect(try bench.job(jobs[3].id).hold?.resumesAt == time("2026-12-16"))
        let ticket = try bench.park(Pull(jobsMax: 9, waits: true))
        bench.advance(to: time("2026-12-01").adding(1))
        try bench.drain()
        #expect(try bench.leased(ticket) == nil)
        bench.advance(to: time("2026-12-16"))
        try bench.drain()
        #expect(try bench.leased(ticket)?.map(\.job.id) == jobs[3...].map(\.id))
    }

    @Test(arguments: StoreKind.all)
    func `begin and end where no day is in two of them`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.plans, tenants: ["acme": "free"])
        try bench.update { $0.period = .anchored }
        #expect(try charge(bench) == "2026-11")
        #expect(try resetsAt(bench) == time("2026-12-16"))
        bench.advance(to: time("2026-12-01"))
        #expect(try charge(bench) == "2026-11")
        #expect(try bench.usage() == 2)
        #expect(try resetsAt(bench) == time("2026-12-16"))
        try bench.restart()
        bench.advance(to: time("2026-12-16"))
        #expect(try charge(bench) == "2026-12-16")
        #expect(try resetsAt(bench) == time("2027-01-16"))

        try bench.update { $0.period = .calendar }
        bench.advance(to: time("2027-01-02"))
        #expect(try charge(bench) == "2026-12-16")
        #expect(try resetsAt(bench) == time("2027-02-01"))
        bench.advance(to: time("2027-01-16"))
        _ = try bench.submit()
        #expect(try bench.pull(count: 1).isEmpty, "its quota is used up, and goes on")
        bench.advance(to: time("2027-02-01"))
        #expect(try charge(bench) == "2027-02")
        #expect(try resetsAt(bench) == time("2027-03-01"))
    }

    @Test(arguments: StoreKind.all)
    func `follow the plan, and turning back and forth refills nothing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, plans: Self.plans, tenants: ["acme": "free"])
        try bench.submit(count: 9)
        #expect(try bench.pull(count: 9).count == 2)
        for _ in 0..<3 {
            try bench.update(plan: "pro")
            try bench.update(plan: "free")
            try bench.update { $0.period = .anchored }
            try bench.update { $0.period = .calendar }
        }
        #expect(try bench.pull(count: 9).isEmpty)
        #expect(try bench.usage() == 2)
        #expect(try resetsAt(bench) == time("2026-12-01"))
    }
}
