package import Core
package import Store

extension SQLiteRows {
    package func insertJob(_ body: JobBody, line: Int64) throws(StoreError) {
        let statement = db.insertJob
        statement.bind(1, body.id.rawValue)
        statement.bind(2, line)
        statement.bind(3, body.createdAt.milliseconds)
        statement.bind(
            4, body.readyAt == body.createdAt ? nil : body.readyAt.milliseconds as Int64?)
        statement.bind(5, body.expiresAt?.milliseconds)
        statement.bind(6, Int64(body.priority))
        statement.bind(7, Int64(body.attemptsMax))
        statement.bind(8, body.timeoutMilliseconds)
        statement.bind(9, Encoding.backoff(body.backoff))
        statement.bind(10, body.tags.isEmpty ? nil : Encoding.names(body.tags))
        statement.bind(11, body.cost)
        statement.bind(12, body.payload)
        try statement.run()
    }

    package func job(_ id: JobID) throws(StoreError) -> JobRow? {
        db.jobByID.bind(1, id.rawValue)
        return try db.jobByID.first(Decoding.job)
    }

    package func insertReady(_ row: ReadyRow) throws(StoreError) {
        let statement = db.insertReady
        statement.bind(1, row.line)
        statement.bind(2, row.track.rawValue)
        statement.bind(3, row.rank)
        statement.bind(4, row.id.rawValue)
        statement.bind(5, row.cost)
        try statement.run()
    }

    package func deleteReady(_ row: ReadyRow) throws(StoreError) {
        let statement = db.deleteReady
        statement.bind(1, row.line)
        statement.bind(2, row.track.rawValue)
        statement.bind(3, row.rank)
        statement.bind(4, row.id.rawValue)
        try statement.run()
        precondition(db.database.changes == 1, "job \(row.id) was not where memory had it")
    }

    package func firstReady(
        line: Int64, track: Track, limit: Int
    ) throws(StoreError) -> [Head] {
        let statement = db.firstReady
        statement.bind(1, line)
        statement.bind(2, track.rawValue)
        statement.bind(3, Int64(limit))
        return try statement.all { row throws(StoreError) in
            Head(
                rank: row.int(0), id: JobID(rawValue: row.int(1)),
                cost: try Decoding.cost(row.int(2)))
        }
    }

    package func track(line: Int64, rank: Int64, id: JobID) throws(StoreError) -> Track? {
        let statement = db.readyTrack
        statement.bind(1, line)
        statement.bind(2, rank)
        statement.bind(3, id.rawValue)
        return try statement.first { row throws(StoreError) in try Decoding.track(row.int(0)) }
    }

    package func insertScheduled(_ row: ScheduledRow) throws(StoreError) {
        let statement = db.insertScheduled
        statement.bind(1, row.runAt.milliseconds)
        statement.bind(2, row.id.rawValue)
        statement.bind(3, row.line)
        statement.bind(4, row.track.rawValue)
        statement.bind(5, Int64(row.priority))
        statement.bind(6, row.cost)
        try statement.run()
    }

    package func deleteScheduled(at time: Timestamp, id: JobID) throws(StoreError) {
        db.deleteScheduled.bind(1, time.milliseconds)
        db.deleteScheduled.bind(2, id.rawValue)
        try db.deleteScheduled.run()
    }

    package func scheduled(at time: Timestamp, id: JobID) throws(StoreError) -> ScheduledRow? {
        db.scheduledAt.bind(1, time.milliseconds)
        db.scheduledAt.bind(2, id.rawValue)
        return try db.scheduledAt.first(Decoding.scheduled)
    }

    package func dueScheduled(
        until time: Timestamp, limit: Int
    ) throws(StoreError) -> [ScheduledRow] {
        db.dueScheduled.bind(1, time.milliseconds)
        db.dueScheduled.bind(2, Int64(limit))
        return try db.dueScheduled.all(Decoding.scheduled)
    }

    package func ready(
        line: Int64, track: Track, after head: Head?, limit: Int
    ) throws(StoreError) -> [Head] {
        let statement = db.readyAfter
        statement.bind(1, line)
        statement.bind(2, track.rawValue)
        statement.bind(3, head?.rank ?? .min)
        statement.bind(4, head?.id.rawValue ?? .min)
        statement.bind(5, Int64(limit))
        return try statement.all { row throws(StoreError) in
            Head(
                rank: row.int(0), id: JobID(rawValue: row.int(1)),
                cost: try Decoding.cost(row.int(2)))
        }
    }

    package func earliestScheduled() throws(StoreError) -> Timestamp? {
        try db.earliestScheduled.first { row throws(StoreError) in try Decoding.time(row.int(0)) }
    }

    package func scheduled(
        ofLine line: Int64, limit: Int
    ) throws(StoreError) -> [ScheduledRow] {
        db.scheduledOfLine.bind(1, line)
        db.scheduledOfLine.bind(2, Int64(limit))
        return try db.scheduledOfLine.all(Decoding.scheduled)
    }

    package func insertReturned(_ row: ReturnedRow) throws(StoreError) {
        let statement = db.insertReturned
        statement.bind(1, row.id.rawValue)
        statement.bind(2, row.rank)
        statement.bind(3, row.readyAt.milliseconds)
        statement.bind(4, run: row.run)
        statement.bind(8, row.chargedPeriod?.key)
        statement.bind(9, row.lastAttempt.rawValue)
        statement.bind(10, row.startedAt?.milliseconds)
        statement.bind(11, row.error)
        statement.bind(12, Int64(row.run.startFailures))
        try statement.run()
    }

    package func returned(_ id: JobID) throws(StoreError) -> ReturnedRow? {
        db.returnedByID.bind(1, id.rawValue)
        return try db.returnedByID.first(Decoding.returned)
    }

    package func deleteReturned(_ id: JobID) throws(StoreError) {
        db.deleteReturned.bind(1, id.rawValue)
        try db.deleteReturned.run()
    }

    package func insertHistory(_ row: HistoryRow) throws(StoreError) {
        let statement = db.insertHistory
        statement.bind(1, row.id.rawValue)
        statement.bind(2, row.end.rawValue)
        statement.bind(3, run: row.run)
        statement.bind(7, row.startedAt?.milliseconds)
        statement.bind(8, row.finishedAt.milliseconds)
        statement.bind(9, row.chargedPeriod?.key)
        statement.bind(10, row.lastAttempt?.rawValue)
        statement.bind(11, row.cancelRequestedAt?.milliseconds)
        statement.bind(12, row.result)
        statement.bind(13, row.error)
        statement.bind(14, Int64(row.run.startFailures))
        try statement.run()
    }

    package func history(_ id: JobID) throws(StoreError) -> HistoryRow? {
        db.historyByID.bind(1, id.rawValue)
        return try db.historyByID.first(Decoding.history)
    }

    package func insertExpiry(at time: Timestamp, id: JobID) throws(StoreError) {
        db.insertExpiry.bind(1, time.milliseconds)
        db.insertExpiry.bind(2, id.rawValue)
        try db.insertExpiry.run()
    }

    package func deleteExpiry(at time: Timestamp, id: JobID) throws(StoreError) {
        db.deleteExpiry.bind(1, time.milliseconds)
        db.deleteExpiry.bind(2, id.rawValue)
        try db.deleteExpiry.run()
    }

    package func dueExpiries(
        until time: Timestamp, limit: Int
    ) throws(StoreError) -> [ExpiryRow] {
        db.dueExpiries.bind(1, time.milliseconds)
        db.dueExpiries.bind(2, Int64(limit))
        return try db.dueExpiries.all { row throws(StoreError) in
            ExpiryRow(at: try Decoding.time(row.int(0)), id: JobID(rawValue: row.int(1)))
        }
    }

    package func earliestExpiry() throws(StoreError) -> Timestamp? {
        try db.earliestExpiry.first { row throws(StoreError) in try Decoding.time(row.int(0)) }
    }
}

extension Statement {
    /// Binds the four counts of a run, from `index` on.
    fileprivate func bind(_ index: Int32, run: JobRun) {
        bind(index, Int64(run.attempts))
        bind(index + 1, Int64(run.crashes))
        bind(index + 2, Int64(run.serverDeaths))
        bind(index + 3, Int64(run.releases))
    }
}
