extension Schema {
    /// Endpoints of tenants, and the events on their way there.
    static let outbound = """
        -- Without events every type is wanted, else the sum of 1 << type. A removed endpoint has no
        -- secret; its row stays until its deliveries are gone.
        CREATE TABLE endpoints (
            id INTEGER PRIMARY KEY,
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            url TEXT NOT NULL,
            events INTEGER CHECK (events > 0),
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
            off_reason INTEGER CHECK (off_reason BETWEEN 1 AND 4),
            secret BLOB CHECK (length(secret) BETWEEN 24 AND 64),
            old_secret BLOB,
            old_secret_ends_at INTEGER,
            failing_since INTEGER,
            created_at INTEGER NOT NULL,
            CHECK ((state = 2) = (off_reason IS NOT NULL)),
            CHECK ((state = 3) = (secret IS NULL)),
            CHECK ((old_secret IS NULL) = (old_secret_ends_at IS NULL))
        ) STRICT;
        CREATE INDEX endpoints_by_tenant ON endpoints (tenant, id);

        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY,
            event INTEGER NOT NULL REFERENCES outbox (id),
            endpoint INTEGER NOT NULL REFERENCES endpoints (id),
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),
            tries INTEGER NOT NULL CHECK (tries >= 0),
            next_at INTEGER,
            ended_at INTEGER,
            tried_at INTEGER,
            status INTEGER,
            error TEXT,
            UNIQUE (event, endpoint),
            CHECK ((state = 1) = (next_at IS NOT NULL)),
            CHECK ((state = 1) = (ended_at IS NULL))
        ) STRICT;
        CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint, id);
        CREATE INDEX deliveries_waiting ON deliveries (endpoint, next_at, id) WHERE state = 1;
        CREATE INDEX deliveries_failed ON deliveries (endpoint, id) WHERE state IN (3, 4);
        """
}
