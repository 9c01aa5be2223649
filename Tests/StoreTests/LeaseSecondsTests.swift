import Core
import Testing

@testable import Store

/// What an attempt is charged for that was open when the store had to read its rows anew.
@Suite struct `Compute seconds of a lease that was open` {
    private static let hour: Int64 = 3_600_000
    private static let plans = [
        plan("free", rank: 0, limit: 20) {
            $0.others = [MetricTerms(metric: .computeSeconds, limit: .unlimited)]
        }
    ]

    private func bench(_ kind: StoreKind, attempts: Int = 1) throws -> StoreBench {
        let bench = try StoreBench(kind, plans: Self.plans, tenants: ["acme": "free"])
        try bench.submit(count: 2) {
            $0.attemptsMax = attempts
            $0.timeoutMilliseconds = 24 * Self.hour
        }
        return bench
    }

    private func used(_ bench: StoreBench) throws -> Int64 {
        try bench.account(.computeSeconds).usage.total
    }

    @Test(arguments: StoreKind.all, [hour, -hour])
    func `when a commit failed are those that passed, wherever the wall clock was set to`(
        kind: StoreKind, jump: Int64
    ) throws {
        let bench = try bench(kind)
        let leased = try bench.pull(Pull(jobsMax: 2, leaseMilliseconds: 60_000))
        bench.advance(milliseconds: 5_000)
        try bench.heartbeat(leased[1].token)
        bench.advance(milliseconds: 1_000)
        bench.jump(milliseconds: jump)
        try bench.restart()
        bench.advance(milliseconds: 1_000)
        try bench.complete(leased[0].token)
        #expect(try used(bench) == 7_000)
        try bench.wait(milliseconds: 2 * Self.hour)
        #expect(try bench.job(leased[1].job.id).state == .dead)
        #expect(try used(bench) == 12_000, "the lost one ends with its heartbeat")
    }

    @Test(arguments: StoreKind.all)
    func `that ran too long are those that it may run, however late anybody notices`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, plans: Self.plans, tenants: ["acme": "free"])
        try bench.submit(count: 2) {
            $0.attemptsMax = 1
            $0.timeoutMilliseconds = 5_000
        }
        let leased = try bench.pull(Pull(jobsMax: 1, leaseMilliseconds: 5_000))
        bench.advance(milliseconds: 600_000)
        try bench.drain()
        #expect(try bench.job(leased[0].job.id).state == .dead)
        #expect(try used(bench) == 5_000)
        let other = try bench.pull(Pull(jobsMax: 1, leaseMilliseconds: 5_000))
        bench.advance(milliseconds: 25_000)
        let end = Command.complete([Completion(token: other[0].token)])
        _ = try bench.apply([bench.envelope(end)], lateMilliseconds: 22_000)
        #expect(try bench.job(other[0].job.id).state == .succeeded)
        #expect(try used(bench) == 10_000, "the server was held up, and let it end")
    }

    @Test(arguments: StoreKind.all)
    func `when a process began are no more than its lease was granted`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let leased = try bench.pull(Pull(jobsMax: 2, leaseMilliseconds: 60_000))
        bench.advance(milliseconds: 10_000)
        try bench.heartbeat(leased[0].token)
        bench.jump(milliseconds: 365 * 24 * Self.hour)
        try bench.beginProcess()
        bench.advance(milliseconds: 1_000)
        try bench.complete(leased[0].token)
        #expect(try used(bench) == 71_000)
        try bench.complete(leased[1].token)
        #expect(try used(bench) == 71_000 + 61_000)
    }

    @Test(arguments: StoreKind.all)
    func `when a process began are at least what a heartbeat has seen`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let leased = try bench.pull(Pull(jobsMax: 2, leaseMilliseconds: 60_000))
        bench.advance(milliseconds: 10_000)
        try bench.heartbeat(leased[0].token)
        bench.jump(milliseconds: -Self.hour)
        try bench.beginProcess()
        bench.advance(milliseconds: 1_000)
        try bench.complete(leased[0].token)
        try bench.complete(leased[1].token)
        #expect(try used(bench) == 11_000 + 1_000)
    }

    @Test(arguments: StoreKind.all)
    func `when processes began are none of what no server was there for`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let leased = try bench.pullOne(Pull(leaseMilliseconds: 60_000))
        bench.advance(milliseconds: 10_000)
        bench.jump(milliseconds: Self.hour)
        try bench.beginProcess()
        bench.advance(milliseconds: 1_000)
        try bench.heartbeat(leased.token)
        try bench.beginProcess()
        try bench.complete(leased.token)
        #expect(try used(bench) == 61_000)
    }

    @Test(arguments: StoreKind.all, [365 * 24 * hour, -hour])
    func `when a process began are those of the heartbeat, wherever the clock was set before it`(
        kind: StoreKind, jump: Int64
    ) throws {
        let bench = try bench(kind)
        let leased = try bench.pullOne(Pull(leaseMilliseconds: 60_000))
        bench.advance(milliseconds: 5_000)
        bench.jump(milliseconds: jump)
        try bench.heartbeat(leased.token)
        bench.advance(milliseconds: 2_000)
        try bench.beginProcess()
        bench.advance(milliseconds: 1_000)
        try bench.complete(leased.token)
        #expect(try used(bench) == 8_000)
    }

    @Test func `are known of what ended in the batch that failed, until the next begins`() {
        var book = LeaseBook()
        let begun = Moment(wall: StoreBench.noon, steadyMilliseconds: 1_000)
        let id = AttemptID(rawValue: 7)
        let lease = Lease(
            token: LeaseToken(attempt: id, secret: 1), job: JobID(rawValue: 1), line: 0, rank: 0,
            worker: "w", startedAt: begun.wall, milliseconds: 30_000,
            expiresAt: begun.wall.adding(30_000), run: JobRun(), chargedPeriod: nil, returned: nil,
            boot: nil)
        book.begin()
        book.insert(
            lease, deadline: 31_000, timeoutAt: 90_000,
            times: LeaseTimes(beginning: begun, allowedMilliseconds: 90_000))
        let first = begun.advanced(by: 2_000)
        let second = begun.advanced(by: 5_000)
        _ = book.extend(id, by: 30_000, at: first)
        book.begin()
        _ = book.extend(id, by: 30_000, at: second)
        book.remove(id)
        // The rows have the heartbeat of the batch before.
        #expect(book.times(of: id, heardAt: first.wall)?.heardSteady == 3_000)
        #expect(book.times(of: id, heardAt: second.wall)?.heardSteady == 6_000)
        #expect(book.times(of: id, heardAt: second.wall)?.startedSteady == 1_000)
        book.begin()
        #expect(book.times(of: id, heardAt: first.wall) == nil)
    }
}
