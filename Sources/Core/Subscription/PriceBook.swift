/// Which plan a price pays for.
package struct PriceBook: Hashable, Sendable {
    private let ranks: [String: Int]

    /// The prices of a catalog's plans, the newest versions before the older ones. `products` is
    /// what is known besides of products that name a plan.
    package init(_ catalog: PlanCatalog, products: [String: String] = [:]) {
        ranks = [:]
    }

    /// The plan that is paid at this price, and its interval; nil if the price is not known.
    package func plan(at price: PriceReference) -> (planID: String, interval: PriceInterval?)? {
        nil
    }

    /// The item that pays for the greatest plan; nil if no price is known.
    package func match(_ items: [SubscriptionItem]) -> PlanMatch? { nil }
}

extension SubscriptionFact {
    /// The fact with the plan that its items pay for.
    package func resolved(by book: PriceBook) -> SubscriptionFact {
        var fact = self
        fact.plan = book.match(items)
        return fact
    }

    /// Whether a fact that was resolved can be applied.
    package enum Pricing: Hashable, Sendable {
        /// Its plan is known, or it needs none because the subscription is over.
        case known
        /// Nothing is to change, and somebody is to be told.
        case noItems
        /// Nothing is to change, and somebody is to be told.
        case unknownPrice
    }

    /// Whether it can be applied.
    package var pricing: Pricing {
        if plan != nil || isTerminal { return .known }
        return items.isEmpty ? .noItems : .unknownPrice
    }
}
