import Core
import Store
import StoreSQLite
import Testing

@Suite struct `A store in a file` {
    /// A hundred and thirty payloads of the largest kind: more than a list reads for nothing.
    @Test func `a list reads no payload for its filter, or few of them`() throws {
        let bench = try FileBench()
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "enterprise")))
        let bytes = Limits.payloadBytesMax
        var spec = JobSpec(kind: "work")
        spec.payload = [0x22] + [UInt8](repeating: 0x78, count: bytes - 2) + [0x22]
        for _ in 0..<13 {
            let jobs = [JobSpec](repeating: spec, count: 10)
            try bench.run(.enqueue(Enqueue(tenant: "acme", jobs: jobs)))
        }
        func page(_ change: (inout JobFilter) -> Void) throws -> (shown: Int, next: JobID?) {
            var filter = JobFilter()
            filter.tenant = "acme"
            change(&filter)
            guard case .jobPage(let jobs, let next) = try bench.query(.jobList(filter)) else {
                Issue.record("no page")
                return (-1, nil)
            }
            return (jobs.count, next)
        }
        for change in [{ $0.tag = "none" }, { $0.kind = "other" }, { $0.queue = "other" }]
            as [(inout JobFilter) -> Void]
        {
            #expect(try page(change) == (0, nil))
        }
        let first = try page { $0.state = .succeeded }
        #expect(first.shown == 0 && first.next != nil)
        let second = try page {
            $0.state = .succeeded
            $0.before = first.next
        }
        #expect(second == (0, nil))
        #expect(try page { $0.limit = 500 }.shown == Limits.listPageBytesMax / bytes)
    }

    @Test func `a restart finds every job where it was`() throws {
        let bench = try FileBench()
        try bench.run(.createTenant(CreateTenant(id: "acme")))
        let jobs = try bench.submit("acme", count: 15)
        let leased = try bench.pull(max: 5)
        try bench.run(.complete([Completion(token: leased[0].token, result: Array("1".utf8))]))
        try bench.run(.fail([Failure(token: leased[1].token)]))
        bench.rows.close()

        let again = try FileBench(folder: bench.folder)
        guard case .jobPage(let page, _) = try again.query(.jobList(JobFilter())) else {
            Issue.record("no page")
            return
        }
        #expect(page.map(\.id) == jobs.map(\.id).reversed())
        #expect(page.filter { $0.state == .running }.count == 3)
        #expect(page.filter { $0.state == .succeeded }.count == 1)
        #expect(page.filter { $0.state == .scheduled }.count == 1)
        #expect(page.filter { $0.state == .ready }.count == 10)
        #expect(try again.pull(max: 100).count == 5)
    }

    @Test func `exactly ten of a free tenant's jobs start in a month`() throws {
        let bench = try FileBench()
        try bench.run(.createTenant(CreateTenant(id: "acme")))
        _ = try bench.submit("acme", count: 50)
        #expect(try bench.pull(max: 100).count == 10)
        #expect(try bench.pull(max: 100).count == 0)
        bench.advance(milliseconds: 31 * 86_400_000)
        try bench.run()
        #expect(try bench.pull(max: 100).count == 20)
    }
}
