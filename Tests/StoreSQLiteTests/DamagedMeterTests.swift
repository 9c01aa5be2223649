import Core
import Store
import Testing

@testable import StoreSQLite

/// Rows that cannot be, which are told of and stop nothing but their batch.
@Suite struct `A damaged meter` {
    private func damage(_ bench: FileBench, _ sql: String) throws {
        let database = try Database(path: bench.files.databasePath, role: .writer)
        try database.execute(sql)
    }

    @Test func `attempts in a ring are damage, and nobody goes round for ever`() throws {
        let bench = try FileBench()
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "pro")))
        _ = try bench.submit("acme", count: 1)
        for retry in [JobRun.Retry.after(milliseconds: 0), .after(milliseconds: 0)] {
            let leased = try bench.pull(max: 1)
            try bench.run(
                .fail([Failure(token: leased[0].token, retry: retry, couldNotStart: true)]))
            bench.advance(milliseconds: 1_000)
            try bench.run()
        }
        let last = try #require(try bench.pull(max: 1).first)
        try damage(
            bench,
            "UPDATE attempts SET previous = (SELECT max(id) FROM attempts) WHERE previous IS NULL")
        #expect {
            try bench.run(
                .fail([Failure(token: last.token, retry: .never, couldNotStart: true)]))
        } throws: {
            ($0 as? StoreError)?.kind == .corrupt
        }
    }

    @Test func `a row that is not the next of its fold fails its batch`() throws {
        var limits = BatchLimits()
        limits.foldsMax = 1
        let bench = try FileBench(limits: limits)
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "pro")))
        _ = try bench.submit("acme", count: 3)
        for leased in try bench.pull(max: 3) {
            try bench.run(.complete([Completion(token: leased.token)]))
        }
        bench.advance(milliseconds: 90 * 86_400_000)
        try bench.run()
        bench.advance(milliseconds: 60_000)
        #expect(throws: StoreError.self) {
            for _ in 0..<20 {
                try bench.run()
                try damage(bench, "UPDATE folds SET last = 1 << 60")
            }
        }
    }

    @Test(arguments: [
        "count = count + 1", "used_after = used_after + 1", "excess = -1", "last = last - 1",
        "at = at + 1", "hash = zeroblob(32)",
    ])
    func `a folded row that was changed is found`(change: String) throws {
        let bench = try FileBench()
        try bench.run(.createTenant(CreateTenant(id: "acme", plan: "pro")))
        _ = try bench.submit("acme", count: 3)
        for leased in try bench.pull(max: 3) {
            try bench.run(.complete([Completion(token: leased.token)]))
        }
        bench.advance(milliseconds: 90 * 86_400_000)
        for _ in 0..<10 {
            try bench.run()
            bench.advance(milliseconds: 60_000)
        }
        #expect(try Verification.run(folder: bench.folder).faults == [])
        try damage(bench, "UPDATE folds SET \(change)")
        let faults = try Verification.run(folder: bench.folder).faults
        #expect(faults.contains { $0.contains("fold_sealed") }, "\(faults)")
        try damage(bench, "DELETE FROM folds")
        let missing = try Verification.run(folder: bench.folder).faults
        #expect(missing.contains { $0.contains("rows_kept") }, "\(missing)")
    }
}
