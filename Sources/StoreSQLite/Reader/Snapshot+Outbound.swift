import Core
import Store

extension Snapshot {
    /// Endpoints and deliveries of a tenant.
    func outbound(_ query: OutboundQuery) throws(StoreError) -> QueryResult {
        switch query {
        case .endpoints(let tenant):
            guard let row = try open.tenant(tenant), !row.facts.isDeleted else {
                return try found(.tenantUnknown(tenant), tenant: nil)
            }
            open.endpointsOfTenant.bind(1, row.number)
            let views = try open.endpointsOfTenant.all(Decoding.endpoint).map(EndpointView.init)
            return try found(.outbound(.endpoints(views)), tenant: tenant)
        case .endpoint(let id, let tenant):
            guard let row = try endpoint(id, of: tenant) else {
                return try found(.outbound(.endpointUnknown(id)), tenant: tenant)
            }
            return try found(.outbound(.endpoints([EndpointView(row)])), tenant: tenant)
        case .deliveries(let filter):
            guard try endpoint(filter.endpoint, of: filter.tenant) != nil else {
                return try found(
                    .outbound(.endpointUnknown(filter.endpoint)), tenant: filter.tenant)
            }
            return try deliveries(filter)
        }
    }

    private func endpoint(
        _ id: EndpointID, of tenant: String
    ) throws(StoreError) -> EndpointRow? {
        open.endpointByID.bind(1, id.rawValue)
        guard let row = try open.endpointByID.first(Decoding.endpoint), row.state != .removed,
            let owner = try open.tenant(tenant), !owner.facts.isDeleted,
            row.tenant == owner.number
        else { return nil }
        return row
    }

    private func deliveries(_ filter: DeliveryFilter) throws(StoreError) -> QueryResult {
        var scan = Scan(limit: filter.limit)
        var views: [DeliveryView] = []
        open.deliveriesBelow.bind(1, filter.endpoint.rawValue)
        open.deliveriesBelow.bind(2, filter.before?.rawValue ?? .max)
        try open.deliveriesBelow.each { row throws(StoreError) in
            let delivery = try Decoding.delivery(row)
            if filter.state.map({ $0 == delivery.state }) ?? true {
                views.append(
                    DeliveryView(
                        delivery, type: row.text(10), at: try Decoding.time(row.int(11))))
            }
            return scan.goesOn(after: delivery.id.rawValue, taken: views.count)
        }
        let next = scan.stoppedAt.map(DeliveryID.init(rawValue:))
        return try found(.outbound(.deliveries(views, next: next)), tenant: filter.tenant)
    }
}
