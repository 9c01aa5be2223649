package import Core
package import Store

extension SQLiteRows {
    // MARK: Attempts

    package func insertAttempt(_ row: AttemptRow) throws(StoreError) {
        let statement = db.insertAttempt
        statement.bind(1, row.token.attempt.rawValue)
        statement.bind(2, Int64(bitPattern: row.token.secret))
        statement.bind(3, row.job.rawValue)
        statement.bind(4, row.line)
        statement.bind(5, row.rank)
        statement.bind(6, row.worker)
        statement.bind(7, row.startedAt.milliseconds)
        statement.bind(8, row.leaseMilliseconds)
        statement.bind(9, row.expiresAt.milliseconds)
        statement.bind(10, row.chargedPeriod?.key)
        statement.bind(11, row.previous?.rawValue)
        statement.bind(12, row.charge?.rawValue)
        statement.bind(13, row.boot)
        try statement.run()
    }

    package func attempt(_ id: AttemptID) throws(StoreError) -> AttemptRow? {
        db.attemptByID.bind(1, id.rawValue)
        return try db.attemptByID.first(Decoding.attempt)
    }

    package func endAttempt(_ id: AttemptID, _ end: AttemptEnd) throws(StoreError) {
        let statement = db.endAttempt
        statement.bind(1, id.rawValue)
        statement.bind(2, end.at.milliseconds)
        // The check of the column is older than time-outs: they are failures with a mark.
        let isTimeout = end.outcome == .timedOut
        statement.bind(3, (isTimeout ? AttemptOutcome.failed : end.outcome).rawValue)
        statement.bind(4, StateCode.code(end.stateAfter))
        statement.bind(5, end.runAtAfter?.milliseconds)
        statement.bind(6, end.error)
        statement.bind(7, end.couldNotStart ? 1 : 0)
        statement.bind(8, isTimeout ? 1 : nil as Int64?)
        try statement.run()
    }

    package func extendAttempt(
        _ id: AttemptID, until expiresAt: Timestamp, heardAt: Timestamp, ranMilliseconds: Int64
    ) throws(StoreError) {
        db.extendAttempt.bind(1, id.rawValue)
        db.extendAttempt.bind(2, expiresAt.milliseconds)
        db.extendAttempt.bind(3, heardAt.milliseconds)
        db.extendAttempt.bind(4, ranMilliseconds)
        try db.extendAttempt.run()
    }

    package func requestCancel(_ id: AttemptID, at time: Timestamp) throws(StoreError) {
        db.requestCancel.bind(1, id.rawValue)
        db.requestCancel.bind(2, time.milliseconds)
        try db.requestCancel.run()
    }

    // MARK: Usage and ledger

    package func usages(of period: Period) throws(StoreError) -> [UsageRow] {
        db.usagesOfPeriod.bind(1, period.key)
        return try db.usagesOfPeriod.all { row throws(StoreError) in
            UsageRow(
                key: UsageKey(tenant: row.int(0), metric: row.int(1), period: period.key),
                usage: try Decoding.usage(row, from: 2))
        }
    }

    package func usage(_ key: UsageKey) throws(StoreError) -> Usage {
        db.usage.bind(1, key.tenant)
        db.usage.bind(2, key.metric)
        db.usage.bind(3, key.period)
        return try db.usage.first { row throws(StoreError) in
            try Decoding.usage(row, from: 0)
        } ?? .none
    }

    package func putUsage(_ row: UsageRow) throws(StoreError) {
        let statement = db.putUsage
        statement.bind(1, row.key.tenant)
        statement.bind(2, row.key.metric)
        statement.bind(3, row.key.period)
        statement.bind(4, row.usage.plan)
        statement.bind(5, row.usage.grant)
        statement.bind(6, row.usage.overage)
        statement.bind(7, row.usage.overSoft)
        statement.bind(8, row.usage.unenforced)
        try statement.run()
    }

    package func insertLedger(_ row: LedgerRow) throws(StoreError) {
        let statement = db.insertLedger
        statement.bind(1, row.id.rawValue)
        statement.bind(2, row.key.tenant)
        statement.bind(3, row.key.metric)
        statement.bind(4, row.key.period)
        statement.bind(5, row.entry.rawValue)
        statement.bind(6, row.source.rawValue)
        statement.bind(7, row.amount)
        statement.bind(8, row.job?.rawValue)
        statement.bind(9, row.at.milliseconds)
        statement.bind(10, row.usedAfter)
        statement.bind(11, row.inForce)
        statement.bind(12, row.grant?.rawValue)
        statement.bind(13, row.event)
        try statement.run()
    }

    package func charge(
        from id: LedgerID, of job: JobID
    ) throws(StoreError) -> [LedgerRow] {
        db.foldedChargesOfJob.bind(1, job.rawValue)
        var found = try db.foldedChargesOfJob.all(Decoding.ledgerRow)
        db.chargeFrom.bind(1, id.rawValue)
        try db.chargeFrom.each { row throws(StoreError) in
            let entry = try Decoding.ledgerRow(row)
            guard entry.job == job, entry.entry == .charge else { return false }
            found.append(entry)
            return true
        }
        return found
    }

    // MARK: Replays

    package func replay(scope: String, key: String) throws(StoreError) -> ReplayRow? {
        db.replay.bind(1, scope)
        db.replay.bind(2, key)
        return try db.replay.first { row throws(StoreError) in
            ReplayRow(
                request: Idempotency(scope: scope, key: key, fingerprint: row.bytes(0)),
                createdAt: try Decoding.time(row.int(1)),
                results: Encoding.integers(from: row.bytes(2)))
        }
    }

    package func insertReplay(_ row: ReplayRow) throws(StoreError) {
        let statement = db.insertReplay
        statement.bind(1, row.request.scope)
        statement.bind(2, row.request.key)
        statement.bind(3, row.request.fingerprint)
        statement.bind(4, row.createdAt.milliseconds)
        statement.bind(5, Encoding.integers(row.results))
        try statement.run()
    }

    package func pruneReplays(before time: Timestamp, limit: Int) throws(StoreError) -> Int {
        db.pruneReplays.bind(1, time.milliseconds)
        db.pruneReplays.bind(2, Int64(limit))
        try db.pruneReplays.run()
        return db.database.changes
    }

    // MARK: By-tenant indexes

    package func extendIndexes(
        limit: Int, tenantOfLine tenant: (Int64) -> Int64?
    ) throws(StoreError) -> Int {
        let jobs = try extendIndex(
            MetaKey.jobsIndexed, limit: limit, select: db.jobKeysAfter, insert: db.insertJobKey,
            tenant: tenant)
        let ledger = try extendIndex(
            MetaKey.ledgerIndexed, limit: limit, select: db.ledgerKeysAfter,
            insert: db.insertLedgerKey, tenant: { $0 })
        return jobs + ledger
    }

    /// Copies one slice, sorted by tenant, so that a slice touches each page of the index once.
    /// `tenant` makes a tenant's number of what `select` gives beside the id.
    private func extendIndex(
        _ metaKey: String, limit: Int, select: Statement, insert: Statement,
        tenant: (Int64) -> Int64?
    ) throws(StoreError) -> Int {
        let indexed = try meta(metaKey) ?? 0
        select.bind(1, indexed)
        select.bind(2, Int64(limit))
        let found = try select.all { (owner: $0.int(0), id: $0.int(1)) }
        guard let last = found.last?.id else { return 0 }
        var keys = found.compactMap { row in tenant(row.owner).map { (tenant: $0, id: row.id) } }
        keys.sort { ($0.tenant, $0.id) < ($1.tenant, $1.id) }
        for key in keys {
            insert.bind(1, key.tenant)
            insert.bind(2, key.id)
            try insert.run()
        }
        try putMeta(metaKey, last)
        return found.count
    }
}
