import Core
import Store

/// Endpoints, events and deliveries, of which each write may fail.
extension FaultyRows {
    func insertOutbox(_ row: OutboxRow) throws(StoreError) {
        try step()
        try rows.insertOutbox(row)
    }

    func outbox(_ id: EventID) throws(StoreError) -> OutboxRow? { try rows.outbox(id) }

    func outbox(after id: EventID, limit: Int) throws(StoreError) -> [OutboxRow] {
        try rows.outbox(after: id, limit: limit)
    }

    func deleteOutbox(_ id: EventID) throws(StoreError) {
        try step()
        try rows.deleteOutbox(id)
    }

    func putOutboxMark(_ id: EventID, lastDelivery: DeliveryID) throws(StoreError) {
        try step()
        try rows.putOutboxMark(id, lastDelivery: lastDelivery)
    }

    func putEndpoint(_ row: EndpointRow) throws(StoreError) {
        try step()
        try rows.putEndpoint(row)
    }

    func putLastEndpoint(_ id: EndpointID) throws(StoreError) {
        try step()
        try rows.putLastEndpoint(id)
    }

    func deleteEndpoint(_ id: EndpointID) throws(StoreError) {
        try step()
        try rows.deleteEndpoint(id)
    }

    func insertDelivery(_ row: DeliveryRow) throws(StoreError) {
        try step()
        try rows.insertDelivery(row)
    }

    func updateDelivery(_ row: DeliveryRow) throws(StoreError) {
        try step()
        try rows.updateDelivery(row)
    }

    func deleteDelivery(_ id: DeliveryID) throws(StoreError) {
        try step()
        try rows.deleteDelivery(id)
    }

    func delivery(_ id: DeliveryID) throws(StoreError) -> DeliveryRow? {
        try rows.delivery(id)
    }

    func hasDelivery(of event: EventID) throws(StoreError) -> Bool {
        try rows.hasDelivery(of: event)
    }

    func dueDeliveries(
        of endpoint: EndpointID, until time: Timestamp, limit: Int
    ) throws(StoreError) -> [DeliveryRow] {
        try rows.dueDeliveries(of: endpoint, until: time, limit: limit)
    }

    func earliestDelivery(of endpoint: EndpointID) throws(StoreError) -> Timestamp? {
        try rows.earliestDelivery(of: endpoint)
    }

    func failedDeliveries(
        of endpoint: EndpointID, from id: DeliveryID, limit: Int
    ) throws(StoreError) -> [DeliveryRow] {
        try rows.failedDeliveries(of: endpoint, from: id, limit: limit)
    }

    func deliveries(
        of endpoint: EndpointID, limit: Int
    ) throws(StoreError) -> [DeliveryRow] {
        try rows.deliveries(of: endpoint, limit: limit)
    }

    func endedDeliveries(
        before id: DeliveryID, limit: Int
    ) throws(StoreError) -> [DeliveryRow] {
        try rows.endedDeliveries(before: id, limit: limit)
    }
}
