package import Core

/// What an engine keeps in memory, as figures that others can compare with their own.
package struct MemoryFigures: Hashable, Sendable {
    package var tenants: [TenantFigures]
    /// Tracks in which a job waits, by line and track.
    package var tracks: [TrackFigures]
    /// Open leases, in the order in which they were given.
    package var leases: [LeaseFigures]
    package var earliestScheduled: Timestamp?
    package var earliestExpiry: Timestamp?
    package var earliestDeadline: Timestamp?
}

/// One tenant's figures.
package struct TenantFigures: Hashable, Sendable {
    package let id: String
    package var waiting: Int64
    package var running: Int
    package var admitsCharged: Bool
    package var freshBudget: Int64
}

/// One track's figures.
package struct TrackFigures: Hashable, Sendable {
    /// The line's number, from 1.
    package let line: Int64
    package let track: Track
    package var count: Int
    package var head: Head?
}

/// One lease's figures.
package struct LeaseFigures: Hashable, Sendable {
    package let attempt: AttemptID
    package var job: JobID
    /// The line's number, from 1.
    package var line: Int64
    /// Attempts begun, this one among them.
    package var attempts: Int
    package var crashes: Int
}

extension Engine {
    /// What is in memory now. It looks at every line; called by checks.
    package var memoryFigures: MemoryFigures {
        MemoryFigures(
            tenants: book.tenants.map { tenant in
                TenantFigures(
                    id: tenant.id, waiting: tenant.waiting, running: tenant.running,
                    admitsCharged: tenant.admitsCharged, freshBudget: tenant.freshBudget)
            },
            tracks: book.lines.enumerated().flatMap { index, line in
                Track.allCases.filter { line[$0].count > 0 }.map { track in
                    TrackFigures(
                        line: Int64(index + 1), track: track, count: line[track].count,
                        head: line[track].head)
                }
            },
            leases: leases.all.map { lease in
                LeaseFigures(
                    attempt: lease.token.attempt, job: lease.job, line: Int64(lease.line + 1),
                    attempts: lease.run.attempts, crashes: lease.run.crashes)
            },
            earliestScheduled: earliestScheduled, earliestExpiry: earliestExpiry,
            earliestDeadline: earliestDeadline)
    }
}
