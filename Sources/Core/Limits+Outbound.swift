/// The bounds of events on their way to tenants.
extension Limits {
    /// Each event is written once for every endpoint that wants it.
    package static let endpointsPerTenantMax = 16
    /// Longer URLs are data.
    package static let endpointURLBytesMax = 2_048
    /// Standard Webhooks: a secret has 24 to 64 bytes.
    package static let endpointSecretBytes = 32
    /// How long the secret before still signs after a rotation, where nobody says otherwise.
    package static let secretOverlapMilliseconds: Int64 = 86_400_000
    package static let secretOverlapMillisecondsMax: Int64 = 30 * 86_400_000
    /// Deliveries that may wait for one endpoint. One that lies so far behind is turned off.
    package static let deliveriesWaitingMax = 100_000
    /// Calls at a time to one endpoint: enough for a receiver that takes its time.
    package static let deliveriesToEndpointMax = 4
    /// The same while its calls fail: no more than shows when it is well again.
    package static let deliveriesToFailingEndpointMax = 1
    /// Calls at a time to all endpoints of a tenant, removed ones too: one for each that it may
    /// have, so that those that hang leave a place to the others.
    package static let deliveriesToTenantMax = endpointsPerTenantMax
    /// Calls at a time in all: each is a socket. A tenant has no more than are left of them.
    package static let deliveriesInFlightMax = 256
    /// A call that says nothing for so long was lost, and is made again. Well more than a call may
    /// take.
    package static let deliveryFlightMilliseconds: Int64 = 60_000
    /// An endpoint whose calls have failed for so long is turned off.
    package static let endpointFailingMillisecondsMax: Int64 = 5 * 86_400_000
    /// The longest that a receiver may put a try off by `Retry-After`.
    package static let retryAfterMillisecondsMax: Int64 = 86_400_000
    /// What is kept of why a call failed.
    package static let deliveryErrorBytesMax = 500
    /// How long deliveries that have ended, and their events, can be looked at and replayed.
    package static let deliveryMillisecondsKept: Int64 = 30 * 86_400_000
    /// Deliveries that one replay of what failed takes up.
    package static let replayDeliveriesMax = 1_000
}
