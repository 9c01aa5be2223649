/// The tables. A migration is never edited once it has landed; the next one changes what it made.
enum Schema {
    /// What makes an empty file into one of version 1, 2, …
    static let migrations: [String] = [
        house, meter, folding, outbound, billing, inquiries, gate, runner, tracks, forgetting,
        checkouts, planChanges, settling, heard,
    ]

    private static let house = """
        CREATE TABLE meta (
            key TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE tenants (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            shard INTEGER NOT NULL CHECK (shard BETWEEN 0 AND 255),
            name TEXT,
            email TEXT,
            base_plan TEXT NOT NULL,
            manual INTEGER NOT NULL CHECK (manual IN (0, 1, 2)),
            is_deleted INTEGER NOT NULL CHECK (is_deleted IN (0, 1)),
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE keys (
            id INTEGER PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
            scope INTEGER NOT NULL CHECK (scope BETWEEN 1 AND 4),
            tenant TEXT REFERENCES tenants (id),
            queues TEXT,
            tenants TEXT,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX keys_by_tenant ON keys (tenant, id);

        CREATE TABLE queues (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE lanes (
            number INTEGER PRIMARY KEY,
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            queue INTEGER NOT NULL REFERENCES queues (number),
            UNIQUE (tenant, queue)
        ) STRICT;

        CREATE TABLE lines (
            number INTEGER PRIMARY KEY,
            lane INTEGER NOT NULL REFERENCES lanes (number),
            kind TEXT NOT NULL,
            UNIQUE (lane, kind)
        ) STRICT;

        -- The immutable body, in id order. A null ready_at is created_at; a null backoff, no tags.
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY,
            line INTEGER NOT NULL REFERENCES lines (number),
            created_at INTEGER NOT NULL,
            ready_at INTEGER,
            expires_at INTEGER,
            priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 9),
            attempts_max INTEGER NOT NULL CHECK (attempts_max BETWEEN 1 AND 100),
            timeout INTEGER NOT NULL,
            backoff TEXT,
            tags TEXT,
            cost INTEGER NOT NULL CHECK (cost BETWEEN 0 AND 1000000),
            payload BLOB NOT NULL
        ) STRICT;

        CREATE TABLE ready (
            line INTEGER NOT NULL,
            track INTEGER NOT NULL CHECK (track IN (0, 1, 2)),
            rank INTEGER NOT NULL,
            id INTEGER NOT NULL,
            cost INTEGER NOT NULL,
            PRIMARY KEY (line, track, rank, id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE scheduled (
            run_at INTEGER NOT NULL,
            id INTEGER NOT NULL,
            line INTEGER NOT NULL,
            track INTEGER NOT NULL CHECK (track IN (0, 1, 2)),
            priority INTEGER NOT NULL,
            cost INTEGER NOT NULL,
            PRIMARY KEY (run_at, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX scheduled_by_line ON scheduled (line);

        CREATE TABLE expiries (
            at INTEGER NOT NULL,
            id INTEGER NOT NULL,
            PRIMARY KEY (at, id)
        ) STRICT, WITHOUT ROWID;

        -- What a job carries that waits or runs again after an attempt.
        CREATE TABLE returned (
            id INTEGER PRIMARY KEY,
            rank INTEGER NOT NULL,
            ready_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL CHECK (attempts >= 0),
            crashes INTEGER NOT NULL CHECK (crashes >= 0),
            server_deaths INTEGER NOT NULL CHECK (server_deaths >= 0),
            releases INTEGER NOT NULL CHECK (releases >= 0),
            charged_period INTEGER,
            last_attempt INTEGER NOT NULL,
            started_at INTEGER,
            error BLOB
        ) STRICT;

        -- Append-only. A row with no end is the lease.
        CREATE TABLE attempts (
            id INTEGER PRIMARY KEY,
            secret INTEGER NOT NULL,
            job INTEGER NOT NULL,
            line INTEGER NOT NULL,
            rank INTEGER NOT NULL,
            worker TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            lease INTEGER NOT NULL CHECK (lease > 0),
            expires_at INTEGER NOT NULL,
            charged_period INTEGER,
            previous INTEGER,
            cancel_requested_at INTEGER,
            ended_at INTEGER,
            outcome INTEGER CHECK (outcome BETWEEN 1 AND 6),
            state_after INTEGER CHECK (state_after BETWEEN 1 AND 5),
            run_at_after INTEGER,
            error BLOB,
            CHECK ((ended_at IS NULL) = (outcome IS NULL)),
            CHECK ((ended_at IS NULL) = (state_after IS NULL))
        ) STRICT;
        -- Only what runs: as small as the number of workers, so a claim dirties no cold page.
        CREATE UNIQUE INDEX attempts_open ON attempts (job) WHERE ended_at IS NULL;

        CREATE TABLE history (
            id INTEGER PRIMARY KEY REFERENCES jobs (id),
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),
            attempts INTEGER NOT NULL,
            crashes INTEGER NOT NULL,
            server_deaths INTEGER NOT NULL,
            releases INTEGER NOT NULL,
            started_at INTEGER,
            finished_at INTEGER NOT NULL,
            charged_period INTEGER,
            last_attempt INTEGER,
            cancel_requested_at INTEGER,
            result BLOB,
            error BLOB
        ) STRICT;

        CREATE TABLE usage (
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            metric INTEGER NOT NULL,
            period INTEGER NOT NULL,
            used_plan INTEGER NOT NULL CHECK (used_plan >= 0),
            used_grant INTEGER NOT NULL CHECK (used_grant >= 0),
            overage INTEGER NOT NULL CHECK (overage >= 0),
            PRIMARY KEY (tenant, metric, period)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE ledger (
            id INTEGER PRIMARY KEY,
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            metric INTEGER NOT NULL,
            period INTEGER NOT NULL,
            entry INTEGER NOT NULL CHECK (entry BETWEEN 1 AND 4),
            source INTEGER NOT NULL CHECK (source BETWEEN 1 AND 3),
            amount INTEGER NOT NULL,
            job INTEGER,
            at INTEGER NOT NULL,
            used_after INTEGER NOT NULL,
            in_force INTEGER
        ) STRICT;

        CREATE TABLE idempotency (
            number INTEGER PRIMARY KEY,
            scope TEXT NOT NULL,
            key TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            results BLOB NOT NULL,
            UNIQUE (scope, key)
        ) STRICT;

        -- By-tenant indexes, filled by a chore in sorted slices; meta says how far they reach.
        CREATE TABLE jobs_by_tenant (
            tenant INTEGER NOT NULL,
            id INTEGER NOT NULL,
            PRIMARY KEY (tenant, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE ledger_by_tenant (
            tenant INTEGER NOT NULL,
            id INTEGER NOT NULL,
            PRIMARY KEY (tenant, id)
        ) STRICT, WITHOUT ROWID;
        """
}
