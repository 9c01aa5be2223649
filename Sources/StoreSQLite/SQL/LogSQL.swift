/// What attempts said: progress and logs.
enum LogSQL {
    static let putProgress = """
        INSERT INTO progress (job, attempt, hundredths, message)
        VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (job) DO UPDATE
        SET attempt = excluded.attempt, hundredths = excluded.hundredths,
            message = excluded.message
        """
    static let progressOfJob = """
        SELECT job, attempt, hundredths, message
        FROM progress
        WHERE job = ?1
        """
    static let allProgress = "SELECT job, attempt, hundredths, message FROM progress"
    static let insertLog = """
        INSERT INTO logs
            (job, last, attempt, attempt_bytes, job_bytes, cut, ordinal, at, lines)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """
    static let logTail = """
        SELECT last, attempt, attempt_bytes, job_bytes, cut
        FROM logs
        WHERE job = ?1
        ORDER BY last DESC
        LIMIT 1
        """
    private static let columns = """
        job, last, attempt, attempt_bytes, job_bytes, cut, ordinal, at, lines
        """
    static let logAfter = """
        SELECT \(columns)
        FROM logs
        WHERE job = ?1 AND last > ?2
        ORDER BY last
        """
    static let allLogs = "SELECT \(columns) FROM logs ORDER BY job, last"
    static let timeoutOfJob = "SELECT timeout FROM jobs WHERE id = ?1"
}
