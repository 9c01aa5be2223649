package import Core

/// The rows of endpoints, of events on their way, and of their deliveries.
package protocol OutboundRowStore: AnyObject {
    func insertOutbox(_ row: OutboxRow) throws(StoreError)
    func outbox(_ id: EventID) throws(StoreError) -> OutboxRow?
    /// The events that follow this one, in their order.
    func outbox(after id: EventID, limit: Int) throws(StoreError) -> [OutboxRow]
    func deleteOutbox(_ id: EventID) throws(StoreError)
    /// Every event up to this one has its deliveries, of which this is the last so far.
    func putOutboxMark(_ id: EventID, lastDelivery: DeliveryID) throws(StoreError)

    /// Adds an endpoint, or replaces it.
    func putEndpoint(_ row: EndpointRow) throws(StoreError)
    func putLastEndpoint(_ id: EndpointID) throws(StoreError)
    func deleteEndpoint(_ id: EndpointID) throws(StoreError)

    func insertDelivery(_ row: DeliveryRow) throws(StoreError)
    func updateDelivery(_ row: DeliveryRow) throws(StoreError)
    func delivery(_ id: DeliveryID) throws(StoreError) -> DeliveryRow?
    func deleteDelivery(_ id: DeliveryID) throws(StoreError)
    func hasDelivery(of event: EventID) throws(StoreError) -> Bool
    /// What waits for an endpoint and is due, the longest due first.
    func dueDeliveries(
        of endpoint: EndpointID, until time: Timestamp, limit: Int
    ) throws(StoreError) -> [DeliveryRow]
    /// When the first of those that wait for an endpoint is due.
    func earliestDelivery(of endpoint: EndpointID) throws(StoreError) -> Timestamp?
    /// Failed and dropped ones from this id on, in their order.
    func failedDeliveries(
        of endpoint: EndpointID, from id: DeliveryID, limit: Int
    ) throws(StoreError) -> [DeliveryRow]
    /// Deliveries of an endpoint in any state.
    func deliveries(of endpoint: EndpointID, limit: Int) throws(StoreError) -> [DeliveryRow]
    /// Those below this id that are over.
    func endedDeliveries(before id: DeliveryID, limit: Int) throws(StoreError) -> [DeliveryRow]
}
