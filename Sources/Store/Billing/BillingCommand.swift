package import Core

/// What the store can be asked of subscriptions and of whoever is paid for them.
package enum BillingCommand: Hashable, Sendable {
    /// An event came whose signature was right.
    case take(ProviderEvent)
    /// An event that was kept is to be applied again.
    case replay(event: String)
    /// The provider said what a subscription is now.
    case answered(ProviderFinding)

    /// How much of a batch it takes.
    package var weight: Int { 1 }

    /// About how much memory it holds while it waits.
    package var bytes: Int {
        if case .take(let event) = self { event.body.count } else { 0 }
    }
}

/// An event of the payment provider: its envelope, its bytes, and what they mean here.
package struct ProviderEvent: Hashable, Sendable {
    package let id: String
    package let type: String
    package let created: Timestamp
    package var apiVersion: String?
    package let isLive: Bool
    /// What it is about: the ids of the object, its customer and its subscription.
    package var object: String?
    package var customer: String?
    package var subscription: String?
    package let body: [UInt8]
    package let meaning: BillingEvent

    /// An event with this meaning.
    package init(
        id: String, type: String, created: Timestamp, isLive: Bool, body: [UInt8],
        meaning: BillingEvent
    ) {
        self.id = id
        self.type = type
        self.created = created
        self.isLive = isLive
        self.body = body
        self.meaning = meaning
    }
}

/// What the provider answered to a question of a subscription.
package struct ProviderFinding: Hashable, Sendable {
    package let subscription: String
    package let isLive: Bool
    package let answer: Answer

    /// What can be answered.
    package enum Answer: Hashable, Sendable {
        /// It is this.
        case found(SubscriptionFact)
        /// There is no such subscription.
        case unknown
        /// Nothing can be said now. For so long nothing more is to be asked.
        case unavailable(retryMilliseconds: Int64?)
    }

    /// What was answered to the question of this subscription.
    package init(subscription: String, isLive: Bool, _ answer: Answer) {
        self.subscription = subscription
        self.isLive = isLive
        self.answer = answer
    }
}

/// A question for the provider, which goes out with a commit.
package struct ProviderInquiry: Hashable, Sendable {
    package let subscription: String
    package let isLive: Bool

    package init(subscription: String, isLive: Bool) {
        self.subscription = subscription
        self.isLive = isLive
    }
}

/// What the store answers.
package enum BillingReply: Hashable, Sendable {
    /// The event is on disk.
    case taken(EventState, isDuplicate: Bool)
    case done
}

/// Why the store would not.
package enum BillingRefusal: Hashable, Sendable {
    case eventUnknown(String)
    /// Its body is no longer kept.
    case eventBodyGone(String)
}

/// How the store works with subscriptions.
package struct BillingConditions: Sendable {
    /// How long a tenant keeps its plan whose payment failed.
    package var graceMilliseconds = Limits.graceMillisecondsDefault
    /// True if there is a provider that can be asked.
    package var canAskProvider = false
    /// Which of the provider's worlds subscriptions count of.
    package var isLive = false
    /// Reads a body again whose effect failed.
    package var reader: @Sendable ([UInt8]) -> BillingEvent = { _ in
        .failed(reason: "this program reads no events")
    }

    /// Two weeks of grace, and nobody to ask.
    package init() {}
}
