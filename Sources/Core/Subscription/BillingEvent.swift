/// What an event of the payment provider means here.
package enum BillingEvent: Hashable, Sendable {
    case subscription(SubscriptionFact)
    case money(MoneyFact)
    case catalogue(CatalogueFact)
    /// Of a type that nothing is done with: kept, answered 200.
    case ignored(type: String)
    /// A live event where test events are wanted, or the other way round: kept, answered 200.
    case wrongMode(isLive: Bool)
    /// Of a connected account, whose customers are not the operator's own: kept, answered 200.
    case connected(account: String)
    /// Carries ids only; what it is about has to be fetched. Answered 200.
    case thin(ThinEvent)
    /// Of a type that counts, but it cannot be read: kept, answered 200, somebody is told.
    case failed(reason: String)
}

/// An event that names an object and says nothing of it.
package struct ThinEvent: Hashable, Sendable {
    package let type: String
    /// The object's id, where the event names one.
    package let object: String?

    /// An event of this type about that object.
    package init(type: String, object: String?) {
        self.type = type
        self.object = object
    }
}
