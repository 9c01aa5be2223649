/// Which plan a price pays for.
package struct PriceBook: Hashable, Sendable {
    private var ranks: [String: Int] = [:]
    private var prices: [String: Entry] = [:]
    private var lookupKeys: [String: Entry] = [:]
    private let products: [String: String]

    private struct Entry: Hashable, Sendable {
        let planID: String
        let interval: PriceInterval
    }

    /// The prices of a catalog's plans, the newest versions before the older ones. `products` are
    /// the plans that products are known to stand for besides, by the products' ids.
    package init(_ catalog: PlanCatalog, products: [String: String] = [:]) {
        self.products = products
        // Who bought a price that the plan has given up since has bought the plan.
        let older = catalog.everyVersion.sorted {
            ($1.version, $0.id) < ($0.version, $1.id)
        }
        for plan in catalog.plans + older {
            if ranks[plan.id] == nil { ranks[plan.id] = plan.rank }
            for price in plan.terms.prices {
                let entry = Entry(planID: plan.id, interval: price.interval)
                if let id = price.providerPrice, prices[id] == nil { prices[id] = entry }
                if let key = price.lookupKey, lookupKeys[key] == nil { lookupKeys[key] = entry }
            }
        }
    }

    /// The plan that is paid at this price, and its interval; nil if the price is not known.
    package func plan(at price: PriceReference) -> (planID: String, interval: PriceInterval?)? {
        if let id = price.priceID, let entry = prices[id] { return (entry.planID, entry.interval) }
        if let key = price.lookupKey, let entry = lookupKeys[key] {
            return (entry.planID, entry.interval)
        }
        let named = price.planName ?? price.productID.flatMap { products[$0] }
        guard let named, ranks[named] != nil else { return nil }
        return (named, price.interval)
    }

    /// The item that pays for the greatest plan, the first of them; nil if no price is known.
    package func match(_ items: [SubscriptionItem]) -> PlanMatch? {
        var best: (rank: Int, match: PlanMatch)?
        for (index, item) in items.prefix(Limits.subscriptionItemsMax).enumerated() {
            guard let plan = plan(at: item.price), let rank = ranks[plan.planID],
                best.map({ $0.rank < rank }) ?? true
            else { continue }
            best = (
                rank,
                PlanMatch(
                    planID: plan.planID, interval: plan.interval, priceID: item.price.priceID,
                    item: index)
            )
        }
        return best?.match
    }
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
