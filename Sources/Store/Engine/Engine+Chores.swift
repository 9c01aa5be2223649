import Core

extension Engine {
    /// A bounded slice of what is due by itself.
    func runChores(isIdle: Bool) throws(StoreError) {
        var left = Limits.choreRowsMax
        try promoteScheduled(&left)
        try expireWaiting(&left)
        try cancelJobsOfDeleted(&left)
        try extendIndexes(isIdle: isIdle)
        if isIdle { try pruneReplays() }
        if left == 0 { outcome.hasMore = true }
    }

    /// Scheduled jobs whose time has come join their lines.
    private func promoteScheduled(_ left: inout Int) throws(StoreError) {
        guard left > 0, let earliest = earliestScheduled, earliest <= now.wall else { return }
        let due = try rows.dueScheduled(until: now.wall, limit: left)
        for row in due {
            try rows.deleteScheduled(at: row.runAt, id: row.id)
            try makeReady(
                ReadyRow(
                    line: row.line, track: row.track,
                    rank: Rank.of(readyAt: row.runAt, priority: row.priority), id: row.id,
                    cost: row.cost))
        }
        left -= due.count
        earliestScheduled = try rows.earliestScheduled()
    }

    /// Jobs that waited too long end, unless they were admitted before.
    private func expireWaiting(_ left: inout Int) throws(StoreError) {
        guard left > 0, let earliest = earliestExpiry, earliest <= now.wall else { return }
        let due = try rows.dueExpiries(until: now.wall, limit: left)
        for expiry in due {
            guard let row = try rows.job(expiry.id) else {
                preconditionFailure("job \(expiry.id) should expire but has no body")
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
        left -= due.count
        earliestExpiry = try rows.earliestExpiry()
    }

    /// The waiting jobs of deleted tenants are canceled, some in each batch.
    private func cancelJobsOfDeleted(_ left: inout Int) throws(StoreError) {
        while left > 0, let deletion = deletions.first {
            let lines = book.tenants[deletion.tenant].lanes.flatMap { book.lanes[$0].lines }
            guard deletion.position < lines.count else {
                deletions.removeFirst()
                continue
            }
            let line = Int64(lines[deletion.position] + 1)
            var ids: [JobID] = []
            for track in Track.allCases where ids.count < left {
                ids += try rows.firstReady(line: line, track: track, limit: left - ids.count)
                    .map(\.id)
            }
            if ids.count < left {
                ids += try rows.scheduled(ofLine: line, limit: left - ids.count).map(\.id)
            }
            for id in ids {
                guard let row = try rows.job(id) else {
                    preconditionFailure("job \(id) waits but has no body")
                }
                try cancelWaiting(row)
            }
            if ids.isEmpty { deletions[0].position += 1 }
            left -= ids.count
        }
    }

    /// Forgets the idempotency keys that are too old to count, some at a time.
    private func pruneReplays() throws(StoreError) {
        guard now.steadyMilliseconds >= nextPruneSteady else { return }
        let pruned = try rows.pruneReplays(
            before: now.wall.adding(-Limits.idempotencyMillisecondsKept),
            limit: Limits.choreRowsMax)
        if pruned == Limits.choreRowsMax {
            outcome.hasMore = true
        } else {
            nextPruneSteady = now.steadyMilliseconds + Engine.pruneIntervalMilliseconds
        }
    }

    /// A row was written that the by-tenant indexes will want.
    func noteUnindexedRow() {
        indexesLag = true
        unindexedRows += 1
    }

    /// Keeps the by-tenant indexes near the tables that they index: eagerly when there is nothing
    /// else to do, and otherwise only when lists would have too long a tail to read.
    private func extendIndexes(isIdle: Bool) throws(StoreError) {
        guard indexesLag, isIdle || unindexedRows > Limits.indexTailMax else { return }
        let copied = try rows.extendIndexes(limit: Limits.indexSliceRows)
        unindexedRows = max(0, unindexedRows - copied)
        guard isIdle else { return }
        lastIndexedSteady = now.steadyMilliseconds
        if copied == 0 {
            indexesLag = false
            unindexedRows = 0
        } else {
            outcome.hasMore = true
        }
    }
}
