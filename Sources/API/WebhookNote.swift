package import Billing
package import Core

/// What a handler tells of an event that came, for the figures of the receiver.
package enum WebhookNote: Hashable, Sendable {
    /// Nobody who may has signed it.
    case refused(WebhookSignature.Cause)
    /// The secret with this index has signed it.
    case signed(secret: Int)
    /// It is on disk, or was already.
    case taken(created: Timestamp, isDuplicate: Bool)
}
