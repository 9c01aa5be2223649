import Core
import Glibc
import Plans
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

    /// Each run tries a part of the damages to single rows, `WEIR_DAMAGES=all` every one.
    private static let step = getenv("WEIR_DAMAGES") == nil ? 8 : 1

    @Test(arguments: 0..<2)
    func `refuses or errs, and never ends the process`(half: Int) throws {
        var refused = 0
        var erred = 0
        let jobs = try Database(path: DamageBench.copy() + "/weir.db", role: .verifier)
            .prepare("SELECT id FROM jobs").all { JobID(rawValue: $0.int(0)) }
        for (index, damage) in try Self.damages().enumerated()
        where index % 2 == half && (index / 2) % Self.step == 0 {
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
        #expect(refused > 4)
        #expect(erred > 4)
    }

    /// Changes what tenants may use, and asks about it.
    private func useTerms(
        _ bench: FileBench, _ jobs: [JobID], _ attempt: (() throws -> Void) -> Void
    ) {
        for tenant in ["acme", "grown"] {
            for query in [
                Query.grantList(tenant: tenant), .overrideList(tenant: tenant),
                .usage(tenant: tenant, period: nil),
            ] { attempt { _ = try bench.query(query) } }
            let add = AddGrant(tenant: tenant, amount: 3, source: "more")
            attempt { try bench.run(.addGrant(add)) }
            attempt {
                try bench.run(
                    .putOverride(
                        PutOverride(tenant: tenant, metric: .jobs, limit: .units(3))))
            }
            let event = UsageEvents.Event(id: "use", metric: .jobs, amount: 2)
            attempt {
                try bench.run(
                    .useUnits(UsageEvents(tenant: tenant, events: [event], mustFit: false)))
            }
            attempt { try bench.run(.checkLimit(tenant: tenant, .jobs, amount: 1)) }
        }
        attempt {
            guard case .grants(let grants, _) = try bench.query(.grantList(tenant: "grown")),
                let grant = grants.first
            else { return }
            try bench.run(.revokeGrant(grant.id, tenant: "grown"))
        }
        attempt { try bench.run(.removeOverride(tenant: "beta", .jobs)) }
        attempt { _ = try bench.query(.unenforced(after: nil, limit: 9)) }
        for job in jobs.suffix(4) { attempt { try bench.run(.explain(job, tenant: nil)) } }
        let drafts = [PlanDraft].standard.map { draft in
            var terms = draft.terms
            terms.waitingMax -= 1
            return PlanDraft(id: draft.id, terms: terms)
        }
        attempt { try bench.run(.loadPlans(drafts)) }
        attempt { try bench.run(.movePlan("free", from: 1, to: 2)) }
        for mode in [Enforcement.Mode.observe, .enforce] {
            attempt { try bench.run(.setEnforcement(Enforcement(mode: mode, percent: 100))) }
        }
    }

    /// Does a little of everything; true if something was refused by the rows.
    private func use(_ bench: FileBench, _ jobs: [JobID]) -> Bool {
        var hasFailed = false
        // A store whose rows no start takes any longer is not asked anything more.
        var isOver = false
        func attempt(_ body: () throws -> Void) {
            guard !isOver else { return }
            do {
                try body()
            } catch {
                hasFailed = true
                isOver = (try? bench.engine.recover(at: bench.now)) == nil
            }
        }
        for round in 1...3 {
            for tenant in ["acme", "beta"] {
                attempt { _ = try bench.submit(tenant, count: 2) }
                attempt { _ = try bench.query(.usage(tenant: tenant, period: nil)) }
                attempt {
                    _ = try bench.query(.ledger(LedgerFilter(tenant: tenant)))
                }
                attempt { try bench.run(.readTenant(tenant)) }
            }
            if round == 1 { useTerms(bench, jobs, attempt) }
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
