/// Which of Stripe's two worlds events are taken from.
package enum StripeMode: String, Hashable, Sendable, CaseIterable {
    case test
    case live

    /// True for the world with real money.
    package var isLive: Bool { self == .live }
}
