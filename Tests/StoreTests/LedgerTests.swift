import Core
import Store
import Testing

@Suite struct LedgerTests {
    private let month = Period(containing: StoreBench.noon)

    @Test(arguments: StoreKind.all)
    func `every charge has a row with what was used and allowed`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let jobs = try bench.submit(count: 3)
        try bench.pull(count: 2)
        bench.advance(milliseconds: 10)
        var update = UpdateTenant(id: "acme")
        update.plan = "pro"
        try bench.apply(.updateTenant(update))
        try bench.pull(count: 1)
        let rows = try Array(bench.ledger().reversed())
        #expect(rows.map(\.job) == jobs.map(\.id))
        #expect(rows.map(\.usedAfter) == [1, 2, 3])
        #expect(rows.map(\.inForce) == [10, 10, 100])
        #expect(rows.map(\.at) == [0, 0, 10].map(StoreBench.noon.adding))
        #expect(rows.map(\.id) == rows.map(\.id).sorted())
        for row in rows {
            #expect(row.amount == 1)
            #expect(row.entry == .charge)
            #expect(row.source == .plan)
            #expect(row.metric == .jobs)
            #expect(row.period == month)
        }
    }

    @Test(arguments: StoreKind.all)
    func `an unlimited plan has no limit in force and counts all the same`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind)
        try bench.submit(count: 30)
        try bench.pull(count: 30)
        #expect(try bench.ledger().allSatisfy { $0.inForce == nil })
        #expect(try bench.usage() == 30)
    }

    @Test(arguments: StoreKind.all)
    func `what never started costs nothing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let job = try bench.submit()
        _ = try bench.submit { $0.expiresInMilliseconds = 1_000 }
        try bench.apply(.cancelJob(job.id, tenant: nil))
        try bench.wait(milliseconds: 1_000)
        #expect(try bench.usage() == 0)
        #expect(try bench.ledger().isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `usage and ledger outlive the tenant`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.submit(count: 2)
        for leased in try bench.pull(count: 2) { try bench.complete(leased.token) }
        try bench.apply(.deleteTenant(tenant: "acme", force: false))
        #expect(try bench.usage() == 2)
        #expect(try bench.ledger().count == 2)
    }

    @Test(arguments: StoreKind.all)
    func `the ledger is read by period and page by page`(kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.submit(count: 7)
        try bench.pull(count: 7)
        bench.advance(to: month.end)
        try bench.drain()
        try bench.submit(count: 3)
        try bench.pull(Pull(jobsMax: 99))
        let all = try bench.ledger()
        #expect(all.count == 10)
        #expect(try bench.ledger("acme", month).count == 7)
        #expect(try bench.ledger("acme", Period(containing: month.end)).count == 3)
        var filter = LedgerFilter(tenant: "acme")
        filter.limit = 4
        var pages: [[LedgerView]] = []
        repeat {
            guard case .ledgerPage(let rows, let next) = try bench.query(.ledger(filter)).rows
            else { throw Unexpected("the query gave no ledger") }
            pages.append(rows)
            filter.before = next
        } while filter.before != nil && pages.count < 9
        #expect(pages.flatMap { $0 } == all)
        #expect(pages.prefix(3).map(\.count) == [4, 4, 2])
    }
}
