package import Core
internal import JSON

/// Reads a subscription as Stripe writes it, in the shapes of 2017-08-15, 2024-06-20 and 2025-03-31
/// and later: the new place of a field first, then the old one.
package struct SubscriptionReader {
    let object: StripeObject
    let previous: StripeObject?

    /// Reads a subscription that was asked for. `id` is a text that no other fact has. Nil if the
    /// bytes are none that can be read.
    package static func fetched(
        _ bytes: [UInt8], id: String, readStartedAt: Timestamp
    ) -> SubscriptionFact? {
        guard let document = try? JSONDocument(validating: bytes),
            let object = StripeObject(document, document.root, path: "$"),
            let isLive = try? object.flag("livemode")
        else { return nil }
        return try? SubscriptionReader(object: object, previous: nil)
            .fact(eventID: id, created: readStartedAt, rank: .fetched, isLive: isLive)
    }

    func fact(
        eventID: String, created: Timestamp, rank: EventRank, isLive: Bool
    ) throws(Unreadable) -> SubscriptionFact {
        guard let status = try object.text("status") else {
            throw Unreadable("the subscription has no status")
        }
        var fact = SubscriptionFact(
            id: try object.identity(), eventID: eventID, created: created, rank: rank,
            isLive: isLive, status: SubscriptionStatus(name: status))
        fact.customer = try object.reference("customer")
        fact.tenant = object.tenant
        fact.items = try items()
        fact.hasMoreItems = object.list("items", goesOnAfter: Limits.subscriptionItemsMax)
        fact.startedAt = try object.time("created", "start_date", "start")
        fact.anchor = try object.time("billing_cycle_anchor")
        fact.trialEnd = try object.time("trial_end")
        fact.cancelAt = try object.time("cancel_at")
        fact.cancelsAtPeriodEnd = try object.flag("cancel_at_period_end") ?? false
        fact.canceledAt = try object.time("canceled_at")
        fact.endedAt = try object.time("ended_at")
        fact.latestInvoice = try object.reference("latest_invoice")
        if let behavior = object.shownObject("pause_collection") {
            fact.pauseCollection = PauseCollection(name: behavior.shown("behavior") ?? "")
        }
        let paused = object.shownObject("status_details")?.shownObject("paused")
        if let cause = paused?.shownObject("subscription")?.shown("type") {
            fact.pauseCause = PauseCause(name: cause)
        }
        if let previous { fact.previous = try SubscriptionReader.before(previous) }
        return fact
    }

    // MARK: Items

    /// In bodies of before 2025-03-31 the window is the subscription's; in old ones of a single
    /// plan, that plan may stand there alone.
    private func items() throws(Unreadable) -> [SubscriptionItem] {
        let start = try object.time("current_period_start")
        let end = try object.time("current_period_end")
        guard let listed = try object.list("items", countMax: Limits.subscriptionItemsMax) else {
            guard let plan = try object.object("plan") else { return [] }
            let price = try PriceReference(stripe: plan)
            return [SubscriptionItem(price: price, periodStart: start, periodEnd: end)]
        }
        var items: [SubscriptionItem] = []
        for item in listed {
            items.append(
                SubscriptionItem(
                    price: try PriceReference(item: item),
                    periodStart: try item.time("current_period_start") ?? start,
                    periodEnd: try item.time("current_period_end") ?? end))
        }
        return items
    }

    // MARK: Before

    private static func before(
        _ object: StripeObject
    ) throws(Unreadable) -> PreviousAttributes {
        var before = PreviousAttributes()
        before.status = try object.text("status").map { SubscriptionStatus(name: $0) }
        before.periodEnd = try object.time("current_period_end")
        if let listed = try object.list("items", countMax: Limits.subscriptionItemsMax) {
            var prices: [String] = []
            for item in listed {
                if let price = try PriceReference(item: item).priceID { prices.append(price) }
                if before.periodEnd == nil {
                    before.periodEnd = try item.time("current_period_end")
                }
            }
            if !prices.isEmpty { before.priceIDs = prices }
        } else if let plan = try object.object("plan"), plan.has("id") {
            before.priceIDs = [try plan.identity()]
        }
        before.cancelsAtPeriodEnd = try object.flag("cancel_at_period_end")
        if object.names("cancel_at") { before.hadCancelAt = object.has("cancel_at") }
        before.latestInvoice = try object.reference("latest_invoice")
        return before
    }
}

extension PriceReference {
    /// The price of an item: `price` where there is one, else `plan`, each an object or an id.
    fileprivate init(item: StripeObject) throws(Unreadable) {
        if let price = item.shownObject("price") ?? item.shownObject("plan") {
            self = try PriceReference(stripe: price)
        } else {
            self.init(priceID: try item.reference("price", "plan"))
        }
    }

    /// A price or, as it was before, a plan of Stripe's.
    init(stripe price: StripeObject) throws(Unreadable) {
        self.init(priceID: try price.text("id"))
        lookupKey = try price.text("lookup_key")
        productID = try price.reference("product")
        planName = price.planName ?? price.shownObject("product")?.planName
        let recurring = price.shownObject("recurring") ?? price
        let count = try recurring.integer("interval_count") ?? 1
        switch (recurring.shown("interval"), count) {
        case ("month", 1): interval = .month
        case ("year", 1), ("month", 12): interval = .year
        default: interval = nil
        }
    }
}
