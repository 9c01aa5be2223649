package import API
package import Billing
package import HTTP
package import Store

/// What the service wants its server to do.
package enum ServiceAction: Sendable {
    /// Answer a request. With `needsConfirmation` the answer hands out leases: the server says
    /// `delivered` when it is fully written, or `closed` if it never will be.
    case respond(ExchangeKey, Response, needsConfirmation: Bool)
    /// Hand a command to the store.
    case command(Envelope)
    /// Hand a query to the reader.
    case query(QueryEnvelope)
    /// Tell the operator of the payment provider's events.
    case tell(WebhookNews)
    /// Ask the payment provider, and call `answered`.
    case ask(ProviderInquiry, ProviderQuestion)
    /// Move the test clock, let everything commit that is due then, and call `clockMoved`.
    case moveClock(ClockMove, EnvelopeID)
}
