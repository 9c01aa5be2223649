package import Core

/// What an operator has to know of events, subscriptions and endpoints, told with the commit that
/// brought it.
package enum OperatorAlarm: Hashable, Sendable {
    /// An event is kept without its effect. It is told again only where the reason is another.
    case unapplied(event: String, type: String, EventState, reason: String?)
    /// An event has had its effect, and says something that is not known here.
    case odd(event: String, type: String, reason: String)
    /// What the provider answers does not settle what a subscription is: it is not asked any more,
    /// until an event of it comes.
    case unsettled(subscription: String, tenant: String?)
    /// A row of a tenant's subscriptions or money cannot be read. What the tenant has stays as it
    /// is.
    case unreadable(tenant: String, reason: String)
    /// A tenant's endpoint went off by itself, and is told of nothing until somebody turns it on.
    case endpointOff(EndpointID, tenant: String, OffReason)
}
