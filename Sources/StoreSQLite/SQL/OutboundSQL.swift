/// Endpoints, events on their way, and deliveries.
enum OutboundSQL {
    static let eventColumns = "id, tenant, type, at, data"
    static let insertOutbox = """
        INSERT INTO outbox (\(eventColumns))
        VALUES (?1, ?2, ?3, ?4, ?5)
        """
    static let outboxByID = "SELECT \(eventColumns) FROM outbox WHERE id = ?1"
    static let outboxAfter = """
        SELECT \(eventColumns)
        FROM outbox
        WHERE id > ?1
        ORDER BY id
        LIMIT ?2
        """
    static let deleteOutbox = "DELETE FROM outbox WHERE id = ?1"
    static let lastEvent = "SELECT max(id) FROM outbox"

    static let endpointColumns = """
        id, tenant, url, events, state, off_reason, secret, old_secret, old_secret_ends_at,
        failing_since, created_at
        """
    static let putEndpoint = """
        INSERT INTO endpoints (\(endpointColumns))
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT (id) DO UPDATE
        SET url = excluded.url, events = excluded.events, state = excluded.state,
            off_reason = excluded.off_reason, secret = excluded.secret,
            old_secret = excluded.old_secret, old_secret_ends_at = excluded.old_secret_ends_at,
            failing_since = excluded.failing_since
        """
    static let deleteEndpoint = "DELETE FROM endpoints WHERE id = ?1"
    static let endpointByID = "SELECT \(endpointColumns) FROM endpoints WHERE id = ?1"
    static let allEndpoints = "SELECT \(endpointColumns) FROM endpoints ORDER BY id"
    static let endpointsOfTenant = """
        SELECT \(endpointColumns)
        FROM endpoints
        WHERE tenant = ?1 AND state <> 3
        ORDER BY id
        """
    /// What a start has to know of what waits.
    static let waiting = """
        SELECT endpoint, count(*), min(next_at)
        FROM deliveries
        WHERE state = 1
        GROUP BY endpoint
        """

    static let deliveryColumns = """
        id, event, endpoint, state, tries, next_at, ended_at, tried_at, status, error
        """
    static let insertDelivery = """
        INSERT INTO deliveries (\(deliveryColumns))
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """
    static let updateDelivery = """
        UPDATE deliveries
        SET state = ?4, tries = ?5, next_at = ?6, ended_at = ?7, tried_at = ?8, status = ?9,
            error = ?10
        WHERE id = ?1 AND event = ?2 AND endpoint = ?3
        """
    static let deliveryByID = "SELECT \(deliveryColumns) FROM deliveries WHERE id = ?1"
    static let deleteDelivery = "DELETE FROM deliveries WHERE id = ?1"
    static let deliveryOfEvent = "SELECT 1 FROM deliveries WHERE event = ?1 LIMIT 1"
    static let dueDeliveries = """
        SELECT \(deliveryColumns)
        FROM deliveries
        WHERE endpoint = ?1 AND state = 1 AND next_at <= ?2
        ORDER BY next_at, id
        LIMIT ?3
        """
    static let earliestDelivery = """
        SELECT min(next_at)
        FROM deliveries
        WHERE endpoint = ?1 AND state = 1
        """
    static let failedDeliveries = """
        SELECT \(deliveryColumns)
        FROM deliveries
        WHERE endpoint = ?1 AND id >= ?2 AND state IN (3, 4)
        ORDER BY id
        LIMIT ?3
        """
    static let deliveriesOfEndpoint = """
        SELECT \(deliveryColumns)
        FROM deliveries
        WHERE endpoint = ?1
        ORDER BY id
        LIMIT ?2
        """
    static let endedDeliveries = """
        SELECT \(deliveryColumns)
        FROM deliveries
        WHERE id < ?1 AND state <> 1
        ORDER BY id
        LIMIT ?2
        """
    /// A page of a list, with what each says of its event.
    static let deliveriesBelow = """
        SELECT deliveries.id, event, endpoint, state, tries, next_at, ended_at, tried_at, status,
            error, outbox.type, outbox.at
        FROM deliveries INDEXED BY deliveries_by_endpoint
        JOIN outbox ON outbox.id = deliveries.event
        WHERE endpoint = ?1 AND deliveries.id < ?2
        ORDER BY deliveries.id DESC
        """
}
