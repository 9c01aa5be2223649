extension Schema {
    /// Moves in their order, versions of limits by metric, and what tells that rows are missing.
    static let gate = """
        -- Tenants on their way from one version of a plan to another, first come first made.
        CREATE TABLE plan_moves (
            number INTEGER PRIMARY KEY,
            plan TEXT NOT NULL,
            from_version INTEGER NOT NULL,
            to_version INTEGER NOT NULL
        ) STRICT;
        INSERT INTO plan_moves (plan, from_version, to_version)
            SELECT plan, from_version, to_version
            FROM moves
            ORDER BY plan, from_version, to_version;
        DROP TABLE moves;

        -- Pairs of metric and count, beside limit_version, which counts for all of them.
        ALTER TABLE tenants ADD COLUMN limit_changes TEXT;

        -- SHA-256 of the other columns; null of rows from before.
        ALTER TABLE folds ADD COLUMN seal BLOB CHECK (seal IS NULL OR length(seal) = 32);

        -- How many rows were written of what is never deleted.
        INSERT INTO meta (key, value)
            SELECT 'alerts_kept', count(*) FROM alerts
            UNION ALL SELECT 'usage_events_kept', count(*) FROM usage_events
            UNION ALL SELECT 'folds_kept', count(*) FROM folds
            UNION ALL SELECT 'folded_charges_kept', count(*) FROM folded_charges;
        """
}
