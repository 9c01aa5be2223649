import Core
import HTTP
import JSON
import Store

/// `/v1/webhook-endpoints/ID/deliveries`: what became of each event, and how to have it again.
enum WebhookDeliveries {
    private enum Field: Int, FieldNames {
        case since

        var name: StaticString { "since" }
    }

    /// The deliveries to an endpoint, newest first.
    static func list(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.actingTenant()
        var filter = DeliveryFilter(endpoint: try context.pathEndpoint(), tenant: tenant)
        var query = QueryReader(context.request, known: ["state", "limit", "cursor"])
        let names = DeliveryState.allCases.map(\.name).joined(separator: ", ")
        filter.state = query.value("state", expected: "one of \(names)") {
            DeliveryState(name: $0)
        }
        filter.limit = query.limit()
        filter.before = query.cursor(DeliveryID.self)
        try query.finish()
        return .query(.outbound(.deliveries(filter))) { rows, _ in
            guard case .outbound(.deliveries(let deliveries, let next)) = rows else {
                return .unfulfilled(rows, of: "deliveries")
            }
            return .answer(.page(deliveries, next: next, write))
        }
    }

    /// Makes one delivery again, or at once if it is still to be made.
    static func replay(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.actingTenant()
        let endpoint = try context.pathEndpoint()
        guard let id = DeliveryID(text: context.parameters[1]) else {
            throw .noDelivery(context.parameters[1])
        }
        return .command(.outbound(.replay(id, endpoint: endpoint, tenant: tenant)), nil) { reply in
            guard case .outbound(.delivery(let delivery)) = reply else {
                return .unfulfilled(reply, of: "replay")
            }
            var writer = JSONWriter()
            write(&writer, delivery)
            return .answer(.json(200, writer))
        }
    }

    /// Makes everything again that failed or was dropped since a time.
    static func replayFailed(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.actingTenant()
        let endpoint = try context.pathEndpoint()
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var since: Timestamp?
        var hasSince = false
        while let (field, value) = fields.next(&reader) {
            hasSince = true
            let spot = fields.spot(field)
            since = reader.time(reader.required(value, spot), spot)
        }
        if !hasSince {
            reader.refuse("$.since", "is missing; give the time of the first event to send again")
        }
        try reader.finish()
        let command = OutboundCommand.replayFailed(
            endpoint, tenant: tenant, since: since ?? context.now)
        return .command(.outbound(command), nil) { reply in
            guard case .outbound(.replayed(let count, let isAll)) = reply else {
                return .unfulfilled(reply, of: "replayFailed")
            }
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("replayed", count)
            writer.field("more", !isAll)
            writer.endObject()
            return .answer(.json(200, writer))
        }
    }

    private static func write(_ writer: inout JSONWriter, _ delivery: DeliveryView) {
        let row = delivery.row
        writer.beginObject()
        writer.field("id", row.id.description)
        writer.field("event", row.event.description)
        writer.field("type", delivery.type)
        writer.time("at", delivery.at)
        writer.field("state", row.state.name)
        writer.field("tries", row.tries)
        writer.time("next_at", row.nextAt)
        writer.time("ended_at", row.endedAt)
        writer.time("tried_at", row.triedAt)
        writer.field("status", row.status)
        writer.field("error", row.error)
        writer.endObject()
    }
}
