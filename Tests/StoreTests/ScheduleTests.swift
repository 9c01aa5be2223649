import Core
import Store
import Testing

@Suite struct ScheduleTests {
    @Test(arguments: StoreKind.all)
    func `a job with a time waits for it`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let time = StoreBench.noon.adding(60_000)
        let job = try bench.submit { $0.start = .at(time) }
        #expect(job.state == .scheduled)
        #expect(job.runAt == time)
        #expect(job.hold == nil)
        try bench.wait(milliseconds: 59_999)
        #expect(try bench.pull().isEmpty)
        try bench.wait(milliseconds: 1)
        #expect(try bench.job(job.id).state == .ready)
        #expect(try bench.job(job.id).runAt == time)
        #expect(try bench.pullOne().job.id == job.id)
    }

    @Test(arguments: StoreKind.all)
    func `a time that is past means now`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let past = try bench.submit { $0.start = .at(StoreBench.noon.adding(-60_000)) }
        let zero = try bench.submit { $0.start = .after(milliseconds: 0) }
        let now = try bench.submit { $0.start = .at(StoreBench.noon) }
        for job in [past, zero, now] {
            #expect(job.state == .ready)
            #expect(job.runAt == StoreBench.noon)
        }
    }

    @Test(arguments: StoreKind.all)
    func `a job that falls due wakes a ticket in its batch`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.start = .after(milliseconds: 5_000) }
        let ticket = try bench.park()
        try bench.drain()
        let deadline = try #require(bench.store.nextDeadlineSteadyMilliseconds(at: bench.now))
        #expect(deadline == bench.now.steadyMilliseconds + 5_000)
        bench.advance(milliseconds: 5_000)
        try bench.apply()
        #expect(try bench.leased(ticket)?.map(\.job.id) == [job.id])
    }

    @Test(arguments: StoreKind.all)
    func `jobs that fall due together go by time, then by id`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try [3_000, 1_000, 2_000, 1_000].map { (delay: Int64) in
            try bench.submit { $0.start = .after(milliseconds: delay) }
        }
        try bench.wait(milliseconds: 10_000)
        #expect(try bench.pull(count: 9).map(\.job.id) == [1, 3, 2, 0].map { jobs[$0].id })
    }

    @Test(arguments: StoreKind.all)
    func `rank counts from the time when the job was due`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let later = try bench.submit {
            $0.start = .after(milliseconds: 120_000)
            $0.priority = 5
        }
        try bench.wait(milliseconds: 119_000)
        let now = try bench.submit { $0.priority = 5 }
        let urgent = try bench.submit { $0.priority = 4 }
        try bench.wait(milliseconds: 60_000)
        #expect(try bench.pull(count: 9).map(\.job.id) == [urgent.id, now.id, later.id])
    }

    @Test(arguments: StoreKind.all)
    func `a retry stands in line from the time when it was due`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let first = try bench.submit()
        try bench.fail(bench.pullOne().token, .after(milliseconds: 60_000))
        try bench.wait(milliseconds: 30_000)
        let second = try bench.submit()
        try bench.wait(milliseconds: 30_000)
        #expect(try bench.pull(count: 2).map(\.job.id) == [second.id, first.id])
    }

    @Test(arguments: StoreKind.all)
    func `very many jobs due at once are all made ready`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 700) { $0.start = .after(milliseconds: 1_000) }
        try bench.wait(milliseconds: 1_000)
        #expect(try Set(bench.states(jobs)) == [.ready])
        #expect(try bench.pull(count: 700).map(\.job.id) == jobs.map(\.id))
    }

    @Test(arguments: StoreKind.all)
    func `a scheduled job survives a restart and the clock's going back`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.start = .after(milliseconds: 10_000) }
        try bench.restart()
        bench.jump(milliseconds: -5_000)
        try bench.wait(milliseconds: 10_000)
        #expect(try bench.job(job.id).state == .scheduled)
        try bench.wait(milliseconds: 5_000)
        #expect(try bench.job(job.id).state == .ready)
    }

    // MARK: Expiry

    @Test(arguments: StoreKind.all)
    func `a job that nobody starts in time expires`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.expiresInMilliseconds = 1_000 }
        try bench.wait(milliseconds: 999)
        #expect(try bench.job(job.id).state == .ready)
        try bench.drain()
        let deadline = try #require(bench.store.nextDeadlineSteadyMilliseconds(at: bench.now))
        #expect(deadline == bench.now.steadyMilliseconds + 1)
        try bench.wait(milliseconds: 1)
        let view = try bench.job(job.id)
        #expect(view.state == .expired)
        #expect(view.finishedAt == StoreBench.noon.adding(1_000))
        #expect(bench.endedJobs == [job.id])
        #expect(try bench.tenant().waiting == 0)
        #expect(try bench.usage() == 0)
    }

    @Test(arguments: StoreKind.all)
    func `the time to expiry begins when the job is ready`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit {
            $0.start = .after(milliseconds: 5_000)
            $0.expiresInMilliseconds = 1_000
        }
        #expect(job.expiresAt == StoreBench.noon.adding(6_000))
        try bench.wait(milliseconds: 5_999)
        #expect(try bench.job(job.id).state == .ready)
        try bench.wait(milliseconds: 1)
        #expect(try bench.job(job.id).state == .expired)
    }

    @Test(arguments: StoreKind.all)
    func `a job expires while it is held`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 10)
        try bench.pull(count: 10)
        let job = try bench.submit { $0.expiresInMilliseconds = 1_000 }
        try bench.apply(.setManual(tenant: "acme", .paused))
        try bench.wait(milliseconds: 1_000)
        #expect(try bench.job(job.id).state == .expired)
        #expect(try bench.tenant().waiting == 0)
    }

    @Test(arguments: StoreKind.all)
    func `a claim passes over a job that has just expired`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let stale = try bench.submit { $0.expiresInMilliseconds = 1_000 }
        let good = try bench.submit()
        bench.advance(milliseconds: 1_000)
        #expect(try bench.pullOne().job.id == good.id)
        #expect(try bench.job(stale.id).state == .expired)
        #expect(bench.endedJobs == [stale.id])
        #expect(try bench.usage() == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a job that has started never expires`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.expiresInMilliseconds = 1_000 }
        let leased = try bench.pullOne()
        try bench.wait(milliseconds: 2_000)
        #expect(try bench.job(job.id).state == .running)
        try bench.release(leased.token)
        try bench.wait(milliseconds: 2_000)
        #expect(try bench.job(job.id).state == .ready)
        #expect(try bench.pullOne().job.id == job.id)
    }

    @Test(arguments: StoreKind.all)
    func `very many jobs expire, however many slices it takes`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 700) { $0.expiresInMilliseconds = 1_000 }
        try bench.wait(milliseconds: 1_000)
        #expect(try Set(bench.states(jobs)) == [.expired])
        #expect(Set(bench.endedJobs).count == 700)
        #expect(bench.endedJobs.count == 700)
    }

    @Test(arguments: StoreKind.all)
    func `a store with nothing to do has no deadline`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.start = .after(milliseconds: 1_000) }
        try bench.apply(.cancelJob(job.id, tenant: nil))
        try bench.drain()
        let deadline = bench.store.nextDeadlineSteadyMilliseconds(at: bench.now)
        let month = Period(containing: StoreBench.noon).end.since(StoreBench.noon)
        // A store may still want to wake when the period ends, or to forget old keys.
        #expect(deadline.map { $0 >= bench.now.steadyMilliseconds + 1_001 } ?? true)
        #expect(deadline.map { $0 <= bench.now.steadyMilliseconds + month } ?? true)
    }
}
