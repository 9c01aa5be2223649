extension Schema {
    /// What periods leave behind that were closed long ago.
    static let folding = """
        -- One row in place of those of a tenant, metric, period and source, which are gone.
        CREATE TABLE folds (
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            metric INTEGER NOT NULL REFERENCES metrics (number),
            period INTEGER NOT NULL,
            source INTEGER NOT NULL CHECK (source BETWEEN 1 AND 5),
            count INTEGER NOT NULL CHECK (count > 0),
            sum INTEGER NOT NULL,
            excess INTEGER,
            used_after INTEGER NOT NULL,
            last INTEGER NOT NULL,
            at INTEGER NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            PRIMARY KEY (tenant, metric, period, source)
        ) STRICT, WITHOUT ROWID;

        -- What a job was charged that had not ended by then: it may have to be given back.
        CREATE TABLE folded_charges (
            job INTEGER NOT NULL,
            id INTEGER NOT NULL,
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            metric INTEGER NOT NULL REFERENCES metrics (number),
            period INTEGER NOT NULL,
            source INTEGER NOT NULL CHECK (source BETWEEN 1 AND 5),
            amount INTEGER NOT NULL,
            at INTEGER NOT NULL,
            used_after INTEGER NOT NULL,
            in_force INTEGER,
            grant_id INTEGER,
            PRIMARY KEY (job, id)
        ) STRICT, WITHOUT ROWID;

        -- What folded rows had taken from the grant.
        ALTER TABLE grants ADD COLUMN folded INTEGER NOT NULL DEFAULT 0;
        """
}
