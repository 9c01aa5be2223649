import Core
package import Store

/// The rows of the store in a SQLite file, by prepared statements. Called on the store thread only.
package final class SQLiteRows: RowStore {
    let files: StoreFiles
    private var open: OpenRows?
    /// True if the rows are those of a snapshot, which is never repaired nor written.
    private let isSnapshot: Bool
    var kept = KeptRows()
    var known = KnownSubscriptions()
    /// The terms of plans by their text: a recovery reads what most likely has not changed.
    private var knownTerms: [String: PlanTerms] = [:]

    /// Rows in the folder that `files` names. `recover` opens them.
    package init(files: StoreFiles) {
        self.files = files
        isSnapshot = false
    }

    /// Rows as a reading connection sees them, whose transaction the caller holds.
    init(snapshot database: Database, files: StoreFiles) throws(StoreError) {
        self.files = files
        isSnapshot = true
        open = try OpenRows(database)
    }

    /// The connection and its statements; gone while the file is being repaired.
    var db: OpenRows {
        guard let open else { preconditionFailure("rows were used before recovery opened them") }
        return open
    }

    package var isLogOverlong: Bool { files.isLogOverlong }

    package func begin() throws(StoreError) {
        try files.checkSound()
        try db.begin.run()
    }

    package func commit() throws(StoreError) {
        for (key, count) in kept.takeChanged() { try putMeta(key, count) }
        try db.commit.run()
        guard db.database.isAutocommit else {
            throw StoreError(.inputOutput, "a transaction was still open after its commit")
        }
        files.committed(writer: db.database)
    }

    package func relieve() { files.relieve(writer: db.database) }

    package func recover() throws(StoreError) -> StoredState {
        if isSnapshot { return try db.storedState(&knownTerms, environment: files.environment) }
        try files.repair { open = nil }
        let database = try Database(
            path: files.databasePath, role: .writer, disk: files.disk)
        try Migration.run(on: database, path: files.databasePath)
        if !files.looksUpParents { try database.execute(Pragmas.withoutLookUps) }
        let rows = try OpenRows(database)
        open = rows
        let stored = try rows.storedState(&knownTerms, environment: files.environment)
        kept = try KeptRows { key throws(StoreError) in try meta(key) }
        files.openReader()
        return stored
    }

    package func storedState() throws(StoreError) -> StoredState {
        try db.storedState(&knownTerms, environment: files.environment)
    }

    /// Empties the log into the file and closes it: the end of an orderly stop.
    package func close() {
        files.closeOthers()
        if let open {
            // What cannot be emptied now is read from the log at the next start.
            try? emptyLog(open.database)
        }
        open = nil
    }

    private func emptyLog(_ database: Database) throws(StoreError) {
        try files.checkSound()
        _ = try database.checkpoint(.truncate)
    }
}

/// A writing connection with every statement that the engine runs.
final class OpenRows {
    let database: Database
    let begin, commit: Statement
    let insertTenant, updateTenant, insertKey, keyByID, keysOfTenant, keysOfNoTenant,
        deleteKey: Statement
    let insertQueue, insertLane, insertLine, putMeta, meta: Statement
    let insertJob, jobByID, insertReady, deleteReady, firstReady, readyAfter,
        readyTrack: Statement
    let insertScheduled, deleteScheduled, scheduledAt, dueScheduled, earliestScheduled,
        scheduledOfLine: Statement
    let insertExpiry, deleteExpiry, dueExpiries, earliestExpiry: Statement
    let insertReturned, returnedByID, deleteReturned, insertHistory, historyByID: Statement
    let insertAttempt, attemptByID, endAttempt, extendAttempt, requestCancel: Statement
    let usage, usagesOfPeriod, putUsage, insertLedger, chargeFrom: Statement
    let insertMetric, endOffer, putPlan, insertMove, deleteMove: Statement
    let putOverride, deleteOverride, insertGrant, updateGrant, grantByID, grantBySource: Statement
    let insertDeadline, deleteDeadline, dueDeadlines, earliestDeadline: Statement
    let insertAlert, hasUsageEvent, insertUsageEvent, deleteUsageEvent: Statement
    let outbound: OutboundStatements
    let replay, insertReplay, pruneReplays: Statement
    let ledgerAfter, deleteLedger, deleteLedgerKey, fold, putFold, insertFoldedCharge,
        foldedChargesOfJob, foldGrant: Statement
    let jobKeysAfter, insertJobKey, ledgerKeysAfter, insertLedgerKey: Statement
    /// Statements that are seldom needed, made when first they are.
    private var rare: [String: Statement] = [:]

    init(_ database: Database) throws(StoreError) {
        self.database = database
        begin = try database.prepare("BEGIN IMMEDIATE")
        commit = try database.prepare("COMMIT")
        insertTenant = try database.prepare(NamesSQL.insertTenant)
        updateTenant = try database.prepare(NamesSQL.updateTenant)
        insertKey = try database.prepare(NamesSQL.insertKey)
        keyByID = try database.prepare(NamesSQL.keyByID)
        keysOfTenant = try database.prepare(NamesSQL.keysOfTenant)
        keysOfNoTenant = try database.prepare(NamesSQL.keysOfNoTenant)
        deleteKey = try database.prepare(NamesSQL.deleteKey)
        insertQueue = try database.prepare(NamesSQL.insertQueue)
        insertLane = try database.prepare(NamesSQL.insertLane)
        insertLine = try database.prepare(NamesSQL.insertLine)
        putMeta = try database.prepare(NamesSQL.putMeta)
        meta = try database.prepare(NamesSQL.meta)
        insertJob = try database.prepare(JobsSQL.insertJob)
        jobByID = try database.prepare(JobsSQL.jobByID)
        insertReady = try database.prepare(JobsSQL.insertReady)
        deleteReady = try database.prepare(JobsSQL.deleteReady)
        firstReady = try database.prepare(JobsSQL.firstReady)
        readyAfter = try database.prepare(JobsSQL.readyAfter)
        readyTrack = try database.prepare(JobsSQL.readyTrack)
        insertScheduled = try database.prepare(JobsSQL.insertScheduled)
        deleteScheduled = try database.prepare(JobsSQL.deleteScheduled)
        scheduledAt = try database.prepare(JobsSQL.scheduledAt)
        dueScheduled = try database.prepare(JobsSQL.dueScheduled)
        earliestScheduled = try database.prepare(JobsSQL.earliestScheduled)
        scheduledOfLine = try database.prepare(JobsSQL.scheduledOfLine)
        insertExpiry = try database.prepare(JobsSQL.insertExpiry)
        deleteExpiry = try database.prepare(JobsSQL.deleteExpiry)
        dueExpiries = try database.prepare(JobsSQL.dueExpiries)
        earliestExpiry = try database.prepare(JobsSQL.earliestExpiry)
        insertReturned = try database.prepare(JobsSQL.insertReturned)
        returnedByID = try database.prepare(JobsSQL.returnedByID)
        deleteReturned = try database.prepare(JobsSQL.deleteReturned)
        insertHistory = try database.prepare(JobsSQL.insertHistory)
        historyByID = try database.prepare(JobsSQL.historyByID)
        insertAttempt = try database.prepare(AttemptsSQL.insertAttempt)
        attemptByID = try database.prepare(AttemptsSQL.attemptByID)
        endAttempt = try database.prepare(AttemptsSQL.endAttempt)
        extendAttempt = try database.prepare(AttemptsSQL.extendAttempt)
        requestCancel = try database.prepare(AttemptsSQL.requestCancel)
        usage = try database.prepare(CountingSQL.usage)
        usagesOfPeriod = try database.prepare(CountingSQL.usagesOfPeriod)
        putUsage = try database.prepare(CountingSQL.putUsage)
        insertLedger = try database.prepare(CountingSQL.insertLedger)
        chargeFrom = try database.prepare(CountingSQL.chargeFrom)
        insertMetric = try database.prepare(TermsSQL.insertMetric)
        endOffer = try database.prepare(TermsSQL.endOffer)
        putPlan = try database.prepare(TermsSQL.putPlan)
        insertMove = try database.prepare(TermsSQL.insertMove)
        deleteMove = try database.prepare(TermsSQL.deleteMove)
        putOverride = try database.prepare(TermsSQL.putOverride)
        deleteOverride = try database.prepare(TermsSQL.deleteOverride)
        insertGrant = try database.prepare(TermsSQL.insertGrant)
        updateGrant = try database.prepare(TermsSQL.updateGrant)
        grantByID = try database.prepare(TermsSQL.grantByID)
        grantBySource = try database.prepare(TermsSQL.grantBySource)
        insertDeadline = try database.prepare(TermsSQL.insertDeadline)
        deleteDeadline = try database.prepare(TermsSQL.deleteDeadline)
        dueDeadlines = try database.prepare(TermsSQL.dueDeadlines)
        earliestDeadline = try database.prepare(TermsSQL.earliestDeadline)
        insertAlert = try database.prepare(TermsSQL.insertAlert)
        hasUsageEvent = try database.prepare(TermsSQL.hasUsageEvent)
        insertUsageEvent = try database.prepare(TermsSQL.insertUsageEvent)
        deleteUsageEvent = try database.prepare(TermsSQL.deleteUsageEvent)
        outbound = try OutboundStatements(database)
        replay = try database.prepare(CountingSQL.replay)
        insertReplay = try database.prepare(CountingSQL.insertReplay)
        pruneReplays = try database.prepare(CountingSQL.pruneReplays)
        ledgerAfter = try database.prepare(FoldingSQL.ledgerAfter)
        deleteLedger = try database.prepare(FoldingSQL.deleteLedger)
        deleteLedgerKey = try database.prepare(FoldingSQL.deleteLedgerKey)
        fold = try database.prepare(FoldingSQL.fold)
        putFold = try database.prepare(FoldingSQL.putFold)
        insertFoldedCharge = try database.prepare(FoldingSQL.insertFoldedCharge)
        foldedChargesOfJob = try database.prepare(FoldingSQL.foldedChargesOfJob)
        foldGrant = try database.prepare(FoldingSQL.foldGrant)
        jobKeysAfter = try database.prepare(CountingSQL.jobKeysAfter)
        insertJobKey = try database.prepare(CountingSQL.insertJobKey)
        ledgerKeysAfter = try database.prepare(CountingSQL.ledgerKeysAfter)
        insertLedgerKey = try database.prepare(CountingSQL.insertLedgerKey)
    }

    /// A statement that only a recovery or an event of the provider's needs.
    func rarely(_ sql: String) throws(StoreError) -> Statement {
        if let statement = rare[sql] { return statement }
        let statement = try database.prepare(sql)
        rare[sql] = statement
        return statement
    }
}
