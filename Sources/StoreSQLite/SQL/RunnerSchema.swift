extension Schema {
    /// What attempts say while they run, and which of them die with the server.
    ///
    /// Whoever deletes a job one day deletes its progress and its log itself, before it: the server
    /// does not enforce foreign keys (decision 010), so nothing here may go with a parent's row.
    static let runner = """
        -- The process whose own runner had it; null of a worker's.
        ALTER TABLE attempts ADD COLUMN boot INTEGER CHECK (boot > 0);
        -- It failed because it ran longer than its job allows.
        ALTER TABLE attempts ADD COLUMN timed_out INTEGER CHECK (timed_out = 1);

        -- What was said last; the attempt tells whether it is still of interest.
        CREATE TABLE progress (
            job INTEGER PRIMARY KEY REFERENCES jobs (id),
            attempt INTEGER NOT NULL,
            hundredths INTEGER CHECK (hundredths BETWEEN 0 AND 10000),
            message TEXT
        ) STRICT;

        -- The lines of one heartbeat each, with what the log comes to after them.
        CREATE TABLE logs (
            job INTEGER NOT NULL REFERENCES jobs (id),
            last INTEGER NOT NULL CHECK (last > 0),
            attempt INTEGER NOT NULL,
            attempt_bytes INTEGER NOT NULL CHECK (attempt_bytes > 0),
            job_bytes INTEGER NOT NULL CHECK (job_bytes >= attempt_bytes),
            cut INTEGER NOT NULL CHECK (cut BETWEEN 0 AND 2),
            ordinal INTEGER NOT NULL CHECK (ordinal > 0),
            at INTEGER NOT NULL,
            lines BLOB NOT NULL,
            PRIMARY KEY (job, last)
        ) STRICT, WITHOUT ROWID;
        """
}
