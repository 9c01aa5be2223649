import Core
import Store
import Testing

@Suite struct AttemptTests {
    @Test(arguments: StoreKind.all)
    func `a completed job keeps its result and forgets its errors`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        try bench.fail(bench.pullOne().token, error: #"{"type":"A"}"#, .after(milliseconds: 0))
        try bench.drain()
        #expect(try bench.job(job.id).error?.text == #"{"type":"A"}"#)
        let second = try bench.pullOne()
        bench.advance(milliseconds: 20)
        try bench.complete(second.token, result: #"{"ok":true}"#)
        let view = try bench.job(job.id)
        #expect(view.state == .succeeded)
        #expect(view.result?.text == #"{"ok":true}"#)
        #expect(view.error == nil)
        #expect(view.attempt == 2)
        #expect(view.startedAt == StoreBench.noon)
        #expect(view.finishedAt == StoreBench.noon.adding(20))
        #expect(bench.endedJobs == [job.id])
    }

    @Test(arguments: StoreKind.all)
    func `a result is free`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        try bench.complete(bench.pullOne().token)
        #expect(try bench.job(job.id).result == nil)
    }

    // MARK: Failures

    @Test(arguments: StoreKind.all)
    func `a failed job waits as long as its worker said`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let time = StoreBench.noon.adding(5_000)
        let outcome = try bench.fail(
            bench.pullOne().token, error: #"{"type":"A"}"#, .after(milliseconds: 5_000))
        #expect(outcome == .ended(.scheduled, runAt: time))
        let view = try bench.job(job.id)
        #expect(view.state == .scheduled)
        #expect(view.runAt == time)
        #expect(view.error?.text == #"{"type":"A"}"#)
        #expect(view.attempt == 1)
        #expect(view.finishedAt == nil)
        try bench.wait(milliseconds: 4_999)
        #expect(try bench.pull().isEmpty)
        try bench.wait(milliseconds: 1)
        #expect(try bench.pullOne().job.attempt == 2)
    }

    @Test(arguments: StoreKind.all)
    func `a retry at once starts in the same batch`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let leased = try bench.pullOne()
        let ticket = try bench.park()
        let outcome = try bench.fail(leased.token, .after(milliseconds: 0))
        #expect(outcome == .ended(.scheduled, runAt: StoreBench.noon))
        #expect(try bench.leased(ticket)?.map(\.job.id) == [job.id])
    }

    @Test(arguments: StoreKind.all)
    func `a worker may say that there is no use in trying again`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        #expect(
            try bench.fail(bench.pullOne().token, error: #"{"type":"Fatal"}"#, .never) == .dead)
        let view = try bench.job(job.id)
        #expect(view.state == .dead)
        #expect(view.attempt == 1)
        #expect(view.error?.text == #"{"type":"Fatal"}"#)
        #expect(view.finishedAt == StoreBench.noon)
        #expect(bench.endedJobs == [job.id])
    }

    @Test(arguments: StoreKind.all, [false, true])
    func `a job dies with its last attempt and keeps what that said`(
        kind: StoreKind, byPolicy: Bool
    ) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.attemptsMax = 3 }
        for attempt in 1...3 {
            let leased = try bench.pullOne()
            #expect(leased.job.attempt == attempt)
            let outcome = try bench.fail(
                leased.token, error: #"{"type":"E\#(attempt)"}"#,
                byPolicy ? .byPolicy : .after(milliseconds: 0))
            if attempt == 3 { #expect(outcome == .dead) }
            try bench.wait(milliseconds: 3_600_000)
        }
        let view = try bench.job(job.id)
        #expect(view.state == .dead)
        #expect(view.attempt == 3)
        #expect(view.error?.text == #"{"type":"E3"}"#)
        #expect(try bench.usage() == 1)
    }

    @Test(arguments: StoreKind.all)
    func `delays grow by the policy, within its jitter and its maximum`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        _ = try bench.submit {
            $0.attemptsMax = 8
            $0.backoff = Backoff(
                growth: .exponential, baseMilliseconds: 1_000, maxMilliseconds: 20_000,
                jitterPermille: 200)
        }
        for nominal: Int64 in [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000] {
            let before = bench.now.wall
            guard
                case .ended(.scheduled, let runAt?) = try bench.fail(bench.pullOne().token)
            else { throw Unexpected("the job was not scheduled") }
            let delay = runAt.since(before)
            #expect(delay >= nominal * 8 / 10 && delay <= min(20_000, nominal * 12 / 10))
            try bench.wait(milliseconds: delay)
        }
        #expect(try bench.fail(bench.pullOne().token) == .dead)
    }

    @Test(arguments: StoreKind.all)
    func `a policy without jitter is exact, and its seed decides the others`(
        kind: StoreKind
    ) throws {
        func delay(seed: UInt64, _ backoff: Backoff) throws -> Timestamp {
            let bench = try StoreBench(kind, seed: seed)
            _ = try bench.submit { $0.backoff = backoff }
            guard case .ended(_, let runAt?) = try bench.fail(bench.pullOne().token) else {
                throw Unexpected("the job was not scheduled")
            }
            return runAt
        }
        let fixed = Backoff(
            growth: .fixed, baseMilliseconds: 7_000, maxMilliseconds: 60_000, jitterPermille: 0)
        #expect(try delay(seed: 1, fixed) == StoreBench.noon.adding(7_000))
        #expect(try delay(seed: 5, .standard) == delay(seed: 5, .standard))
        #expect(try Set((1...9).map { try delay(seed: $0, .standard) }).count > 1)
    }

    // MARK: Silence

    @Test(arguments: StoreKind.all)
    func `a lease that ends gives the job back and counts as a crash`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        try bench.pull()
        try bench.wait(milliseconds: 29_999)
        #expect(try bench.job(job.id).state == .running)
        try bench.wait(milliseconds: 1)
        let view = try bench.job(job.id)
        #expect(view.state == .ready)
        #expect(view.attempt == 1)
        #expect(view.crashCount == 1)
        #expect(view.error?.errorType == "lease_expired")
        #expect(try bench.tenant().running == 0)
    }

    @Test(arguments: StoreKind.all)
    func `a lease that ends wakes a ticket in its batch`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        try bench.pull()
        let ticket = try bench.park()
        bench.advance(milliseconds: 30_000)
        try bench.apply()
        #expect(try bench.leased(ticket)?.map(\.job.id) == [job.id])
    }

    @Test(arguments: StoreKind.all)
    func `five crashes are a crash loop`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.attemptsMax = 100 }
        for crash in 1...5 {
            #expect(try bench.pull().count == 1)
            if crash == 3 { try bench.restart() }
            try bench.wait(milliseconds: 30_000)
            #expect(try bench.job(job.id).crashCount == crash)
        }
        let view = try bench.job(job.id)
        #expect(view.state == .dead)
        #expect(view.error?.errorType == "crash_loop")
        #expect(bench.endedJobs == [job.id])
    }

    @Test(arguments: StoreKind.all)
    func `silence in the last attempt is death`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.attemptsMax = 2 }
        for _ in 1...2 {
            try bench.pull()
            try bench.wait(milliseconds: 30_000)
        }
        let view = try bench.job(job.id)
        #expect(view.state == .dead)
        #expect(view.attempt == 2)
        #expect(view.error?.errorType == "lease_expired")
    }

    @Test(arguments: StoreKind.all)
    func `leases are swept in the order of their ends`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 3) { $0.attemptsMax = 1 }
        for length: Int64 in [30_000, 10_000, 20_000] {
            try bench.pull(Pull(leaseMilliseconds: length))
        }
        try bench.wait(milliseconds: 60_000)
        #expect(bench.endedJobs == [1, 2, 0].map { jobs[$0].id })
    }
}
