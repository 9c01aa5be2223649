import Core
import Store
import Testing

@Suite struct CancelTests {
    private func cancel(_ bench: StoreBench, _ job: JobID) throws -> Reply {
        try bench.tell(.cancelJob(job, tenant: "acme"))
    }

    @Test(arguments: StoreKind.all)
    func `a ready job ends at once`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        bench.advance(milliseconds: 9)
        let view = try cancel(bench, job.id).job
        #expect(view.state == .canceled)
        #expect(view.finishedAt == StoreBench.noon.adding(9))
        #expect(try bench.job(job.id).state == .canceled)
        #expect(bench.endedJobs == [job.id])
        #expect(try bench.tenant().waiting == 0)
        #expect(try bench.pull().isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `a scheduled job ends at once and never becomes ready`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit { $0.start = .after(milliseconds: 1_000) }
        #expect(try cancel(bench, job.id).job.state == .canceled)
        #expect(try bench.tenant().waiting == 0)
        try bench.wait(milliseconds: 2_000)
        #expect(try bench.job(job.id).state == .canceled)
        #expect(try bench.pull().isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `a job that waits for its retry ends at once and stays charged`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 2)
        let leased = try bench.pull(count: 2)
        try bench.fail(leased[0].token, .after(milliseconds: 1_000))
        try bench.release(leased[1].token)
        for job in jobs { #expect(try cancel(bench, job.id).job.state == .canceled) }
        #expect(try bench.usage() == 2)
        #expect(try bench.tenant().waiting == 0)
    }

    @Test(arguments: StoreKind.all)
    func `a held job ends at once`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 11)
        try bench.pull(count: 10)
        #expect(try cancel(bench, jobs[10].id).job.state == .canceled)
        #expect(try bench.tenant().waiting == 0)
    }

    @Test(arguments: StoreKind.all)
    func `the server's own runner is told of its leases, once, and a worker is not`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 3)
        let own = try bench.pullForRunner().token
        try bench.pull(count: 1)
        for job in jobs + jobs.prefix(2) { _ = try cancel(bench, job.id) }
        #expect(bench.canceledLeases == [own])
    }

    @Test(arguments: StoreKind.all)
    func `a running job is told, and the first time of asking stays`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let token = try bench.pullOne().token
        bench.advance(milliseconds: 5)
        let view = try cancel(bench, job.id).job
        #expect(view.state == .running)
        #expect(view.cancelRequestedAt == StoreBench.noon.adding(5))
        bench.advance(milliseconds: 5)
        #expect(try cancel(bench, job.id).job.cancelRequestedAt == StoreBench.noon.adding(5))
        try bench.restart()
        #expect(
            try bench.heartbeat(token) == .cancel(until: StoreBench.noon.adding(30_010)))
        #expect(bench.endedJobs.isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `work that is done counts although it was called off`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let token = try bench.pullOne().token
        try bench.apply(.cancelJob(job.id, tenant: nil))
        #expect(try bench.complete(token, result: "1") == .succeeded)
        #expect(try bench.job(job.id).result?.text == "1")
    }

    /// What may end an attempt of a job that was called off.
    enum End: CaseIterable {
        case fail
        case release
        case silence
        case undelivered
    }

    @Test(arguments: StoreKind.all, End.allCases)
    func `a job that was called off ends with its attempt`(kind: StoreKind, end: End) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let token = try bench.pullOne().token
        try bench.apply(.cancelJob(job.id, tenant: nil))
        switch end {
        case .fail: #expect(try bench.fail(token, .after(milliseconds: 0)) == .canceled)
        case .release: #expect(try bench.release(token) == .canceled)
        case .silence: try bench.wait(milliseconds: 30_000)
        case .undelivered: try bench.apply(.undelivered([token]))
        }
        #expect(try bench.job(job.id).state == .canceled)
        #expect(bench.endedJobs == [job.id])
        #expect(try bench.usage() == 1)
        #expect(try bench.tenant().running == 0)
    }

    @Test(arguments: StoreKind.all)
    func `a canceled job may be canceled again`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        try bench.apply(.cancelJob(job.id, tenant: nil))
        #expect(try cancel(bench, job.id).job.state == .canceled)
        #expect(bench.endedJobs == [job.id])
    }

    @Test(arguments: StoreKind.all)
    func `a job that ended otherwise is not canceled`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let jobs = try bench.submit(count: 2)
        let leased = try bench.pull(count: 2)
        try bench.complete(leased[0].token)
        try bench.fail(leased[1].token, .never)
        let third = try bench.submit { $0.expiresInMilliseconds = 10 }
        try bench.wait(milliseconds: 10)
        for (id, state) in [
            (jobs[0].id, JobState.succeeded), (jobs[1].id, .dead), (third.id, .expired),
        ] {
            #expect(try cancel(bench, id).refusal == .jobFinished(id, state))
        }
    }

    @Test(arguments: StoreKind.all)
    func `an unknown job and another tenant's are the same`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro", "beta": "pro"])
        let job = try bench.submit(for: "beta")
        let nobody = JobID(rawValue: 12)
        #expect(try cancel(bench, job.id).refusal == .jobUnknown(job.id))
        #expect(try cancel(bench, nobody).refusal == .jobUnknown(nobody))
        #expect(try bench.job(job.id).state == .ready)
        #expect(try bench.tell(.cancelJob(job.id, tenant: nil)).job.state == .canceled)
    }

    @Test(arguments: StoreKind.all)
    func `a job that is canceled and pulled in one batch does not start`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        let job = try bench.submit()
        let pull = bench.envelope(.pull(Pull()))
        try bench.apply([pull, bench.envelope(.cancelJob(job.id, tenant: nil))])
        #expect(try bench.leased(pull)?.count == 0)
    }
}
