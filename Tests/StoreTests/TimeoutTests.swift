import Core
import Store
import Testing

@Suite struct TimeoutTests {
    private func bench(
        _ kind: StoreKind, timeoutMilliseconds: Int64 = 60_000, attemptsMax: Int = 5
    ) throws -> (StoreBench, JobView) {
        let bench = try StoreBench(kind)
        let job = try bench.submit {
            $0.timeoutMilliseconds = timeoutMilliseconds
            $0.attemptsMax = attemptsMax
            $0.backoff = Backoff(
                growth: .fixed, baseMilliseconds: 7_000, maxMilliseconds: 7_000,
                jitterPermille: 0)
        }
        return (bench, job)
    }

    /// Heartbeats each 20 s, as long as they are taken.
    private func hold(_ bench: StoreBench, _ token: LeaseToken, seconds: Int64) throws {
        var left = seconds * 1_000
        while left > 0 {
            let step = min(left, 20_000)
            try bench.wait(milliseconds: step)
            left -= step
            if left > 0 { try bench.heartbeat(token) }
        }
    }

    @Test(arguments: StoreKind.all)
    func `an attempt that is held too long has failed, heartbeats or not`(
        kind: StoreKind
    ) throws {
        let (bench, job) = try bench(kind)
        let token = try bench.pullOne().token
        try hold(bench, token, seconds: 60)
        let view = try bench.job(job.id)
        #expect(view.state == .scheduled)
        #expect(view.runAt == StoreBench.noon.adding(67_000))
        #expect(view.attempt == 1)
        #expect(view.crashCount == 0)
        #expect(view.error?.errorType == "timeout")
        #expect(try bench.tenant().running == 0)
        #expect(try bench.heartbeat(token) == .lost)
    }

    @Test(arguments: StoreKind.all)
    func `an attempt runs until its last millisecond`(kind: StoreKind) throws {
        let (bench, job) = try bench(kind)
        let token = try bench.pullOne().token
        try hold(bench, token, seconds: 50)
        try bench.heartbeat(token)
        try bench.wait(milliseconds: 9_999)
        #expect(try bench.job(job.id).state == .running)
        #expect(try bench.complete(token) == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `no lease is promised beyond what the job may run`(kind: StoreKind) throws {
        let (bench, _) = try bench(kind)
        let leased = try bench.pullOne(Pull(leaseMilliseconds: 90_000))
        #expect(leased.expiresAt == StoreBench.noon.adding(60_000))
        bench.advance(milliseconds: 10_000)
        let beat = try bench.heartbeat(leased.token, leaseMilliseconds: 3_600_000)
        #expect(beat == .extended(until: StoreBench.noon.adding(60_000)))
    }

    @Test(arguments: StoreKind.all)
    func `what comes too late is refused, and again once somebody else has the job`(
        kind: StoreKind
    ) throws {
        let (bench, job) = try bench(kind)
        let token = try bench.pullOne(Pull(leaseMilliseconds: 60_000)).token
        bench.advance(milliseconds: 60_000)
        #expect(try bench.complete(token) == .leaseExpired)
        #expect(try bench.job(job.id).state == .scheduled)
        #expect(try bench.fail(token) == .leaseExpired)
        #expect(try bench.release(token) == .leaseExpired)
        try bench.wait(milliseconds: 7_000)
        let next = try bench.pullOne()
        #expect(try bench.complete(token) == .leaseLost)
        #expect(try bench.complete(next.token) == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `a heartbeat does not save an attempt that was not swept yet`(kind: StoreKind) throws {
        let (bench, job) = try bench(kind)
        let token = try bench.pullOne(Pull(leaseMilliseconds: 60_000)).token
        bench.advance(milliseconds: 60_000)
        #expect(try bench.heartbeat(token) == .lost)
        #expect(try bench.job(job.id).state == .scheduled)
    }

    @Test(arguments: StoreKind.all)
    func `silence before the time is up is a crash, not a time-out`(kind: StoreKind) throws {
        let (bench, job) = try bench(kind)
        try bench.pull()
        try bench.wait(milliseconds: 90_000)
        let view = try bench.job(job.id)
        #expect(view.state == .ready)
        #expect(view.crashCount == 1)
    }

    @Test(arguments: StoreKind.all)
    func `time-outs use attempts up, and are no crash loop`(kind: StoreKind) throws {
        let (bench, job) = try bench(kind, timeoutMilliseconds: 5_000, attemptsMax: 6)
        for attempt in 1...6 {
            try bench.pull()
            try bench.wait(milliseconds: 5_000)
            #expect(try bench.job(job.id).attempt == attempt)
            try bench.wait(milliseconds: 7_000)
        }
        let view = try bench.job(job.id)
        #expect(view.state == .dead)
        #expect(view.crashCount == 0)
        #expect(view.error?.errorType == "timeout")
        #expect(bench.endedJobs == [job.id])
        #expect(try bench.usage() == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a canceled job that runs too long is canceled, and gives nothing back`(
        kind: StoreKind
    ) throws {
        let (bench, job) = try bench(kind)
        let token = try bench.pullOne().token
        try bench.apply(.cancelJob(job.id, tenant: nil))
        try hold(bench, token, seconds: 60)
        #expect(try bench.job(job.id).state == .canceled)
        #expect(bench.endedJobs == [job.id])
        #expect(try bench.usage() == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a server that was held up does not take the time from its workers`(
        kind: StoreKind
    ) throws {
        let (bench, job) = try bench(kind)
        let token = try bench.pullOne(Pull(leaseMilliseconds: 60_000)).token
        bench.advance(milliseconds: 62_000)
        try bench.apply([], lateMilliseconds: 5_000)
        #expect(try bench.job(job.id).state == .running)
        #expect(try bench.complete(token) == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `attempts are measured by the steady clock`(kind: StoreKind) throws {
        let (bench, job) = try bench(kind)
        let token = try bench.pullOne(Pull(leaseMilliseconds: 60_000)).token
        bench.jump(milliseconds: 3_600_000)
        try bench.apply()
        #expect(try bench.job(job.id).state == .running)
        bench.jump(milliseconds: -7_200_000)
        bench.advance(milliseconds: 59_999)
        #expect(try bench.complete(token) == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `after a restart the time goes on with the longest grace, and no lease is lost by it`(
        kind: StoreKind
    ) throws {
        let (bench, job) = try bench(kind)
        let token = try bench.pullOne().token
        bench.advance(milliseconds: 15_000)
        try bench.restart()
        try hold(bench, token, seconds: 59)
        #expect(try bench.job(job.id).state == .running)
        try bench.wait(milliseconds: 1_000)
        #expect(try bench.job(job.id).state == .scheduled)
        let other = try bench.submit { $0.timeoutMilliseconds = 60_000 }
        try bench.pull()
        bench.advance(milliseconds: 500_000)
        try bench.restart()
        try bench.wait(milliseconds: 29_999)
        #expect(try bench.job(other.id).state == .running)
        try bench.wait(milliseconds: 1)
        #expect(try bench.job(other.id).error?.errorType == "timeout")
    }

    @Test(arguments: StoreKind.all)
    func `a worker that ends overdue attempts itself has the time for it that it asked for`(
        kind: StoreKind
    ) throws {
        let (bench, job) = try bench(kind)
        var pull = Pull(leaseMilliseconds: 90_000)
        pull.timeoutGraceMilliseconds = 10_000
        let leased = try bench.pullOne(pull)
        #expect(leased.expiresAt == StoreBench.noon.adding(70_000))
        try hold(bench, leased.token, seconds: 69)
        try bench.heartbeat(leased.token)
        #expect(try bench.job(job.id).state == .running)
        try bench.wait(milliseconds: 1_000)
        #expect(try bench.job(job.id).error?.errorType == "timeout")
    }

    @Test(arguments: StoreKind.all)
    func `the server's own runner ends its programs itself, and has the time for it`(
        kind: StoreKind
    ) throws {
        let (bench, job) = try bench(kind)
        let token = try bench.pullForRunner().token
        try hold(bench, token, seconds: 74)
        try bench.heartbeat(token)
        #expect(try bench.job(job.id).state == .running)
        try bench.wait(milliseconds: 1_000)
        #expect(try bench.job(job.id).error?.errorType == "timeout")
        #expect(Limits.runnerTimeoutGraceMilliseconds == 15_000)
    }
}
