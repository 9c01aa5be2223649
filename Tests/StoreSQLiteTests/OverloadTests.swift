import Core
import Store
import Testing

@testable import StoreSQLite

@Suite struct `A log that grows` {
    @Test func `an old snapshot overloads the store until it is gone`() throws {
        let bench = try FileBench(framesMax: 50)
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "enterprise")))
        let snapshot = try Database(path: bench.folder + "/weir.db", role: .reader)
        try snapshot.execute("BEGIN; SELECT count(*) FROM tenants")
        for _ in 1...60 { _ = try bench.submit("acme", count: 1) }
        bench.engine.relieve()
        #expect(bench.engine.isOverloaded)
        try snapshot.execute("COMMIT")
        bench.engine.relieve()
        #expect(!bench.engine.isOverloaded)
        _ = try bench.submit("acme", count: 1)
        bench.files.checkpoint()
        #expect(!bench.engine.isOverloaded)
    }

    @Test func `a long log of which all is copied does not stop anybody`() throws {
        let bench = try FileBench(framesMax: 5)
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "enterprise")))
        _ = try bench.submit("acme", count: 500)
        bench.engine.relieve()
        #expect(!bench.engine.isOverloaded)
    }
}
