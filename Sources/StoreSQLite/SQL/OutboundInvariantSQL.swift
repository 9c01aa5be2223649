/// What must be true of endpoints, events and deliveries. Each query gives the name of the
/// invariant, no job, the tenant's number, and a sentence.
enum OutboundInvariantSQL {
    static let all = [events, deliveries, ids, deletedTenants]

    private static let events = """
        SELECT 'event_has_delivery', NULL, outbox.tenant,
            'expected evt#' || outbox.id || ' to have a delivery, or to be forgotten'
        FROM outbox
        WHERE id <= coalesce((SELECT value FROM meta WHERE key = 'outbox_mark'), 0)
            AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event = outbox.id)
        """
    private static let deliveries = """
        SELECT 'delivery_matches_event', NULL, endpoints.tenant,
            'expected dlv#' || deliveries.id || ' to be of an event of its endpoint''s tenant'
                || ' that was fanned out'
        FROM deliveries
        JOIN outbox ON outbox.id = deliveries.event
        JOIN endpoints ON endpoints.id = deliveries.endpoint
        WHERE outbox.tenant <> endpoints.tenant
            OR outbox.id > coalesce((SELECT value FROM meta WHERE key = 'outbox_mark'), 0)
        """
    private static let ids = """
        SELECT 'outbound_id_known', NULL, NULL,
            'expected no endpoint beyond the last that was made, found whe#' || id
        FROM endpoints
        WHERE id > coalesce((SELECT value FROM meta WHERE key = 'last_endpoint'), 0)
        UNION ALL
        SELECT 'outbound_id_known', NULL, NULL,
            'expected no delivery beyond the last that was made, found dlv#' || id
        FROM deliveries
        WHERE id > coalesce((SELECT value FROM meta WHERE key = 'last_delivery'), 0)
        """
    private static let deletedTenants = """
        SELECT 'deleted_has_no_endpoint', NULL, tenants.number,
            'expected no endpoints of a deleted tenant'
        FROM endpoints
        JOIN tenants ON tenants.number = endpoints.tenant
        WHERE tenants.is_deleted = 1 AND endpoints.state <> 3
        """
}
