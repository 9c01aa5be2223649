import Core
import Store

/// The reading connection with its statements. Used under the lock of `StoreFiles` only.
final class OpenReader {
    let database: Database
    let begin, end, tenantByID, liveTenantsAfter, keysOfTenant, keysOfNoTenant, allKeys: Statement
    let lineNames, meta: Statement
    let jobByID, jobKeysBelow, jobsOfTenantBelow, historyByID, returnedByID, openAttemptOfJob,
        readyTrack: Statement
    let usage, ledgerByID, ledgerBelow, ledgerOfTenantBelow: Statement
    /// Names of lines never change, so they are kept.
    private var names: [Int64: LineNames] = [:]
    private static let namesMax = 20_000

    init(_ database: Database) throws(StoreError) {
        self.database = database
        begin = try database.prepare("BEGIN")
        end = try database.prepare("COMMIT")
        tenantByID = try database.prepare(NamesSQL.tenantByID)
        liveTenantsAfter = try database.prepare(NamesSQL.liveTenantsAfter)
        keysOfTenant = try database.prepare(NamesSQL.keysOfTenant)
        keysOfNoTenant = try database.prepare(NamesSQL.keysOfNoTenant)
        allKeys = try database.prepare(NamesSQL.allKeys)
        lineNames = try database.prepare(NamesSQL.lineNames)
        meta = try database.prepare(NamesSQL.meta)
        jobByID = try database.prepare(JobsSQL.jobByID)
        jobKeysBelow = try database.prepare(JobsSQL.jobKeysBelow)
        jobsOfTenantBelow = try database.prepare(CountingSQL.jobsOfTenantBelow)
        historyByID = try database.prepare(JobsSQL.historyByID)
        returnedByID = try database.prepare(JobsSQL.returnedByID)
        openAttemptOfJob = try database.prepare(AttemptsSQL.openAttemptOfJob)
        readyTrack = try database.prepare(JobsSQL.readyTrack)
        usage = try database.prepare(CountingSQL.usage)
        ledgerByID = try database.prepare(CountingSQL.ledgerByID)
        ledgerBelow = try database.prepare(CountingSQL.ledgerBelow)
        ledgerOfTenantBelow = try database.prepare(CountingSQL.ledgerOfTenantBelow)
    }

    /// Ends a snapshot that was left open by an error; false if that cannot be.
    func endSnapshot() -> Bool {
        database.isAutocommit || (try? database.execute("ROLLBACK")) != nil
    }

    func tenant(_ id: String) throws(StoreError) -> TenantRow? {
        tenantByID.bind(1, id)
        return try tenantByID.first(Decoding.tenant)
    }

    func names(ofLine line: Int64) throws(StoreError) -> LineNames {
        if let found = names[line] { return found }
        lineNames.bind(1, line)
        guard
            let found = try lineNames.first({
                LineNames(
                    tenantNumber: $0.int(0), tenant: $0.text(1), queue: $0.text(2),
                    kind: $0.text(3))
            })
        else { throw StoreError(.corrupt, "line \(line) has jobs but no row") }
        if names.count >= OpenReader.namesMax { names.removeAll() }
        names[line] = found
        return found
    }

    func usage(tenant: Int64, period: Period) throws(StoreError) -> Usage {
        usage.bind(1, tenant)
        usage.bind(2, period.key)
        return try usage.first { row throws(StoreError) in
            try Decoding.usage(row, from: 0)
        } ?? .none
    }

    func meta(_ key: String) throws(StoreError) -> Int64 {
        meta.bind(1, key)
        return try meta.first { $0.int(0) } ?? 0
    }
}

/// What a line's number stands for.
struct LineNames {
    let tenantNumber: Int64
    let tenant: String
    let queue: String
    let kind: String
}
