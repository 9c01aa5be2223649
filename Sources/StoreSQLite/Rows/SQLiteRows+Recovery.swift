import Core
import Store

extension OpenRows {
    /// Reads what the engine keeps in memory, in one scan of each table that waits or runs.
    func storedState(
        _ knownTerms: inout [String: PlanTerms], environment: (String) -> String?
    ) throws(StoreError) -> StoredState {
        var stored = StoredState()
        stored.metrics = try numbered(TermsSQL.allMetrics, "metric") { Metric(name: $0.text(1)) }
        stored.plans = try all(TermsSQL.allPlans) { row throws(StoreError) in
            try Decoding.plan(row, known: &knownTerms, environment: environment)
        }
        stored.moves = try all(TermsSQL.allMoves) {
            (number: $0.int(0), move: PlanMove(plan: $0.text(1), from: $0.int(2), to: $0.int(3)))
        }
        stored.overrides = try all(TermsSQL.allOverrides, Decoding.override)
        stored.grants = try all(TermsSQL.openGrants, Decoding.grant)
        meta.bind(1, MetaKey.enforcement)
        stored.enforcement = try Decoding.enforcement(try meta.first { $0.int(0) })
        stored.tenants = try all(NamesSQL.allTenants, Decoding.tenant)
        stored.queues = try numbered(NamesSQL.allQueues, "queue") { $0.text(1) }
        stored.lanes = try numbered(NamesSQL.allLanes, "lane") { ($0.int(1), $0.int(2)) }
        stored.lines = try numbered(NamesSQL.allLines, "line") { ($0.int(1), $0.text(2)) }
        stored.tracks = try storedTracks()
        stored.scheduledCosts = try all(JobsSQL.scheduledCosts) { ($0.int(0), $0.int(1)) }
        for attempt in try all(AttemptsSQL.openAttempts, Decoding.attempt) {
            returnedByID.bind(1, attempt.job.rawValue)
            stored.openAttempts.append(
                OpenAttempt(
                    attempt: attempt, returned: try returnedByID.first(Decoding.returned),
                    timeoutMilliseconds: try timeout(of: attempt.job),
                    progress: try progress(of: attempt)))
        }
        meta.bind(1, MetaKey.day)
        if let day = try meta.first({ $0.int(0) }) { stored.day = try Decoding.day(day) }
        stored.lastJob = try last(JobsSQL.lastJob)
        stored.lastAttempt = try last(AttemptsSQL.lastAttempt)
        meta.bind(1, MetaKey.boot)
        stored.lastBoot = try meta.first { $0.int(0) } ?? 0
        meta.bind(1, MetaKey.lastKey)
        stored.lastKey = try meta.first { $0.int(0) } ?? 0
        meta.bind(1, MetaKey.ledgerFolded)
        stored.ledgerFolded = try meta.first { $0.int(0) } ?? 0
        stored.lastLedger = max(try last(CountingSQL.lastLedger), stored.ledgerFolded)
        stored.lastGrant = try last(TermsSQL.lastGrant)
        stored.lastEvent = try last(OutboundSQL.lastEvent)
        stored.outbound = try storedOutbound()
        stored.lastAudit = try last(BillingSQL.lastAudit)
        stored.lastProviderEvent = try last(BillingSQL.lastEvent)
        return stored
    }

    private func timeout(of job: JobID) throws(StoreError) -> Int64 {
        let statement = try rarely(LogSQL.timeoutOfJob)
        statement.bind(1, job.rawValue)
        let timeout = try statement.first { $0.int(0) }
        // That a job is not there is found when its attempt ends.
        return try Decoding.bounded(
            timeout ?? Limits.timeoutMillisecondsMax, 0...Limits.timeoutMillisecondsMax,
            "timeout")
    }

    /// What was said of an attempt that runs.
    private func progress(of attempt: AttemptRow) throws(StoreError) -> Progress? {
        let statement = try rarely(LogSQL.progressOfJob)
        statement.bind(1, attempt.job.rawValue)
        guard let row = try statement.first(Decoding.progress),
            row.attempt == attempt.token.attempt
        else { return nil }
        return row.progress
    }

    /// Counts each track and finds its head, in one pass in key order.
    private func storedTracks() throws(StoreError) -> [StoredTrack] {
        var tracks: [StoredTrack] = []
        var current:
            (
                line: Int64, track: Int64, count: Int, cost: Int64, costMax: Int64, head: Head
            )?
        func close() throws(StoreError) {
            guard let found = current else { return }
            tracks.append(
                StoredTrack(
                    line: found.line, track: try Decoding.track(found.track), count: found.count,
                    cost: found.cost, costMax: found.costMax, head: found.head))
        }
        try rarely(JobsSQL.allReady).each { row throws(StoreError) in
            let line = row.int(0)
            let track = row.int(1)
            let cost = try Decoding.cost(row.int(4))
            if let found = current, found.line == line, found.track == track {
                current?.count += 1
                current?.cost += cost
                current?.costMax = max(found.costMax, cost)
            } else {
                try close()
                current = (
                    line, track, 1, cost, cost,
                    Head(rank: row.int(2), id: JobID(rawValue: row.int(3)), cost: cost)
                )
            }
            return true
        }
        try close()
        return tracks
    }

    func all<Value>(
        _ sql: String, _ read: (Statement) throws(StoreError) -> Value
    ) throws(StoreError) -> [Value] {
        try rarely(sql).all(read)
    }

    /// Rows whose number, their first column, counts from 1 without a gap.
    private func numbered<Value>(
        _ sql: String, _ what: StaticString, _ read: (Statement) -> Value
    ) throws(StoreError) -> [Value] {
        var expected: Int64 = 0
        return try all(sql) { row throws(StoreError) in
            expected += 1
            guard row.int(0) == expected else {
                throw StoreError(
                    .corrupt, "\(what) \(expected) is missing, and \(row.int(0)) is there")
            }
            return read(row)
        }
    }

    private func last(_ sql: String) throws(StoreError) -> Int64 {
        try rarely(sql).first { $0.optionalInt(0) ?? 0 } ?? 0
    }
}
