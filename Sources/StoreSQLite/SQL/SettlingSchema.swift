extension Schema {
    /// How much was paid, so that refunds can be told to be all of it; which grants wait for their
    /// money to come back; and the events of nobody, to be found when they are somebody's.
    /// Tenants and events that were before are decided by what holds now.
    static let settling = """
        ALTER TABLE payments ADD COLUMN amount INTEGER;
        ALTER TABLE checkouts ADD COLUMN amount INTEGER;
        ALTER TABLE reversals ADD COLUMN paid INTEGER;
        ALTER TABLE grants ADD COLUMN is_taken_back INTEGER NOT NULL DEFAULT 0
            CHECK (is_taken_back IN (0, 1) AND (is_taken_back = 0 OR state = 3));

        CREATE INDEX webhook_events_by_customer ON webhook_events (customer) WHERE tenant IS NULL;
        CREATE INDEX webhook_events_by_subscription ON webhook_events (subscription)
            WHERE tenant IS NULL;

        -- Events about a customer or subscription themselves are theirs, too.
        UPDATE webhook_events SET customer = object
            WHERE type IN ('customer.created', 'customer.updated', 'customer.deleted');
        UPDATE webhook_events SET subscription = object WHERE type LIKE 'customer.subscription.%';
        -- Orphans of whom it is known whose they are.
        UPDATE webhook_events SET retry_at = received_at
            WHERE state = 3
                AND EXISTS (SELECT 1 FROM webhook_bodies WHERE event = number)
                AND (
                    EXISTS (
                        SELECT 1 FROM customers
                        WHERE customers.id = customer AND customers.tenant IS NOT NULL
                            AND customers.is_live = webhook_events.is_live
                    )
                    OR EXISTS (
                        SELECT 1 FROM subscriptions
                        WHERE subscriptions.id = subscription
                            AND subscriptions.tenant IS NOT NULL
                            AND subscriptions.is_live = webhook_events.is_live
                    )
                );

        -- What a debt beneath the operator's plan says is worked out anew: the time for it is over.
        DELETE FROM deadlines
            WHERE event = 4 AND tenant IN (
                SELECT number FROM tenants WHERE is_deleted = 0 AND entitled_status IN (4, 5)
            );
        UPDATE tenants SET entitlement_turns = 0
            WHERE is_deleted = 0 AND entitled_status IN (4, 5);
        INSERT INTO deadlines (at, tenant, event, subject)
            SELECT 0, number, 4, 0 FROM tenants
            WHERE is_deleted = 0 AND entitled_status IN (4, 5);
        """
}
