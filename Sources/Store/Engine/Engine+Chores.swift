import Core

extension Engine {
    /// A bounded slice of what is due by itself. Each chore has a share of its own, so that none
    /// waits for the end of another.
    func runChores(isIdle: Bool) throws(StoreError) {
        try promoteScheduled()
        try expireWaiting()
        try cancelJobsOfDeleted()
        try moveTenants()
        try extendIndexes(isIdle: isIdle)
        try pruneReplays()
        try pruneEvents()
        try foldLedger(isIdle: isIdle)
    }

    /// Scheduled jobs whose time has come join their lines.
    private func promoteScheduled() throws(StoreError) {
        guard let earliest = earliestScheduled, earliest <= now.wall else { return }
        let due = try rows.dueScheduled(until: now.wall, limit: limits.promotionsMax)
        for row in due {
            try checkLine(row.line, of: "scheduled job \(row.id)")
            try rows.deleteScheduled(at: row.runAt, id: row.id)
            try makeReady(
                ReadyRow(
                    line: row.line, track: row.track,
                    rank: Rank.of(readyAt: row.runAt, priority: row.priority), id: row.id,
                    cost: row.cost))
        }
        earliestScheduled = try rows.earliestScheduled()
        if due.count == limits.promotionsMax { outcome.hasMore = true }
    }

    /// Jobs that waited too long end, unless they were admitted before.
    private func expireWaiting() throws(StoreError) {
        guard let earliest = earliestExpiry, earliest <= now.wall else { return }
        let due = try rows.dueExpiries(until: now.wall, limit: limits.expiriesMax)
        for expiry in due {
            guard let row = try job(expiry.id) else {
                throw StoreError(.corrupt, "job \(expiry.id) should expire but has no body")
            }
            // A place on the charged track, or none, means that it was admitted in time.
            switch try waitingPlace(row, returned: nil) {
            case .ready(let place) where place.track != .charged:
                try leaveLine(place)
                try endUncharged(body: row.body, line: Int(row.line - 1), end: .expired)
            case .scheduled(let place) where place.track != .charged:
                try rows.deleteScheduled(at: place.runAt, id: place.id)
                try endUncharged(body: row.body, line: Int(row.line - 1), end: .expired)
            case .ready, .scheduled, nil:
                try rows.deleteExpiry(at: expiry.at, id: expiry.id)
            }
        }
        earliestExpiry = try rows.earliestExpiry()
        if due.count == limits.expiriesMax { outcome.hasMore = true }
    }

    /// The waiting jobs of deleted tenants are canceled, some in each batch. A line that is found
    /// empty counts as a row, for it costs as much.
    private func cancelJobsOfDeleted() throws(StoreError) {
        var left = limits.deletionsMax
        while left > 0, let deletion = deletions.first {
            let lines = book.tenants[deletion.tenant].lanes.flatMap { book.lanes[$0].lines }
            guard deletion.position < lines.count else {
                deletions.removeFirst()
                continue
            }
            let line = lines[deletion.position]
            let ids = try waitingJobs(line: line, limit: left)
            for id in ids {
                guard let row = try job(id) else {
                    throw StoreError(.corrupt, "job \(id) waits but has no body")
                }
                try cancelWaiting(row)
            }
            if ids.count < left { deletions[0].position += 1 }
            left -= ids.count + 1
        }
        if !deletions.isEmpty { outcome.hasMore = true }
    }

    /// The first jobs of a line that are ready or scheduled, on any track.
    private func waitingJobs(line: Int, limit: Int) throws(StoreError) -> [JobID] {
        var ids: [JobID] = []
        for track in Track.allCases where ids.count < limit && book.lines[line][track].count > 0 {
            ids += try rows.firstReady(
                line: Int64(line + 1), track: track, limit: limit - ids.count
            ).map(\.id)
        }
        guard ids.count < limit else { return ids }
        return try ids
            + rows.scheduled(ofLine: Int64(line + 1), limit: limit - ids.count).map(\.id)
    }

    /// Forgets the idempotency keys that are too old to count, some at a time.
    private func pruneReplays() throws(StoreError) {
        guard now.steadyMilliseconds >= nextPruneSteady else { return }
        let pruned = try rows.pruneReplays(
            before: now.wall.adding(-Limits.idempotencyMillisecondsKept),
            limit: limits.replaysMax)
        if pruned > 0 {
            outcome.hasMore = true
        } else {
            nextPruneSteady = now.steadyMilliseconds + Limits.idempotencyPruneMilliseconds
        }
    }

    /// A row was written that the by-tenant indexes will want.
    func noteUnindexedRow() {
        indexesLag = true
        unindexedRows += 1
        newlyUnindexedRows += 1
    }

    /// A row of the ledger was written.
    func noteLedgerRow() {
        noteUnindexedRow()
        newLedgerRows += 1
    }

    /// Keeps the by-tenant indexes near the tables that they index: eagerly when there is nothing
    /// else to do, and otherwise only when lists would have too long a tail to read.
    private func extendIndexes(isIdle: Bool) throws(StoreError) {
        let added = newlyUnindexedRows
        newlyUnindexedRows = 0
        guard indexesLag, isIdle || isIndexLagUnknown || unindexedRows > Limits.indexTailMax
        else { return }
        // Under load a slice takes more than a batch adds, or the tail would only grow.
        let limit =
            isIdle ? Limits.indexSliceRows : Limits.indexSliceRowsUnderLoad + 2 * added
        let copied = try rows.extendIndexes(limit: limit) { line in
            line > 0 && line <= book.lines.count
                ? Int64(book.tenant(ofLine: Int(line - 1)) + 1) : nil
        }
        unindexedRows = max(0, unindexedRows - copied)
        if copied < limit {
            isIndexLagUnknown = false
            unindexedRows = 0
        }
        guard isIdle else { return }
        lastIndexedSteady = now.steadyMilliseconds
        if copied == 0 { indexesLag = false } else { outcome.hasMore = true }
    }
}

/// A deleted tenant's lines, of which those before `position` are empty.
struct Deletion {
    let tenant: Int
    var position = 0
}
