import Core
import Store

/// One run of the checks over a snapshot.
struct VerificationCheck {
    let database: Database
    private(set) var broken: [Invariant: VerificationFault] = [:]

    init(database: Database) {
        self.database = database
    }

    /// The faults in the order of the list of invariants.
    var faults: [VerificationFault] { Invariant.allCases.compactMap { broken[$0] } }

    /// One more row breaks `invariant`.
    mutating func note(_ invariant: Invariant, _ example: @autoclosure () -> String) {
        var fault = broken.removeValue(forKey: invariant) ?? VerificationFault(invariant)
        fault.add(example)
        broken[invariant] = fault
    }

    /// One more row breaks `invariant`: of this job, or this tenant.
    mutating func note(
        _ invariant: Invariant, job: Int64? = nil, tenant: Int64?, _ says: @autoclosure () -> String
    ) {
        // Nobody sees more examples than these, so no more are looked up.
        let isShown = (broken[invariant]?.count ?? 0) < VerificationFault.examplesMax
        let example = isShown ? subject(job: job, tenant: tenant) + says() : ""
        note(invariant, example)
    }

    /// What SQLite can say by itself, and whether the tables are ours.
    mutating func checkFile() {
        attempt(.fileSound) { check throws(StoreError) in
            let limit = VerificationFault.examplesMax
            for line in try check.lines("PRAGMA integrity_check(\(limit))") where line != "ok" {
                check.note(.fileSound, line)
            }
        }
        attempt(.schemaOurs) { check throws(StoreError) in try check.checkSchema() }
        // What the number of a table's row is.
        let marks = [
            "jobs": "job#", "returned": "job#", "history": "job#", "attempts": "att#",
            "ledger": "led#", "keys": "key#", "outbox": "evt#", "endpoints": "whe#",
            "deliveries": "dlv#",
        ]
        attempt(.referenceLeadsToRow) { check throws(StoreError) in
            let rows = try check.database.prepare("PRAGMA foreign_key_check").all {
                let row = "\(marks[$0.text(0)] ?? "row ")\($0.optionalText(1) ?? "?")"
                return IDMarks.written("\(row) of \($0.text(0)) leads to no row of \($0.text(2))")
            }
            for row in rows { check.note(.referenceLeadsToRow, row) }
        }
    }

    /// The invariants that queries find broken.
    mutating func checkRows() {
        let queries =
            PlacesInvariantSQL.all + CountingInvariantSQL.all + OutboundInvariantSQL.all
            + BillingInvariantSQL.all + RunnerInvariantSQL.all
        for sql in queries {
            attempt(.rowsReadable) { check throws(StoreError) in try check.run(sql) }
        }
        attempt(.rowsReadable) { check throws(StoreError) in try check.checkValues() }
        attempt(.rowsReadable) { check throws(StoreError) in try check.checkLedger() }
        attempt(.rowsReadable) { check throws(StoreError) in try check.checkLogs() }
        attempt(.rowsReadable) { check throws(StoreError) in
            try check.checkIndex(
                "jobs_by_tenant", has: CountingInvariantSQL.jobIndex,
                shouldHave: CountingInvariantSQL.jobKeys)
            try check.checkIndex(
                "ledger_by_tenant", has: CountingInvariantSQL.ledgerIndex,
                shouldHave: CountingInvariantSQL.ledgerKeys)
        }
        attempt(.rowsReadable) { check throws(StoreError) in
            let tenants = try check.database.prepare("SELECT id, shard FROM tenants").all {
                (id: $0.text(0), shard: $0.int(1))
            }
            for tenant in tenants where tenant.shard != Shard.of(tenant: tenant.id) {
                check.note(
                    .tenantShard,
                    "tenant \(tenant.id): expected shard \(Shard.of(tenant: tenant.id)), found "
                        + "\(tenant.shard)")
            }
        }
    }

    /// A check that cannot be run breaks an invariant too: a damaged file is no reason to stop.
    mutating func attempt(
        _ invariant: Invariant,
        _ body: (inout VerificationCheck) throws(StoreError) -> Void
    ) {
        do throws(StoreError) {
            try body(&self)
        } catch {
            note(invariant, error.message.split(separator: "\n").first.map(String.init) ?? "")
        }
    }

    // MARK: Private

    /// Runs a query for rows that break invariants: name, job, tenant's number, what is wrong.
    private mutating func run(_ sql: String) throws(StoreError) {
        try database.prepare(sql).each { row in
            let name = row.text(0)
            guard let invariant = Invariant(rawValue: name) else {
                preconditionFailure("a query names the invariant '\(name)', which there is not")
            }
            note(
                invariant, job: row.optionalInt(1), tenant: row.optionalInt(2),
                IDMarks.written(row.text(3)))
            return true
        }
    }

    /// `job job_0c… of tenant acme: `, as far as rows can say.
    private func subject(job: Int64?, tenant: Int64?) -> String {
        var parts: [String] = []
        if let job { parts.append("job \(JobID(rawValue: job))") }
        if let name = try? tenantName(job: job, tenant: tenant) { parts.append("tenant \(name)") }
        return parts.isEmpty ? "" : parts.joined(separator: " of ") + ": "
    }

    private func tenantName(job: Int64?, tenant: Int64?) throws(StoreError) -> String? {
        let statement: Statement
        if let tenant {
            statement = try database.prepare("SELECT id FROM tenants WHERE number = ?1")
            statement.bind(1, tenant)
        } else if let job {
            statement = try database.prepare(
                """
                SELECT tenants.id
                FROM jobs
                JOIN lines ON lines.number = jobs.line
                JOIN lanes ON lanes.number = lines.lane
                JOIN tenants ON tenants.number = lanes.tenant
                WHERE jobs.id = ?1
                """)
            statement.bind(1, job)
        } else {
            return nil
        }
        return try statement.first { $0.text(0) }
    }

    /// Compares the schema with the one that this program makes of an empty file.
    /// The tables as this program makes them, by name.
    private static let ours: Result<[String: String], StoreError> = Result {
        () throws(StoreError) in
        let fresh = try Database(path: ":memory:", role: .writer)
        try Migration.run(on: fresh, path: ":memory:")
        return try schema(of: fresh)
    }

    private static func schema(of database: Database) throws(StoreError) -> [String: String] {
        var found: [String: String] = [:]
        let sql = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
        for (name, text) in try database.prepare(sql).all({ ($0.text(0), $0.text(1)) }) {
            found[name] = text
        }
        return found
    }

    private mutating func checkSchema() throws(StoreError) {
        let ours = try Self.ours.get()
        var found = try Self.schema(of: database)
        for (name, text) in ours.sorted(by: { $0.key < $1.key }) {
            let there = found.removeValue(forKey: name)
            if there != text {
                note(.schemaOurs, "\(name): \(there == nil ? "not there" : "another definition")")
            }
        }
        for name in found.keys.sorted() where !name.hasPrefix("sqlite_") {
            note(.schemaOurs, "\(name): none of this program's")
        }
    }

    private func lines(_ sql: String) throws(StoreError) -> [String] {
        try database.prepare(sql).all { $0.text(0) }
    }
}
