import Store

/// The statements over endpoints, events and deliveries.
final class OutboundStatements {
    let insertOutbox, outboxByID, outboxAfter, deleteOutbox: Statement
    let putEndpoint, deleteEndpoint: Statement
    let insertDelivery, updateDelivery, deliveryByID, deleteDelivery, deliveryOfEvent: Statement
    let dueDeliveries, earliestDelivery, failedDeliveries, deliveriesOfEndpoint,
        endedDeliveries: Statement

    init(_ database: Database) throws(StoreError) {
        insertOutbox = try database.prepare(OutboundSQL.insertOutbox)
        outboxByID = try database.prepare(OutboundSQL.outboxByID)
        outboxAfter = try database.prepare(OutboundSQL.outboxAfter)
        deleteOutbox = try database.prepare(OutboundSQL.deleteOutbox)
        putEndpoint = try database.prepare(OutboundSQL.putEndpoint)
        deleteEndpoint = try database.prepare(OutboundSQL.deleteEndpoint)
        insertDelivery = try database.prepare(OutboundSQL.insertDelivery)
        updateDelivery = try database.prepare(OutboundSQL.updateDelivery)
        deliveryByID = try database.prepare(OutboundSQL.deliveryByID)
        deleteDelivery = try database.prepare(OutboundSQL.deleteDelivery)
        deliveryOfEvent = try database.prepare(OutboundSQL.deliveryOfEvent)
        dueDeliveries = try database.prepare(OutboundSQL.dueDeliveries)
        earliestDelivery = try database.prepare(OutboundSQL.earliestDelivery)
        failedDeliveries = try database.prepare(OutboundSQL.failedDeliveries)
        deliveriesOfEndpoint = try database.prepare(OutboundSQL.deliveriesOfEndpoint)
        endedDeliveries = try database.prepare(OutboundSQL.endedDeliveries)
    }
}
