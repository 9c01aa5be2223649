import Core

extension Engine {
    /// Does what a command about events to tenants asks.
    func apply(_ command: OutboundCommand, _ envelope: Envelope) throws(StoreError) {
        switch command {
        case .create(let create): try createEndpoint(create, envelope)
        case .update(let update):
            try changeEndpoint(update.id, tenant: update.tenant, envelope) { $0.take(update) }
        case .rotate(let rotate):
            let now = now.wall
            try changeEndpoint(rotate.id, tenant: rotate.tenant, envelope) {
                $0.rotate(
                    to: rotate.secret, overlapMilliseconds: rotate.overlapMilliseconds, at: now)
            }
        case .remove(let id, let tenant): try removeEndpoint(id, tenant: tenant, envelope)
        case .replay(let id, let endpoint, let tenant):
            try replay(id, of: endpoint, tenant: tenant, envelope)
        case .replayFailed(let endpoint, let tenant, let since):
            try replayFailed(of: endpoint, tenant: tenant, since: since, envelope)
        case .ended(let id, let outcome): try callEnded(id, outcome, envelope)
        }
    }

    /// Removes every endpoint of a tenant that is deleted.
    func removeEndpoints(ofTenant tenant: Int) throws(StoreError) {
        for id in outbound.ofTenant[tenant] ?? [] { try removeEndpoint(id) }
    }

    // MARK: Endpoints

    private func createEndpoint(
        _ create: CreateEndpoint, _ envelope: Envelope
    ) throws(StoreError) {
        guard let tenant = liveTenant(create.tenant) else {
            return try refuse(envelope, .tenantUnknown(create.tenant))
        }
        if let replay = try replay(of: envelope) {
            switch replay {
            case .mismatch(let refusal):
                try refuse(envelope, refusal)
            case .results(let results):
                let id = EndpointID(rawValue: results.first ?? 0)
                guard let endpoint = endpoint(id, tenant: create.tenant) else {
                    return try refuse(envelope, .outbound(.endpointUnknown("\(id)")))
                }
                try answer(
                    envelope, .outbound(.created(EndpointView(endpoint.row), isReplay: true)))
            }
            return
        }
        guard outbound.ofTenant[tenant]?.count ?? 0 < Limits.endpointsPerTenantMax else {
            let most = Limits.endpointsPerTenantMax
            return try refuse(envelope, .outbound(.tooManyEndpoints(create.tenant, max: most)))
        }
        let row = EndpointRow(
            id: EndpointID(rawValue: endpointIDs.next(at: now.wall)), tenant: Int64(tenant + 1),
            url: create.url, filter: create.filter, secret: create.secret, createdAt: now.wall)
        try rows.putEndpoint(row)
        try rows.putLastEndpoint(row.id)
        outbound.put(row)
        try remember(envelope, results: [row.id.rawValue])
        try answer(envelope, .outbound(.created(EndpointView(row), isReplay: false)))
    }

    private func changeEndpoint(
        _ id: EndpointID, tenant: String, _ envelope: Envelope,
        _ body: (inout EndpointRow) -> Void
    ) throws(StoreError) {
        guard let endpoint = endpoint(id, tenant: tenant) else {
            return try refuse(envelope, .outbound(.endpointUnknown("\(id)")))
        }
        var row = endpoint.row
        body(&row)
        try put(row)
        try answer(envelope, .outbound(.endpoint(EndpointView(row))))
    }

    private func removeEndpoint(
        _ id: EndpointID, tenant: String, _ envelope: Envelope
    ) throws(StoreError) {
        guard endpoint(id, tenant: tenant) != nil else {
            return try refuse(envelope, .outbound(.endpointUnknown("\(id)")))
        }
        try removeEndpoint(id)
        try answer(envelope, .done)
    }

    private func removeEndpoint(_ id: EndpointID) throws(StoreError) {
        guard var row = outbound.endpoints[id]?.row else { return }
        row.remove()
        try rows.putEndpoint(row)
        outbound.put(row)
        outbound.due.remove(id)
        outbound.removed.append(id)
    }

    /// The tenant's endpoint with this id, unless it was removed.
    private func endpoint(_ id: EndpointID, tenant: String) -> OutboundBook.Endpoint? {
        guard let tenant = liveTenant(tenant), let found = outbound.endpoints[id],
            found.row.tenant == Int64(tenant + 1), found.row.state != .removed
        else { return nil }
        return found
    }

    /// A row is this now; what waits for it is due by it.
    func put(_ row: EndpointRow) throws(StoreError) {
        let before = outbound.endpoints[row.id]?.row
        guard before != row else { return }
        try rows.putEndpoint(row)
        if row.state == .off, before?.state == .on, let reason = row.offReason, reason != .asked {
            let tenant = book.tenants[Int(row.tenant - 1)].id
            outcome.alarms.append(.endpointOff(row.id, tenant: tenant, reason))
        }
        outbound.put(row)
        try refreshDue(row.id)
    }

    // MARK: Replays

    private func replay(
        _ id: DeliveryID, of endpointID: EndpointID, tenant: String, _ envelope: Envelope
    ) throws(StoreError) {
        guard let endpoint = endpoint(endpointID, tenant: tenant) else {
            return try refuse(envelope, .outbound(.endpointUnknown("\(endpointID)")))
        }
        guard var row = try rows.delivery(id), row.endpoint == endpointID,
            let event = try rows.outbox(row.event)
        else { return try refuse(envelope, .outbound(.deliveryUnknown("\(id)"))) }
        guard endpoint.row.state == .on else {
            return try refuse(envelope, .outbound(.endpointOff(endpointID)))
        }
        try replay(&row)
        try refreshDue(endpointID)
        try answer(
            envelope, .outbound(.delivery(DeliveryView(row, type: event.type, at: event.at))))
    }

    private func replayFailed(
        of endpointID: EndpointID, tenant: String, since: Timestamp, _ envelope: Envelope
    ) throws(StoreError) {
        guard let endpoint = endpoint(endpointID, tenant: tenant) else {
            return try refuse(envelope, .outbound(.endpointUnknown("\(endpointID)")))
        }
        guard endpoint.row.state == .on else {
            return try refuse(envelope, .outbound(.endpointOff(endpointID)))
        }
        let found = try rows.failedDeliveries(
            of: endpointID, from: DeliveryID(rawValue: IDSource.floor(at: since)),
            limit: Limits.replayDeliveriesMax)
        for row in found {
            var row = row
            try replay(&row)
        }
        try refreshDue(endpointID)
        let isAll = found.count < Limits.replayDeliveriesMax
        try answer(envelope, .outbound(.replayed(count: found.count, isAll: isAll)))
    }

    /// One that is under way already is left to its call.
    private func replay(_ row: inout DeliveryRow) throws(StoreError) {
        guard !outbound.isCalled(row.id) else { return }
        if row.replay(at: now.wall) { try addWaiting(to: row.endpoint) }
        try rows.updateDelivery(row)
    }
}
