import Core
import HTTP
import Store

extension Simulation {
    /// What owners do about their endpoints.
    func outbound(_ operation: Operation) {
        switch operation {
        case .createEndpoint:
            let tenant = tenant()
            send(
                .post, "/v1/webhook-endpoints", tenant: tenant,
                idempotency: chance(4) ? "w-\(tenant)" : nil,
                body: "{\"url\":\"https://\(tenant).example/\(roll(3))\"\(events())}",
                .endpoint(tenant: tenant))
        case .changeEndpoint:
            guard let endpoint = clients.endpoints.randomElement(using: &random) else { return }
            change(endpoint, "/v1/webhook-endpoints/\(endpoint.id)")
        case .listDeliveries:
            guard let endpoint = clients.endpoints.randomElement(using: &random) else { return }
            let limit = (name: "limit", value: "\(chance(2) ? 500 : 1 + roll(5))")
            send(
                .get, "/v1/webhook-endpoints/\(endpoint.id)/deliveries", tenant: endpoint.tenant,
                query: [limit], .deliveries(of: endpoint))
        case .replayDeliveries:
            guard let endpoint = clients.endpoints.randomElement(using: &random) else { return }
            let path = "/v1/webhook-endpoints/\(endpoint.id)"
            if chance(3) {
                let since = clock.now.wall.adding(Int64(-roll(86_400_000)))
                send(
                    .post, path + "/replay", tenant: endpoint.tenant,
                    body: "{\"since\":\"\(since)\"}", .other)
            } else if let known = clients.deliveries.randomElement(using: &random) {
                send(
                    .post,
                    "/v1/webhook-endpoints/\(known.endpoint.id)/deliveries/\(known.id)/replay",
                    tenant: known.endpoint.tenant, .other)
            }
        default: preconditionFailure("\(operation) is nothing about endpoints")
        }
    }

    private func change(_ endpoint: KnownEndpoint, _ path: String) {
        switch roll(8) {
        case 0: send(.delete, path, tenant: endpoint.tenant, .other)
        case 1, 2:
            let body = chance(2) ? "{\"overlap\":\(roll(90))}" : nil
            send(.post, path + "/rotate", tenant: endpoint.tenant, body: body, .other)
        case 3: send(.get, path, tenant: endpoint.tenant, .other)
        case 4: send(.get, "/v1/webhook-endpoints", tenant: endpoint.tenant, .other)
        default:
            let isOn = chance(4) ? "false" : "true"
            send(
                .patch, path, tenant: endpoint.tenant, body: "{\"enabled\":\(isOn)\(events())}",
                .other)
        }
    }

    private func events() -> String {
        guard !chance(3) else { return "" }
        let types = EventType.allCases.filter { _ in chance(2) }
        guard !types.isEmpty else { return ",\"events\":null" }
        return ",\"events\":[\(types.map { "\"\($0.name)\"" }.joined(separator: ","))]"
    }

    /// A receiver answers one of the calls that are under way, or says nothing for ever.
    func answerCall() {
        guard let call = server.takeCall(using: &random) else { return }
        let outcome: DeliveryOutcome
        switch roll(16) {
        case 0: return
        case 1: outcome = DeliveryOutcome(status: 410)
        case 2...4: outcome = DeliveryOutcome(status: 500)
        case 5:
            outcome = DeliveryOutcome(
                status: 503, retryAfterMilliseconds: Int64(roll(100_000)))
        case 6...7: outcome = DeliveryOutcome(error: "no answer in time")
        default: outcome = DeliveryOutcome(status: 204)
        }
        server.perform(.outbound(.ended(call.id, outcome)))
    }

    /// Receivers are well again: each delivery must come to its end.
    func restDeliveries() throws {
        server.answersCalls = true
        var hours = 0
        while server.store.deliveriesWaiting > 0, server.fault == nil {
            hours += 1
            guard hours < 100 else { return clients.note("a delivery never ends") }
            server.pass(milliseconds: 3_600_000)
        }
    }
}
