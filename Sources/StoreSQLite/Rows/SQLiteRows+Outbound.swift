package import Core
package import Store

extension SQLiteRows {
    private var outbound: OutboundStatements { db.outbound }

    // MARK: Events

    package func insertOutbox(_ row: OutboxRow) throws(StoreError) {
        let statement = outbound.insertOutbox
        statement.bind(1, row.id.rawValue)
        statement.bind(2, row.tenant)
        statement.bind(3, row.type)
        statement.bind(4, row.at.milliseconds)
        statement.bind(5, row.data)
        try statement.run()
    }

    package func outbox(_ id: EventID) throws(StoreError) -> OutboxRow? {
        outbound.outboxByID.bind(1, id.rawValue)
        return try outbound.outboxByID.first(Decoding.outbox)
    }

    package func outbox(after id: EventID, limit: Int) throws(StoreError) -> [OutboxRow] {
        outbound.outboxAfter.bind(1, id.rawValue)
        outbound.outboxAfter.bind(2, Int64(limit))
        return try outbound.outboxAfter.all(Decoding.outbox)
    }

    package func deleteOutbox(_ id: EventID) throws(StoreError) {
        outbound.deleteOutbox.bind(1, id.rawValue)
        try outbound.deleteOutbox.run()
    }

    package func putOutboxMark(
        _ id: EventID, lastDelivery: DeliveryID
    ) throws(StoreError) {
        try putMeta(MetaKey.outboxMark, id.rawValue)
        try putMeta(MetaKey.lastDelivery, lastDelivery.rawValue)
    }

    // MARK: Endpoints

    package func putEndpoint(_ row: EndpointRow) throws(StoreError) {
        let statement = outbound.putEndpoint
        statement.bind(1, row.id.rawValue)
        statement.bind(2, row.tenant)
        statement.bind(3, row.url)
        statement.bind(4, row.filter.bits)
        statement.bind(5, row.state.rawValue)
        statement.bind(6, row.offReason?.rawValue)
        statement.bind(7, row.state == .removed ? nil : row.secret)
        statement.bind(8, row.oldSecret?.bytes)
        statement.bind(9, row.oldSecret?.endsAt.milliseconds)
        statement.bind(10, row.failingSince?.milliseconds)
        statement.bind(11, row.createdAt.milliseconds)
        try statement.run()
    }

    package func putLastEndpoint(_ id: EndpointID) throws(StoreError) {
        try putMeta(MetaKey.lastEndpoint, id.rawValue)
    }

    package func deleteEndpoint(_ id: EndpointID) throws(StoreError) {
        outbound.deleteEndpoint.bind(1, id.rawValue)
        try outbound.deleteEndpoint.run()
    }

    // MARK: Deliveries

    package func insertDelivery(_ row: DeliveryRow) throws(StoreError) {
        try write(row, outbound.insertDelivery)
    }

    package func updateDelivery(_ row: DeliveryRow) throws(StoreError) {
        try write(row, outbound.updateDelivery)
    }

    private func write(_ row: DeliveryRow, _ statement: Statement) throws(StoreError) {
        statement.bind(1, row.id.rawValue)
        statement.bind(2, row.event.rawValue)
        statement.bind(3, row.endpoint.rawValue)
        statement.bind(4, row.state.rawValue)
        statement.bind(5, row.tries)
        statement.bind(6, row.nextAt?.milliseconds)
        statement.bind(7, row.endedAt?.milliseconds)
        statement.bind(8, row.triedAt?.milliseconds)
        statement.bind(9, row.status)
        statement.bind(10, row.error)
        try statement.run()
    }

    package func delivery(_ id: DeliveryID) throws(StoreError) -> DeliveryRow? {
        outbound.deliveryByID.bind(1, id.rawValue)
        return try outbound.deliveryByID.first(Decoding.delivery)
    }

    package func deleteDelivery(_ id: DeliveryID) throws(StoreError) {
        outbound.deleteDelivery.bind(1, id.rawValue)
        try outbound.deleteDelivery.run()
    }

    package func hasDelivery(of event: EventID) throws(StoreError) -> Bool {
        outbound.deliveryOfEvent.bind(1, event.rawValue)
        return try outbound.deliveryOfEvent.first { _ in true } ?? false
    }

    package func dueDeliveries(
        of endpoint: EndpointID, until time: Timestamp, limit: Int
    ) throws(StoreError) -> [DeliveryRow] {
        outbound.dueDeliveries.bind(1, endpoint.rawValue)
        outbound.dueDeliveries.bind(2, time.milliseconds)
        outbound.dueDeliveries.bind(3, Int64(limit))
        return try outbound.dueDeliveries.all(Decoding.delivery)
    }

    package func earliestDelivery(
        of endpoint: EndpointID
    ) throws(StoreError) -> Timestamp? {
        outbound.earliestDelivery.bind(1, endpoint.rawValue)
        return try outbound.earliestDelivery.first { row throws(StoreError) in
            try Decoding.time(row.optionalInt(0))
        } ?? nil
    }

    package func failedDeliveries(
        of endpoint: EndpointID, from id: DeliveryID, limit: Int
    ) throws(StoreError) -> [DeliveryRow] {
        outbound.failedDeliveries.bind(1, endpoint.rawValue)
        outbound.failedDeliveries.bind(2, id.rawValue)
        outbound.failedDeliveries.bind(3, Int64(limit))
        return try outbound.failedDeliveries.all(Decoding.delivery)
    }

    package func deliveries(
        of endpoint: EndpointID, limit: Int
    ) throws(StoreError) -> [DeliveryRow] {
        outbound.deliveriesOfEndpoint.bind(1, endpoint.rawValue)
        outbound.deliveriesOfEndpoint.bind(2, Int64(limit))
        return try outbound.deliveriesOfEndpoint.all(Decoding.delivery)
    }

    package func endedDeliveries(
        before id: DeliveryID, limit: Int
    ) throws(StoreError) -> [DeliveryRow] {
        outbound.endedDeliveries.bind(1, id.rawValue)
        outbound.endedDeliveries.bind(2, Int64(limit))
        return try outbound.endedDeliveries.all(Decoding.delivery)
    }
}

extension OpenRows {
    /// What the engine keeps in memory of endpoints.
    func storedOutbound() throws(StoreError) -> StoredOutbound {
        var stored = StoredOutbound()
        stored.endpoints = try all(OutboundSQL.allEndpoints, Decoding.endpoint)
        stored.waiting = try all(OutboundSQL.waiting) { row throws(StoreError) in
            StoredOutbound.Waiting(
                endpoint: EndpointID(rawValue: row.int(0)), count: Int(row.int(1)),
                earliest: try Decoding.time(row.int(2)))
        }
        stored.mark = try figure(MetaKey.outboxMark)
        stored.lastEndpoint = try figure(MetaKey.lastEndpoint)
        stored.lastDelivery = try figure(MetaKey.lastDelivery)
        return stored
    }

    private func figure(_ key: String) throws(StoreError) -> Int64 {
        meta.bind(1, key)
        return try meta.first { $0.int(0) } ?? 0
    }
}

extension MetaKey {
    /// The last event whose deliveries were made.
    static let outboxMark = "outbox_mark"
    /// The greatest ids that endpoints and deliveries ever had.
    static let lastEndpoint = "last_endpoint"
    static let lastDelivery = "last_delivery"
}
