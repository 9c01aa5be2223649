import Core

/// Facts of a subscription, with everything but what a test is about.
enum SubscriptionSample {
    /// 2026-11-01T09:00:00Z.
    static let start = Timestamp(milliseconds: 1_793_523_600_000)
    static let day: Int64 = 86_400_000
    static let month: Int64 = 30 * day

    static let catalog = PlanCatalog([
        plan("free", rank: 0), plan("starter", rank: 1), plan("pro", rank: 2),
        plan("enterprise", rank: 3),
    ])
    static let book = PriceBook(catalog)

    private static func plan(_ id: String, rank: Int) -> Plan {
        var terms = PlanTerms(name: id, rank: rank, jobLimit: .unlimited)
        terms.prices = PriceInterval.allCases.map { interval in
            PlanPrice(
                interval: interval, amount: Price(nanos: 1), currency: "usd",
                providerPrice: "price_\(id)_\(interval.name)", lookupKey: "\(id)_\(interval.name)")
        }
        return Plan(id: id, terms: terms)
    }

    /// What an event says that was made `seconds` after the start.
    static func fact(
        _ event: String, at seconds: Int64, _ status: SubscriptionStatus = .active,
        plan: String = "pro", rank: EventRank = .updated, id: String = "sub_1",
        periodEnd: Timestamp? = start.adding(month),
        with change: (inout SubscriptionFact) -> Void = { _ in }
    ) -> SubscriptionFact {
        var fact = SubscriptionFact(
            id: id, eventID: event, created: start.adding(seconds * 1_000), rank: rank,
            isLive: false, status: status)
        fact.customer = "cus_1"
        fact.startedAt = start
        fact.anchor = start
        fact.items = [
            SubscriptionItem(
                price: PriceReference(priceID: "price_\(plan)_month"), periodStart: start,
                periodEnd: periodEnd)
        ]
        change(&fact)
        return fact.resolved(by: book)
    }

    /// What facts come to that are delivered in this order, each two seconds after it was made.
    static func subscription(_ facts: [SubscriptionFact]) -> Subscription {
        var subscription = Subscription(
            first: facts[0], receivedAt: facts[0].created.adding(2_000))
        for fact in facts.dropFirst() {
            subscription.apply(fact, receivedAt: fact.created.adding(2_000))
        }
        return subscription
    }

    static func question(
        _ subscriptions: [Subscription], at seconds: Int64, base: String = "free",
        manual: ManualStatus = .none, canAsk: Bool = false
    ) -> Entitlement.Question {
        Entitlement.Question(
            subscriptions: subscriptions, catalog: catalog, basePlan: base, manual: manual,
            now: start.adding(seconds * 1_000), graceMilliseconds: 14 * day,
            canAskProvider: canAsk)
    }
}
