extension Schema {
    /// How much was paid, so that refunds can be told to be all of it; which grants wait for their
    /// money to come back; and the events of nobody, to be found when they are somebody's.
    static let settling = """
        ALTER TABLE payments ADD COLUMN amount INTEGER;
        ALTER TABLE checkouts ADD COLUMN amount INTEGER;
        ALTER TABLE reversals ADD COLUMN paid INTEGER;
        ALTER TABLE grants ADD COLUMN is_taken_back INTEGER NOT NULL DEFAULT 0
            CHECK (is_taken_back IN (0, 1) AND (is_taken_back = 0 OR state = 3));

        CREATE INDEX webhook_events_by_customer ON webhook_events (customer) WHERE tenant IS NULL;
        CREATE INDEX webhook_events_by_subscription ON webhook_events (subscription)
            WHERE tenant IS NULL;
        """
}
