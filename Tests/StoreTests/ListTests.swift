import Core
import Store
import Testing

@Suite struct ListTests {
    /// Jobs of two tenants in every state, in the order of their ids.
    private func everyState(_ bench: StoreBench) throws -> [JobView] {
        let succeeded = try bench.submit("a") { $0.queue = "x" }
        try bench.complete(bench.pullOne(Pull(queues: ["x"])).token)
        let dead = try bench.submit("b") { $0.queue = "x" }
        try bench.fail(bench.pullOne(Pull(queues: ["x"])).token, .never)
        bench.advance(milliseconds: 10)
        let canceled = try bench.submit("a") { $0.tags = ["red"] }
        try bench.apply(.cancelJob(canceled.id, tenant: nil))
        let expired = try bench.submit("a") {
            $0.expiresInMilliseconds = 10
            $0.queue = "y"
        }
        try bench.wait(milliseconds: 10)
        let running = try bench.submit("b") { $0.tags = ["red", "blue"] }
        try bench.pull()
        let scheduled = try bench.submit("a") { $0.start = .after(milliseconds: 60_000) }
        let ready = try bench.submit("b") { $0.queue = "x" }
        let theirs = try bench.submit("a", for: "beta") { $0.tags = ["red"] }
        return [succeeded, dead, canceled, expired, running, scheduled, ready, theirs]
    }

    private func bench(_ kind: StoreKind) throws -> StoreBench {
        try StoreBench(kind, tenants: ["acme": "enterprise", "beta": "enterprise"])
    }

    @Test(arguments: StoreKind.all)
    func `lists are newest first and show every state`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let jobs = try everyState(bench)
        let list = try bench.list(JobFilter())
        #expect(list.map(\.id) == jobs.reversed().map(\.id))
        #expect(
            list.map(\.state) == [
                .ready, .ready, .scheduled, .running, .expired, .canceled, .dead, .succeeded,
            ])
        for view in list { #expect(try bench.job(view.id) == view) }
    }

    @Test(arguments: StoreKind.all)
    func `a list is the same after a restart`(kind: StoreKind) throws {
        let bench = try bench(kind)
        _ = try everyState(bench)
        let list = try bench.list(JobFilter())
        try bench.restart()
        #expect(try bench.list(JobFilter()) == list)
    }

    @Test(arguments: StoreKind.all)
    func `each filter keeps what it says`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let jobs = try everyState(bench)
        func found(_ change: (inout JobFilter) -> Void) throws -> [Int] {
            var filter = JobFilter()
            change(&filter)
            return try bench.list(filter).compactMap { view in
                jobs.firstIndex { $0.id == view.id }
            }
        }
        #expect(try found { $0.tenant = "beta" } == [7])
        #expect(try found { $0.tenant = "acme" } == [6, 5, 4, 3, 2, 1, 0])
        #expect(try found { $0.state = .dead } == [1])
        #expect(try found { $0.state = .ready } == [7, 6])
        #expect(try found { $0.queue = "x" } == [6, 1, 0])
        #expect(try found { $0.kind = "b" } == [6, 4, 1])
        #expect(try found { $0.tag = "red" } == [7, 4, 2])
        #expect(try found { $0.tag = "re" } == [])
        #expect(try found { $0.createdAfter = StoreBench.noon } == [7, 6, 5, 4, 3, 2])
        #expect(
            try found { $0.createdAfter = StoreBench.noon.adding(10) } == [7, 6, 5, 4])
        #expect(
            try found {
                $0.tenant = "acme"
                $0.tag = "red"
                $0.kind = "b"
                $0.state = .running
            } == [4])
        #expect(try found { $0.queue = "none" } == [])
    }

    @Test(arguments: StoreKind.all, JobState.allCases)
    func `a filter by state finds that state and no other`(
        kind: StoreKind, state: JobState
    ) throws {
        let bench = try bench(kind)
        _ = try everyState(bench)
        var filter = JobFilter()
        filter.state = state
        let found = try bench.list(filter)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.state == state })
    }

    @Test(arguments: StoreKind.all)
    func `a list of held jobs leaves out what may run`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free", "beta": "enterprise"])
        let jobs = try bench.submit(count: 12)
        try bench.submit(count: 2, for: "beta")
        try bench.release(bench.pull(Pull(tenants: ["acme"], jobsMax: 10))[0].token)
        var filter = JobFilter()
        filter.isHeld = true
        #expect(try bench.list(filter).map(\.id) == [jobs[11].id, jobs[10].id])
        try bench.apply(.setManual(tenant: "beta", .paused))
        #expect(try bench.list(filter).count == 4)
        var update = UpdateTenant(id: "acme")
        update.plan = "pro"
        try bench.apply(.updateTenant(update))
        filter.tenant = "acme"
        #expect(try bench.list(filter).isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `pages join to the whole list, though jobs come in between`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let jobs = try (0..<25).map { number in
            try bench.submit(number % 2 == 0 ? "even" : "odd")
        }
        var filter = JobFilter()
        filter.kind = "even"
        filter.limit = 5
        var pages: [[JobID]] = []
        repeat {
            let page = try bench.page(filter)
            #expect(page.jobs.count <= 5)
            pages.append(page.jobs.map(\.id))
            filter.before = page.next
            _ = try bench.submit("even")
        } while filter.before != nil && pages.count < 20
        let even = jobs.enumerated().filter { $0.offset % 2 == 0 }.map(\.element.id)
        #expect(pages.flatMap { $0 } == Array(even.reversed()))
        #expect(pages.count >= 3)
    }

    @Test(arguments: StoreKind.all)
    func `a filter that finds nothing ends all the same`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.submit(count: 30)
        var filter = JobFilter()
        filter.tag = "none"
        filter.limit = 3
        #expect(try bench.list(filter).isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `a job is shown to its own tenant only`(kind: StoreKind) throws {
        let bench = try bench(kind)
        let job = try bench.submit()
        func shown(_ query: Query) throws -> JobView? {
            guard case .job(let view) = try bench.query(query).rows else {
                throw Unexpected("the query gave no job")
            }
            return view
        }
        #expect(try shown(.job(job.id, tenant: "acme")) == job)
        #expect(try shown(.job(job.id, tenant: "beta")) == nil)
        #expect(try shown(.job(JobID(rawValue: 5), tenant: nil)) == nil)
    }

    @Test(arguments: StoreKind.all)
    func `several jobs come in the order in which they were asked for`(
        kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        let jobs = try bench.submit(count: 3)
        let theirs = try bench.submit(for: "beta")
        let ids = [jobs[2].id, theirs.id, jobs[0].id, JobID(rawValue: 5), jobs[2].id]
        guard case .jobs(let views) = try bench.query(.jobs(ids, tenant: "acme")).rows else {
            throw Unexpected("the query gave no jobs")
        }
        #expect(views == [jobs[2], nil, jobs[0], nil, jobs[2]])
    }

    // MARK: Tenants

    @Test(arguments: StoreKind.all)
    func `tenants are listed by id, page by page, without the deleted`(
        kind: StoreKind
    ) throws {
        let ids = ["a", "a-b", "a0", "b", "z", "z9"]
        let plans = Dictionary(uniqueKeysWithValues: ids.map { ($0, "pro") })
        let bench = try StoreBench(kind, tenants: plans)
        try bench.apply(.deleteTenant(tenant: "b", force: false))
        var found: [TenantSummary] = []
        var after: String?
        var pages = 0
        repeat {
            guard
                case .tenantPage(let page, let next) = try bench.query(
                    .tenantList(after: after, limit: 2)
                ).rows
            else { throw Unexpected("the query gave no tenants") }
            #expect(page.count <= 2)
            found += page
            after = next
            pages += 1
        } while after != nil && pages < 9
        #expect(found.map(\.id) == ["a", "a-b", "a0", "z", "z9"])
        #expect(found.allSatisfy { $0.effectivePlan.id == "pro" })
        #expect(found[0].createdAt == StoreBench.noon)
    }

    // MARK: Whom a query names

    @Test(arguments: StoreKind.all)
    func `a query that names nobody says so`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["gone": "pro"])
        try bench.apply(.deleteTenant(tenant: "gone", force: false))
        func isUnknown(_ query: Query, _ id: String) throws -> Bool {
            guard case .tenantUnknown(id) = try bench.query(query).rows else { return false }
            return true
        }
        for id in ["ghost", "gone"] {
            var filter = JobFilter()
            filter.tenant = id
            #expect(try isUnknown(.jobList(filter), id))
            #expect(try isUnknown(.keyList(tenant: id), id))
        }
        #expect(try isUnknown(.usage(tenant: "ghost", period: nil), "ghost"))
        #expect(try isUnknown(.ledger(LedgerFilter(tenant: "ghost")), "ghost"))
        #expect(try !isUnknown(.usage(tenant: "gone", period: nil), "gone"))
        #expect(try !isUnknown(.ledger(LedgerFilter(tenant: "gone")), "gone"))
    }

    @Test(arguments: StoreKind.all)
    func `queries that name a tenant tell its standing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let job = try bench.submit()
        try bench.pull()
        let month = Period(containing: StoreBench.noon)
        let standing = QuotaView(plan: "free", limit: .units(10), used: 1, resetsAt: month.end)
        var filter = JobFilter()
        filter.tenant = "acme"
        let queries: [Query] = [
            .job(job.id, tenant: "acme"), .jobs([job.id], tenant: "acme"), .jobList(filter),
            .keyList(tenant: "acme"), .usage(tenant: "acme", period: nil),
            .ledger(LedgerFilter(tenant: "acme")),
        ]
        for query in queries { #expect(try bench.query(query).quota == standing) }
        #expect(try bench.query(.jobList(JobFilter())).quota == nil)
        #expect(try bench.query(.tenantList(after: nil, limit: 5)).quota == nil)
    }

    @Test(arguments: StoreKind.all)
    func `usage of a period that the tenant did not live in is unknown`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "pro"])
        let query = Query.usage(tenant: "acme", period: "2026-01")
        #expect(try bench.query(query).rows == .periodUnknown("2026-01"))
    }
}
