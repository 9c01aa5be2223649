/// What must be true of what attempts say while they run, and of the marks of processes. They
/// select what those of `PlacesInvariantSQL` do.
enum RunnerInvariantSQL {
    static let all = [progress, logs, boots, marks]

    private static let progress = """
        SELECT 'progress_matches_attempt', progress.job, NULL,
            'expected progress of an attempt of this job, found it of att#' || progress.attempt
        FROM progress
        LEFT JOIN attempts ON attempts.id = progress.attempt
        WHERE attempts.job IS NOT progress.job
        """
    private static let logs = """
        SELECT 'log_matches_attempt', logs.job, NULL,
            'expected lines up to ' || logs.last || ' of an attempt of this job, found them of att#'
                || logs.attempt
        FROM logs
        LEFT JOIN attempts ON attempts.id = logs.attempt
        WHERE attempts.job IS NOT logs.job
        """
    private static let boots = """
        SELECT 'boot_known', job, NULL,
            'expected att#' || id || ' to be of process ' || stored || ' or one before, found '
                || boot
        FROM (
            SELECT job, id, boot,
                coalesce((SELECT value FROM meta WHERE key = 'boot'), 0) AS stored
            FROM attempts
            WHERE boot IS NOT NULL
        )
        WHERE boot > stored
        """
    private static let marks = """
        SELECT 'attempt_end', job, NULL,
            'att#' || id || iif(timed_out IS NULL, ' died with its server', ' ran too long')
                || ', found outcome ' || coalesce(outcome, 'none') || ' in process '
                || coalesce(boot, 'none')
        FROM attempts
        WHERE timed_out IS NOT NULL AND outcome IS NOT 2 OR outcome IS 6 AND boot IS NULL
        """
}
