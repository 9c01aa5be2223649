import Core
import Store
import Testing

/// Short words for what tests of events to tenants do often.
extension StoreBench {
    /// Makes an endpoint that wants these types, or all.
    @discardableResult
    func endpoint(
        _ types: [EventType]? = nil, for tenant: String = "acme", secret: UInt8 = 1
    ) throws -> EndpointView {
        let create = CreateEndpoint(
            tenant: tenant, url: "https://\(tenant).example/",
            filter: types.map { EventFilter($0) } ?? .all,
            secret: Array(repeating: secret, count: 32))
        guard case .outbound(.created(let view, false)) = try tell(.outbound(.create(create)))
        else { throw Unexpected("no endpoint was made") }
        return view
    }

    /// Ends a job, which is an event.
    func endJob(for tenant: String = "acme") throws {
        _ = try submit("work", for: tenant)
        try complete(pullOne(Pull(tenants: [tenant])).token)
    }

    /// The calls that were ordered since this was last asked.
    func takeCalls() -> [DeliveryOrder] {
        defer { calls = [] }
        return calls
    }

    /// The one call that was ordered.
    func takeCall() throws -> DeliveryOrder {
        let calls = takeCalls()
        try #require(calls.count == 1, "\(calls)")
        return calls[0]
    }

    func end(_ call: DeliveryOrder, _ outcome: DeliveryOutcome) throws {
        guard case .done = try tell(.outbound(.ended(call.id, outcome))) else {
            throw Unexpected("a call's end was not taken")
        }
    }

    func end(_ call: DeliveryOrder, status: Int64) throws {
        try end(call, DeliveryOutcome(status: status))
    }

    func endpoints(_ tenant: String = "acme") throws -> [EndpointView] {
        guard
            case .outbound(.endpoints(let views)) = try query(
                .outbound(.endpoints(tenant: tenant))
            ).rows
        else { throw Unexpected("the query gave no endpoints") }
        return views
    }

    /// The deliveries of an endpoint, newest first.
    func deliveries(
        _ endpoint: EndpointView, of tenant: String = "acme",
        _ change: (inout DeliveryFilter) -> Void = { _ in }
    ) throws -> [DeliveryView] {
        var filter = DeliveryFilter(endpoint: endpoint.id, tenant: tenant)
        change(&filter)
        guard
            case .outbound(.deliveries(let views, _)) = try query(
                .outbound(.deliveries(filter))
            ).rows
        else { throw Unexpected("the query gave no deliveries") }
        return views
    }

    func turn(_ endpoint: EndpointView, on isOn: Bool) throws {
        var update = UpdateEndpoint(id: endpoint.id, tenant: "acme")
        update.isOn = isOn
        _ = try tell(.outbound(.update(update)))
    }
}
