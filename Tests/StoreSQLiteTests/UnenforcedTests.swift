import Core
import Store
import Testing

@Suite struct `The list of what was not enforced` {
    @Test func `goes tenant by tenant, page by page`() throws {
        let bench = try FileBench()
        try bench.run(.setEnforcement(Enforcement(mode: .observe, percent: 100)))
        for id in ["acme", "beta", "gamma", "delta"] {
            try bench.run(.createTenant(CreateTenant(id: id)))
            _ = try bench.submit(id, count: id == "beta" ? 10 : 10 + id.utf8.count)
        }
        _ = try bench.pull(max: 99)
        var found: [UnenforcedView] = []
        var cursor: String?
        repeat {
            guard
                case .unenforcedPage(let page, let next) = try bench.query(
                    .unenforced(after: cursor, limit: 2))
            else {
                Issue.record("no page of what was not enforced")
                return
            }
            #expect(page.count <= 2)
            found += page
            cursor = next
        } while cursor != nil && found.count < 9
        #expect(found.map(\.tenant) == ["acme", "gamma", "delta"])
        #expect(found.map(\.units) == [4, 5, 5])
        #expect(found.allSatisfy { $0.metric == .jobs })
    }
}
