package import Core

/// What the store can be asked about events to tenants.
package enum OutboundCommand: Hashable, Sendable {
    case create(CreateEndpoint)
    case update(UpdateEndpoint)
    case remove(EndpointID, tenant: String)
    case rotate(RotateEndpoint)
    /// The delivery is made again, or at once.
    case replay(DeliveryID, endpoint: EndpointID, tenant: String)
    /// What failed or was dropped of the events since then is delivered again, up to a bound.
    case replayFailed(EndpointID, tenant: String, since: Timestamp)
    /// A call that the store ordered has ended.
    case ended(DeliveryID, DeliveryOutcome)

    /// About how many rows the command writes.
    package var weight: Int {
        switch self {
        case .create, .update, .remove, .rotate, .replay, .ended: 1
        case .replayFailed: Limits.replayDeliveriesMax
        }
    }

    /// True for what adds rows that others add to later.
    package var bringsWork: Bool {
        switch self {
        case .create, .replay, .replayFailed: true
        case .update, .remove, .rotate, .ended: false
        }
    }
}

/// A new endpoint.
package struct CreateEndpoint: Hashable, Sendable {
    package let tenant: String
    package let url: String
    package let filter: EventFilter
    package let secret: [UInt8]

    /// An endpoint of `tenant` at `url`, whose calls `secret` signs.
    package init(tenant: String, url: String, filter: EventFilter, secret: [UInt8]) {
        self.tenant = tenant
        self.url = url
        self.filter = filter
        self.secret = secret
    }
}

/// A change of an endpoint; nil leaves a field as it is.
package struct UpdateEndpoint: Hashable, Sendable {
    package let id: EndpointID
    package let tenant: String
    package var url: String?
    package var filter: EventFilter?
    package var isOn: Bool?

    /// A change of nothing, to be filled in.
    package init(id: EndpointID, tenant: String) {
        self.id = id
        self.tenant = tenant
    }
}

/// A new secret for an endpoint.
package struct RotateEndpoint: Hashable, Sendable {
    package let id: EndpointID
    package let tenant: String
    package let secret: [UInt8]
    /// How long the secret of now signs beside the new one.
    package let overlapMilliseconds: Int64

    /// `secret` from now on.
    package init(id: EndpointID, tenant: String, secret: [UInt8], overlapMilliseconds: Int64) {
        self.id = id
        self.tenant = tenant
        self.secret = secret
        self.overlapMilliseconds = overlapMilliseconds
    }
}
