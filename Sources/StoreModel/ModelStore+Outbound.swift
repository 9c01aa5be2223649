import Core
package import Store

/// Events to tenants, as plainly as they can be kept.
struct ModelOutbound {
    var outbox: [EventID: OutboxRow] = [:]
    var endpoints: [EndpointID: EndpointRow] = [:]
    var deliveries: [DeliveryID: DeliveryRow] = [:]
    /// The calls under way.
    var calls: [DeliveryID: Call] = [:]
    var eventIDs = IDSource()
    var endpointIDs = IDSource()
    var deliveryIDs = IDSource()
    /// The last event that has its deliveries.
    var mark = EventID(rawValue: 0)
    /// When old deliveries are next forgotten, in steady milliseconds.
    var nextForgetting: Int64 = 0

    /// A call under way, with the time when it counts as lost.
    struct Call {
        let endpoint: EndpointID
        let tenant: Int64
        let url: String
        let deadline: Timestamp
    }

    /// One more delivery waits for an endpoint.
    mutating func beginIfQuiet(_ endpoint: EndpointID) {
        if waiting(for: endpoint).isEmpty { endpoints[endpoint]?.begin() }
    }

    func waiting(for endpoint: EndpointID) -> [DeliveryRow] {
        deliveries.values.filter { $0.endpoint == endpoint && $0.state == .pending }
    }

    func room(of endpoint: EndpointRow, inTenantOf countMax: Int) -> Int {
        let own = calls.values.count { $0.endpoint == endpoint.id }
        let tenants = calls.values.count { $0.tenant == endpoint.tenant }
        return max(0, min(endpoint.callsMax - own, countMax - tenants))
    }

    /// What waits for an endpoint and is due, the longest due first.
    func due(for endpoint: EndpointID, at now: Timestamp) -> [DeliveryRow] {
        waiting(for: endpoint).filter { ($0.nextAt ?? now) <= now }
            .sorted { ($0.nextAt ?? now, $0.id) < ($1.nextAt ?? now, $1.id) }
    }

    /// Deletes deliveries, and events of which none is left.
    mutating func delete(_ rows: [DeliveryRow]) {
        for row in rows {
            deliveries[row.id] = nil
            if !deliveries.values.contains(where: { $0.event == row.event }) {
                outbox[row.event] = nil
            }
        }
    }
}

extension ModelStore {
    /// The calls of whose end a failed batch told are over all the same.
    package func endCalls(by batch: [Envelope]) {
        for envelope in batch {
            guard case .outbound(.ended(let id, _)) = envelope.command else { continue }
            outbound.calls[id] = nil
        }
    }

    /// The calls under way are those of `other`.
    package func takeCalls(of other: ModelStore) { outbound.calls = other.outbound.calls }

    /// Every delivery that is not over.
    package var deliveriesWaiting: Int {
        outbound.deliveries.values.count { $0.state == .pending }
    }

    /// What became of the deliveries so far.
    package func deliveryCount(_ state: DeliveryState) -> Int {
        outbound.deliveries.values.count { $0.state == state }
    }

    /// True if an endpoint is off for this reason.
    package func hasEndpoint(off reason: OffReason) -> Bool {
        outbound.endpoints.values.contains { $0.offReason == reason }
    }

    /// How many deliveries were put off after a try.
    package var retriedCount: Int {
        outbound.deliveries.values.count { $0.state == .pending && $0.tries > 0 }
    }

    /// True if a call that was under way then counts as lost by now.
    package func hasLostCall(since before: ModelStore) -> Bool {
        before.outbound.calls.contains { id, call in
            call.deadline <= now.wall && outbound.deliveries[id] != nil
        }
    }

    // MARK: Events

    func publish(_ type: EventType, _ tenant: String, _ data: [UInt8]) {
        guard let number = number(tenant),
            outbound.endpoints.values.contains(where: {
                $0.tenant == number && $0.wants(type)
            })
        else { return }
        let id = EventID(rawValue: outbound.eventIDs.next(at: now.wall))
        outbound.outbox[id] = OutboxRow(
            id: id, tenant: number, type: type.name, at: now.wall, data: data)
    }

    func publishEnd(_ id: JobID) {
        guard let job = jobs[id], case .ended(let end) = job.place,
            let type = JobEvent.type(end)
        else { return }
        let event = JobEvent(
            job: id, tenant: job.tenant, kind: job.kind, queue: job.queue, end: end,
            attempts: job.run.attempts, finishedAt: now.wall)
        publish(type, job.tenant, event.data)
    }

    func number(_ tenant: String) -> Int64? {
        tenants.firstIndex { $0.id == tenant }.map { Int64($0 + 1) }
    }

    // MARK: What is due by itself

    func runOutbound() {
        fanOut()
        orderCalls()
        guard now.steadyMilliseconds >= outbound.nextForgetting else { return }
        let floor = IDSource.floor(at: now.wall.adding(-Limits.deliveryMillisecondsKept))
        let old = outbound.deliveries.values.filter {
            $0.id.rawValue < floor && $0.state != .pending
        }.sorted { $0.id < $1.id }.prefix(limits.fanOutMax)
        outbound.delete(Array(old))
        if old.isEmpty {
            outbound.nextForgetting =
                now.steadyMilliseconds + Limits.idempotencyPruneMilliseconds
        } else {
            outcome.hasMore = true
        }
    }

    private func room(of endpoint: EndpointRow) -> Int {
        outbound.room(of: endpoint, inTenantOf: limits.deliveriesToTenantMax)
    }

    /// The endpoints that are there, with their secrets, which no query shows.
    package var endpointRows: [EndpointRow] { endpointsInOrder.filter { $0.state != .removed } }

    var endpointsInOrder: [EndpointRow] {
        outbound.endpoints.values.sorted { $0.id < $1.id }
    }

    private func fanOut() {
        let events = outbound.outbox.values.filter { $0.id > outbound.mark }
        for event in events.sorted(by: { $0.id < $1.id }) {
            var made = false
            for var endpoint in endpointsInOrder where endpoint.tenant == event.tenant {
                guard let type = EventType(name: event.type), endpoint.wants(type) else {
                    continue
                }
                guard outbound.waiting(for: endpoint.id).count < limits.deliveriesWaitingMax
                else {
                    endpoint.turnOff(.backlog)
                    put(endpoint)
                    continue
                }
                outbound.beginIfQuiet(endpoint.id)
                let id = DeliveryID(rawValue: outbound.deliveryIDs.next(at: now.wall))
                outbound.deliveries[id] = DeliveryRow(
                    id: id, event: event.id, endpoint: endpoint.id, nextAt: now.wall)
                made = true
            }
            if !made { outbound.outbox[event.id] = nil }
            outbound.mark = event.id
        }
    }

    /// The operator is told of what goes off by itself.
    private func put(_ endpoint: EndpointRow) {
        let wasOn = outbound.endpoints[endpoint.id]?.state == .on
        outbound.endpoints[endpoint.id] = endpoint
        guard wasOn, let reason = endpoint.offReason else { return }
        let tenant = tenants[Int(endpoint.tenant - 1)].id
        outcome.alarms.append(.endpointOff(endpoint.id, tenant: tenant, reason))
    }

    private func orderCalls() {
        for (id, call) in outbound.calls where call.deadline <= now.wall {
            outbound.calls[id] = nil
        }
        // The longest due takes its tenant's places first.
        let called = endpointsInOrder.compactMap { endpoint in
            let due = outbound.due(for: endpoint.id, at: now.wall)
            return due.first.map { (at: $0.nextAt ?? now.wall, endpoint: endpoint, due: due) }
        }
        for (_, endpoint, due) in called.sorted(by: {
            ($0.at, $0.endpoint.id) < ($1.at, $1.endpoint.id)
        }) {
            guard endpoint.state == .on else {
                for row in due { outbound.deliveries[row.id]?.drop(at: now.wall) }
                continue
            }
            for row in due.prefix(room(of: endpoint)) {
                guard let event = outbound.outbox[row.event] else {
                    preconditionFailure("delivery \(row.id) has no event")
                }
                let deadline = now.wall.adding(Limits.deliveryFlightMilliseconds)
                outbound.deliveries[row.id]?.nextAt = deadline
                outbound.calls[row.id] = ModelOutbound.Call(
                    endpoint: endpoint.id, tenant: endpoint.tenant, url: endpoint.url,
                    deadline: deadline)
                outcome.deliveries.append(
                    DeliveryOrder(
                        id: row.id, event: event, url: endpoint.url,
                        secrets: endpoint.secrets(at: now.wall)))
            }
        }
    }

    /// When an endpoint is next to be called, or a call counts as lost.
    var nextOutbound: Timestamp? {
        var times = outbound.calls.values.map(\.deadline)
        for endpoint in outbound.endpoints.values
        where endpoint.state == .off || room(of: endpoint) > 0 {
            times += outbound.waiting(for: endpoint.id).compactMap(\.nextAt)
        }
        return times.min()
    }

    // MARK: Commands

    func apply(_ command: OutboundCommand, _ envelope: Envelope) {
        let id = envelope.id
        switch command {
        case .create(let create): createEndpoint(create, envelope)
        case .update(let update):
            changeEndpoint(update.id, update.tenant, id) { $0.take(update) }
        case .rotate(let rotate):
            changeEndpoint(rotate.id, rotate.tenant, id) {
                $0.rotate(
                    to: rotate.secret, overlapMilliseconds: rotate.overlapMilliseconds,
                    at: now.wall)
            }
        case .remove(let endpoint, let tenant):
            guard self.endpoint(endpoint, tenant) != nil else {
                return answer(id, .refused(.outbound(.endpointUnknown("\(endpoint)"))))
            }
            remove(endpoint)
            answer(id, .done)
        case .replay(let delivery, let endpoint, let tenant):
            replay(delivery, endpoint, tenant, id)
        case .replayFailed(let endpoint, let tenant, let since):
            replayFailed(endpoint, tenant, since, id)
        case .ended(let delivery, let outcome): callEnded(delivery, outcome, id)
        }
    }

    func removeEndpoints(of tenant: String) {
        for endpoint in endpointsInOrder where endpoint.tenant == number(tenant) {
            remove(endpoint.id)
        }
    }

    private func remove(_ id: EndpointID) {
        outbound.endpoints[id] = nil
        outbound.delete(outbound.deliveries.values.filter { $0.endpoint == id })
    }

    func endpoint(_ id: EndpointID, _ tenant: String) -> EndpointRow? {
        guard liveTenant(tenant) != nil, let row = outbound.endpoints[id],
            row.tenant == number(tenant)
        else { return nil }
        return row
    }

    private func createEndpoint(_ create: CreateEndpoint, _ envelope: Envelope) {
        guard liveTenant(create.tenant) != nil, let tenant = number(create.tenant) else {
            return answer(envelope.id, .refused(.tenantUnknown(create.tenant)))
        }
        switch remembered(envelope) {
        case .mismatch(let refusal): return answer(envelope.id, .refused(refusal))
        case .results(let results):
            let id = EndpointID(rawValue: results.first ?? 0)
            guard let row = endpoint(id, create.tenant) else {
                return answer(envelope.id, .refused(.outbound(.endpointUnknown("\(id)"))))
            }
            return answer(
                envelope.id, .outbound(.created(EndpointView(row), isReplay: true)))
        case nil: break
        }
        let most = Limits.endpointsPerTenantMax
        guard outbound.endpoints.values.count(where: { $0.tenant == tenant }) < most else {
            let refusal = OutboundRefusal.tooManyEndpoints(create.tenant, max: most)
            return answer(envelope.id, .refused(.outbound(refusal)))
        }
        let row = EndpointRow(
            id: EndpointID(rawValue: outbound.endpointIDs.next(at: now.wall)), tenant: tenant,
            url: create.url, filter: create.filter, secret: create.secret, createdAt: now.wall)
        outbound.endpoints[row.id] = row
        remember(envelope, [row.id.rawValue])
        answer(envelope.id, .outbound(.created(EndpointView(row), isReplay: false)))
    }

    private func changeEndpoint(
        _ id: EndpointID, _ tenant: String, _ envelope: EnvelopeID,
        _ body: (inout EndpointRow) -> Void
    ) {
        guard var row = endpoint(id, tenant) else {
            return answer(envelope, .refused(.outbound(.endpointUnknown("\(id)"))))
        }
        body(&row)
        outbound.endpoints[id] = row
        answer(envelope, .outbound(.endpoint(EndpointView(row))))
    }

    private func replay(
        _ id: DeliveryID, _ endpointID: EndpointID, _ tenant: String, _ envelope: EnvelopeID
    ) {
        guard let endpoint = endpoint(endpointID, tenant) else {
            return answer(envelope, .refused(.outbound(.endpointUnknown("\(endpointID)"))))
        }
        guard let row = outbound.deliveries[id], row.endpoint == endpointID,
            let event = outbound.outbox[row.event]
        else { return answer(envelope, .refused(.outbound(.deliveryUnknown("\(id)")))) }
        guard endpoint.state == .on else {
            return answer(envelope, .refused(.outbound(.endpointOff(endpointID))))
        }
        replay(id)
        let after = outbound.deliveries[id] ?? row
        answer(
            envelope,
            .outbound(.delivery(DeliveryView(after, type: event.type, at: event.at))))
    }

    private func replayFailed(
        _ id: EndpointID, _ tenant: String, _ since: Timestamp, _ envelope: EnvelopeID
    ) {
        guard let endpoint = endpoint(id, tenant) else {
            return answer(envelope, .refused(.outbound(.endpointUnknown("\(id)"))))
        }
        guard endpoint.state == .on else {
            return answer(envelope, .refused(.outbound(.endpointOff(id))))
        }
        let floor = IDSource.floor(at: since)
        let found = outbound.deliveries.values.filter {
            $0.endpoint == id && $0.state.isFailure && $0.id.rawValue >= floor
        }.map(\.id).sorted().prefix(Limits.replayDeliveriesMax)
        for id in found { replay(id) }
        let isAll = found.count < Limits.replayDeliveriesMax
        answer(envelope, .outbound(.replayed(count: found.count, isAll: isAll)))
    }

    private func replay(_ id: DeliveryID) {
        guard outbound.calls[id] == nil else { return }
        if let row = outbound.deliveries[id], row.state != .pending {
            outbound.beginIfQuiet(row.endpoint)
        }
        _ = outbound.deliveries[id]?.replay(at: now.wall)
    }

    private func callEnded(
        _ id: DeliveryID, _ outcome: DeliveryOutcome, _ envelope: EnvelopeID
    ) {
        if let call = outbound.calls[id], now.wall < call.deadline {
            outbound.calls[id] = nil
            if let endpoint = outbound.endpoints[call.endpoint] {
                let isGone = endpoint.isGone(outcome, url: call.url)
                _ = outbound.deliveries[id]?.note(
                    outcome, isGone: isGone, at: now.wall, random: &random)
                var row = endpoint
                row.note(outcome, to: call.url, at: now.wall)
                put(row)
            }
        }
        answer(envelope, .done)
    }
}
