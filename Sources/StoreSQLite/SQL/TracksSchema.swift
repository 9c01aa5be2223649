extension Schema {
    /// The places of waiting jobs with a check that costs nothing. `track IN (0, 1, 2)` made SQLite
    /// build a table of three rows for each row that was written.
    static let tracks = """
        ALTER TABLE ready RENAME TO ready_before;
        CREATE TABLE ready (
            line INTEGER NOT NULL,
            track INTEGER NOT NULL CHECK (track BETWEEN 0 AND 2),
            rank INTEGER NOT NULL,
            id INTEGER NOT NULL,
            cost INTEGER NOT NULL,
            PRIMARY KEY (line, track, rank, id)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO ready (line, track, rank, id, cost)
            SELECT line, track, rank, id, cost
            FROM ready_before
            ORDER BY line, track, rank, id;
        DROP TABLE ready_before;

        ALTER TABLE scheduled RENAME TO scheduled_before;
        CREATE TABLE scheduled (
            run_at INTEGER NOT NULL,
            id INTEGER NOT NULL,
            line INTEGER NOT NULL,
            track INTEGER NOT NULL CHECK (track BETWEEN 0 AND 2),
            priority INTEGER NOT NULL,
            cost INTEGER NOT NULL,
            PRIMARY KEY (run_at, id)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO scheduled (run_at, id, line, track, priority, cost)
            SELECT run_at, id, line, track, priority, cost
            FROM scheduled_before
            ORDER BY run_at, id;
        DROP TABLE scheduled_before;
        CREATE INDEX scheduled_by_line ON scheduled (line);
        """
}
