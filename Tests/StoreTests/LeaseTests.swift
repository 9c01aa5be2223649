import Core
import Store
import Testing

@Suite struct LeaseTests {
    /// The verbs that end an attempt.
    enum Verb: CaseIterable {
        case complete
        case fail
        case release
    }

    private func tell(
        _ verb: Verb, _ token: LeaseToken, _ bench: StoreBench
    ) throws -> LeaseOutcome {
        switch verb {
        case .complete: try bench.complete(token)
        case .fail: try bench.fail(token, .after(milliseconds: 3_600_000))
        case .release: try bench.release(token, delayMilliseconds: 3_600_000)
        }
    }

    private func bench(_ kind: StoreKind) throws -> (StoreBench, JobView, LeaseToken) {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        return (bench, job, try bench.pullOne().token)
    }

    // MARK: Whose lease it is

    @Test(arguments: StoreKind.all, [Reach(tenants: ["beta"]), Reach(queues: ["mail"])])
    func `a lease outside the caller's reach is one that never was, open or ended`(
        kind: StoreKind, reach: Reach
    ) throws {
        let (bench, job, token) = try bench(kind)
        func tellAll() throws -> [Reply?] {
            try bench.apply(
                [
                    .complete([Completion(token: token)]), .fail([Failure(token: token)]),
                    .release(Release(tokens: [token])),
                    .heartbeat(Heartbeat(tokens: [token])),
                ].map { bench.envelope($0, reach: reach) })
        }
        let lost = Reply.leaseOutcomes([.stale(.leaseLost)])
        #expect(try tellAll() == [lost, lost, lost, .heartbeats([.lost])])
        #expect(try bench.job(job.id).state == .running)
        let within = bench.envelope(
            .complete([Completion(token: token)]),
            reach: Reach(tenants: ["beta", "acme"], queues: ["mail", "default"]))
        #expect(try bench.apply([within]) == [.leaseOutcomes([.ended(.succeeded, runAt: nil)])])
        #expect(try tellAll() == [lost, lost, lost, .heartbeats([.lost])])
    }

    // MARK: Every state of a token, every verb

    @Test(arguments: StoreKind.all, Verb.allCases)
    func `an attempt ends by the first verb; again it is told the same, by another not`(
        kind: StoreKind, first: Verb
    ) throws {
        for second in Verb.allCases {
            let (bench, job, token) = try bench(kind)
            let outcome = try tell(first, token, bench)
            let later = bench.now.wall.adding(3_600_000)
            #expect(
                outcome == (first == .complete ? .succeeded : .ended(.scheduled, runAt: later)))
            bench.advance(milliseconds: 60_000)
            if first == second {
                #expect(try tell(second, token, bench) == outcome)
            } else {
                #expect(try tell(second, token, bench) == .alreadyFinished)
            }
            #expect(try bench.job(job.id).state == (first == .complete ? .succeeded : .scheduled))
            #expect(try bench.heartbeat(token) == .lost)
        }
    }

    @Test(arguments: StoreKind.all, Verb.allCases)
    func `a token that nobody was given is lost`(kind: StoreKind, verb: Verb) throws {
        let (bench, job, token) = try bench(kind)
        let wrong = LeaseToken(attempt: token.attempt, secret: token.secret ^ 1)
        let unknown = LeaseToken(attempt: AttemptID(rawValue: 7), secret: token.secret)
        #expect(try tell(verb, wrong, bench) == .leaseLost)
        #expect(try tell(verb, unknown, bench) == .leaseLost)
        #expect(try bench.job(job.id).state == .running)
        #expect(try tell(verb, token, bench) != .leaseLost)
        #expect(try tell(verb, wrong, bench) == .leaseLost)
    }

    @Test(arguments: StoreKind.all, Verb.allCases)
    func `a token is too late at its very deadline and good just before`(
        kind: StoreKind, verb: Verb
    ) throws {
        let (bench, job, token) = try bench(kind)
        bench.advance(milliseconds: 30_000)
        #expect(try tell(verb, token, bench) == .leaseExpired)
        #expect(try bench.job(job.id).state == .ready)
        let (other, _, good) = try self.bench(kind)
        other.advance(milliseconds: 29_999)
        guard case .ended = try tell(verb, good, other) else {
            throw Unexpected("a good token was refused")
        }
    }

    @Test(arguments: StoreKind.all, Verb.allCases)
    func `a swept token has expired until a newer attempt has the job`(
        kind: StoreKind, verb: Verb
    ) throws {
        let (bench, job, token) = try bench(kind)
        try bench.wait(milliseconds: 31_000)
        #expect(try tell(verb, token, bench) == .leaseExpired)
        #expect(try bench.job(job.id).state == .ready)
        let newer = try bench.pullOne()
        #expect(newer.job.id == job.id)
        #expect(try tell(verb, token, bench) == .leaseLost)
        #expect(try bench.complete(newer.token) == .succeeded)
        #expect(try tell(verb, token, bench) == .leaseLost)
    }

    @Test(arguments: StoreKind.all, Verb.allCases)
    func `a token that was never delivered is lost`(kind: StoreKind, verb: Verb) throws {
        let (bench, job, token) = try bench(kind)
        try bench.apply(.undelivered([token]))
        #expect(try tell(verb, token, bench) == .leaseLost)
        #expect(try bench.job(job.id).state == .ready)
    }

    @Test(arguments: StoreKind.all, Verb.allCases)
    func `what a token was told survives a restart`(kind: StoreKind, verb: Verb) throws {
        let (bench, _, token) = try bench(kind)
        let outcome = try tell(verb, token, bench)
        try bench.restart()
        #expect(try tell(verb, token, bench) == outcome)
        for other in Verb.allCases where other != verb {
            #expect(try tell(other, token, bench) == .alreadyFinished)
        }
    }

    @Test(arguments: StoreKind.all)
    func `a repeat is told the first outcome although the job has moved on`(
        kind: StoreKind
    ) throws {
        let (bench, job, token) = try bench(kind)
        let outcome = try bench.fail(token, .after(milliseconds: 1_000))
        #expect(outcome == .ended(.scheduled, runAt: StoreBench.noon.adding(1_000)))
        try bench.wait(milliseconds: 1_000)
        try bench.complete(bench.pullOne().token)
        #expect(try bench.fail(token, .never) == outcome)
        #expect(try bench.job(job.id).state == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `the first result and the first error win`(kind: StoreKind) throws {
        let (bench, job, token) = try bench(kind)
        try bench.complete(token, result: "1")
        #expect(try bench.complete(token, result: "2") == .succeeded)
        #expect(try bench.job(job.id).result?.text == "1")
        let second = try bench.submit()
        let failing = try bench.pullOne().token
        try bench.fail(failing, error: #"{"type":"A"}"#, .never)
        #expect(try bench.fail(failing, error: #"{"type":"B"}"#, .never) == .dead)
        #expect(try bench.job(second.id).error?.text == #"{"type":"A"}"#)
    }

    @Test(arguments: StoreKind.all)
    func `the same token twice in a command sees its own effect`(kind: StoreKind) throws {
        let (bench, job, token) = try bench(kind)
        let items = [
            Completion(token: token, result: [49]), Completion(token: token, result: [50]),
        ]
        let outcomes = try bench.tell(.complete(items)).leaseOutcomes
        #expect(outcomes == [.succeeded, .succeeded])
        #expect(try bench.job(job.id).result == [49])
    }

    @Test(arguments: StoreKind.all)
    func `one stale token does not spoil the others`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 3)
        let tokens = try bench.pull(count: 3).map(\.token)
        try bench.release(tokens[1], delayMilliseconds: 5_000)
        let items = tokens.map { Completion(token: $0) }
        #expect(
            try bench.tell(.complete(items)).leaseOutcomes
                == [.succeeded, .alreadyFinished, .succeeded])
        #expect(try bench.states(jobs) == [.succeeded, .scheduled, .succeeded])
    }
}
