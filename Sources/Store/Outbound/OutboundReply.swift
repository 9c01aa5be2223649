package import Core

/// What the store says about events to tenants.
package enum OutboundReply: Hashable, Sendable {
    /// An endpoint that was made now, or by an earlier request with this key.
    case created(EndpointView, isReplay: Bool)
    case endpoint(EndpointView)
    case delivery(DeliveryView)
    /// So many deliveries are made again; `isAll` is false if there are more.
    case replayed(count: Int, isAll: Bool)
}

/// Why the store did not do it.
package enum OutboundRefusal: Hashable, Sendable {
    case endpointUnknown(String)
    case endpointOff(EndpointID)
    case tooManyEndpoints(String, max: Int)
    case deliveryUnknown(String)
}

/// What can be read of events to tenants.
package enum OutboundQuery: Hashable, Sendable {
    case endpoints(tenant: String)
    case endpoint(EndpointID, tenant: String)
    case deliveries(DeliveryFilter)
}

/// Which deliveries a list shows, newest first.
package struct DeliveryFilter: Hashable, Sendable {
    package let endpoint: EndpointID
    package let tenant: String
    package var state: DeliveryState?
    package var before: DeliveryID?
    package var limit = Limits.listPageDefault

    /// Every delivery to an endpoint.
    package init(endpoint: EndpointID, tenant: String) {
        self.endpoint = endpoint
        self.tenant = tenant
    }
}

/// What such a query finds.
package enum OutboundRows: Hashable, Sendable {
    case endpoints([EndpointView])
    case deliveries([DeliveryView], next: DeliveryID?)
    /// The tenant has no such endpoint.
    case endpointUnknown(EndpointID)
}

/// An endpoint as its tenant sees it. Its secrets are not shown again.
package struct EndpointView: Hashable, Sendable {
    package let id: EndpointID
    package let url: String
    package let filter: EventFilter
    package let isOn: Bool
    package let offReason: OffReason?
    package let failingSince: Timestamp?
    /// Until when the secret before the last rotation signs too.
    package let oldSecretEndsAt: Timestamp?
    package let createdAt: Timestamp

    /// A row as it is now.
    package init(_ row: EndpointRow) {
        id = row.id
        url = row.url
        filter = row.filter
        isOn = row.state == .on
        offReason = row.offReason
        failingSince = row.failingSince
        oldSecretEndsAt = row.oldSecret?.endsAt
        createdAt = row.createdAt
    }
}

/// A delivery as its tenant sees it.
package struct DeliveryView: Hashable, Sendable {
    package let row: DeliveryRow
    package let type: String
    /// When the event happened.
    package let at: Timestamp

    /// A row with what it says of its event.
    package init(_ row: DeliveryRow, type: String, at: Timestamp) {
        self.row = row
        self.type = type
        self.at = at
    }
}
