package import Billing

/// What the payment provider's events are checked with. The server replaces it when it is told of
/// other secrets.
package struct WebhookReceiver: Hashable, Sendable {
    package let secrets: WebhookSecrets
    package let mode: StripeMode
    /// How far the time of a signature may be from ours, to both sides.
    package let toleranceMilliseconds: Int64

    /// A receiver with these secrets.
    package init(secrets: WebhookSecrets, mode: StripeMode, toleranceMilliseconds: Int64) {
        precondition(toleranceMilliseconds > 0, "a webhook tolerance of \(toleranceMilliseconds)")
        self.secrets = secrets
        self.mode = mode
        self.toleranceMilliseconds = toleranceMilliseconds
    }
}
