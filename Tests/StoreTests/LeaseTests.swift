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

    // MARK: Heartbeats

    @Test(arguments: StoreKind.all)
    func `a heartbeat extends the lease by its own length`(kind: StoreKind) throws {
        let (bench, job, token) = try bench(kind)
        bench.advance(milliseconds: 20_000)
        #expect(
            try bench.heartbeat(token) == .extended(until: StoreBench.noon.adding(50_000)))
        try bench.wait(milliseconds: 29_999)
        #expect(try bench.job(job.id).state == .running)
        try bench.wait(milliseconds: 1)
        #expect(try bench.job(job.id).state == .ready)
    }

    @Test(arguments: StoreKind.all)
    func `a heartbeat may ask for another length`(kind: StoreKind) throws {
        let (bench, job, token) = try bench(kind)
        #expect(
            try bench.heartbeat(token, leaseMilliseconds: 5_000)
                == .extended(until: StoreBench.noon.adding(5_000)))
        try bench.wait(milliseconds: 4_999)
        #expect(try bench.job(job.id).state == .running)
        try bench.wait(milliseconds: 1)
        #expect(try bench.job(job.id).state == .ready)
    }

    @Test(arguments: StoreKind.all)
    func `the length that was granted comes back with the next heartbeat`(
        kind: StoreKind
    ) throws {
        let (bench, _, token) = try bench(kind)
        try bench.heartbeat(token, leaseMilliseconds: 300_000)
        bench.advance(milliseconds: 1_000)
        #expect(
            try bench.heartbeat(token) == .extended(until: StoreBench.noon.adding(31_000)))
    }

    @Test(arguments: StoreKind.all)
    func `a late heartbeat saves a lease that was not swept yet`(kind: StoreKind) throws {
        let (bench, job, token) = try bench(kind)
        bench.advance(milliseconds: 45_000)
        #expect(
            try bench.heartbeat(token) == .extended(until: StoreBench.noon.adding(75_000)))
        #expect(try bench.job(job.id).state == .running)
        #expect(try bench.complete(token) == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `heartbeats come before everything else of their batch`(kind: StoreKind) throws {
        let (bench, _, token) = try bench(kind)
        bench.advance(milliseconds: 45_000)
        let replies = try bench.apply(
            .complete([Completion(token: token)]), .heartbeat(Heartbeat(tokens: [token])))
        #expect(try replies[0]?.leaseOutcome == .succeeded)
        #expect(
            try replies[1]?.heartbeatOutcomes
                == [.extended(until: StoreBench.noon.adding(75_000))])
    }

    @Test(arguments: StoreKind.all)
    func `a heartbeat with a wrong secret or of a swept lease is lost`(
        kind: StoreKind
    ) throws {
        let (bench, _, token) = try bench(kind)
        let wrong = LeaseToken(attempt: token.attempt, secret: token.secret ^ 1)
        #expect(try bench.heartbeat(wrong) == .lost)
        try bench.wait(milliseconds: 30_000)
        #expect(try bench.heartbeat(token) == .lost)
    }

    @Test(arguments: StoreKind.all)
    func `one heartbeat tells of each of its leases`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 3)
        let tokens = try bench.pull(count: 3).map(\.token)
        try bench.apply(.cancelJob(jobs[1].id, tenant: nil))
        try bench.complete(tokens[2])
        let until = StoreBench.noon.adding(60_000)
        let beat = Heartbeat(tokens: tokens, leaseMilliseconds: 60_000)
        #expect(
            try bench.tell(.heartbeat(beat)).heartbeatOutcomes
                == [.extended(until: until), .cancel(until: until), .lost])
    }

    // MARK: Time that is nobody's fault

    @Test(arguments: StoreKind.all)
    func `a batch that starts late moves the leases by its delay`(kind: StoreKind) throws {
        let (bench, job, token) = try bench(kind)
        bench.advance(milliseconds: 31_000)
        try bench.apply([], lateMilliseconds: 5_000)
        #expect(try bench.job(job.id).state == .running)
        bench.advance(milliseconds: 3_999)
        #expect(try bench.complete(token) == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `a delay of a second is not late`(kind: StoreKind) throws {
        let (bench, job, _) = try bench(kind)
        bench.advance(milliseconds: 30_000)
        try bench.apply([], lateMilliseconds: 1_000)
        #expect(try bench.job(job.id).state == .ready)
    }

    @Test(arguments: StoreKind.all)
    func `leases live by the steady clock`(kind: StoreKind) throws {
        let (bench, job, token) = try bench(kind)
        bench.jump(milliseconds: 3_600_000)
        try bench.apply()
        #expect(try bench.job(job.id).state == .running)
        bench.jump(milliseconds: -7_200_000)
        bench.advance(milliseconds: 29_000)
        #expect(try bench.complete(token) == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `after a restart a lease has its whole length again`(kind: StoreKind) throws {
        let (bench, job, token) = try bench(kind)
        bench.advance(milliseconds: 100_000)
        try bench.restart()
        try bench.wait(milliseconds: 29_999)
        #expect(try bench.job(job.id).state == .running)
        #expect(try bench.complete(token) == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `a restart does not shorten a lease that was extended`(kind: StoreKind) throws {
        let (bench, job, token) = try bench(kind)
        try bench.heartbeat(token, leaseMilliseconds: 600_000)
        try bench.restart()
        try bench.wait(milliseconds: 599_999)
        #expect(try bench.job(job.id).state == .running)
        try bench.wait(milliseconds: 1)
        #expect(try bench.job(job.id).state == .ready)
    }

    @Test(arguments: StoreKind.all)
    func `the store says when the next lease ends`(kind: StoreKind) throws {
        let (bench, job, _) = try bench(kind)
        try bench.drain()
        let deadline = try #require(bench.store.nextDeadlineSteadyMilliseconds(at: bench.now))
        #expect(deadline == bench.now.steadyMilliseconds + 30_000)
        try bench.wait(milliseconds: deadline - bench.now.steadyMilliseconds)
        #expect(try bench.job(job.id).state == .ready)
    }
}
