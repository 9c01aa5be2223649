import Core
import Store
import Testing

@Suite struct LogTests {
    @Test(arguments: StoreKind.all)
    func `lines are numbered over all attempts, and each tells when and which`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let first = try bench.pullOne().token
        try bench.say(first, log: ["a", "b\nc", ""])
        bench.advance(milliseconds: 5)
        try bench.say(first, log: ["d"])
        try bench.fail(first, .after(milliseconds: 0))
        try bench.drain()
        let second = try bench.pullOne().token
        try bench.say(second, log: ["e"])
        try bench.complete(second)
        try bench.restart()
        let page = try #require(try bench.log(job.id))
        #expect(page.lines.map(\.text) == ["a", "b", "c", "", "d", "e"])
        #expect(page.lines.map(\.number) == [1, 2, 3, 4, 5, 6])
        #expect(page.lines.map(\.attempt) == [1, 1, 1, 1, 1, 2])
        #expect(page.lines[0].at == StoreBench.noon)
        #expect(page.lines[4].at == StoreBench.noon.adding(5))
        #expect(page.state == .succeeded)
        #expect(!page.hasMore)
    }

    @Test(arguments: StoreKind.all)
    func `lines that are told once more are taken once`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let first = try bench.pullOne().token
        try bench.say(first, log: ["a", "bc"], from: 0)
        // The answer was lost; meanwhile there is more to say.
        try bench.say(first, log: ["a", "bc", "d\ne"], from: 0)
        try bench.restart()
        try bench.say(first, log: ["bc", "d", "e", "f"], from: 2)
        try bench.say(first, log: ["f"])
        try bench.fail(first, .after(milliseconds: 0))
        try bench.drain()
        // Another attempt begins anew.
        try bench.say(try bench.pullOne().token, log: ["a"], from: 0)
        let page = try #require(try bench.log(job.id))
        #expect(page.lines.map(\.text) == ["a", "bc", "d", "e", "f", "f", "a"])
    }

    @Test(arguments: StoreKind.all)
    func `a page begins after a line, wherever heartbeats ended`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let token = try bench.pullOne().token
        try bench.say(token, log: ["1", "2", "3"])
        try bench.say(token, log: ["4", "5"])
        let page = try #require(try bench.log(job.id, after: 1, limit: 3))
        #expect(page.lines.map(\.text) == ["2", "3", "4"])
        #expect(page.hasMore)
        #expect(page.state == .running)
        let rest = try #require(try bench.log(job.id, after: 4, limit: 1))
        #expect(rest.lines.map(\.text) == ["5"])
        #expect(!rest.hasMore)
        #expect(try bench.log(job.id, after: 5)?.lines == [])
    }

    @Test(arguments: StoreKind.all)
    func `another tenant's log is not there`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro", "beta": "pro"])
        let job = try bench.submit()
        try bench.say(try bench.pullOne().token, log: ["secret"])
        #expect(try bench.log(job.id, tenant: "beta") == nil)
        #expect(try bench.log(job.id, tenant: "acme")?.lines.count == 1)
        #expect(try bench.log(JobID(rawValue: 9)) == nil)
    }

    @Test(arguments: StoreKind.all)
    func `an attempt's log ends at its bound with a line that says so, and the next goes on`(
        kind: StoreKind
    ) throws {
        var limits = BatchLimits()
        limits.logs.attemptBytesMax = 10
        limits.logs.jobBytesMax = 1_000
        let bench = try StoreBench(kind, limits: limits)
        let job = try bench.submit()
        let first = try bench.pullOne().token
        try bench.say(first, log: ["1234"])
        try bench.say(first, log: ["5678", "9"])
        try bench.restart()
        try bench.say(first, log: ["never"])
        try bench.release(first)
        try bench.say(try bench.pullOne().token, log: ["again"])
        let lines = try #require(try bench.log(job.id)).lines.map(\.text)
        #expect(lines.count == 4)
        #expect(lines.prefix(2) == ["1234", "5678"])
        #expect(lines[2].contains("this attempt is full"))
        #expect(lines[3] == "again")
    }

    @Test(arguments: StoreKind.all)
    func `a job's log ends at its bound for good`(kind: StoreKind) throws {
        var limits = BatchLimits()
        limits.logs.jobBytesMax = 10
        let bench = try StoreBench(kind, limits: limits)
        let job = try bench.submit()
        let first = try bench.pullOne().token
        try bench.say(first, log: ["1234", "5678", "9"])
        try bench.release(first)
        try bench.say(try bench.pullOne().token, log: ["never"])
        let lines = try #require(try bench.log(job.id)).lines.map(\.text)
        #expect(lines.count == 3)
        #expect(lines[2].contains("this job is full"))
    }

    @Test(arguments: StoreKind.all)
    func `what is said under a lease that is lost is not kept`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let token = try bench.pullOne().token
        try bench.wait(milliseconds: 30_000)
        let told = try bench.say(
            token, progress: Progress(hundredths: 1, message: nil), log: ["late"])
        #expect(told == .lost)
        #expect(try bench.log(job.id)?.lines == [])
        #expect(try bench.job(job.id).progress == nil)
    }

    @Test(arguments: StoreKind.all)
    func `each token of a heartbeat has its own news`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 3)
        let tokens = try bench.pull(count: 3).map(\.token)
        let news = [
            LeaseNews(item: 0, log: ["first"]),
            LeaseNews(item: 2, progress: Progress(hundredths: 50, message: "x"), log: ["third"]),
        ]
        try bench.apply(.heartbeat(Heartbeat(tokens: tokens, news: news)))
        #expect(try bench.log(jobs[0].id)?.lines.map(\.text) == ["first"])
        #expect(try bench.log(jobs[1].id)?.lines == [])
        #expect(try bench.log(jobs[2].id)?.lines.map(\.text) == ["third"])
        #expect(try bench.job(jobs[2].id).progress == Progress(hundredths: 50, message: "x"))
    }

    // MARK: Progress

    @Test(arguments: StoreKind.all)
    func `progress is what the attempt said last`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let token = try bench.pullOne().token
        #expect(try bench.job(job.id).progress == nil)
        try bench.say(token, progress: Progress(hundredths: 1_000, message: "begun"))
        let last = Progress(hundredths: 4_025, message: nil)
        try bench.say(token, progress: last)
        try bench.heartbeat(token)
        #expect(try bench.job(job.id).progress == last)
        try bench.restart()
        #expect(try bench.job(job.id).progress == last)
        #expect(try bench.tell(.cancelJob(job.id, tenant: nil)).job.progress == last)
        try bench.fail(token)
        #expect(try bench.job(job.id).state == .canceled)
        #expect(try bench.job(job.id).progress == last)
        #expect(try bench.tell(.cancelJob(job.id, tenant: nil)).job.progress == last)
    }

    @Test(arguments: StoreKind.all)
    func `a new attempt begins with no progress`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let token = try bench.pullOne().token
        try bench.say(token, progress: Progress(hundredths: 1_000, message: nil))
        try bench.release(token)
        #expect(try bench.job(job.id).progress == nil)
        let next = try bench.pullOne()
        #expect(next.job.progress == nil)
        #expect(try bench.job(job.id).progress == nil)
        try bench.complete(next.token)
        #expect(try bench.job(job.id).progress == nil)
    }
}
