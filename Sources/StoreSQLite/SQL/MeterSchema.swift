extension Schema {
    /// Plans as rows, any metric, and everything that changes what a tenant may use.
    static let meter = """
        -- A number is for ever; 1 is jobs.
        CREATE TABLE metrics (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;
        INSERT INTO metrics (number, name) VALUES (1, 'jobs');

        -- Every version of every plan; the terms are JSON. Versions are never deleted.
        CREATE TABLE plans (
            id TEXT NOT NULL,
            version INTEGER NOT NULL CHECK (version >= 1),
            terms TEXT NOT NULL,
            is_offered INTEGER NOT NULL CHECK (is_offered IN (0, 1)),
            PRIMARY KEY (id, version)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX plans_offered ON plans (id) WHERE is_offered = 1;

        -- Tenants on their way from one version of a plan to another.
        CREATE TABLE moves (
            plan TEXT NOT NULL,
            from_version INTEGER NOT NULL,
            to_version INTEGER NOT NULL,
            PRIMARY KEY (plan, from_version, to_version)
        ) STRICT, WITHOUT ROWID;

        -- Spend caps are pairs of metric and units. A null window_day is the calendar's month.
        ALTER TABLE tenants ADD COLUMN base_version INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE tenants ADD COLUMN on_quota INTEGER NOT NULL DEFAULT 0
            CHECK (on_quota IN (0, 1));
        ALTER TABLE tenants ADD COLUMN pay_as_you_go INTEGER NOT NULL DEFAULT 0
            CHECK (pay_as_you_go IN (0, 1));
        ALTER TABLE tenants ADD COLUMN spend_caps TEXT;
        ALTER TABLE tenants ADD COLUMN period_mode INTEGER CHECK (period_mode IN (0, 1));
        ALTER TABLE tenants ADD COLUMN anchor_day INTEGER NOT NULL DEFAULT 1
            CHECK (anchor_day BETWEEN 1 AND 31);
        ALTER TABLE tenants ADD COLUMN window_day INTEGER CHECK (window_day BETWEEN 1 AND 31);
        ALTER TABLE tenants ADD COLUMN next_window_from INTEGER;
        ALTER TABLE tenants ADD COLUMN next_window_day INTEGER
            CHECK (next_window_day BETWEEN 1 AND 31);
        ALTER TABLE tenants ADD COLUMN limit_version INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE tenants ADD COLUMN bucket INTEGER NOT NULL DEFAULT 0
            CHECK (bucket BETWEEN 0 AND 99);
        UPDATE tenants
        SET anchor_day = CAST(strftime('%d', created_at / 1000, 'unixepoch') AS INTEGER);

        -- Charges belong to a day; it used to be a month.
        UPDATE meta
        SET key = 'day',
            value = unixepoch(printf('%04d-%02d-01', value / 100, value % 100)) / 86400
        WHERE key = 'period';

        ALTER TABLE attempts ADD COLUMN charge INTEGER;
        -- What a job cost may have to be given back, so its first attempt knows the charge.
        UPDATE attempts
        SET charge = charged.id
        FROM (SELECT job, min(id) AS id FROM ledger WHERE entry = 1 GROUP BY job) AS charged
        WHERE attempts.job = charged.job AND attempts.previous IS NULL;
        ALTER TABLE attempts ADD COLUMN could_not_start INTEGER NOT NULL DEFAULT 0
            CHECK (could_not_start IN (0, 1));
        -- Null until a heartbeat came.
        ALTER TABLE attempts ADD COLUMN heard_at INTEGER;
        ALTER TABLE returned ADD COLUMN start_failures INTEGER NOT NULL DEFAULT 0
            CHECK (start_failures >= 0);
        ALTER TABLE history ADD COLUMN start_failures INTEGER NOT NULL DEFAULT 0
            CHECK (start_failures >= 0);

        ALTER TABLE usage ADD COLUMN over_soft INTEGER NOT NULL DEFAULT 0
            CHECK (over_soft >= 0);
        ALTER TABLE usage ADD COLUMN unenforced INTEGER NOT NULL DEFAULT 0
            CHECK (unenforced >= 0);
        -- As small as what was let pass while limits were not enforced.
        CREATE INDEX usage_unenforced ON usage (tenant, period, metric) WHERE unenforced > 0;

        CREATE TABLE ledger_of_meter (
            id INTEGER PRIMARY KEY,
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            metric INTEGER NOT NULL REFERENCES metrics (number),
            period INTEGER NOT NULL,
            entry INTEGER NOT NULL CHECK (entry BETWEEN 1 AND 4),
            source INTEGER NOT NULL CHECK (source BETWEEN 1 AND 5),
            amount INTEGER NOT NULL,
            job INTEGER,
            at INTEGER NOT NULL,
            used_after INTEGER NOT NULL,
            in_force INTEGER,
            grant_id INTEGER,
            event TEXT
        ) STRICT;
        INSERT INTO ledger_of_meter
            (id, tenant, metric, period, entry, source, amount, job, at, used_after, in_force)
            SELECT id, tenant, metric, period, entry, source, amount, job, at, used_after,
                in_force
            FROM ledger
            ORDER BY id;
        DROP TABLE ledger;
        ALTER TABLE ledger_of_meter RENAME TO ledger;

        CREATE TABLE overrides (
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            metric INTEGER NOT NULL REFERENCES metrics (number),
            units INTEGER CHECK (units >= 0),
            until INTEGER,
            reason TEXT,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (tenant, metric)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE grants (
            id INTEGER PRIMARY KEY,
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            metric INTEGER NOT NULL REFERENCES metrics (number),
            amount INTEGER NOT NULL CHECK (amount > 0),
            remaining INTEGER NOT NULL CHECK (remaining BETWEEN 0 AND amount),
            source TEXT NOT NULL,
            effective_at INTEGER NOT NULL,
            expires_at INTEGER CHECK (expires_at > effective_at),
            priority INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
            UNIQUE (tenant, source)
        ) STRICT;
        CREATE INDEX grants_open ON grants (tenant, id) WHERE state IN (0, 1) AND remaining > 0;

        CREATE TABLE deadlines (
            at INTEGER NOT NULL,
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            event INTEGER NOT NULL CHECK (event BETWEEN 1 AND 3),
            subject INTEGER NOT NULL,
            PRIMARY KEY (at, tenant, event, subject)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE alerts (
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            metric INTEGER NOT NULL REFERENCES metrics (number),
            period INTEGER NOT NULL,
            limit_version INTEGER NOT NULL,
            threshold INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (tenant, metric, period, limit_version, threshold)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            type TEXT NOT NULL,
            at INTEGER NOT NULL,
            data BLOB NOT NULL
        ) STRICT;

        -- The ids of usage that was told from outside, so that each counts once.
        CREATE TABLE usage_events (
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            id TEXT NOT NULL,
            metric INTEGER NOT NULL REFERENCES metrics (number),
            amount INTEGER NOT NULL CHECK (amount >= 0),
            at INTEGER NOT NULL,
            PRIMARY KEY (tenant, id)
        ) STRICT, WITHOUT ROWID;
        """
}
