import Core
import HTTP
import JSON
import Store

/// `POST /v1/usage`, `POST /v1/usage/consume` and `PUT /v1/usage/METRIC`: usage outside jobs.
struct UsageCounts {
    private let tenant: String
    private let catalog: PlanCatalog
    private var events: [UsageEvents.Event] = []

    private enum Field: Int, FieldNames {
        case events

        var name: StaticString { "events" }
    }

    private enum EventField: Int, FieldNames {
        case id, metric, amount

        var name: StaticString {
            switch self {
            case .id: "id"
            case .metric: "metric"
            case .amount: "amount"
            }
        }
    }

    private enum GaugeField: Int, FieldNames {
        case value

        var name: StaticString { "value" }
    }

    /// Counts events after the fact; with `mustFit` all of them if all fit, and else none.
    static func count(_ context: RequestContext, mustFit: Bool) throws(Problem) -> Step {
        let call = try UsageCounts(context)
        let use = UsageEvents(tenant: call.tenant, events: call.events, mustFit: mustFit)
        return .command(.useUnits(use), nil) { call.answer($0) }
    }

    private init(_ context: RequestContext) throws(Problem) {
        tenant = try UsageCounts.tenant(context)
        catalog = context.catalog
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var hasEvents = false
        while let (field, value) = fields.next(&reader) {
            hasEvents = true
            let spot = fields.spot(field)
            let list = reader.elements(
                reader.required(value, spot), spot, 1...Limits.usageEventsMax)
            guard let list else { continue }
            for (index, node) in list.enumerated() {
                read(node, at: .element(index, of: field.name), &reader)
            }
        }
        if !hasEvents { reader.refuse("$.events", "is missing; give a list of events") }
        try reader.finish()
    }

    /// The tenant that is counted for. Keys of a worker that is bound are not trusted with it.
    private static func tenant(_ context: RequestContext) throws(Problem) -> String {
        let grant = context.caller.grant
        guard grant.tenant == nil, grant.tenants == nil, grant.queues == nil else {
            throw .boundKeyCountsNothing
        }
        return try context.actingTenant()
    }

    private mutating func read(_ node: JSONNode, at place: Place, _ reader: inout BodyReader) {
        var id: String?
        var metric: Metric?
        var amountNode: JSONNode?
        var seen = Set<EventField>()
        var fields = FieldWalk<EventField>(node, at: place, &reader)
        while let (field, value) = fields.next(&reader) {
            seen.insert(field)
            let spot = fields.spot(field)
            switch field {
            case .id:
                id = reader.text(
                    reader.required(value, spot), spot, bytes: 1...Limits.sourceBytesMax)
            case .metric: metric = reader.metric(reader.required(value, spot), spot)
            case .amount: amountNode = value
            }
        }
        guard node.kind == .object else { return }
        for field in [EventField.id, .metric, .amount] where !seen.contains(field) {
            reader.refuse(place.path(field.name.description), "is missing; each event has one")
        }
        guard let amountNode,
            let amount = reader.amount(
                amountNode, of: metric ?? .jobs, at: place.path("amount")), let id, let metric
        else { return }
        events.append(UsageEvents.Event(id: id, metric: metric, amount: amount))
    }

    private func answer(_ reply: Reply) -> Step {
        guard case .unitsUsed(let outcomes) = reply else {
            return .unfulfilled(reply, of: "useUnits", path: path(of: reply), catalog: catalog)
        }
        precondition(
            outcomes.count == events.count,
            "\(events.count) events were sent, \(outcomes.count) were answered")
        var writer = JSONWriter(capacity: 16 + events.count * 64)
        writer.beginObject()
        writer.key("results")
        writer.beginArray()
        for (index, (event, outcome)) in zip(events, outcomes).enumerated() {
            writer.beginObject()
            writer.field("id", event.id)
            switch outcome {
            case .counted: writer.field("state", "counted")
            case .duplicate: writer.field("state", "duplicate")
            case .refused(let refusal):
                let place = Place.element(index, of: "events")
                writer.key("error")
                Problem.refusal(refusal, at: place, catalog: catalog)
                    .write(into: &writer, withType: false)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .answer(.json(200, writer))
    }

    /// Where the event stands that all were refused for: the first of its metric.
    private func path(of reply: Reply) -> String? {
        if case .refused(.metricUnknown(let name, _)) = reply {
            return place(ofMetric: name)?.path("metric")
        }
        if case .refused(.metricIsGauge(let name)) = reply {
            return place(ofMetric: name)?.path("metric")
        }
        if case .refused(.amountTooGreat(let name, _)) = reply {
            return place(ofMetric: name)?.path("amount")
        }
        return nil
    }

    private func place(ofMetric name: String) -> Place? {
        events.firstIndex { $0.metric.name == name }.map { .element($0, of: "events") }
    }

    /// Sets the value of a gauge.
    static func setGauge(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try tenant(context)
        guard let metric = context.pathMetric(0) else {
            throw .noMetric(context.parameters[0], catalog: context.catalog)
        }
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<GaugeField>(body: &reader)
        var value: Int64?
        var hasValue = false
        while let (_, node) = fields.next(&reader) {
            hasValue = true
            value = reader.amount(node, of: metric, at: "$.value")
        }
        if !hasValue { reader.refuse("$.value", "is missing; give the gauge's value") }
        try reader.finish()
        let catalog = context.catalog
        return .command(.setGauge(tenant: tenant, metric, value: value ?? 0), nil) { reply in
            guard case .gauge(let metric, let value) = reply else {
                // The metric is a part of the path, as the other calls that name one there say it.
                if case .refused(.metricUnknown(let name, _)) = reply {
                    return .problem(.noMetric(name, catalog: catalog))
                }
                return .unfulfilled(reply, of: "setGauge", path: "METRIC", catalog: catalog)
            }
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("metric", metric.name)
            writer.field("value", metric.shown(value))
            writer.endObject()
            return .answer(.json(200, writer))
        }
    }
}
