import Core
import Store
import StoreSQLite
import Testing

@Suite struct `A store in a file` {
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
