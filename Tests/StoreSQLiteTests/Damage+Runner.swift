import StoreSQLite

extension Damage {
    /// What is spoilt of progress, logs and the marks of processes.
    static let runner = [
        Damage(
            .progressMatchesAttempt,
            "UPDATE progress SET attempt = \(attempt(of: "done")) WHERE job = \(job("spoke"))"),
        Damage(.progressMatchesAttempt, "UPDATE progress SET attempt = 4711"),
        Damage(
            .logMatchesAttempt, also: [.logContinues],
            "UPDATE logs SET attempt = \(attempt(of: "done")) WHERE last = 2"),
        Damage(.logMatchesAttempt, "UPDATE logs SET attempt = 4711 WHERE last > 3"),
        Damage(.logContinues, "DELETE FROM logs WHERE last = 3"),
        Damage(.logContinues, "UPDATE logs SET last = 9 WHERE last = 5"),
        Damage(
            .logContinues,
            "UPDATE logs SET lines = CAST(lines || char(10) AS BLOB) WHERE last = 2"),
        Damage(.logContinues, "UPDATE logs SET lines = x'41' WHERE last = 5"),
        Damage(.logContinues, "UPDATE logs SET job_bytes = job_bytes + 1 WHERE last = 5"),
        Damage(.logContinues, "UPDATE logs SET attempt_bytes = 1 WHERE last = 4"),
        Damage(.logContinues, "UPDATE logs SET cut = 1 WHERE last = 2"),
        Damage(.logContinues, "UPDATE logs SET cut = 2 WHERE last = 3"),
        Damage(.bootKnown, "DELETE FROM meta WHERE key = 'boot'"),
        Damage(.bootKnown, "UPDATE attempts SET boot = 9 WHERE job = \(job("own"))"),
        Damage(.attemptEnd, "UPDATE attempts SET timed_out = 1 WHERE job = \(job("done"))"),
        Damage(.attemptEnd, "UPDATE attempts SET timed_out = 1 WHERE job = \(job("runs"))"),
        Damage(
            .attemptEnd, also: [.countsMatchAttempts],
            "UPDATE attempts SET outcome = 6 WHERE job = \(job("dead"))"),
        Damage(
            .referenceLeadsToRow, also: [.progressMatchesAttempt],
            "PRAGMA foreign_keys = OFF; UPDATE progress SET job = 4711"),
    ]
}
