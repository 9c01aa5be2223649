/// Jobs and the places that they wait in.
enum JobsSQL {
    static let submitted = "SELECT line, cost, created_at FROM jobs WHERE id = ?1"
    static let insertJob = """
        INSERT INTO jobs
            (id, line, created_at, ready_at, expires_at, priority, attempts_max, timeout, backoff,
             tags, cost, payload)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """
    static let jobColumns = """
        id, line, created_at, ready_at, expires_at, priority, attempts_max, timeout, backoff, tags,
        cost, payload
        """
    static let jobByID = "SELECT \(jobColumns) FROM jobs WHERE id = ?1"
    /// What stands before the payload, which can be large.
    static let listedByID = "SELECT line, created_at, tags FROM jobs WHERE id = ?1"
    static let lastJob = "SELECT max(id) FROM jobs"
    static let jobKeysBelow = """
        SELECT id, line
        FROM jobs
        WHERE id < ?1 AND id > ?2
        ORDER BY id DESC
        """

    static let insertReady = """
        INSERT INTO ready (line, track, rank, id, cost)
        VALUES (?1, ?2, ?3, ?4, ?5)
        """
    static let deleteReady = """
        DELETE FROM ready
        WHERE line = ?1 AND track = ?2 AND rank = ?3 AND id = ?4
        """
    static let firstReady = """
        SELECT rank, id, cost
        FROM ready
        WHERE line = ?1 AND track = ?2
        ORDER BY rank, id
        LIMIT ?3
        """
    static let readyAfter = """
        SELECT rank, id, cost
        FROM ready
        WHERE line = ?1 AND track = ?2 AND (rank, id) > (?3, ?4)
        ORDER BY rank, id
        LIMIT ?5
        """
    static let readyTrack = """
        SELECT track
        FROM ready
        WHERE line = ?1 AND track IN (0, 1, 2) AND rank = ?2 AND id = ?3
        """
    /// In key order, so that the first row of each track is its head.
    static let allReady = """
        SELECT line, track, rank, id, cost
        FROM ready
        ORDER BY line, track, rank, id
        """

    static let insertScheduled = """
        INSERT INTO scheduled (run_at, id, line, track, priority, cost)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """
    static let scheduledColumns = "run_at, id, line, track, priority, cost"
    static let deleteScheduled = "DELETE FROM scheduled WHERE run_at = ?1 AND id = ?2"
    static let scheduledAt = """
        SELECT \(scheduledColumns)
        FROM scheduled
        WHERE run_at = ?1 AND id = ?2
        """
    static let dueScheduled = """
        SELECT \(scheduledColumns)
        FROM scheduled
        WHERE run_at <= ?1
        ORDER BY run_at, id
        LIMIT ?2
        """
    static let allScheduled = "SELECT \(scheduledColumns) FROM scheduled"
    static let earliestScheduled = "SELECT run_at FROM scheduled ORDER BY run_at LIMIT 1"
    static let scheduledOfLine = """
        SELECT \(scheduledColumns)
        FROM scheduled INDEXED BY scheduled_by_line
        WHERE line = ?1
        LIMIT ?2
        """
    static let scheduledCosts = """
        SELECT line, sum(cost)
        FROM scheduled
        WHERE track <> 0
        GROUP BY line
        """

    static let waitingOfTenant = """
        SELECT coalesce(sum(cost), 0)
        FROM (
            SELECT ready.cost
            FROM lanes
            JOIN lines ON lines.lane = lanes.number
            JOIN ready ON ready.line = lines.number
            WHERE lanes.tenant = ?1 AND ready.track IN (1, 2)
            UNION ALL
            SELECT scheduled.cost
            FROM lanes
            JOIN lines ON lines.lane = lanes.number
            JOIN scheduled ON scheduled.line = lines.number
            WHERE lanes.tenant = ?1 AND scheduled.track IN (1, 2)
        )
        """

    static let insertExpiry = "INSERT INTO expiries (at, id) VALUES (?1, ?2)"
    static let deleteExpiry = "DELETE FROM expiries WHERE at = ?1 AND id = ?2"
    static let dueExpiries = """
        SELECT at, id
        FROM expiries
        WHERE at <= ?1
        ORDER BY at, id
        LIMIT ?2
        """
    static let earliestExpiry = "SELECT at FROM expiries ORDER BY at LIMIT 1"

    static let insertReturned = """
        INSERT INTO returned
            (id, rank, ready_at, attempts, crashes, server_deaths, releases, charged_period,
             last_attempt, started_at, error, start_failures)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """
    static let returnedByID = """
        SELECT id, rank, ready_at, attempts, crashes, server_deaths, releases, charged_period,
            last_attempt, started_at, error, start_failures
        FROM returned
        WHERE id = ?1
        """
    static let deleteReturned = "DELETE FROM returned WHERE id = ?1"

    static let insertHistory = """
        INSERT INTO history
            (id, state, attempts, crashes, server_deaths, releases, started_at, finished_at,
             charged_period, last_attempt, cancel_requested_at, result, error, start_failures)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        """
    static let historyByID = """
        SELECT id, state, attempts, crashes, server_deaths, releases, started_at, finished_at,
            charged_period, last_attempt, cancel_requested_at, result, error, start_failures
        FROM history
        WHERE id = ?1
        """
}
