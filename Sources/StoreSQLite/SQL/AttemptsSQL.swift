/// Attempts, which are the leases while they have no end.
enum AttemptsSQL {
    static let insertAttempt = """
        INSERT INTO attempts
            (id, secret, job, line, rank, worker, started_at, lease, expires_at, charged_period,
             previous, charge, boot)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        """
    static let columns = """
        id, secret, job, line, rank, worker, started_at, lease, expires_at, charged_period,
        previous, cancel_requested_at, ended_at, outcome, state_after, run_at_after, error, charge,
        could_not_start, heard_at, boot, timed_out, ran
        """
    static let attemptByID = "SELECT \(columns) FROM attempts WHERE id = ?1"
    static let openAttempts = """
        SELECT \(columns)
        FROM attempts INDEXED BY attempts_open
        WHERE ended_at IS NULL
        ORDER BY job
        """
    static let openAttemptOfJob = """
        SELECT \(columns)
        FROM attempts INDEXED BY attempts_open
        WHERE job = ?1 AND ended_at IS NULL
        """
    static let runningOfTenant = """
        SELECT count(*)
        FROM attempts INDEXED BY attempts_open
        JOIN lines ON lines.number = attempts.line
        JOIN lanes ON lanes.number = lines.lane
        WHERE ended_at IS NULL AND lanes.tenant = ?1
        """
    static let endAttempt = """
        UPDATE attempts
        SET ended_at = ?2, outcome = ?3, state_after = ?4, run_at_after = ?5, error = ?6,
            could_not_start = ?7, timed_out = ?8
        WHERE id = ?1
        """
    static let extendAttempt = """
        UPDATE attempts
        SET expires_at = ?2, heard_at = ?3, ran = ?4
        WHERE id = ?1
        """
    static let requestCancel = "UPDATE attempts SET cancel_requested_at = ?2 WHERE id = ?1"
    static let lastAttempt = "SELECT max(id) FROM attempts"
}
