import Core
import Store
import Testing

@Suite struct ServerDeathTests {
    @Test(arguments: StoreKind.all)
    func `what the runner had is given back at once, in its place, and blames nobody`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let later = try bench.submit()
        bench.advance(milliseconds: 3)
        let token = try bench.pullForRunner().token
        try bench.beginProcess()
        let due = try #require(bench.store.nextDeadlineSteadyMilliseconds(at: bench.now))
        #expect(due <= bench.now.steadyMilliseconds)
        try bench.apply()
        let view = try bench.job(job.id)
        #expect(view.state == .ready)
        #expect(view.attempt == 0)
        #expect(view.crashCount == 0)
        #expect(view.error == nil)
        #expect(try bench.tenant().running == 0)
        #expect(try bench.usage() == 1)
        #expect(try bench.complete(token) == .leaseExpired)
        #expect(try bench.heartbeat(token) == .lost)
        let again = try bench.pull(count: 2)
        #expect(again.map(\.job.id) == [job.id, later.id])
        #expect(again[0].job.attempt == 1)
        #expect(try bench.complete(token) == .leaseLost)
        #expect(try bench.complete(again[0].token) == .succeeded)
        #expect(try bench.usage() == 2)
    }

    @Test(arguments: StoreKind.all)
    func `a worker's lease outlives the server`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.submit(count: 2)
        let token = try bench.pullOne().token
        _ = try bench.pullForRunner()
        try bench.beginProcess()
        try bench.drain()
        #expect(try bench.tenant().running == 1)
        #expect(try bench.complete(token) == .succeeded)
    }

    @Test(arguments: StoreKind.all)
    func `a store that recovers within its process takes nothing from its runner`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        try bench.submit(count: 2)
        let token = try bench.pullForRunner().token
        try bench.restart()
        try bench.drain()
        #expect(try bench.complete(token) == .succeeded)
        let next = try bench.pullForRunner().token
        try bench.beginProcess()
        try bench.restart()
        try bench.drain()
        #expect(try bench.complete(next) == .leaseExpired)
    }

    @Test(arguments: StoreKind.all)
    func `a parked pull is served by what a dead server leaves`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        _ = try bench.pullForRunner()
        try bench.beginProcess()
        let pull = bench.envelope(.pull(Pull(waits: true)))
        try bench.apply([pull])
        #expect(try bench.leased(pull)?.map(\.job.id) == [job.id])
    }

    @Test(arguments: StoreKind.all)
    func `many are given back in slices`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, limits: .tiny)
        try bench.submit(count: 7)
        var own = Pull(jobsMax: 3)
        own.isOfRunner = true
        for _ in 0..<3 { try bench.pull(own) }
        #expect(try bench.tenant().running == 7)
        try bench.beginProcess()
        try bench.drain()
        #expect(bench.batchCount == 4)
        #expect(try bench.tenant().running == 0)
    }

    @Test(arguments: StoreKind.all)
    func `a job that was to be canceled is canceled`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        _ = try bench.pullForRunner()
        try bench.apply(.cancelJob(job.id, tenant: nil))
        try bench.beginProcess()
        try bench.drain()
        #expect(try bench.job(job.id).state == .canceled)
        #expect(try bench.usage() == 1)
        #expect(bench.endedJobs == [job.id])
    }

    @Test(arguments: StoreKind.all)
    func `a job that a hundred servers died under is dead, and is not refunded`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        bench.checksBatches = false
        let job = try bench.submit { $0.attemptsMax = 1 }
        for death in 1...100 {
            #expect(try bench.pullForRunner().job.attempt == 1, "\(death)")
            try bench.beginProcess()
            try bench.drain()
        }
        let view = try bench.job(job.id)
        #expect(view.state == .dead)
        #expect(view.error?.errorType == "server_deaths")
        #expect(view.crashCount == 0)
        #expect(try bench.usage() == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a start that failed after a death is no case for a refund`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        _ = try bench.submit()
        _ = try bench.pullForRunner()
        try bench.beginProcess()
        try bench.drain()
        let token = try bench.pullForRunner().token
        try bench.apply(.fail([Failure(token: token, retry: .never, couldNotStart: true)]))
        #expect(try bench.usage() == 1)
    }
}
