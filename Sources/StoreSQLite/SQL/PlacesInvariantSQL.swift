/// Queries for rows that break an invariant of places and attempts. Each selects the invariant's
/// name, a job, a tenant's number, and what was expected and found; each reads whole tables, in
/// sets, so that a million jobs are a few sorts. `job#1` and the like stand for ids in their text
/// form; see `IDMarks`.
enum PlacesInvariantSQL {
    static let all = [
        places, openAttempts, ready, scheduled, returned, expiries, attempts, attemptChain, history,
        countsOfHistory, documents,
    ]

    /// What goes out as it is stored.
    private static let documents =
        [
            ("jobs", "id", "payload"), ("history", "id", "result"), ("history", "id", "error"),
            ("returned", "id", "error"), ("attempts", "job", "error"),
        ].map { table, job, column in
            """
            SELECT 'rows_readable', \(job), NULL, 'expected its \(column) in \(table) to be JSON'
            FROM \(table)
            WHERE \(column) IS NOT NULL AND NOT json_valid(CAST(\(column) AS TEXT))
            """
        }.joined(separator: " UNION ALL ")

    /// A job weighs 2⁴⁰ and each place less, so one sum says whether a job has one place.
    private static let places = """
        SELECT
            CASE WHEN weight >> 40 = 1 THEN 'job_in_one_place' ELSE 'place_has_job' END,
            id, NULL,
            'expected one place and a job, found ' || (weight & 1023) || ' ready, '
                || (weight >> 10 & 1023) || ' scheduled, ' || (weight >> 20 & 1023) || ' running, '
                || (weight >> 30 & 1023) || ' ended'
        FROM (
            SELECT id, sum(weight) AS weight
            FROM (
                SELECT id, 1 << 40 AS weight FROM jobs
                UNION ALL SELECT id, 1 FROM ready
                UNION ALL SELECT id, 1 << 10 FROM scheduled
                UNION ALL SELECT job, 1 << 20 FROM attempts WHERE ended_at IS NULL
                UNION ALL SELECT id, 1 << 30 FROM history
            )
            GROUP BY id
        )
        WHERE weight NOT IN
            ((1 << 40) + 1, (1 << 40) + (1 << 10), (1 << 40) + (1 << 20),
                (1 << 40) + (1 << 30))
        UNION ALL
        SELECT 'place_has_job', id, NULL, 'a row of returned has no job'
        FROM returned
        WHERE id NOT IN (SELECT id FROM jobs)
        UNION ALL
        SELECT 'place_has_job', id, NULL, 'a row of expiries has no job'
        FROM expiries
        WHERE id NOT IN (SELECT id FROM jobs)
        UNION ALL
        SELECT 'place_has_job', job, NULL, 'att#' || id || ' has no job'
        FROM attempts
        WHERE ended_at IS NOT NULL AND job NOT IN (SELECT id FROM jobs)
        """
    private static let openAttempts = """
        SELECT 'open_attempt_once', job, NULL, 'expected one open attempt, found ' || count(*)
        FROM attempts
        WHERE ended_at IS NULL
        GROUP BY job
        HAVING count(*) > 1
        UNION ALL
        SELECT 'open_attempt_returned', open.job, NULL,
            'att#' || open.id || ' follows ' || coalesce('att#' || open.previous, 'none')
                || ', the returned row is of ' || coalesce('att#' || returned.last_attempt, 'none')
        FROM attempts AS open
        LEFT JOIN returned ON returned.id = open.job
        WHERE open.ended_at IS NULL AND open.previous IS NOT returned.last_attempt
        """
    private static let ready = """
        SELECT CASE WHEN lacks_expiry THEN 'expiry_kept' ELSE 'ready_matches_job' END, id, NULL,
            'expected line ' || right_line || ', rank ' || right_rank || ', cost ' || right_cost
                || coalesce(', expiry at ' || expires_at, '') || '; found line ' || line
                || ', rank ' || rank || ', cost ' || cost || iif(lacks_expiry, ', no expiry', '')
        FROM (
            SELECT ready.id, ready.line, ready.rank, ready.cost, jobs.line AS right_line,
                jobs.cost AS right_cost, jobs.expires_at,
                CASE ready.track
                    WHEN 0 THEN coalesce(returned.rank, ready.rank)
                    ELSE coalesce(jobs.ready_at, jobs.created_at) + jobs.priority * 60000
                END AS right_rank,
                ready.track <> 0 AND jobs.expires_at IS NOT NULL
                    AND (jobs.expires_at, jobs.id) NOT IN (SELECT at, id FROM expiries)
                    AS lacks_expiry
            FROM ready
            JOIN jobs ON jobs.id = ready.id
            LEFT JOIN returned ON ready.track = 0 AND returned.id = ready.id
        )
        WHERE lacks_expiry OR (line, rank, cost) <> (right_line, right_rank, right_cost)
        """
    private static let scheduled = """
        SELECT CASE WHEN lacks_expiry THEN 'expiry_kept' ELSE 'scheduled_matches_job' END, id,
            NULL,
            'expected line ' || right_line || ', time ' || right_time || ', priority '
                || right_priority || ', cost ' || right_cost
                || coalesce(', expiry at ' || expires_at, '') || '; found line ' || line
                || ', time ' || run_at || ', priority ' || priority || ', cost ' || cost
                || iif(lacks_expiry, ', no expiry', '')
        FROM (
            SELECT scheduled.*, jobs.line AS right_line, jobs.priority AS right_priority,
                jobs.cost AS right_cost, jobs.expires_at,
                CASE scheduled.track
                    WHEN 0 THEN coalesce(returned.ready_at, scheduled.run_at)
                    ELSE coalesce(jobs.ready_at, jobs.created_at)
                END AS right_time,
                scheduled.track <> 0 AND jobs.expires_at IS NOT NULL
                    AND (jobs.expires_at, jobs.id) NOT IN (SELECT at, id FROM expiries)
                    AS lacks_expiry
            FROM scheduled
            JOIN jobs ON jobs.id = scheduled.id
            LEFT JOIN returned ON scheduled.track = 0 AND returned.id = scheduled.id
        )
        WHERE lacks_expiry
            OR (line, run_at, priority, cost)
                <> (right_line, right_time, right_priority, right_cost)
        """
    private static let returned = """
        SELECT 'charged_track_returned', place.id, NULL,
            CASE place.track
                WHEN 0 THEN 'expected a returned row, found none'
                ELSE 'expected no returned row on track ' || place.track || ', found one'
            END
        FROM (SELECT id, track FROM ready UNION ALL SELECT id, track FROM scheduled) AS place
        WHERE (place.track = 0) <> (place.id IN (SELECT id FROM returned))
        UNION ALL
        SELECT 'ended_not_returned', returned.id, NULL, 'expected no returned row, found one'
        FROM returned
        JOIN history ON history.id = returned.id
        UNION ALL
        SELECT 'returned_matches_attempt', returned.id, NULL,
            'expected att#' || returned.last_attempt || ' to have left it waiting in period '
                || coalesce(returned.charged_period, 'none') || '; found job '
                || coalesce('job#' || attempts.job, 'none') || ', state '
                || coalesce(attempts.state_after, 'none') || ', period '
                || coalesce(attempts.charged_period, 'none')
        FROM returned
        LEFT JOIN attempts ON attempts.id = returned.last_attempt
        WHERE attempts.job IS NOT returned.id
            OR attempts.charged_period IS NOT returned.charged_period
            OR coalesce(attempts.state_after, 0) NOT IN (1, 2)
        """
    private static let expiries = """
        SELECT 'expiry_matches_job', expiries.id, NULL,
            'expected an expiry at ' || coalesce(jobs.expires_at, 'no time')
                || CASE WHEN history.id IS NULL THEN '' ELSE ' and none after its end' END
                || ', found one at ' || expiries.at
        FROM expiries
        JOIN jobs ON jobs.id = expiries.id
        LEFT JOIN history ON history.id = expiries.id AND history.charged_period IS NULL
        WHERE jobs.expires_at IS NOT expiries.at OR history.id IS NOT NULL
        """
    private static let attempts = """
        SELECT 'attempt_matches_job', jobs.id, NULL,
            'expected line ' || jobs.line
                || CASE WHEN attempts.previous IS NULL
                    THEN ', rank '
                        || (coalesce(jobs.ready_at, jobs.created_at) + jobs.priority * 60000)
                    ELSE '' END
                || '; found line ' || attempts.line || ', rank ' || attempts.rank || ' in att#'
                || attempts.id
        FROM attempts
        JOIN jobs ON jobs.id = attempts.job
        WHERE attempts.line <> jobs.line
            OR attempts.previous IS NULL
                AND attempts.rank
                    <> coalesce(jobs.ready_at, jobs.created_at) + jobs.priority * 60000
        UNION ALL
        SELECT 'attempt_matches_job', returned.id, NULL,
            'expected rank ' || returned.rank || ' as returned, found ' || attempts.rank
                || ' in att#' || attempts.id
        FROM attempts
        JOIN returned ON returned.id = attempts.job
        WHERE attempts.ended_at IS NULL AND attempts.rank <> returned.rank
        """
    private static let attemptChain = """
        SELECT 'attempt_chain', attempts.job, NULL,
            'expected att#' || attempts.previous || ' of this job to have ended before '
                || 'att#' || attempts.id || ' in period '
                || coalesce(attempts.charged_period, 'none')
        FROM attempts
        LEFT JOIN attempts AS previous ON previous.id = attempts.previous
        WHERE attempts.previous IS NOT NULL
            AND (previous.job IS NOT attempts.job OR previous.ended_at IS NULL
                OR previous.id >= attempts.id
                OR previous.charged_period IS NOT attempts.charged_period)
        UNION ALL
        SELECT 'attempt_end', job, NULL,
            'att#' || id || ' ended with outcome ' || outcome || ', state ' || state_after
                || ', next at ' || coalesce(run_at_after, 'no time')
        FROM attempts
        WHERE ended_at IS NOT NULL
            AND ((outcome = 1) <> (state_after = 3)
                OR (state_after = 2) <> (run_at_after IS NOT NULL))
        """
    private static let history = """
        SELECT 'history_matches_attempt', history.id, NULL,
            'state ' || history.state || ' in period ' || coalesce(history.charged_period, 'none')
                || ' by ' || coalesce('att#' || history.last_attempt, 'no attempt')
                || '; found state ' || coalesce(attempts.state_after, 'none') || ' in period '
                || coalesce(attempts.charged_period, 'none')
        FROM history
        LEFT JOIN attempts ON attempts.id = history.last_attempt
        WHERE attempts.job IS NOT CASE WHEN history.last_attempt IS NOT NULL THEN history.id END
            OR attempts.charged_period IS NOT history.charged_period
            OR NOT CASE history.state
                WHEN 1 THEN attempts.state_after IS 3
                WHEN 2 THEN attempts.state_after IS 4
                WHEN 3 THEN attempts.id IS NULL OR attempts.state_after IN (1, 2, 5)
                ELSE attempts.id IS NULL
            END
        """
    /// A job that never ran carries no counts.
    private static let countsOfHistory = """
        SELECT 'counts_match_attempts', id, NULL,
            'expected no attempts of a job that never ran, found ' || attempts || ' attempts, '
                || crashes || ' crashes, ' || releases || ' releases'
        FROM history
        WHERE last_attempt IS NULL
            AND (attempts <> 0 OR crashes <> 0 OR releases <> 0 OR server_deaths <> 0)
        """
}
