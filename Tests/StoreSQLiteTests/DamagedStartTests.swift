import Core
import Store
import Testing

@testable import StoreSQLite

@Suite struct `A store on damaged rows` {
    /// Every column of every table with a value that no row of ours has, in all rows and in one,
    /// and every table empty.
    private static func damages() throws -> [String] {
        let database = try Database(path: DamageBench.copy() + "/weir.db", role: .verifier)
        let tables = try database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
            .all { $0.text(0) }
        var damages = tables.map { "DELETE FROM \($0)" }
        for table in tables {
            let columns = try database.prepare("PRAGMA table_info(\(table))").all { $0.text(1) }
            let keys = try database.prepare(
                "SELECT name FROM pragma_table_info('\(table)') WHERE pk > 0 ORDER BY pk"
            ).all { $0.text(0) }.joined(separator: ", ")
            for column in columns {
                for value in ["9999", "9223372036854775807", "x''"] {
                    for row in [0, 3] {
                        damages.append(
                            "UPDATE \(table) SET \(column) = \(value) WHERE (\(keys)) ="
                                + " (SELECT \(keys) FROM \(table) LIMIT 1 OFFSET \(row))")
                    }
                }
                for value in ["-5", "'zz'", "NULL", "9223372036854775807"] {
                    damages.append("UPDATE \(table) SET \(column) = \(value)")
                }
            }
        }
        return damages
    }

    @Test func `refuses or errs, and never ends the process`() throws {
        var refused = 0
        var erred = 0
        let jobs = try Database(path: DamageBench.copy() + "/weir.db", role: .verifier)
            .prepare("SELECT id FROM jobs").all { JobID(rawValue: $0.int(0)) }
        for damage in try Self.damages() {
            let folder = try DamageBench.copy()
            // What the schema does not take cannot be in a row.
            let database = try Database(path: folder + "/weir.db", role: .writer)
            try database.execute("PRAGMA foreign_keys = OFF")
            guard (try? database.execute(damage)) != nil else { continue }
            do {
                let bench = try FileBench(folder: folder)
                if use(bench, jobs) { erred += 1 }
            } catch let error as StoreError {
                #expect(!error.message.isEmpty)
                refused += 1
            }
        }
        #expect(refused > 20)
        #expect(erred > 10)
    }

    /// Does a little of everything; true if something was refused by the rows.
    private func use(_ bench: FileBench, _ jobs: [JobID]) -> Bool {
        var hasFailed = false
        func attempt(_ body: () throws -> Void) {
            do {
                try body()
            } catch {
                hasFailed = true
                try? bench.engine.recover(at: bench.now)
            }
        }
        for round in 1...3 {
            for tenant in ["acme", "beta"] {
                attempt { _ = try bench.submit(tenant, count: 2) }
                attempt { _ = try bench.query(.usage(tenant: tenant, period: bench.engine.period)) }
                attempt {
                    _ = try bench.query(.ledger(LedgerFilter(tenant: tenant)))
                }
                attempt { try bench.run(.readTenant(tenant)) }
            }
            attempt { _ = try bench.query(.jobList(JobFilter())) }
            var leased: [LeasedJob] = []
            attempt { leased = try bench.pull(max: 5) }
            for (index, lease) in leased.enumerated() {
                attempt {
                    switch index % 3 {
                    case 0: try bench.run(.complete([Completion(token: lease.token)]))
                    case 1: try bench.run(.fail([Failure(token: lease.token)]))
                    default: try bench.run(.release(Release(tokens: [lease.token])))
                    }
                }
            }
            for job in jobs { attempt { try bench.run(.cancelJob(job, tenant: nil)) } }
            attempt { try bench.run(.deleteTenant(tenant: "old", force: true)) }
            bench.advance(milliseconds: Int64(round) * 1_800_000)
            attempt { try bench.run() }
        }
        return hasFailed
    }
}
