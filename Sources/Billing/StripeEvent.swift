package import Core

/// An event as Stripe sends it: who it is, and what it means here.
package struct StripeEvent: Hashable, Sendable {
    package let id: String
    package let type: String
    package let created: Timestamp
    package let apiVersion: String?
    package let isLive: Bool
    /// The connected account that it comes from, if it is one.
    package let account: String?
    /// What it is about, for lists: the ids of the object, its customer and its subscription.
    package let object: String?
    package let customer: String?
    package let subscription: String?
    package let meaning: BillingEvent

    /// Reads the body of an event whose signature was checked.
    package static func read(
        _ bytes: [UInt8], mode: StripeMode
    ) throws(MalformedEvent) -> StripeEvent {
        throw MalformedEvent("nothing is read yet")
    }
}
