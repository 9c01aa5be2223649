/// What memory must be after a start, summed up by queries of their own: from the jobs where the
/// start reads the places, and by aggregates where it scans.
enum MemorySQL {
    /// Σ cost of the uncharged jobs that wait, and open leases, of every tenant.
    static let tenants = """
        SELECT tenants.number, tenants.id, coalesce(waiting.cost, 0), coalesce(running.count, 0)
        FROM tenants
        LEFT JOIN (
            SELECT lanes.tenant, sum(jobs.cost) AS cost
            FROM (
                SELECT id FROM ready WHERE track <> 0
                UNION ALL SELECT id FROM scheduled WHERE track <> 0
            ) AS place
            JOIN jobs ON jobs.id = place.id
            JOIN lines ON lines.number = jobs.line
            JOIN lanes ON lanes.number = lines.lane
            GROUP BY lanes.tenant
        ) AS waiting ON waiting.tenant = tenants.number
        LEFT JOIN (
            SELECT lanes.tenant, count(*) AS count
            FROM attempts
            JOIN jobs ON jobs.id = attempts.job
            JOIN lines ON lines.number = jobs.line
            JOIN lanes ON lanes.number = lines.lane
            WHERE attempts.ended_at IS NULL
            GROUP BY lanes.tenant
        ) AS running ON running.tenant = tenants.number
        ORDER BY tenants.number
        """
    static let tracks = """
        SELECT found.line, found.track, found.count, found.rank,
            (
                SELECT min(id)
                FROM ready
                WHERE line = found.line AND track = found.track AND rank = found.rank
            )
        FROM (
            SELECT line, track, count(*) AS count, min(rank) AS rank
            FROM ready
            GROUP BY line, track
        ) AS found
        ORDER BY found.line, found.track
        """
    /// A job's attempts so far, and the one that is open.
    static let leases = """
        SELECT open.id, open.job, jobs.line, coalesce(returned.attempts, 0) + 1,
            coalesce(returned.crashes, 0)
        FROM attempts AS open
        JOIN jobs ON jobs.id = open.job
        LEFT JOIN returned ON returned.id = open.job
        WHERE open.ended_at IS NULL
        ORDER BY open.id
        """
    static let deadlines = """
        SELECT (SELECT min(run_at) FROM scheduled), (SELECT min(at) FROM expiries),
            (SELECT min(at) FROM deadlines)
        """
}
