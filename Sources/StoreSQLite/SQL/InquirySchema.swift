extension Schema {
    /// Subscriptions of which the provider was asked in vain, for the health of the receiver.
    static let inquiries = """
        CREATE INDEX subscriptions_given_up ON subscriptions (id)
            WHERE ask_at IS NULL AND asks > 0;
        """
}
