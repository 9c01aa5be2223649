/// The invariants, each as a query for the rows that break it.
enum VerificationSQL {
    struct Invariant {
        let name: String
        /// Selects an `example` for every violation.
        let violations: String
    }

    static let invariants = [
        Invariant(
            name: "each job is in exactly one place",
            violations: """
                SELECT 'job ' || jobs.id AS example
                FROM jobs
                LEFT JOIN (
                    SELECT id, count(*) AS places FROM (
                        SELECT id FROM ready
                        UNION ALL SELECT id FROM scheduled
                        UNION ALL SELECT id FROM history
                        UNION ALL SELECT job FROM attempts WHERE ended_at IS NULL
                    ) GROUP BY id
                ) AS found ON found.id = jobs.id
                WHERE coalesce(found.places, 0) <> 1
                """),
        Invariant(
            name: "each place holds a job that exists",
            violations: """
                SELECT 'job ' || id AS example
                FROM (
                    SELECT id FROM ready
                    UNION ALL SELECT id FROM scheduled
                    UNION ALL SELECT id FROM history
                    UNION ALL SELECT id FROM returned
                    UNION ALL SELECT job FROM attempts WHERE ended_at IS NULL
                )
                WHERE id NOT IN (SELECT id FROM jobs)
                """),
        Invariant(
            name: "the ledger's sums are the counters",
            violations: """
                SELECT 'tenant ' || tenant || ' period ' || period AS example
                FROM (
                    SELECT tenant, metric, period, used_plan + used_grant + overage AS used
                    FROM usage
                    UNION ALL
                    SELECT tenant, metric, period,
                        -sum(CASE entry WHEN 2 THEN -amount ELSE amount END)
                    FROM ledger
                    GROUP BY tenant, metric, period
                )
                GROUP BY tenant, metric, period
                HAVING sum(used) <> 0
                """),
        Invariant(
            name: "a job is charged once",
            violations: """
                SELECT 'job ' || ledger.job AS example
                FROM ledger
                JOIN jobs ON jobs.id = ledger.job
                WHERE ledger.entry = 1 AND ledger.metric = 1
                GROUP BY ledger.job
                HAVING sum(ledger.amount) > max(jobs.cost)
                """),
        Invariant(
            name: "no charge went past what was in force",
            violations: """
                SELECT 'ledger row ' || id AS example
                FROM ledger
                WHERE entry = 1 AND metric = 1 AND in_force IS NOT NULL AND used_after > in_force
                """),
        Invariant(
            name: "every started job was charged",
            violations: """
                SELECT 'job ' || attempts.job AS example
                FROM attempts
                JOIN jobs ON jobs.id = attempts.job
                WHERE jobs.cost > 0
                    AND attempts.job NOT IN (SELECT job FROM ledger WHERE entry = 1)
                """),
        Invariant(
            name: "a job has at most one open attempt",
            violations: """
                SELECT 'job ' || job AS example
                FROM attempts
                WHERE ended_at IS NULL
                GROUP BY job
                HAVING count(*) > 1
                """),
        Invariant(
            name: "a job that waits on the charged track has run",
            violations: """
                SELECT 'job ' || id AS example
                FROM (SELECT id, track FROM ready UNION ALL SELECT id, track FROM scheduled)
                WHERE (track = 0) <> (id IN (SELECT id FROM returned))
                """),
        Invariant(
            name: "a job stands in the line that it belongs to",
            violations: """
                SELECT 'job ' || place.id AS example
                FROM (SELECT id, line FROM ready UNION ALL SELECT id, line FROM scheduled) AS place
                JOIN jobs ON jobs.id = place.id
                WHERE jobs.line <> place.line
                """),
    ]
}
