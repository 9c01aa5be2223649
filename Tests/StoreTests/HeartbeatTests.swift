import Core
import Store
import Testing

@Suite struct HeartbeatTests {
    private func bench(_ kind: StoreKind) throws -> (StoreBench, JobView, LeaseToken) {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        return (bench, job, try bench.pullOne().token)
    }

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
    func `the length that counts is the one that was granted, not the usual one`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        _ = try bench.submit()
        let token = try bench.pullOne(Pull(leaseMilliseconds: 12_000)).token
        bench.advance(milliseconds: 11_000)
        #expect(
            try bench.heartbeat(token) == .extended(until: StoreBench.noon.adding(23_000)))
        try bench.restart()
        try bench.wait(milliseconds: 11_999)
        #expect(try bench.complete(token) == .succeeded)
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
    func `no lease ends that was open when a heartbeat came that stands in line`(
        kind: StoreKind
    ) throws {
        let (bench, job, token) = try bench(kind)
        let deadline = bench.now.steadyMilliseconds + 30_000
        bench.advance(milliseconds: 30_500)
        _ = try bench.store.apply(
            [], at: bench.now, lateMilliseconds: 0, heartbeatsWaitSince: deadline - 1)
        #expect(try bench.job(job.id).state == .running)
        #expect(try bench.heartbeat(token) == .extended(until: bench.now.wall.adding(30_000)))
        bench.advance(milliseconds: 30_500)
        _ = try bench.store.apply(
            [], at: bench.now, lateMilliseconds: 0,
            heartbeatsWaitSince: bench.now.steadyMilliseconds - 500)
        #expect(try bench.job(job.id).state == .ready)
    }

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
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.timeoutMilliseconds = 3_600_000 }
        let token = try bench.pullOne().token
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
