import Billing
import Core
import HTTP
import JSON
import Store

/// `/v1/webhook-events`: the payment provider's events that are kept, and how their receiver fares.
enum WebhookEvents {
    /// The latest first, without their bodies.
    static func list(_ context: RequestContext) throws(Problem) -> Step {
        var query = QueryReader(context.request, known: ["state", "limit", "cursor"])
        let names = EventState.allCases.map(\.name)
        let state: EventState? = query.value(
            "state", expected: "one of \(names.joined(separator: ", "))"
        ) { text in EventState.allCases.first { $0.name == text } }
        let limit = query.limit()
        let before: Int64? = query.value(
            "cursor", expected: "the next_cursor of a page of this list"
        ) { text in Int64(text).flatMap { $0 > 0 ? $0 : nil } }
        try query.finish()
        return .query(.billing(.events(state: state, before: before, limit: limit))) { rows, _ in
            guard case .billing(.events(let views, let next)) = rows else {
                return .unfulfilled(rows, of: "events")
            }
            return .answer(
                .page(views, next: next) { writer, view in
                    writer.beginObject()
                    fields(of: view, &writer)
                    writer.endObject()
                })
        }
    }

    /// One with its body, null where that is no longer kept.
    static func read(_ context: RequestContext) throws(Problem) -> Step {
        try QueryReader(context.request, known: []).finish()
        return show(context.parameters[0])
    }

    /// Applies one again whose effect failed, or that belonged to nobody. It is answered as it is
    /// afterwards.
    static func replay(_ context: RequestContext) throws(Problem) -> Step {
        try QueryReader(context.request, known: []).finish()
        let id = context.parameters[0]
        return .command(.billing(.replay(event: id)), nil) { reply in
            guard case .billing(.taken) = reply else { return .unfulfilled(reply, of: "replay") }
            return show(id)
        }
    }

    /// How the receiver has fared since the server began, and what the provider is still asked.
    static func health(_ context: RequestContext) throws(Problem) -> Step {
        try QueryReader(context.request, known: []).finish()
        let inbox = context.scene.webhooks
        let isLive = inbox.receiver?.mode.isLive
        return .query(.billing(.inquiries(isLive: isLive))) { rows, _ in
            guard case .billing(.inquiries(let questions)) = rows else {
                return .unfulfilled(rows, of: "inquiries")
            }
            return .answer(shown(inbox, questions))
        }
    }

    private static func shown(_ inbox: WebhookInbox, _ questions: InquiriesView) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("configured", inbox.receiver != nil)
        writer.field("mode", inbox.receiver?.mode.rawValue)
        writer.time("last_success_at", inbox.lastSuccess)
        if let lag = inbox.lagMilliseconds {
            writer.seconds("lag", milliseconds: lag)
        } else {
            writer.key("lag")
            writer.null()
        }
        writer.time("last_failure_at", inbox.lastFailure)
        writer.field("failures_in_row", inbox.failuresInRow)
        writer.key("secrets")
        writer.beginArray()
        for (secret, uses) in zip(inbox.receiver?.secrets.secrets ?? [], inbox.uses) {
            writer.beginObject()
            writer.field("uses", uses)
            writer.time("until", secret.until)
            writer.endObject()
        }
        writer.endArray()
        writer.key("questions")
        writer.beginObject()
        writer.field("open", questions.open)
        writer.key("given_up")
        writer.beginArray()
        for id in questions.givenUp { writer.string(id) }
        writer.endArray()
        writer.endObject()
        writer.endObject()
        return .json(200, writer)
    }

    private static func show(_ id: String) -> Step {
        .query(.billing(.event(id))) { rows, _ in
            guard case .billing(.event(let found)) = rows else {
                return .unfulfilled(rows, of: "event")
            }
            guard let view = found else { return .problem(.billing(.eventUnknown(id))) }
            var writer = JSONWriter(capacity: 1_024 + (view.body?.count ?? 0))
            writer.beginObject()
            fields(of: view, &writer)
            writer.json("body", view.body)
            writer.endObject()
            return .answer(.json(200, writer))
        }
    }

    private static func fields(of view: EventView, _ writer: inout JSONWriter) {
        let row = view.row
        writer.field("id", row.id)
        writer.field("type", row.type)
        writer.time("created", row.created)
        writer.time("received_at", row.receivedAt)
        writer.field("state", row.state.name)
        writer.field("reason", row.reason)
        writer.field("tries", row.tries)
        writer.time("retry_at", row.retryAt)
        writer.field("tenant", view.tenant)
        writer.field("livemode", row.isLive)
        writer.field("api_version", row.apiVersion)
        writer.field("object", row.object)
        writer.field("customer", row.customer)
        writer.field("subscription", row.subscription)
        writer.field("has_body", row.hasBody)
    }
}
