import Core
import Store

extension Decoding {
    static func outbox(_ row: Statement) throws(StoreError) -> OutboxRow {
        OutboxRow(
            id: EventID(rawValue: row.int(0)), tenant: row.int(1), type: row.text(2),
            at: try time(row.int(3)), data: row.bytes(4))
    }

    static func endpoint(_ row: Statement) throws(StoreError) -> EndpointRow {
        guard let state = EndpointState(rawValue: row.int(4)) else {
            throw StoreError(.corrupt, "an endpoint is stored in the unknown state \(row.int(4))")
        }
        var endpoint = EndpointRow(
            id: EndpointID(rawValue: row.int(0)), tenant: row.int(1), url: row.text(2),
            filter: EventFilter(bits: row.optionalInt(3)), secret: row.optionalBytes(6) ?? [],
            createdAt: try time(row.int(10)))
        endpoint.state = state
        endpoint.offReason = row.optionalInt(5).flatMap(OffReason.init(rawValue:))
        if let bytes = row.optionalBytes(7), let endsAt = try time(row.optionalInt(8)) {
            endpoint.oldSecret = EndpointRow.OldSecret(bytes: bytes, endsAt: endsAt)
        }
        endpoint.failingSince = try time(row.optionalInt(9))
        return endpoint
    }

    static func delivery(_ row: Statement) throws(StoreError) -> DeliveryRow {
        guard let state = DeliveryState(rawValue: row.int(3)) else {
            throw StoreError(.corrupt, "a delivery is stored in the unknown state \(row.int(3))")
        }
        let tries = row.int(4)
        guard (0...Int64(DeliverySchedule.delays.count + 1)).contains(tries) else {
            throw StoreError(.corrupt, "a delivery is stored with \(tries) tries")
        }
        var delivery = DeliveryRow(
            id: DeliveryID(rawValue: row.int(0)), event: EventID(rawValue: row.int(1)),
            endpoint: EndpointID(rawValue: row.int(2)), nextAt: .idEpoch)
        delivery.state = state
        delivery.tries = tries
        delivery.nextAt = try time(row.optionalInt(5))
        delivery.endedAt = try time(row.optionalInt(6))
        delivery.triedAt = try time(row.optionalInt(7))
        delivery.status = row.optionalInt(8)
        delivery.error = row.optionalText(9)
        return delivery
    }
}
