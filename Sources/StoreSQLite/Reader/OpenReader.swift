import Core
import Store

/// The reading connection with its statements. Used under the lock of `StoreFiles` only.
final class OpenReader {
    let database: Database
    let begin, end, tenantByID, liveTenantsAfter, keysOfTenant, keysOfNoTenant, allKeys: Statement
    let lineNames, meta: Statement
    let jobByID, listedByID, jobKeysBelow, jobsOfTenantBelow, historyByID, returnedByID,
        openAttemptOfJob, readyTrack: Statement
    let usage, usagesOfTenant, unenforcedAfter, ledgerByID, ledgerBelow, ledgerOfTenantBelow,
        ledgerOfTenantAbove, foldsOfTenant: Statement
    let overridesOfTenant, grantsOfTenant, openGrantsOfTenant, alertsOfPeriod, metricByName,
        runningOfTenant: Statement
    let endpointsOfTenant, endpointByID, deliveriesBelow: Statement
    /// Names of lines never change, so they are kept.
    private var names: [Int64: LineNames] = [:]
    private static let namesMax = 20_000
    /// Statements that are seldom needed, made when first they are.
    private var rare: [String: Statement] = [:]

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
        listedByID = try database.prepare(JobsSQL.listedByID)
        jobKeysBelow = try database.prepare(JobsSQL.jobKeysBelow)
        jobsOfTenantBelow = try database.prepare(CountingSQL.jobsOfTenantBelow)
        historyByID = try database.prepare(JobsSQL.historyByID)
        returnedByID = try database.prepare(JobsSQL.returnedByID)
        openAttemptOfJob = try database.prepare(AttemptsSQL.openAttemptOfJob)
        readyTrack = try database.prepare(JobsSQL.readyTrack)
        usage = try database.prepare(CountingSQL.usage)
        usagesOfTenant = try database.prepare(CountingSQL.usagesOfTenant)
        unenforcedAfter = try database.prepare(CountingSQL.unenforcedAfter)
        ledgerOfTenantAbove = try database.prepare(CountingSQL.ledgerOfTenantAbove)
        foldsOfTenant = try database.prepare(FoldingSQL.foldsOfTenant)
        overridesOfTenant = try database.prepare(TermsSQL.overridesOfTenant)
        grantsOfTenant = try database.prepare(TermsSQL.grantsOfTenant)
        openGrantsOfTenant = try database.prepare(TermsSQL.openGrantsOfTenant)
        alertsOfPeriod = try database.prepare(TermsSQL.alertsOfPeriod)
        metricByName = try database.prepare(TermsSQL.metricByName)
        runningOfTenant = try database.prepare(AttemptsSQL.runningOfTenant)
        endpointsOfTenant = try database.prepare(OutboundSQL.endpointsOfTenant)
        endpointByID = try database.prepare(OutboundSQL.endpointByID)
        deliveriesBelow = try database.prepare(OutboundSQL.deliveriesBelow)
        ledgerByID = try database.prepare(CountingSQL.ledgerByID)
        ledgerBelow = try database.prepare(CountingSQL.ledgerBelow)
        ledgerOfTenantBelow = try database.prepare(CountingSQL.ledgerOfTenantBelow)
    }

    /// A statement that is seldom needed.
    func rarely(_ sql: String) throws(StoreError) -> Statement {
        if let statement = rare[sql] { return statement }
        let statement = try database.prepare(sql)
        rare[sql] = statement
        return statement
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

    func usage(_ key: UsageKey) throws(StoreError) -> Usage {
        usage.bind(1, key.tenant)
        usage.bind(2, key.metric)
        usage.bind(3, key.period)
        return try usage.first { row throws(StoreError) in
            try Decoding.usage(row, from: 0)
        } ?? .none
    }

    /// The metric's number; nil of one that was never named.
    func number(of metric: Metric) throws(StoreError) -> Int64? {
        metricByName.bind(1, metric.name)
        return try metricByName.first { $0.int(0) }
    }

    /// How many of a tenant's jobs run: as many rows are looked at as run in all.
    func running(tenant: Int64) throws(StoreError) -> Int {
        runningOfTenant.bind(1, tenant)
        return try runningOfTenant.first { Int($0.int(0)) } ?? 0
    }

    /// What a tenant's waiting jobs that were not charged cost. As many rows are looked at as wait:
    /// a million take a tenth of a second where they are ready, half a second where scheduled.
    func waiting(tenant: Int64) throws(StoreError) -> Int64 {
        let statement = try rarely(JobsSQL.waitingOfTenant)
        statement.bind(1, tenant)
        return try statement.first { $0.int(0) } ?? 0
    }

    /// How far a by-tenant index reaches: the greatest id that it has.
    func indexed(_ key: String) throws(StoreError) -> Int64 {
        let last = try meta(key)
        guard (0..<IDSource.end).contains(last) else {
            throw StoreError(.corrupt, "\(key) is \(last), which is no id")
        }
        return last
    }

    private func meta(_ key: String) throws(StoreError) -> Int64 {
        meta.bind(1, key)
        // No id is past the end, so that whoever adds one to it cannot overflow.
        return min(try meta.first { $0.int(0) } ?? 0, IDSource.end)
    }
}

/// What a line's number stands for.
struct LineNames {
    let tenantNumber: Int64
    let tenant: String
    let queue: String
    let kind: String
}
