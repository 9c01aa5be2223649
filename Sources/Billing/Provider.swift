package import Core

/// The payment provider, as far as it can be asked. The store's chores ask; nothing waits for it.
package protocol Provider: AnyObject {
    /// Sends a question. `then` is called once, later, on the thread that asked.
    func ask(_ question: ProviderQuestion, then: @escaping (ProviderAnswer) -> Void)
}

/// What a provider can be asked.
package enum ProviderQuestion: Hashable, Sendable {
    /// What this subscription is now. `id` makes its answer the only one of its name.
    case subscription(String, id: String)
}

/// What a provider answered.
package enum ProviderAnswer: Hashable, Sendable {
    /// Each with `readStartedAt`: when the question was sent, by the provider's clock where its
    /// answer tells it.
    case subscriptions([SubscriptionFact])
    /// It knows no such thing.
    case unknown
    /// It is not there or has had enough; to be asked again not before that many milliseconds.
    case unavailable(retryMilliseconds: Int64?)
}
