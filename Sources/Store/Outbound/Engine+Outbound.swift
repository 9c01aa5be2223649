import Core

extension Engine {
    /// Tells a tenant of an event, in the transaction in which it happens, if one of its endpoints
    /// wants to know. For all others this costs one look into memory.
    func publish(
        _ type: EventType, tenant: Int, _ data: () -> [UInt8]
    ) throws(StoreError) {
        guard outbound.wants(type, tenant: tenant) else { return }
        try rows.insertOutbox(
            OutboxRow(
                id: EventID(rawValue: eventIDs.next(at: now.wall)), tenant: Int64(tenant + 1),
                type: type.name, at: now.wall, data: data()))
        outbound.lags = true
    }

    /// Tells of a tenant's status, if it is another than before.
    func publishStatus(of tenant: Int, before: TenantStatus) throws(StoreError) {
        let after = book.tenants[tenant].facts.status
        guard after != before else { return }
        try publish(.tenantStatusChanged, tenant: tenant) {
            StatusEvent(tenant: book.tenants[tenant].id, before: before, after: after).data
        }
    }

    /// Tells of what a tenant's subscriptions come to, if that is something else than before.
    func publishSubscription(of tenant: Int, before: Entitled?) throws(StoreError) {
        let facts = book.tenants[tenant].facts
        guard SubscriptionEvent.isTold(from: before, to: facts.entitled) else { return }
        try publish(.subscriptionChanged, tenant: tenant) {
            SubscriptionEvent(tenant: book.tenants[tenant].id, facts: facts, catalog: catalog).data
        }
    }

    /// Tells of a job's end.
    func publishEnd(
        of job: JobID, line: Int, end: JobEnd, run: JobRun
    ) throws(StoreError) {
        guard let type = JobEvent.type(end) else { return }
        let lane = book.lanes[book.lines[line].lane]
        try publish(type, tenant: lane.tenant) {
            JobEvent(
                job: job, tenant: book.tenants[lane.tenant].id, kind: book.lines[line].kind,
                queue: book.queues[lane.queue].name, end: end, attempts: run.attempts,
                finishedAt: now.wall
            ).data
        }
    }

    /// When an endpoint is next to be called, or a call counts as lost.
    var nextOutbound: Timestamp? {
        outbound.nextMilliseconds.map(Timestamp.init(milliseconds:))
    }

    // MARK: Chores

    /// Comes last in a batch, so that what the batch did goes out with its commit.
    func runOutbound() throws(StoreError) {
        try fanOut()
        try orderCalls()
        try deleteRemoved()
        try pruneDeliveries()
    }

    /// Makes a delivery of each new event for each endpoint that wants it, and forgets events that
    /// none does.
    private func fanOut() throws(StoreError) {
        guard outbound.lags else { return }
        let events = try rows.outbox(
            after: EventID(rawValue: outbound.mark), limit: limits.fanOutMax)
        var left = limits.fanOutMax
        for event in events where left > 0 {
            left -= try fanOut(event) + 1
            outbound.mark = event.id.rawValue
        }
        if !events.isEmpty {
            try rows.putOutboxMark(
                EventID(rawValue: outbound.mark),
                lastDelivery: DeliveryID(rawValue: deliveryIDs.last))
        }
        if left > 0 { outbound.lags = false } else { outcome.hasMore = true }
    }

    /// Returns how many deliveries were made.
    private func fanOut(_ event: OutboxRow) throws(StoreError) -> Int {
        var made = 0
        guard let type = EventType(name: event.type) else {
            throw StoreError(.corrupt, "event \(event.id) has the type '\(event.type)'")
        }
        for id in outbound.ofTenant[Int(event.tenant - 1)] ?? [] {
            guard let endpoint = outbound.endpoints[id], endpoint.row.wants(type) else { continue }
            guard endpoint.waiting < limits.deliveriesWaitingMax else {
                var row = endpoint.row
                row.turnOff(.backlog)
                try put(row)
                continue
            }
            try rows.insertDelivery(
                DeliveryRow(
                    id: DeliveryID(rawValue: deliveryIDs.next(at: now.wall)), event: event.id,
                    endpoint: id, nextAt: now.wall))
            let isAsleep = endpoint.waiting > 0 && outbound.due[id] == nil
            try addWaiting(to: id)
            // One that waits for the end of a call is woken by it, and what waited before is due
            // before this.
            if !isAsleep {
                outbound.due.set(
                    id, at: min(outbound.due[id] ?? .max, now.wall.milliseconds))
            }
            made += 1
        }
        if made == 0 { try rows.deleteOutbox(event.id) }
        return made
    }

    /// One more delivery waits for an endpoint.
    func addWaiting(to id: EndpointID) throws(StoreError) {
        if var row = outbound.endpoints[id]?.row, outbound.endpoints[id]?.waiting == 0 {
            row.begin()
            try put(row)
        }
        outbound.addWaiting(1, for: id)
    }

    /// Hands the loop the calls that are due, as far as there is room for them, and ends what is
    /// due for endpoints that are off.
    private func orderCalls() throws(StoreError) {
        while let call = outbound.takeLost(at: now.wall) { try wake(after: call) }
        var left = limits.fanOutMax
        while left > 0, !outbound.isFull,
            let id = outbound.due.due(at: now.wall.milliseconds)
        {
            guard let tenant = outbound.endpoints[id].map({ Int($0.row.tenant - 1) }) else {
                preconditionFailure("endpoint \(id) is due and not there")
            }
            // All of a tenant, for they share its places.
            for id in outbound.dueEndpoints(ofTenant: tenant, at: now.wall)
            where left > 0 && !outbound.isFull {
                left -= try orderCalls(to: id, limit: left) + 1
            }
        }
        if left <= 0 { outcome.hasMore = true }
    }

    /// Returns how many deliveries it touched.
    private func orderCalls(to id: EndpointID, limit: Int) throws(StoreError) -> Int {
        guard let endpoint = outbound.endpoints[id] else {
            preconditionFailure("endpoint \(id) is due and not there")
        }
        let isOn = endpoint.row.state == .on
        let limit = isOn ? min(limit, outbound.room(of: endpoint)) : limit
        let found =
            try limit > 0 ? rows.dueDeliveries(of: id, until: now.wall, limit: limit) : []
        for row in found {
            var row = row
            if isOn {
                try order(&row, endpoint.row)
            } else {
                row.drop(at: now.wall)
                outbound.addWaiting(-1, for: id)
            }
            try rows.updateDelivery(row)
        }
        try refreshDue(id)
        return found.count
    }

    private func order(
        _ row: inout DeliveryRow, _ endpoint: EndpointRow
    ) throws(StoreError) {
        guard let event = try rows.outbox(row.event) else {
            throw StoreError(.corrupt, "delivery \(row.id) is of an event that is not there")
        }
        let deadline = now.wall.adding(Limits.deliveryFlightMilliseconds)
        row.nextAt = deadline
        outbound.begin(row.id, to: endpoint, deadline: deadline)
        outcome.deliveries.append(
            DeliveryOrder(
                id: row.id, event: event, url: endpoint.url,
                secrets: endpoint.secrets(at: now.wall)))
    }

    /// Looks when something is next due for an endpoint. One that may have no more calls, or whose
    /// tenant may not, sleeps until the end of one of the tenant's, if there is one to wake it.
    func refreshDue(_ id: EndpointID) throws(StoreError) {
        guard let endpoint = outbound.endpoints[id], endpoint.row.state != .removed,
            endpoint.row.state == .off || outbound.room(of: endpoint) > 0
                || !outbound.isCalled(tenant: Int(endpoint.row.tenant - 1)),
            let next = try rows.earliestDelivery(of: id)
        else { return outbound.due.remove(id) }
        outbound.due.set(id, at: next.milliseconds)
    }

    /// A call has given its place back.
    private func wake(after call: OutboundBook.Call) throws(StoreError) {
        try refreshDue(call.endpoint)
        for id in outbound.sleepers(ofTenant: call.tenant) { try refreshDue(id) }
    }

    /// Deletes what is left of endpoints that were removed.
    private func deleteRemoved() throws(StoreError) {
        var left = limits.deletionsMax
        while left > 0, let id = outbound.removed.first {
            let found = try rows.deliveries(of: id, limit: left)
            try delete(found)
            if found.count < left {
                try rows.deleteEndpoint(id)
                outbound.forget(id)
                outbound.removed.removeFirst()
            }
            left -= found.count + 1
        }
        if !outbound.removed.isEmpty { outcome.hasMore = true }
    }

    /// Forgets deliveries that ended long ago, some at a time.
    private func pruneDeliveries() throws(StoreError) {
        guard now.steadyMilliseconds >= outbound.nextPruneSteady else { return }
        let before = now.wall.adding(-Limits.deliveryMillisecondsKept)
        let found = try rows.endedDeliveries(
            before: DeliveryID(rawValue: IDSource.floor(at: before)), limit: limits.fanOutMax)
        try delete(found)
        if found.isEmpty {
            outbound.nextPruneSteady = now.steadyMilliseconds + Limits.idempotencyPruneMilliseconds
        } else {
            outcome.hasMore = true
        }
    }

    /// Deletes deliveries, and the events of which none is left.
    private func delete(_ deliveries: [DeliveryRow]) throws(StoreError) {
        for row in deliveries {
            try rows.deleteDelivery(row.id)
            if row.state == .pending { outbound.addWaiting(-1, for: row.endpoint) }
            if try !rows.hasDelivery(of: row.event) { try rows.deleteOutbox(row.event) }
        }
    }

    // MARK: Calls

    /// A call ended. What came too late, or in a batch that failed, counts for nothing: the
    /// delivery is made again.
    func callEnded(
        _ id: DeliveryID, _ outcome: DeliveryOutcome, _ envelope: Envelope
    ) throws(StoreError) {
        guard let deadline = outbound.calls[id], now.wall.milliseconds < deadline,
            let call = outbound.end(id)
        else { return try answer(envelope, .done) }
        // Of an endpoint that was removed meanwhile only the place is left.
        if let endpoint = outbound.endpoints[call.endpoint]?.row, endpoint.state != .removed {
            try note(outcome, of: id, endpoint, url: call.url)
        }
        try wake(after: call)
        try answer(envelope, .done)
    }

    private func note(
        _ outcome: DeliveryOutcome, of id: DeliveryID, _ called: EndpointRow, url: String
    ) throws(StoreError) {
        guard var row = try rows.delivery(id), row.state == .pending else {
            throw StoreError(.corrupt, "delivery \(id) was called and is not to be made")
        }
        let isGone = called.isGone(outcome, url: url)
        if row.note(outcome, isGone: isGone, at: now.wall, random: &random) {
            outbound.addWaiting(-1, for: called.id)
        }
        try rows.updateDelivery(row)
        var endpoint = called
        endpoint.note(outcome, to: url, at: now.wall)
        try put(endpoint)
    }

    // MARK: Memory

    /// Fills the book from what is on disk, and from the calls that this process has under way.
    func loadOutbound(_ stored: StoredOutbound) throws(StoreError) {
        let before = outbound
        outbound = OutboundBook(
            callsToTenantMax: limits.deliveriesToTenantMax, callsMax: limits.deliveriesInFlightMax)
        outbound.mark = stored.mark
        outbound.nextPruneSteady = now.steadyMilliseconds
        endpointIDs = IDSource(after: stored.lastEndpoint)
        deliveryIDs = IDSource(after: stored.lastDelivery)
        for row in stored.endpoints {
            outbound.put(row)
            if row.state == .removed { outbound.removed.append(row.id) }
        }
        for waiting in stored.waiting {
            guard let endpoint = outbound.endpoints[waiting.endpoint] else {
                throw StoreError(
                    .corrupt, "deliveries wait for endpoint \(waiting.endpoint), not there")
            }
            outbound.addWaiting(waiting.count, for: waiting.endpoint)
            if endpoint.row.state != .removed {
                outbound.due.set(waiting.endpoint, at: waiting.earliest.milliseconds)
            }
        }
        outbound.takeCalls(of: before)
    }

    /// The calls of whose end a batch tells.
    func callsEnded(by batch: [Envelope]) -> Set<DeliveryID> {
        var found: Set<DeliveryID> = []
        for envelope in batch {
            if case .outbound(.ended(let id, _)) = envelope.command { found.insert(id) }
        }
        return found
    }

    /// The first difference between the book and one that was made of the rows.
    func outboundFault(_ fresh: Engine) -> String? {
        let (memory, rows) = (outbound, fresh.outbound)
        if memory.mark != rows.mark { return "memory fanned out another event last" }
        if memory.wanted != rows.wanted { return "memory has other wishes for events" }
        for (id, endpoint) in rows.endpoints {
            var known = memory.endpoints[id]
            known?.calls = 0
            if known != endpoint {
                return "endpoint \(id) is \(endpoint) in the rows, in memory "
                    + String(describing: known)
            }
            // One that sleeps is woken by the end of a call of its tenant's.
            let tenant = Int(endpoint.row.tenant - 1)
            let isAsleep =
                endpoint.row.state == .on && memory.due[id] == nil
                && memory.isCalled(tenant: tenant)
            if let due = rows.due[id], !isAsleep, memory.due[id].map({ $0 > due }) ?? true {
                return "a delivery to \(id) is due at \(due), memory waits for "
                    + String(describing: memory.due[id])
            }
        }
        return memory.endpoints.count == rows.endpoints.count
            ? nil : "memory has endpoints that no row has"
    }
}
