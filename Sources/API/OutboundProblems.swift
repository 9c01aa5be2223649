import HTTP
import Store

/// What is said of endpoints and deliveries that are not there, or cannot be used.
extension Problem {
    /// What the caller is told of a refusal.
    static func outbound(_ refusal: OutboundRefusal) -> Problem {
        switch refusal {
        case .endpointUnknown(let id): .noEndpoint(id)
        case .deliveryUnknown(let id): .noDelivery(id)
        case .endpointOff(let id):
            Problem(
                .conflict,
                detail: "Endpoint \(id) is off, and nothing is sent to it. Turn it on first with"
                    + #" PATCH /v1/webhook-endpoints/\#(id) {"enabled":true}."#)
        case .tooManyEndpoints(let tenant, let max):
            Problem(
                .conflict,
                detail: "Tenant '\(tenant)' has \(max) webhook endpoints, the most there may be."
                    + " Delete one that is no longer used.")
        }
    }

    /// No such endpoint, or none that the caller may see.
    static func noEndpoint(_ id: String) -> Problem {
        Problem(
            .notFound,
            detail: "There is no webhook endpoint '\(id.clamped(bytesMax: 100))' that this key may"
                + " see. Check the id.")
    }

    /// The endpoint has no such delivery.
    static func noDelivery(_ id: String) -> Problem {
        Problem(
            .notFound,
            detail: "The endpoint has no delivery '\(id.clamped(bytesMax: 100))'. List its"
                + " deliveries to see their ids; they are kept for 30 days.")
    }
}
