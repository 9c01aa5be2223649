extension Schema {
    /// Ids of usage outside jobs go with the rows of the ledger that are of them.
    static let forgetting = """
        -- Those whose rows were folded before, and those of events that came to nothing.
        DELETE FROM usage_events
        WHERE (tenant, id) NOT IN (SELECT tenant, event FROM ledger WHERE event IS NOT NULL);
        UPDATE meta
        SET value = (SELECT count(*) FROM usage_events)
        WHERE key = 'usage_events_kept';
        """
}
