import Core
import Crypto
import HTTP
import JSON
import Store

/// `/v1/webhook-endpoints`: where a tenant is told of events. A secret is shown once.
enum WebhookEndpoints {
    private enum Field: Int, FieldNames {
        case url, events, enabled

        var name: StaticString {
            switch self {
            case .url: "url"
            case .events: "events"
            case .enabled: "enabled"
            }
        }
    }

    private enum RotateField: Int, FieldNames {
        case overlap

        var name: StaticString { "overlap" }
    }

    // MARK: Calls

    /// The endpoints of the tenant.
    static func list(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.actingTenant()
        let list = try WholeList(context.request)
        return .query(.outbound(.endpoints(tenant: tenant))) { rows, _ in
            guard case .outbound(.endpoints(let endpoints)) = rows else {
                return .unfulfilled(rows, of: "endpoints")
            }
            return .answer(
                list.page(endpoints, inOrderOf: \.id, read: EndpointID.init(text:)) {
                    write(&$0, $1)
                })
        }
    }

    /// One endpoint.
    static func read(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.actingTenant()
        let id = try context.pathEndpoint()
        try QueryReader(context.request, known: []).finish()
        return .query(.outbound(.endpoint(id, tenant: tenant))) { rows, _ in
            guard case .outbound(.endpoints(let endpoints)) = rows, let endpoint = endpoints.first
            else { return .unfulfilled(rows, of: "endpoint") }
            return .answer(answer(200, endpoint))
        }
    }

    /// Makes an endpoint, with a secret of its own.
    static func create(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.actingTenant()
        let idempotency = try IdempotencyKey.read(context, scope: tenant)
        let body = try readBody(context, isNew: true)
        guard let url = body.url else { preconditionFailure("an endpoint without a URL was taken") }
        let secret = context.settings.randomBytes(Limits.endpointSecretBytes)
        let create = CreateEndpoint(
            tenant: tenant, url: url, filter: body.filter ?? .all, secret: secret)
        return .command(.outbound(.create(create)), idempotency) { reply in
            guard case .outbound(.created(let endpoint, let isReplay)) = reply else {
                return .unfulfilled(reply, of: "create")
            }
            // The secret that the first request made was shown then and is not known here.
            let shown = isReplay ? nil : StandardWebhook.text(ofSecret: secret)
            return .answer(answer(201, endpoint, secret: .some(shown)).replayed(isReplay))
        }
    }

    /// Changes where an endpoint is, what it wants, and whether it is on.
    static func update(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.actingTenant()
        let body = try readBody(context, isNew: false)
        var update = UpdateEndpoint(id: try context.pathEndpoint(), tenant: tenant)
        update.url = body.url
        update.filter = body.filter
        update.isOn = body.isOn
        return .command(.outbound(.update(update)), nil) { reply in
            guard case .outbound(.endpoint(let endpoint)) = reply else {
                return .unfulfilled(reply, of: "update")
            }
            return .answer(answer(200, endpoint))
        }
    }

    /// Removes an endpoint with its deliveries.
    static func remove(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.actingTenant()
        let id = try context.pathEndpoint()
        return .command(.outbound(.remove(id, tenant: tenant)), nil) { reply in
            guard case .done = reply else { return .unfulfilled(reply, of: "remove") }
            return .answer(.noContent)
        }
    }

    /// Gives an endpoint another secret. The one before signs beside it for a while.
    static func rotate(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.actingTenant()
        let id = try context.pathEndpoint()
        var reader = try BodyReader(context.request, emptyIsObject: true)
        var fields = try FieldWalk<RotateField>(body: &reader)
        var overlap = Limits.secretOverlapMilliseconds
        while let (field, value) = fields.next(&reader) {
            let range = 0...Limits.secretOverlapMillisecondsMax
            overlap = reader.duration(value, fields.spot(field), range) ?? overlap
        }
        try reader.finish()
        let secret = context.settings.randomBytes(Limits.endpointSecretBytes)
        let rotate = RotateEndpoint(
            id: id, tenant: tenant, secret: secret, overlapMilliseconds: overlap)
        return .command(.outbound(.rotate(rotate)), nil) { reply in
            guard case .outbound(.endpoint(let endpoint)) = reply else {
                return .unfulfilled(reply, of: "rotate")
            }
            return .answer(
                answer(200, endpoint, secret: .some(StandardWebhook.text(ofSecret: secret))))
        }
    }

    // MARK: Reading

    private struct Body {
        var url: String?
        var filter: EventFilter?
        var isOn: Bool?
    }

    private static func readBody(
        _ context: RequestContext, isNew: Bool
    ) throws(Problem) -> Body {
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var body = Body()
        var hasURL = false
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .url:
                hasURL = true
                body.url = readURL(value, spot, &reader)
            case .events:
                body.filter = readFilter(value, spot, &reader)
            case .enabled:
                if isNew {
                    reader.refuse(spot.path, "is for PATCH only; a new endpoint is on")
                } else {
                    body.isOn = reader.bool(reader.required(value, spot), spot)
                }
            }
        }
        if isNew, !hasURL {
            reader.refuse("$.url", "is missing; give the URL that events are to be sent to")
        }
        try reader.finish()
        return body
    }

    private static func readURL(
        _ node: JSONNode, _ spot: Spot, _ reader: inout BodyReader
    ) -> String? {
        guard let url = reader.string(reader.required(node, spot), spot) else { return nil }
        guard let fault = EndpointURL.fault(in: url) else { return url }
        reader.refuse(spot.path, fault)
        return nil
    }

    /// Null is every type.
    private static func readFilter(
        _ node: JSONNode, _ spot: Spot, _ reader: inout BodyReader
    ) -> EventFilter? {
        if node.kind == .null { return .all }
        guard let elements = reader.elements(node, spot, 1...EventType.allCases.count) else {
            return nil
        }
        var types: [EventType] = []
        for (index, element) in elements.enumerated() {
            let spot = spot.element(index)
            guard let name = reader.string(reader.required(element, spot), spot) else { continue }
            if let type = EventType(name: name) {
                types.append(type)
            } else {
                let known = EventType.allCases.map { "'\($0.name)'" }.joined(separator: ", ")
                reader.expected("one of \(known)", found: element, at: spot.path)
            }
        }
        return types.isEmpty ? nil : EventFilter(types)
    }

    // MARK: Rendering

    /// `secret`: nil leaves the field out.
    private static func answer(
        _ status: Int, _ endpoint: EndpointView, secret: String?? = nil
    ) -> Response {
        var writer = JSONWriter()
        write(&writer, endpoint, secret: secret)
        return .json(status, writer)
    }

    private static func write(
        _ writer: inout JSONWriter, _ endpoint: EndpointView, secret: String?? = nil
    ) {
        writer.beginObject()
        writer.field("id", endpoint.id.description)
        if let secret { writer.field("secret", secret) }
        writer.field("url", endpoint.url)
        writer.texts("events", endpoint.filter.names)
        writer.field("enabled", endpoint.isOn)
        writer.field("disabled_reason", endpoint.offReason?.name)
        writer.time("failing_since", endpoint.failingSince)
        writer.time("old_secret_ends_at", endpoint.oldSecretEndsAt)
        writer.time("created_at", endpoint.createdAt)
        writer.endObject()
    }
}

extension RequestContext {
    /// The endpoint that the path names first.
    func pathEndpoint() throws(Problem) -> EndpointID {
        guard let id = EndpointID(text: parameters[0]) else { throw .noEndpoint(parameters[0]) }
        return id
    }
}
