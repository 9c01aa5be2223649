/// A subscription as it is stored: a bounded history of facts, and what it comes to.
///
/// The state is a function of the set of facts and not of the order in which they came; see
/// docs/decisions/008-facts-not-a-watermark.md.
package struct Subscription: Hashable, Sendable {
    package let id: String
    /// The latest facts in their order, at most `Limits.subscriptionFactsMax`.
    package private(set) var facts: [SubscriptionFact]
    /// What the facts before those came to, and the place of the last of them.
    package private(set) var base: SubscriptionState?
    /// What all facts come to.
    package private(set) var state: SubscriptionState
    /// When something last disagreed with it, such as an invoice.
    package private(set) var doubtedAt: Timestamp?

    /// What applying a fact did.
    package struct Effect: Hashable, Sendable {
        /// What is to be noted of the event.
        package let kind: Kind
        /// True if the state is another than before; a late fact can do that too.
        package let isChanged: Bool

        /// How a fact stands to those known before.
        package enum Kind: Hashable, Sendable {
            /// It decides now.
            case applied
            /// Later facts are known, or the subscription is over.
            case stale
            /// It was known.
            case repeated
            /// It and another of the same second disagree: the provider is to be asked.
            case conflict
        }
    }

    /// A subscription of which this is the first fact that came.
    package init(first fact: SubscriptionFact, receivedAt: Timestamp) {
        id = fact.id
        facts = [fact]
        state = SubscriptionState(first: fact)
    }

    /// A fact came. `receivedAt` is when its body came, which a replay does not change.
    @discardableResult
    package mutating func apply(_ fact: SubscriptionFact, receivedAt: Timestamp) -> Effect {
        Effect(kind: .stale, isChanged: false)
    }

    /// Something disagrees with the state; the provider is to be asked.
    package mutating func doubt(at time: Timestamp) {
        doubtedAt = max(doubtedAt ?? time, time)
    }

    /// True if the provider is to be asked what the subscription is.
    package var isDirty: Bool { false }
}
