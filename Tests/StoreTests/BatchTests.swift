import Core
import Store
import Testing

@Suite struct BatchTests {
    private let one = Command.enqueue(Enqueue(tenant: "acme", jobs: [JobSpec(kind: "work")]))

    @Test(arguments: StoreKind.all)
    func `commits are numbered one by one`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let commits = try (0..<3).map { _ in
            try bench.store.apply([], at: bench.now, lateMilliseconds: 0).commit
        }
        #expect(commits == [commits[0], commits[0] + 1, commits[0] + 2])
    }

    @Test(arguments: StoreKind.all)
    func `every command of a batch is answered under its number`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let batch = [
            one, .readTenant("acme"), .pull(Pull()), .heartbeat(Heartbeat(tokens: [])),
            .complete([]), .fail([]), .release(Release(tokens: [])), .undelivered([]),
            .endPull(EnvelopeID(rawValue: 0)), .readTenant("ghost"),
        ].map { bench.envelope($0) }
        let replies = try bench.apply(batch)
        #expect(replies.allSatisfy { $0 != nil })
        #expect(replies[9]?.refusal == .tenantUnknown("ghost"))
    }

    @Test(arguments: StoreKind.all)
    func `a command sees what those before it did`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: [:])
        let replies = try bench.apply(
            .createTenant(CreateTenant(id: "acme", plan: "free")), one,
            .setManual(tenant: "acme", .suspended), one, .readTenant("acme"),
            .deleteTenant(tenant: "acme", force: false), one)
        #expect(replies[1]?.refusal == nil)
        #expect(
            replies[3]?.refusal
                == .tenantSuspended("acme", [Hold(reason: .tenantSuspended, cause: .manual)]))
        #expect(try replies[4]?.tenant.waiting == 1)
        #expect(replies[6]?.refusal == .tenantUnknown("acme"))
    }

    @Test(arguments: StoreKind.all)
    func `a refused command leaves the others of its batch alone`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let ghost = Command.enqueue(Enqueue(tenant: "ghost", jobs: [JobSpec(kind: "work")]))
        let replies = try bench.apply(one, ghost, one)
        #expect(replies[1]?.refusal == .tenantUnknown("ghost"))
        #expect(try bench.tenant().waiting == 2)
    }

    @Test(arguments: StoreKind.all)
    func `a job can be submitted, started and done in three batches, each told once`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        #expect(bench.endedJobs.isEmpty)
        let leased = try bench.pullOne()
        #expect(bench.endedJobs.isEmpty)
        try bench.complete(leased.token)
        try bench.drain()
        #expect(bench.endedJobs == [job.id])
        try bench.complete(leased.token)
        #expect(bench.endedJobs == [job.id])
    }

    @Test(arguments: StoreKind.all)
    func `a job that is done gives way to the next in the same batch`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let first = try bench.submit()
        let leased = try bench.pullOne()
        let pull = bench.envelope(.pull(Pull(jobsMax: 5)))
        try bench.apply([
            pull, bench.envelope(.complete([Completion(token: leased.token)])),
            bench.envelope(one),
        ])
        let next = try #require(try bench.leased(pull)?.first)
        #expect(next.job.id > first.id)
        #expect(bench.endedJobs == [first.id])
    }

    @Test(arguments: StoreKind.all)
    func `very many claims are all made, however many batches it takes`(
        kind: StoreKind
    ) throws {
        var limits = BatchLimits()
        limits.claimsMax = 100
        let bench = try StoreBench(kind, limits: limits)
        try bench.submit(count: 300)
        let pulls = (0..<3).map { _ in bench.envelope(.pull(Pull(jobsMax: 100, waits: true))) }
        try bench.apply(pulls)
        try bench.drain()
        let taken = try pulls.flatMap { try bench.leased($0) ?? [] }
        #expect(Set(taken.map(\.job.id)).count == 300)
        #expect(try bench.usage() == 300)
    }

    @Test(arguments: StoreKind.all)
    func `equal seeds and equal batches give equal answers`(kind: StoreKind) throws {
        func run() throws -> [String] {
            let bench = try StoreBench(kind, seed: 7)
            let jobs = try bench.submit(count: 3)
            let leased = try bench.pull(count: 3)
            let outcomes = try leased.map { try bench.fail($0.token) }
            return jobs.map { "\($0)" } + leased.map { "\($0)" } + outcomes.map { "\($0)" }
        }
        #expect(try run() == run())
    }

    @Test(arguments: StoreKind.all)
    func `pulls are served before chores, and what waits again after them`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.start = .after(milliseconds: 1_000) }
        bench.advance(milliseconds: 1_000)
        let hasty = bench.envelope(.pull(Pull()))
        let patient = bench.envelope(.pull(Pull(waits: true)))
        try bench.apply([hasty, patient])
        #expect(try bench.leased(hasty)?.count == 0)
        #expect(try bench.leased(patient)?.map(\.job.id) == [job.id])
    }
}
