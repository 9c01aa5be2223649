import Core
import Store
import Testing

@Suite struct GiveBackTests {
    // MARK: Releases

    @Test(arguments: StoreKind.all)
    func `a released job has not been tried`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.attemptsMax = 1 }
        for _ in 0..<5 {
            let leased = try bench.pullOne()
            #expect(leased.job.attempt == 1)
            #expect(try bench.release(leased.token) == .ready)
            #expect(try bench.job(job.id).attempt == 0)
        }
        #expect(try bench.complete(bench.pullOne().token) == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `a job can be released until a later time`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        _ = try bench.submit()
        let outcome = try bench.release(bench.pullOne().token, delayMilliseconds: 4_000)
        #expect(outcome == .ended(.scheduled, runAt: StoreBench.noon.adding(4_000)))
        #expect(try bench.pull().isEmpty)
        try bench.wait(milliseconds: 4_000)
        #expect(try bench.pullOne().job.attempt == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a hundred releases are free and the next ones use attempts`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.attemptsMax = 2 }
        for _ in 1...100 { #expect(try bench.release(bench.pullOne().token) == .ready) }
        #expect(try bench.job(job.id).attempt == 0)
        #expect(try bench.release(bench.pullOne().token) == .ready)
        #expect(try bench.job(job.id).attempt == 1)
        #expect(try bench.release(bench.pullOne().token) == .dead)
        let view = try bench.job(job.id)
        #expect(view.state == .dead)
        #expect(view.error?.errorType == "released_too_often")
        #expect(try bench.usage() == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a restart does not forget how often a job was released`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        _ = try bench.submit { $0.attemptsMax = 1 }
        for _ in 1...100 { try bench.release(bench.pullOne().token) }
        try bench.restart()
        #expect(try bench.release(bench.pullOne().token) == .dead)
    }

    // MARK: Undelivered

    @Test(arguments: StoreKind.all)
    func `an answer that was not delivered is as if it had not been`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let first = try bench.submit { $0.attemptsMax = 1 }
        let leased = try bench.pullOne()
        bench.advance(milliseconds: 100)
        let second = try bench.submit()
        #expect(try bench.tell(.undelivered([leased.token])).isDone)
        let view = try bench.job(first.id)
        #expect(view.state == .ready)
        #expect(view.attempt == 0)
        #expect(view.crashCount == 0)
        #expect(view.chargedPeriod != nil)
        #expect(try bench.usage() == 1)
        let again = try bench.pull(count: 2)
        #expect(again.map(\.job.id) == [first.id, second.id])
        #expect(again[0].job.attempt == 1)
        #expect(try bench.usage() == 2)
    }

    @Test(arguments: StoreKind.all)
    func `what is undelivered without being leased is let pass`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let token = try bench.pullOne().token
        let wrong = LeaseToken(attempt: token.attempt, secret: token.secret ^ 1)
        let unknown = LeaseToken(attempt: AttemptID(rawValue: 3), secret: 3)
        #expect(try bench.tell(.undelivered([wrong, unknown])).isDone)
        #expect(try bench.job(job.id).state == .running)
        try bench.complete(token)
        #expect(try bench.tell(.undelivered([token])).isDone)
        #expect(try bench.job(job.id).state == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `an undelivered job goes to the next ticket at once`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let leased = try bench.pullOne()
        let ticket = try bench.park()
        try bench.apply(.undelivered([leased.token]))
        #expect(try bench.leased(ticket)?.map(\.job.id) == [job.id])
    }
}
