import Core
import Plans
import Store
import Testing

@testable import StoreSQLite

/// A file as the first version of the schema left it: a tenant with a job in every place.
@Suite struct `A file of version 1` {
    private static let created = Timestamp(rfc3339: "2026-10-31T08:00:00Z")!
    private static let started = Timestamp(rfc3339: "2026-11-02T09:00:00Z")!

    /// The number-th id of its kind.
    private static func id(_ number: Int64) -> Int64 { IDSource.floor(at: started) + number }

    private static func job(_ number: Int64, line: Int64 = 1, expires: String = "NULL") -> String {
        "INSERT INTO jobs VALUES (\(id(number)), \(line), \(started.milliseconds), NULL,"
            + " \(expires), 5, 5, 300000, NULL, NULL, 1, x'7b7d');"
    }

    private static func attempt(_ number: Int64, of job: Int64, end: String) -> String {
        "INSERT INTO attempts VALUES (\(id(number)), \(number), \(id(job)), 1, \(rank), 'w',"
            + " \(started.milliseconds), 3600000, \(started.milliseconds + 3_600_000), 202611,"
            + " NULL, NULL, \(end));"
    }

    private static var rank: Int64 { started.milliseconds + 300_000 }

    private static func charge(_ number: Int64, of job: Int64) -> String {
        "INSERT INTO ledger VALUES (\(id(number)), 1, 1, 202611, 1, 1, 1, \(id(job)),"
            + " \(started.milliseconds), \(number), 100);"
            + "INSERT INTO ledger_by_tenant VALUES (1, \(id(number)));"
    }

    /// Jobs: 1 is done, 2 runs, 3 is ready, 4 is scheduled, 5 came back.
    private static func rows() -> String {
        let now = started.milliseconds
        return """
            INSERT INTO meta VALUES ('period', 202611), ('last_key', \(id(1))),
                ('jobs_indexed', \(id(5))), ('ledger_indexed', \(id(3)));
            INSERT INTO tenants VALUES (1, 'acme', \(Shard.of(tenant: "acme")), 'Acme', NULL,
                'pro', 0, 0, \(created.milliseconds));
            INSERT INTO keys VALUES (\(id(1)), x'\(String(repeating: "07", count: 32))', 2, 'acme',
                NULL, NULL, \(now));
            INSERT INTO queues VALUES (1, 'default');
            INSERT INTO lanes VALUES (1, 1, 1);
            INSERT INTO lines VALUES (1, 1, 'work');
            \(job(1))\(job(2))\(job(3, expires: "\(now + 86_400_000 * 365)"))\(job(4))\(job(5))
            UPDATE jobs SET ready_at = \(now + 86_400_000 * 300) WHERE id = \(id(4));
            INSERT INTO ready VALUES (1, 1, \(rank), \(id(3)), 1), (1, 0, \(rank), \(id(5)), 1);
            INSERT INTO scheduled VALUES (\(now + 86_400_000 * 300), \(id(4)), 1, 1, 5, 1);
            INSERT INTO expiries VALUES (\(now + 86_400_000 * 365), \(id(3)));
            \(attempt(1, of: 1, end: "\(now + 1), 1, 3, NULL, NULL"))
            \(attempt(2, of: 2, end: "NULL, NULL, NULL, NULL, NULL"))
            \(attempt(3, of: 5, end: "\(now + 1), 2, 1, NULL, NULL"))
            INSERT INTO returned VALUES (\(id(5)), \(rank), \(now), 1, 0, 0, 0, 202611, \(id(3)),
                \(now), NULL);
            INSERT INTO history VALUES (\(id(1)), 1, 1, 0, 0, 0, \(now), \(now + 1), 202611,
                \(id(1)), NULL, x'7b7d', NULL);
            INSERT INTO usage VALUES (1, 1, 202611, 3, 0, 0);
            \(charge(1, of: 1))\(charge(2, of: 2))\(charge(3, of: 5))
            INSERT INTO idempotency VALUES (1, 'acme', 'once', x'01', \(now),
                x'0000000000000001');
            INSERT INTO jobs_by_tenant SELECT 1, id FROM jobs;
            """
    }

    private func folder() throws -> String {
        let folder = FileBench.makeFolder()
        let database = try Database(path: folder + "/weir.db", role: .writer)
        try database.execute(
            "BEGIN;\(Schema.migrations[0])\(Self.rows())PRAGMA application_id = 2003134834;"
                + "PRAGMA user_version = 1;COMMIT")
        return folder
    }

    private var token: LeaseToken {
        LeaseToken(attempt: AttemptID(rawValue: Self.id(2)), secret: 2)
    }

    @Test func `is opened, and every row fits what the program says today`() throws {
        let bench = try FileBench(folder: folder())
        #expect(try Verification.run(folder: bench.folder).faults == [])
        #expect(try bench.engine.memoryFault() == nil)
    }

    @Test func `keeps its charges and its ledger`() throws {
        let bench = try FileBench(folder: folder())
        guard case .usage(let view) = try bench.query(.usage(tenant: "acme", period: "2026-11"))
        else { throw StoreError(.misuse, "no usage") }
        #expect(view.accounts.map(\.usage) == [Usage(plan: 3)])
        guard
            case .ledgerPage(let rows, _) = try bench.query(
                .ledger(LedgerFilter(tenant: "acme")))
        else { throw StoreError(.misuse, "no ledger") }
        #expect(rows.map(\.usedAfter) == [3, 2, 1])
        #expect(rows.map(\.job?.rawValue) == [5, 2, 1].map(Self.id))
    }

    @Test func `has a lease that its worker can end`() throws {
        let bench = try FileBench(folder: folder())
        let replies = try bench.run(
            .heartbeat(Heartbeat(tokens: [token])), .complete([Completion(token: token)]))
        #expect(replies[1] == .leaseOutcomes([.ended(.succeeded, runAt: nil)]))
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `gives back what a job cost that turns out not to start`() throws {
        let bench = try FileBench(folder: folder())
        try bench.run(.fail([Failure(token: token, retry: .never, couldNotStart: true)]))
        guard case .usage(let view) = try bench.query(.usage(tenant: "acme", period: "2026-11"))
        else { throw StoreError(.misuse, "no usage") }
        #expect(view.accounts.map(\.usage) == [Usage(plan: 2)])
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `serves what waited, and pays for it once`() throws {
        let bench = try FileBench(folder: folder())
        let leased = try bench.pull(max: 9)
        #expect(leased.map(\.job.id.rawValue) == [3, 5].map(Self.id))
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `has its tenants' periods anchored at the day that they were made`() throws {
        let bench = try FileBench(folder: folder())
        guard case .tenant(let view) = try bench.run(.readTenant("acme"))[0] else {
            throw StoreError(.misuse, "no tenant")
        }
        #expect(view.facts.anchorDay == 31)
        #expect(view.facts.window == .calendar)
        #expect(view.facts.basePlan == PlanVersion(id: "pro", version: 1))
        #expect(view.effectivePlan == PlanVersion(id: "pro", version: 1))
    }

    @Test func `begins on the first day of the month that charges went to`() throws {
        let folder = try folder()
        let database = try Database(path: folder + "/weir.db", role: .writer)
        try Migration.run(on: database, path: folder)
        let day = try database.prepare("SELECT value FROM meta WHERE key = 'day'")
            .first { $0.int(0) }
        let first = Day(containing: Timestamp(rfc3339: "2026-11-01T00:00:00Z")!)
        #expect(day == first.number)
        #expect(
            try database.prepare("SELECT key FROM meta WHERE key = 'period'").all { _ in 1 } == [])
        // The bench's clock is past that day, which the engine believes after a minute.
        #expect(try FileBench(folder: folder).engine.day == first)
    }

    @Test func `has the plans stored from then on`() throws {
        let folder = try folder()
        _ = try FileBench(folder: folder)
        let plans = try Database(path: folder + "/weir.db", role: .reader)
            .prepare("SELECT id, version, is_offered FROM plans ORDER BY id")
            .all { "\($0.text(0)) \($0.int(1)) \($0.int(2))" }
        #expect(plans == ["enterprise 1 1", "free 1 1", "pro 1 1"])
    }

    @Test func `is refused by plans that lack one of its tenants', and not changed by that`() throws
    {
        let folder = try folder()
        let rest = [PlanDraft].standard.filter { $0.id != "pro" }
        #expect(throws: StoreError.self) { _ = try FileBench(folder: folder, plans: rest) }
        #expect(try FileBench(folder: folder).engine.catalog.plan("pro") != nil)
    }

    /// The same file as version 12 left it.
    private func settled() throws -> (folder: String, database: Database) {
        let folder = try folder()
        let database = try Database(path: folder + "/weir.db", role: .writer)
        for (index, sql) in Schema.migrations.enumerated().dropFirst().prefix(11) {
            try database.execute(
                "BEGIN IMMEDIATE;\(sql)PRAGMA user_version = \(index + 1);COMMIT")
        }
        return (folder, database)
    }

    @Test func `has what debts said beneath the operator's plan worked out anew`() throws {
        let (folder, database) = try settled()
        let end = Self.started.milliseconds + 86_400_000 * 300
        try database.execute(
            "UPDATE tenants SET entitled_status = 5, entitlement_turns = \(end);"
                + "INSERT INTO deadlines VALUES (\(end), 1, 4, 0)")
        let bench = try FileBench(folder: folder)
        guard case .tenant(let view) = try bench.run(.readTenant("acme"))[0] else {
            throw StoreError(.misuse, "no tenant")
        }
        #expect(view.facts.status == .active)
        #expect(view.effectivePlan == PlanVersion(id: "pro", version: 1))
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `has orphans tried again of whom it is known by now whose they are`() throws {
        let (folder, database) = try settled()
        let time = Self.started.milliseconds
        func event(
            _ number: Int, _ type: String, object: String, _ customer: String, body: Bool = true
        ) -> String {
            "INSERT INTO webhook_events VALUES (\(number), 'evt_\(number)', '\(type)', \(time),"
                + " NULL, 0, '\(object)', \(customer), NULL, \(time), 3, NULL, NULL, 1, NULL);"
                + (body ? "INSERT INTO webhook_bodies VALUES (\(number), \(time), x'7b7d');" : "")
        }
        try database.execute(
            """
            INSERT INTO customers VALUES ('cus_1', 0, 1, 0), ('cus_2', 0, NULL, 0),
                ('cus_3', 1, 1, 0);
            INSERT INTO subscriptions VALUES ('sub_1', 0, 1, NULL, x'7b7d', NULL, 0);
            \(event(1, "invoice.paid", object: "in_1", "'cus_1'"))
            \(event(2, "invoice.paid", object: "in_2", "'cus_2'"))
            \(event(3, "invoice.paid", object: "in_3", "'cus_3'"))
            \(event(4, "customer.updated", object: "cus_1", "NULL"))
            \(event(5, "customer.subscription.updated", object: "sub_1", "'cus_9'"))
            \(event(6, "invoice.paid", object: "in_6", "'cus_1'", body: false))
            """)
        try Migration.run(on: database, path: folder)
        let due = try database.prepare(
            "SELECT number FROM webhook_events WHERE retry_at IS NOT NULL ORDER BY number"
        ).all { $0.int(0) }
        #expect(due == [1, 4, 5])
    }
}
