extension Schema {
    /// Subscriptions, whoever is paid for them, the events that tell of both, and the audit.
    static let billing = """
        -- What the tenant's subscriptions came to when they were last looked at.
        ALTER TABLE tenants ADD COLUMN entitled_status INTEGER
            CHECK (entitled_status BETWEEN 0 AND 6);
        ALTER TABLE tenants ADD COLUMN entitled_plan TEXT;
        ALTER TABLE tenants ADD COLUMN entitled_version INTEGER;
        ALTER TABLE tenants ADD COLUMN entitled_by TEXT;
        ALTER TABLE tenants ADD COLUMN entitled_price TEXT;
        ALTER TABLE tenants ADD COLUMN grace_until INTEGER;
        ALTER TABLE tenants ADD COLUMN cancels_at INTEGER;
        ALTER TABLE tenants ADD COLUMN trial_end INTEGER;
        ALTER TABLE tenants ADD COLUMN floor_until INTEGER;
        ALTER TABLE tenants ADD COLUMN entitlement_turns INTEGER;

        CREATE TABLE wider_deadlines (
            at INTEGER NOT NULL,
            tenant INTEGER NOT NULL REFERENCES tenants (number),
            event INTEGER NOT NULL CHECK (event BETWEEN 1 AND 4),
            subject INTEGER NOT NULL,
            PRIMARY KEY (at, tenant, event, subject)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO wider_deadlines SELECT at, tenant, event, subject FROM deadlines;
        DROP TABLE deadlines;
        ALTER TABLE wider_deadlines RENAME TO deadlines;

        -- Events in the order in which they came. Bodies lie apart, since they go sooner.
        CREATE TABLE webhook_events (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            type TEXT NOT NULL,
            created INTEGER NOT NULL,
            api_version TEXT,
            is_live INTEGER NOT NULL CHECK (is_live IN (0, 1)),
            object TEXT,
            customer TEXT,
            subscription TEXT,
            received_at INTEGER NOT NULL,
            state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
            reason TEXT,
            tenant INTEGER REFERENCES tenants (number),
            tries INTEGER NOT NULL CHECK (tries >= 1),
            retry_at INTEGER
        ) STRICT;
        CREATE INDEX webhook_events_by_state ON webhook_events (state, number)
            WHERE state IN (3, 4);
        CREATE INDEX webhook_events_due ON webhook_events (retry_at) WHERE retry_at IS NOT NULL;

        CREATE TABLE webhook_bodies (
            event INTEGER PRIMARY KEY REFERENCES webhook_events (number),
            received_at INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;

        -- The facts of a subscription are one value; what is looked for is beside it.
        CREATE TABLE subscriptions (
            id TEXT NOT NULL,
            is_live INTEGER NOT NULL CHECK (is_live IN (0, 1)),
            tenant INTEGER REFERENCES tenants (number),
            customer TEXT,
            facts BLOB NOT NULL,
            ask_at INTEGER,
            asks INTEGER NOT NULL CHECK (asks >= 0),
            PRIMARY KEY (id, is_live)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX subscriptions_by_tenant ON subscriptions (tenant) WHERE tenant IS NOT NULL;
        CREATE INDEX subscriptions_of_nobody ON subscriptions (customer) WHERE tenant IS NULL;
        CREATE INDEX subscriptions_to_ask ON subscriptions (ask_at) WHERE ask_at IS NOT NULL;

        CREATE TABLE customers (
            id TEXT NOT NULL,
            is_live INTEGER NOT NULL CHECK (is_live IN (0, 1)),
            tenant INTEGER REFERENCES tenants (number),
            is_deleted INTEGER NOT NULL CHECK (is_deleted IN (0, 1)),
            PRIMARY KEY (id, is_live)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX customers_by_tenant ON customers (tenant);

        -- Of the events of an invoice, the one that counts.
        CREATE TABLE invoices (
            id TEXT NOT NULL,
            is_live INTEGER NOT NULL CHECK (is_live IN (0, 1)),
            event TEXT NOT NULL,
            created INTEGER NOT NULL,
            status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 5),
            happening TEXT NOT NULL,
            tenant INTEGER REFERENCES tenants (number),
            named_tenant TEXT,
            customer TEXT,
            subscription TEXT,
            number TEXT,
            currency TEXT,
            total INTEGER NOT NULL,
            amount_due INTEGER NOT NULL,
            amount_paid INTEGER NOT NULL,
            amount_remaining INTEGER NOT NULL,
            billing_reason TEXT,
            attempts INTEGER NOT NULL,
            next_attempt_at INTEGER,
            made_at INTEGER,
            paid_at INTEGER,
            period_start INTEGER,
            period_end INTEGER,
            hosted_url TEXT,
            document_url TEXT,
            PRIMARY KEY (id, is_live)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX invoices_by_tenant ON invoices (tenant, made_at);
        CREATE INDEX invoices_of_nobody ON invoices (customer) WHERE tenant IS NULL;

        -- Which payments settled which invoice; what is not known is an empty text.
        CREATE TABLE payments (
            invoice TEXT NOT NULL,
            payment_intent TEXT NOT NULL,
            charge TEXT NOT NULL,
            PRIMARY KEY (invoice, payment_intent, charge)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX payments_by_intent ON payments (payment_intent) WHERE payment_intent <> '';
        CREATE INDEX payments_by_charge ON payments (charge) WHERE charge <> '';

        CREATE TABLE checkouts (
            id TEXT NOT NULL,
            is_live INTEGER NOT NULL CHECK (is_live IN (0, 1)),
            event TEXT NOT NULL,
            created INTEGER NOT NULL,
            progress INTEGER NOT NULL CHECK (progress BETWEEN 0 AND 4),
            customer TEXT,
            subscription TEXT,
            invoice TEXT,
            payment_intent TEXT,
            client_reference TEXT,
            named_tenant TEXT,
            is_paid INTEGER NOT NULL CHECK (is_paid IN (0, 1)),
            PRIMARY KEY (id, is_live)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE reversals (
            id TEXT NOT NULL,
            is_live INTEGER NOT NULL CHECK (is_live IN (0, 1)),
            event TEXT NOT NULL,
            created INTEGER NOT NULL,
            kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
            standing INTEGER NOT NULL CHECK (standing IN (0, 1)),
            charge TEXT,
            payment_intent TEXT,
            invoice TEXT,
            customer TEXT,
            amount INTEGER NOT NULL,
            currency TEXT,
            is_whole INTEGER CHECK (is_whole IN (0, 1)),
            PRIMARY KEY (id, is_live)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX reversals_by_invoice ON reversals (invoice) WHERE invoice IS NOT NULL;
        CREATE INDEX reversals_by_charge ON reversals (charge) WHERE charge IS NOT NULL;
        CREATE INDEX reversals_by_intent ON reversals (payment_intent)
            WHERE payment_intent IS NOT NULL;

        -- Which plan a product stands for, by its own metadata.
        CREATE TABLE products (
            id TEXT PRIMARY KEY,
            plan TEXT,
            event TEXT NOT NULL,
            created INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX grants_by_source ON grants (source);

        -- Every change of a tenant's plan or status, and every event once.
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            tenant INTEGER REFERENCES tenants (number),
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            outcome INTEGER CHECK (outcome BETWEEN 0 AND 4),
            plan_before TEXT,
            version_before INTEGER,
            status_before INTEGER CHECK (status_before BETWEEN 0 AND 6),
            plan_after TEXT,
            version_after INTEGER,
            status_after INTEGER CHECK (status_after BETWEEN 0 AND 6),
            event TEXT UNIQUE
        ) STRICT;
        CREATE INDEX audit_by_tenant ON audit (tenant, id) WHERE tenant IS NOT NULL;
        """
}
