extension Schema {
    /// Checkouts are found by what was paid in them.
    static let checkouts = """
        CREATE INDEX checkouts_by_invoice ON checkouts (invoice) WHERE invoice IS NOT NULL;
        CREATE INDEX checkouts_by_intent ON checkouts (payment_intent)
            WHERE payment_intent IS NOT NULL;
        """
}
