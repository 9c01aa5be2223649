/// Events, subscriptions, money and the audit.
enum BillingSQL {
    // MARK: Events

    static let eventColumns = """
        number, id, type, created, api_version, is_live, object, customer, subscription,
        received_at, state, reason, tenant, tries, retry_at,
        EXISTS (SELECT 1 FROM webhook_bodies WHERE event = number)
        """
    static let insertEvent = """
        INSERT INTO webhook_events
            (number, id, type, created, api_version, is_live, object, customer, subscription,
             received_at, state, reason, tenant, tries, retry_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
        """
    static let insertBody =
        "INSERT INTO webhook_bodies (event, received_at, body) VALUES (?1, ?2, ?3)"
    static let updateEvent = """
        UPDATE webhook_events
        SET state = ?2, reason = ?3, tenant = ?4, tries = ?5, retry_at = ?6
        WHERE number = ?1
        """
    static let eventByID = "SELECT \(eventColumns) FROM webhook_events WHERE id = ?1"
    static let body = "SELECT body FROM webhook_bodies WHERE event = ?1"
    static let dueEvents = """
        SELECT number, id, type FROM webhook_events
        WHERE retry_at <= ?1 ORDER BY retry_at, number LIMIT ?2
        """
    static let earliestRetry =
        "SELECT min(retry_at) FROM webhook_events WHERE retry_at IS NOT NULL"
    static let putEventRetry = "UPDATE webhook_events SET retry_at = ?2 WHERE number = ?1"
    /// In the audit, in the rows, and those that are to be tried again.
    static let adoptEventsOfCustomer = adoptEvents(of: "customer")
    static let adoptEventsOfSubscription = adoptEvents(of: "subscription")

    private static func adoptEvents(of column: String) -> [String] {
        let mine = "\(column) = ?1 AND tenant IS NULL"
        return [
            """
            UPDATE audit SET tenant = ?2
            WHERE tenant IS NULL
                AND +id > coalesce((SELECT min(id) FROM audit WHERE tenant = ?2), 0)
                AND event IN (
                    SELECT id FROM webhook_events WHERE \(mine) AND state IN (0, 1, 4)
                )
            """,
            "UPDATE webhook_events SET tenant = ?2 WHERE \(mine) AND state IN (0, 1, 4)",
            """
            UPDATE webhook_events SET retry_at = ?2
            WHERE \(mine) AND state = 3
                AND EXISTS (SELECT 1 FROM webhook_bodies WHERE event = number)
            """,
        ]
    }

    static let hurryEvents = "UPDATE webhook_events SET retry_at = ?1 WHERE retry_at > ?1"
    static let oldBodies = """
        DELETE FROM webhook_bodies WHERE event IN (
            SELECT event FROM webhook_bodies ORDER BY event LIMIT ?2
        ) AND received_at < ?1
        """
    static let oldEvents = """
        DELETE FROM webhook_events WHERE number IN (
            SELECT number FROM webhook_events ORDER BY number LIMIT ?2
        ) AND received_at < ?1
            AND NOT EXISTS (SELECT 1 FROM webhook_bodies WHERE event = number)
            AND number < (SELECT max(number) FROM webhook_events)
        """
    static let lastEvent = "SELECT max(number) FROM webhook_events"
    static let eventsBefore = """
        SELECT \(eventColumns) FROM webhook_events
        WHERE number < ?1 ORDER BY number DESC LIMIT ?2
        """
    static let eventsOfStateBefore = """
        SELECT \(eventColumns) FROM webhook_events
        WHERE number < ?1 AND state = ?3 ORDER BY number DESC LIMIT ?2
        """
    /// The same of those that had no effect, which are few among many: SQLite takes their index
    /// only where the statement says what the index does.
    static let eventsWithoutEffectBefore = """
        SELECT \(eventColumns) FROM webhook_events
        WHERE state = ?3 AND state IN (3, 4) AND number < ?1 ORDER BY number DESC LIMIT ?2
        """

    // MARK: Subscriptions

    static let subscriptionColumns = "id, is_live, tenant, customer, facts, ask_at, asks"
    static let putSubscription = """
        INSERT INTO subscriptions (\(subscriptionColumns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (id, is_live) DO UPDATE
        SET tenant = ?3, customer = ?4, facts = ?5, ask_at = ?6, asks = ?7
        """
    static let subscriptionByID =
        "SELECT \(subscriptionColumns) FROM subscriptions WHERE id = ?1 AND is_live = ?2"
    static let allSubscriptions = "SELECT \(subscriptionColumns) FROM subscriptions"
    static let subscriptionsOfTenant =
        "SELECT \(subscriptionColumns) FROM subscriptions WHERE tenant = ?1 ORDER BY id, is_live"
    static let orphans = """
        SELECT \(subscriptionColumns) FROM subscriptions
        WHERE tenant IS NULL AND customer = ?1 AND is_live = ?2 ORDER BY id
        """
    static let dueInquiries = """
        SELECT id, is_live, ask_at, asks FROM subscriptions
        WHERE ask_at <= ?1 AND is_live = ?3 ORDER BY ask_at, id LIMIT ?2
        """
    static let earliestInquiry = """
        SELECT ask_at FROM subscriptions WHERE ask_at IS NOT NULL AND is_live = ?1
        ORDER BY ask_at LIMIT 1
        """
    static let putInquiry =
        "UPDATE subscriptions SET ask_at = ?3, asks = ?4 WHERE id = ?1 AND is_live = ?2"
    static let openInquiries = """
        SELECT count(*) FROM subscriptions
        WHERE ask_at IS NOT NULL AND (?1 IS NULL OR is_live = ?1)
        """
    static let givenUp = """
        SELECT id FROM subscriptions
        WHERE ask_at IS NULL AND asks > 0 AND (?2 IS NULL OR is_live = ?2)
        ORDER BY id, is_live LIMIT ?1
        """

    // MARK: Money

    static let customer =
        "SELECT id, is_live, tenant, is_deleted FROM customers WHERE id = ?1 AND is_live = ?2"
    static let otherCustomer = """
        SELECT 1 FROM customers
        WHERE tenant = ?1 AND id <> ?2 AND is_live = ?3 AND is_deleted = 0 LIMIT 1
        """
    static let putCustomer = """
        INSERT INTO customers (id, is_live, tenant, is_deleted) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (id, is_live) DO UPDATE SET tenant = ?3, is_deleted = ?4
        """
    static let invoiceColumns = """
        id, is_live, event, created, status, happening, tenant, named_tenant, customer,
        subscription, number, currency, total, amount_due, amount_paid, amount_remaining,
        billing_reason, attempts, next_attempt_at, made_at, paid_at, period_start, period_end,
        hosted_url, document_url
        """
    static let invoice = "SELECT \(invoiceColumns) FROM invoices WHERE id = ?1 AND is_live = ?2"
    static let orphanInvoices = """
        SELECT \(invoiceColumns) FROM invoices
        WHERE tenant IS NULL AND customer = ?1 AND is_live = ?2 ORDER BY id
        """
    static let putInvoice = """
        INSERT OR REPLACE INTO invoices (\(invoiceColumns))
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
            ?19, ?20, ?21, ?22, ?23, ?24, ?25)
        """
    static let checkoutColumns = """
        id, is_live, event, created, progress, customer, subscription, invoice, payment_intent,
        client_reference, named_tenant, is_paid, amount
        """
    static let checkout = "SELECT \(checkoutColumns) FROM checkouts WHERE id = ?1 AND is_live = ?2"
    static let checkoutsOfInvoice = """
        SELECT \(checkoutColumns) FROM checkouts WHERE invoice = ?1 AND is_live = ?2 ORDER BY id
        """
    static let checkoutsOfIntent = """
        SELECT \(checkoutColumns) FROM checkouts
        WHERE payment_intent = ?1 AND is_live = ?2 ORDER BY id
        """
    static let putCheckout = """
        INSERT OR REPLACE INTO checkouts (\(checkoutColumns))
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        """
    static let reversalColumns = """
        id, is_live, event, created, kind, standing, charge, payment_intent, invoice, customer,
        amount, currency, is_whole, paid
        """
    static let reversal = "SELECT \(reversalColumns) FROM reversals WHERE id = ?1 AND is_live = ?2"
    static let putReversal = """
        INSERT OR REPLACE INTO reversals (\(reversalColumns))
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        """
    static let reversalsOfInvoice =
        "SELECT \(reversalColumns) FROM reversals WHERE invoice = ?1 ORDER BY id, is_live"
    static let reversalsOfCharge =
        "SELECT \(reversalColumns) FROM reversals WHERE charge = ?1 ORDER BY id, is_live"
    static let reversalsOfIntent =
        "SELECT \(reversalColumns) FROM reversals WHERE payment_intent = ?1 ORDER BY id, is_live"
    static let insertPayment = """
        INSERT INTO payments (invoice, payment_intent, charge, amount) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (invoice, payment_intent, charge) DO UPDATE
        SET amount = max(coalesce(amount, ?4), ?4)
        WHERE ?4 IS NOT NULL
        """
    static let paymentsOfInvoice = """
        SELECT invoice, payment_intent, charge, amount FROM payments WHERE invoice = ?1
        ORDER BY payment_intent, charge
        """
    static let invoicesOfCharge =
        "SELECT DISTINCT invoice FROM payments WHERE charge = ?1 AND charge <> '' ORDER BY invoice"
    static let invoicesOfIntent = """
        SELECT DISTINCT invoice FROM payments WHERE payment_intent = ?1 AND payment_intent <> ''
        ORDER BY invoice
        """
    static let products = "SELECT id, plan FROM products WHERE plan IS NOT NULL"
    static let putProduct = """
        INSERT INTO products (id, plan, event, created) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (id) DO UPDATE SET plan = ?2, event = ?3, created = ?4
        WHERE (?4, ?3) > (created, event)
        """

    // MARK: Audit

    static let auditColumns = """
        id, at, tenant, actor, action, outcome, plan_before, version_before, status_before,
        plan_after, version_after, status_after, event
        """
    static let insertAudit = """
        INSERT INTO audit (\(auditColumns))
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        """
    static let auditOutcome = "SELECT outcome FROM audit WHERE event = ?1"
    static let deleteAudit = "DELETE FROM audit WHERE event = ?1"
    static let lastAudit = "SELECT max(id) FROM audit"
    static let auditBefore =
        "SELECT \(auditColumns) FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2"
    static let firstAuditOfTenant = """
        SELECT action, at FROM audit WHERE tenant = ?1 ORDER BY id LIMIT 1
        """
    /// The plan that a tenant was on at a time is the one that the next change took it from.
    static let planChangeAfter = """
        SELECT plan_before, version_before FROM audit
        WHERE tenant = ?1 AND at > ?2 AND plan_before IS NOT NULL
            AND (plan_before <> plan_after OR version_before <> version_after)
        ORDER BY at, id
        LIMIT 1
        """
    static let auditOfTenantBefore = """
        SELECT \(auditColumns) FROM audit WHERE tenant = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2
        """
}
