import Store
import Testing

@testable import StoreSQLite

/// What a submit, a claim and an end write and read, each many thousand times a second.
@Suite struct `A statement of the hot path` {
    private static let all = [
        JobsSQL.insertJob, JobsSQL.jobByID, JobsSQL.insertReady, JobsSQL.deleteReady,
        JobsSQL.firstReady, JobsSQL.readyAfter, JobsSQL.insertScheduled, JobsSQL.deleteScheduled,
        JobsSQL.insertExpiry, JobsSQL.deleteExpiry, JobsSQL.insertReturned, JobsSQL.insertHistory,
        AttemptsSQL.insertAttempt, AttemptsSQL.endAttempt, AttemptsSQL.extendAttempt,
        CountingSQL.usage, CountingSQL.putUsage, CountingSQL.insertLedger,
        CountingSQL.chargeFrom, CountingSQL.replay, CountingSQL.insertReplay,
        CountingSQL.jobKeysAfter, CountingSQL.insertJobKey, CountingSQL.ledgerKeysAfter,
        CountingSQL.insertLedgerKey, OutboundSQL.insertOutbox, OutboundSQL.insertDelivery,
    ]

    /// A check such as `track IN (0, 1, 2)` makes one for each row that is written.
    @Test(arguments: all)
    func `makes no table of its own`(sql: String) throws {
        let database = try Database(path: FileBench.makeFolder() + "/weir.db", role: .writer)
        try Migration.run(on: database, path: "weir.db")
        let steps = try database.prepare("EXPLAIN " + sql).all { $0.text(1) }
        #expect(steps.contains("Halt"))
        let tables = ["OpenEphemeral", "OpenAutoindex", "SorterOpen"]
        #expect(steps.filter(tables.contains) == [])
    }
}
