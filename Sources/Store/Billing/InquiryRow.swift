package import Core

/// What a row of `subscriptions` says of asking the provider: whether, when, how often. The facts
/// stay closed, so that no damage to them stands in the way of other questions.
package struct InquiryRow: Hashable, Sendable {
    package let subscription: String
    package let isLive: Bool
    package var askAt: Timestamp?
    package var asks: Int64

    package init(subscription: String, isLive: Bool, askAt: Timestamp?, asks: Int64) {
        self.subscription = subscription
        self.isLive = isLive
        self.askAt = askAt
        self.asks = asks
    }

    /// A question goes out now. If nothing comes of it, the next one goes out later each time.
    package mutating func ask(at now: Timestamp) {
        asks += 1
        let pause = min(
            Limits.eventRetryMillisecondsMax, Limits.eventRetryMillisecondsMin << min(asks, 12))
        askAt = now.adding(max(pause, Limits.inquiryFlightMilliseconds))
    }
}

extension SubscriptionRow {
    /// True if the provider was asked in vain until it was given up.
    package var isGivenUp: Bool { askAt == nil && asks > 0 }

    /// Notes whether the provider is to be asked now that the row is what it is; true if it is, and
    /// was not to be.
    package mutating func plan(at now: Timestamp) -> Bool {
        guard subscription.isDirty else {
            askAt = nil
            asks = 0
            return false
        }
        guard askAt == nil else { return false }
        askAt = now.adding(Limits.inquiryDelayMilliseconds)
        return true
    }

    /// Ends asking for good, if so many answers have settled nothing; true if it does.
    package mutating func giveUp() -> Bool {
        guard subscription.isDirty, askAt != nil, asks >= Limits.inquiriesInVainMax else {
            return false
        }
        askAt = nil
        return true
    }
}
