extension Subscription {
    /// The whole of it, for one column of a row: facts, base, state and doubts.
    package var bytes: [UInt8] {
        var tape = FieldTape(capacity: (facts.count + 2) * Subscription.usualFactBytes)
        var copy = self
        var format = Subscription.format
        tape.field(&format)
        tape.subscription(&copy)
        return tape.bytes
    }

    /// Reads what `bytes` wrote; nil if these are other bytes.
    package init?(id: String, bytes: [UInt8]) {
        var tape = FieldTape(reading: bytes)
        var format: Int64 = 0
        tape.field(&format)
        guard format == Subscription.format else { return nil }
        var read = Subscription(id: id, state: SubscriptionState(first: .blank(id)))
        tape.subscription(&read)
        guard tape.isReadWhole else { return nil }
        self = read
    }

    /// Changes when other fields are written; then the old ones are read as well.
    private static let format: Int64 = 1
    /// A fact of one price takes some 200 bytes.
    private static let usualFactBytes = 256
}

extension SubscriptionFact {
    /// What a fact is before it is read.
    fileprivate static func blank(_ id: String) -> SubscriptionFact {
        SubscriptionFact(
            id: id, eventID: "", created: Timestamp(milliseconds: 0), rank: .updated,
            isLive: false, status: .incomplete)
    }
}

extension FieldTape {
    fileprivate mutating func subscription(_ value: inout Subscription) {
        let id = value.id
        // A base can be of more facts than the history, when all of them tie.
        list(&value.facts, countMax: Limits.subscriptionFactsMax, blank: .blank(id)) {
            $0.fact(&$1)
        }
        state(&value.state)
        field(&value.doubtedAt)
        field(&value.readAt)
        var hasBase = value.base != nil
        field(&hasBase)
        guard hasBase else { return }
        var base = value.base ?? SubscriptionState(first: .blank(id))
        state(&base)
        value.base = base
        var order = value.baseOrder ?? value.state.fact.order
        self.order(&order)
        value.baseOrder = order
    }

    private mutating func order(_ value: inout EventOrder) {
        var (isBelievable, created) = (value.isBelievable, value.created)
        var (rank, eventID) = (value.rank, value.eventID)
        field(&isBelievable)
        field(&created)
        field(&rank)
        field(&eventID)
        value = EventOrder(
            isBelievable: isBelievable, created: created, rank: rank, eventID: eventID)
    }

    private mutating func state(_ value: inout SubscriptionState) {
        fact(&value.fact)
        field(&value.pastDueSince)
        field(&value.isConflicted)
        list(&value.invoices, countMax: Limits.subscriptionInvoicesMax, blank: "") { $0.field(&$1) }
        let blank = LimitFloor(
            plan: PlanMatch(planID: "", interval: nil, priceID: nil, item: 0),
            since: Timestamp(milliseconds: 0), until: Timestamp(milliseconds: 0), invoices: [])
        list(&value.floors, countMax: Limits.subscriptionFloorsMax, blank: blank) { $0.floor(&$1) }
    }

    private mutating func floor(_ value: inout LimitFloor) {
        var (match, since, until) = (value.plan, value.since, value.until)
        var invoices = value.invoices
        plan(&match)
        field(&since)
        field(&until)
        list(&invoices, countMax: Limits.subscriptionInvoicesMax, blank: "") { $0.field(&$1) }
        value = LimitFloor(plan: match, since: since, until: until, invoices: invoices)
    }

    private mutating func fact(_ value: inout SubscriptionFact) {
        var (eventID, created) = (value.eventID, value.created)
        var (rank, isLive) = (value.rank, value.isLive)
        field(&eventID)
        field(&created)
        field(&rank)
        field(&isLive)
        if isReading {
            value = SubscriptionFact(
                id: value.id, eventID: eventID, created: created, rank: rank, isLive: isLive,
                status: .incomplete)
        }
        field(&value.customer)
        field(&value.tenant)
        status(&value.status)
        let item = SubscriptionItem(price: PriceReference())
        list(&value.items, countMax: Limits.subscriptionItemsMax, blank: item) { $0.item(&$1) }
        var hasPlan = value.plan != nil
        field(&hasPlan)
        if hasPlan {
            var match =
                value.plan ?? PlanMatch(planID: "", interval: nil, priceID: nil, item: 0)
            plan(&match)
            value.plan = match
        }
        field(&value.startedAt)
        field(&value.anchor)
        field(&value.trialEnd)
        field(&value.cancelAt)
        field(&value.cancelsAtPeriodEnd)
        field(&value.canceledAt)
        field(&value.endedAt)
        field(&value.latestInvoice)
        field(&value.pauseCollection)
        field(&value.pauseCause)
        field(&value.receivedInstead)
        previous(&value.previous)
    }

    private mutating func previous(_ value: inout PreviousAttributes) {
        var name = value.status?.name
        field(&name)
        value.status = name.map { SubscriptionStatus(name: $0) }
        var hasPrices = value.priceIDs != nil
        field(&hasPrices)
        if hasPrices {
            var prices = value.priceIDs ?? []
            list(&prices, countMax: Limits.subscriptionItemsMax, blank: "") { $0.field(&$1) }
            value.priceIDs = prices
        }
        field(&value.periodEnd)
        field(&value.cancelsAtPeriodEnd)
        field(&value.hadCancelAt)
        field(&value.latestInvoice)
    }

    private mutating func status(_ value: inout SubscriptionStatus) {
        var name = value.name
        field(&name)
        value = SubscriptionStatus(name: name)
    }

    private mutating func item(_ value: inout SubscriptionItem) {
        field(&value.price.priceID)
        field(&value.price.lookupKey)
        field(&value.price.productID)
        field(&value.price.planName)
        interval(&value.price.interval)
        field(&value.periodStart)
        field(&value.periodEnd)
    }

    private mutating func plan(_ value: inout PlanMatch) {
        var (planID, number) = (value.planID, Int64(value.item))
        var (paidEach, priceID) = (value.interval, value.priceID)
        field(&planID)
        interval(&paidEach)
        field(&priceID)
        field(&number)
        value = PlanMatch(
            planID: planID, interval: paidEach, priceID: priceID, item: Int(number))
    }

    private mutating func interval(_ value: inout PriceInterval?) {
        var number: Int64? = value.map { $0 == .month ? 1 : 12 }
        field(&number)
        switch number {
        case nil: value = nil
        case 1: value = .month
        case 12: value = .year
        default: spoil()
        }
    }
}
