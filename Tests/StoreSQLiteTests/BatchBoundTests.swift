import Core
import Store
import StoreSQLite
import Testing

@Suite struct `What one batch may do` {
    private func tiny() throws -> FileBench {
        let bench = try FileBench(limits: .tiny)
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "enterprise")))
        return bench
    }

    /// Runs empty batches until nothing is left to do; how many there were, and their answers.
    private func finish(_ bench: FileBench) throws -> (batches: Int, answers: [Answer]) {
        var batches = 0
        var answers: [Answer] = []
        var hasMore = true
        while hasMore {
            let outcome = try bench.engine.apply([], at: bench.now, lateMilliseconds: 0)
            batches += 1
            answers += outcome.answers
            hasMore = outcome.hasMore
            if let fault = try bench.engine.memoryFault() { Issue.record("\(fault)") }
        }
        return (batches, answers)
    }

    @Test func `a pull that meets many expired jobs looks at a few a batch`() throws {
        let bench = try tiny()
        var spec = JobSpec(kind: "work")
        spec.expiresInMilliseconds = 1_000
        try bench.run(.enqueue(Enqueue(tenant: "acme", jobs: Array(repeating: spec, count: 20))))
        _ = try bench.submit("acme", count: 1)
        bench.advance(milliseconds: 2_000)
        let pull = Envelope(
            id: EnvelopeID(rawValue: 99),
            command: .pull(Pull(queues: ["default"], jobsMax: 1, waits: false)))
        let outcome = try bench.engine.apply([pull], at: bench.now, lateMilliseconds: 0)
        #expect(outcome.answers.isEmpty, "an answer now would say that there is no work")
        #expect(outcome.hasMore)
        let (batches, answers) = try finish(bench)
        #expect(batches >= 3)
        guard case .leased(let jobs) = answers.first?.reply else {
            Issue.record("the pull was never answered")
            return
        }
        #expect(jobs.count == 1)
    }

    @Test func `a parked pull is served though its batch had done its share`() throws {
        let bench = try tiny()
        let pulls = (0..<5).map { number in
            Envelope(
                id: EnvelopeID(rawValue: 100 + UInt64(number)),
                command: .pull(Pull(queues: ["default"], jobsMax: 1, waits: true)))
        }
        _ = try bench.engine.apply(pulls, at: bench.now, lateMilliseconds: 0)
        let spec = JobSpec(kind: "work")
        let submit = Envelope(
            id: EnvelopeID(rawValue: 200),
            command: .enqueue(Enqueue(tenant: "acme", jobs: Array(repeating: spec, count: 5))))
        let outcome = try bench.engine.apply([submit], at: bench.now, lateMilliseconds: 0)
        #expect(outcome.answers.count == 4, "the submit and three pulls")
        #expect(try finish(bench).answers.count == 2)
    }

    @Test func `a deleted tenant's jobs are canceled in slices, and only once`() throws {
        let bench = try tiny()
        for kind in ["a", "b", "c"] { _ = try bench.submit("acme", count: 4, kind: kind) }
        try bench.run(.deleteTenant(tenant: "acme", force: false))
        #expect(try finish(bench).batches > 4)
        guard case .jobPage(let page, _) = try bench.query(.jobList(JobFilter())) else {
            Issue.record("no page")
            return
        }
        #expect(page.count == 12)
        #expect(page.allSatisfy { $0.state == .canceled })
        // A restart has nothing to do for a tenant that has nothing left.
        try bench.engine.recover(at: bench.now)
        #expect(try bench.engine.apply([], at: bench.now, lateMilliseconds: 0).hasMore == false)
    }

    @Test func `many jobs due at once do not hold back what expires`() throws {
        let bench = try tiny()
        var later = JobSpec(kind: "later")
        later.start = .after(milliseconds: 1_000)
        var short = JobSpec(kind: "short")
        short.expiresInMilliseconds = 500
        try bench.run(
            .enqueue(Enqueue(tenant: "acme", jobs: Array(repeating: later, count: 30))),
            .enqueue(Enqueue(tenant: "acme", jobs: [short])))
        bench.advance(milliseconds: 2_000)
        let outcome = try bench.engine.apply([], at: bench.now, lateMilliseconds: 0)
        #expect(outcome.endedJobs.count == 1)
        #expect(outcome.hasMore)
    }

    @Test func `keys from a time that the clock left do not keep others`() throws {
        let bench = try FileBench(limits: .tiny)
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "pro")))
        let submit = Command.enqueue(Enqueue(tenant: "acme", jobs: [JobSpec(kind: "a")]))
        let month: Int64 = 30 * 86_400_000
        bench.jump(milliseconds: month)
        for number in 1...5 { try bench.run(submit, key: "ahead-\(number)") }
        bench.jump(milliseconds: -month)
        for number in 1...5 { try bench.run(submit, key: "now-\(number)") }
        bench.advance(milliseconds: 3 * 86_400_000)
        for _ in 1...4 { try bench.run() }
        for number in 1...5 {
            #expect(try bench.engine.remembers(scope: "acme", key: "ahead-\(number)"))
            #expect(try !bench.engine.remembers(scope: "acme", key: "now-\(number)"))
        }
    }
}
