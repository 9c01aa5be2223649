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

    /// How a receiver answers a call, and after how long; nil if nobody ever hears of it.
    func receive() -> (milliseconds: Int64, outcome: DeliveryOutcome)? {
        let milliseconds = Int64(roll(15_000))
        switch roll(isResting ? 1 : 16) {
        case 0: return (1, DeliveryOutcome(status: 200))
        case 1: return nil
        case 2: return (milliseconds, DeliveryOutcome(status: 410))
        case 3...5: return (milliseconds, DeliveryOutcome(status: 500))
        case 6:
            let asked = Int64(roll(100_000))
            return (milliseconds, DeliveryOutcome(status: 503, retryAfterMilliseconds: asked))
        case 7...8: return (milliseconds, DeliveryOutcome(error: "no answer in time"))
        default: return (milliseconds, DeliveryOutcome(status: 204))
        }
    }

    /// Receivers are well again: each delivery must come to its end.
    func restDeliveries() throws {
        isResting = true
        var hours = 0
        while server.store.deliveriesWaiting > 0, server.fault == nil {
            hours += 1
            guard hours < 100 else { return clients.note("a delivery never ends") }
            server.pass(milliseconds: 3_600_000)
        }
    }
}
