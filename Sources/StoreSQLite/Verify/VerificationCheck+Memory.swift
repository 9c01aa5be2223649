import Core
import Store

extension VerificationCheck {
    /// Builds memory from the snapshot as a start does, and compares it with sums made by queries.
    mutating func checkMemory(files: StoreFiles) throws(StoreError) {
        guard let memory = try memory(files: files) else { return }
        try compare(memory.figures, opening: memory.opening)
    }

    /// What a start makes of the rows; nil of a folder in which no server ever began.
    func memory(
        files: StoreFiles
    ) throws(StoreError) -> (figures: MemoryFigures, opening: StoreOpening)? {
        let stored = try database.prepare("SELECT value FROM meta WHERE key = 'day'")
            .first { $0.int(0) }
        guard let stored, let day = Day(number: stored) else { return nil }
        // On the stored day nothing is due, so the engine only reads.
        let engine = try Engine(
            rows: SQLiteRows(snapshot: database, files: files), plans: nil,
            random: Random(seed: 0), secrets: Random(seed: 0),
            at: Moment(wall: day.start, steadyMilliseconds: 0))
        return (engine.memoryFigures, try engine.opening())
    }

    /// Notes each figure that the rows do not bear out.
    mutating func compare(
        _ figures: MemoryFigures, opening: StoreOpening
    ) throws(StoreError) {
        try compareTenants(figures.tenants, opening)
        try compareTracks(figures.tracks)
        try compareLeases(figures.leases)
        let due = try database.prepare(MemorySQL.deadlines).first {
            [$0.optionalInt(0), $0.optionalInt(1), $0.optionalInt(2)]
        }
        let memory = [
            figures.earliestScheduled, figures.earliestExpiry, figures.earliestDeadline,
        ].map { $0?.milliseconds }
        if let due, due != memory {
            note(.memoryDeadlines, "expected \(due), found \(memory)")
        }
    }

    private mutating func compareTenants(
        _ memory: [TenantFigures], _ opening: StoreOpening
    ) throws(StoreError) {
        // A list's way to a tenant's gate, which reads each tenant by itself.
        let snapshot = Snapshot(
            open: try OpenReader(database),
            envelope: QueryEnvelope(
                id: EnvelopeID(rawValue: 0), query: .directory,
                now: Moment(wall: opening.day.start, steadyMilliseconds: 0), day: opening.day,
                catalog: opening.catalog, enforcement: opening.enforcement))
        let rows = try database.prepare(MemorySQL.tenants).all(TenantSums.init)
        if rows.count != memory.count {
            note(.memoryWaiting, "expected \(rows.count) tenants, found \(memory.count)")
        }
        for (row, memory) in zip(rows, memory) {
            if (row.id, row.waiting) != (memory.id, memory.waiting) {
                note(
                    .memoryWaiting,
                    "tenant \(row.id): expected \(row.waiting), found \(memory.waiting)")
            }
            if row.running != memory.running {
                note(
                    .memoryRunning,
                    "tenant \(row.id): expected \(row.running), found \(memory.running)")
            }
            guard let gate = try snapshot.gate(row.id) else { continue }
            let expected = (Gate.admitsCharged(for: gate), Gate.freshBudget(for: gate))
            if expected != (memory.admitsCharged, memory.freshBudget) {
                note(
                    .memoryGates,
                    "tenant \(row.id): expected \(expected.0), \(expected.1); found "
                        + "\(memory.admitsCharged), \(memory.freshBudget)")
            }
        }
    }

    private mutating func compareTracks(_ memory: [TrackFigures]) throws(StoreError) {
        var rest: [[Int64]: TrackFigures] = [:]
        for figures in memory { rest[[figures.line, figures.track.rawValue]] = figures }
        let rows = try database.prepare(MemorySQL.tracks).all { row in
            (
                line: row.int(0), track: row.int(1), count: row.int(2), rank: row.int(3),
                id: row.int(4)
            )
        }
        for row in rows {
            let found = rest.removeValue(forKey: [row.line, row.track])
            let place = "line \(row.line), track \(row.track)"
            if row.count != Int64(found?.count ?? 0) {
                note(
                    .memoryTracks,
                    "\(place): expected \(row.count) jobs, found \(found?.count ?? 0)")
            } else if found?.head?.rank != row.rank || found?.head?.id.rawValue != row.id {
                note(
                    .memoryHeads,
                    "\(place): expected job \(JobID(rawValue: row.id)) first, found "
                        + (found?.head.map { "\($0.id)" } ?? "none"))
            }
        }
        for key in rest.keys {
            note(.memoryTracks, "line \(key[0]), track \(key[1]): expected no jobs, found some")
        }
    }

    private mutating func compareLeases(_ memory: [LeaseFigures]) throws(StoreError) {
        let rows = try database.prepare(MemorySQL.leases).all { row in
            [row.int(0), row.int(1), row.int(2), row.int(3), row.int(4)]
        }
        var rest: [Int64: LeaseFigures] = [:]
        for figures in memory { rest[figures.attempt.rawValue] = figures }
        for row in rows {
            let found = rest.removeValue(forKey: row[0]).map { lease in
                [
                    lease.attempt.rawValue, lease.job.rawValue, lease.line, Int64(lease.attempts),
                    Int64(lease.crashes),
                ]
            }
            guard found != row else { continue }
            note(
                .memoryLeases,
                "\(AttemptID(rawValue: row[0])): expected \(Self.lease(row)); found "
                    + (found.map(Self.lease) ?? "no lease"))
        }
        for attempt in rest.keys {
            note(.memoryLeases, "\(AttemptID(rawValue: attempt)): expected no lease")
        }
    }

    /// Attempt, job, line, attempts and crashes, as text.
    private static func lease(_ row: [Int64]) -> String {
        "\(JobID(rawValue: row[1])) of line \(row[2]) with \(row[3]) attempts, \(row[4]) crashes"
    }
}

/// A tenant's figures as the queries sum them up.
private struct TenantSums {
    let id: String
    let waiting: Int64
    let running: Int

    init(_ row: Statement) {
        id = row.text(1)
        waiting = row.int(2)
        running = Int(row.int(3))
    }
}
