package import Core

/// Works out all that an event changes before anything is written: what throws here has changed
/// nothing, and the event is kept to be tried again.
package struct BillingDesk {
    let rows: any BillingRowStore
    let isLive: Bool
    package let prices: PriceBook
    /// The number of the tenant with this id, unless there is none or it was deleted.
    let tenantNumber: (String) -> Int64?
    package internal(set) var change = BillingChange()

    /// A desk over these rows, with the prices of now.
    package init(
        rows: any BillingRowStore, isLive: Bool, prices: PriceBook,
        tenantNumber: @escaping (String) -> Int64?
    ) {
        self.rows = rows
        self.isLive = isLive
        self.prices = prices
        self.tenantNumber = tenantNumber
    }

    /// What becomes of an event that means this and came then, with all that this leads to.
    package mutating func settle(
        _ meaning: BillingEvent, receivedAt: Timestamp
    ) throws(StoreError) -> Settlement {
        var settlement = try take(meaning, receivedAt: receivedAt)
        change.grants = try grantsTurned()
        if settlement.tenant == nil, settlement.state == .applied || settlement.state == .stale,
            change.touched.count == 1
        {
            settlement.tenant = change.touched.first
        }
        try readAhead()
        return settlement
    }

    private mutating func take(
        _ meaning: BillingEvent, receivedAt: Timestamp
    ) throws(StoreError) -> Settlement {
        switch meaning {
        case .subscription(let fact): try take(fact, receivedAt: receivedAt)
        case .money(.invoice(let fact)): try take(fact, receivedAt: receivedAt)
        case .money(.checkout(let fact)): try take(fact)
        case .money(.customer(let fact)): try take(fact)
        case .money(.payment(let link)): try take(link)
        case .money(.reversal(let reversal)): try take(reversal)
        case .catalogue(let fact): take(fact)
        case .ignored: Settlement(.ignored)
        case .wrongMode(let isLive):
            Settlement(.ignored, "a \(isLive ? "live" : "test") event in the other mode")
        case .connected(let account):
            Settlement(.ignored, "an event of the connected account \(account)")
        case .thin: Settlement(.ignored, "a thin event, and no provider can be asked")
        case .failed(let reason): Settlement(.failed, reason)
        }
    }

    // MARK: Subscriptions

    /// A fact of a subscription; what it pays for is told by the prices that are known now.
    private mutating func take(
        _ fact: SubscriptionFact, receivedAt: Timestamp
    ) throws(StoreError) -> Settlement {
        var fact = fact.resolved(by: prices)
        var oddity = fact.oddity
        fact.hasMoreItems = false
        let stored = try rows.subscription(fact.id, isLive: isLive)
        let customer = fact.customer ?? stored?.customer
        let known = try customer.map { id throws(StoreError) in
            try rows.customer(id, isLive: isLive)
        }
        let named = fact.tenant.flatMap(tenantNumber)
        // Metadata stay as they are, so that this is told of once.
        if let stranger = fact.tenant, named == nil,
            stored?.subscription.state.fact.tenant != stranger
        {
            oddity = oddity ?? "its metadata name tenant '\(stranger)', who is not there"
        }
        let owner: Int64?
        switch SubscriptionOwner.decide(
            stored: stored?.tenant, customer: known??.tenant, metadata: named)
        {
        case .tenant(let tenant): owner = tenant
        case .nobody: owner = nil
        case .disputed:
            return Settlement(.orphan, "its customer, metadata and row name different tenants")
        }
        switch fact.pricing {
        case .known: break
        case .noItems:
            return Settlement(.failed, "the subscription has no items", tenant: owner)
        case .unknownPrice:
            let names = fact.items.compactMap { $0.price.priceID ?? $0.price.productID }
            let reason = "no plan is sold at \(names.prefix(3).joined(separator: ", "))"
            guard owner != nil || fact.tenant != nil else {
                // Most likely another product's of the same account: nothing to try again before
                // it is known whose it is.
                return Settlement(.orphan, "\(reason), and \(noTenant(knownFor: customer))")
            }
            return Settlement(.failed, reason, tenant: owner)
        }
        var kind = Subscription.Effect.Kind.applied
        var row =
            stored
            ?? SubscriptionRow(
                isLive: isLive, tenant: owner, customer: customer,
                subscription: Subscription(first: fact, receivedAt: receivedAt))
        if stored != nil { kind = row.subscription.apply(fact, receivedAt: receivedAt).kind }
        if let id = row.subscription.state.fact.latestInvoice,
            let invoice = try rows.invoice(id, isLive: isLive)
        {
            row.subscription.doubt(by: invoice.fact, receivedAt: receivedAt)
        }
        row.tenant = owner
        row.customer = row.subscription.state.fact.customer ?? customer
        change.put(row)
        guard let owner else {
            return Settlement(.orphan, noTenant(knownFor: customer))
        }
        if let customer { try map(customer, to: owner, known: known ?? nil) }
        if stored?.tenant == nil { adopt(.subscription(fact.id), by: owner) }
        change.touched.insert(owner)
        let state: EventState =
            switch kind {
            case .applied, .conflict: .applied
            case .stale: .stale
            // An orphan that is replayed once it has an owner.
            case .repeated:
                row.subscription.state.fact.eventID == fact.eventID ? .applied : .stale
            }
        return Settlement(
            state, state == .applied ? oddity : later(fact.id),
            tenant: owner)
    }

    private func noTenant(knownFor customer: String?) -> String {
        customer.map { "no tenant is known for customer \($0)" } ?? "it names no customer"
    }

    /// Why an event is stale: what is known is later, or final.
    private func later(_ id: String) -> String { "what is known of \(id) counts before it" }

    /// The customer is the tenant's from now on, and with it whatever waited for that.
    private mutating func map(
        _ customer: String, to tenant: Int64, known: CustomerRow?
    ) throws(StoreError) {
        guard known?.tenant == nil else { return }
        var row = known ?? CustomerRow(id: customer, isLive: isLive, tenant: tenant)
        row.tenant = tenant
        change.customers.append(row)
        adopt(.customer(customer), by: tenant)
        for orphan in try rows.orphans(ofCustomer: customer, isLive: isLive) {
            guard change.subscriptions[orphan.subscription.id] == nil else { continue }
            var settled = orphan
            settled.tenant = tenant
            change.put(settled)
            adopt(.subscription(orphan.subscription.id), by: tenant)
        }
        for orphan in try rows.orphanInvoices(ofCustomer: customer, isLive: isLive) {
            change.invoices.append(InvoiceRow(fact: orphan.fact, tenant: tenant))
        }
        change.touched.insert(tenant)
    }

    private mutating func adopt(_ name: BillingChange.Adopted.Name, by tenant: Int64) {
        change.adopted.append(BillingChange.Adopted(name: name, tenant: tenant))
    }

    // MARK: Money

    private mutating func take(
        _ fact: InvoiceFact, receivedAt: Timestamp
    ) throws(StoreError) -> Settlement {
        let known = try rows.invoice(fact.id, isLive: isLive)
        let customer = try fact.customer.map { id throws(StoreError) in
            try rows.customer(id, isLive: isLive)
        }
        var subscription: SubscriptionRow?
        if let id = fact.subscription { subscription = try rows.subscription(id, isLive: isLive) }
        let tenant =
            known?.tenant ?? customer??.tenant ?? subscription?.tenant
            ?? fact.tenant.flatMap(tenantNumber)
        change.payments += fact.payments
        // Money that was taken back may have been told of before the invoice was.
        if let tenant { change.touched.insert(tenant) }
        if var row = subscription, row.subscription.doubt(by: fact, receivedAt: receivedAt) {
            change.put(row)
        }
        if let known, known.fact.order >= fact.order {
            if known.tenant == nil, tenant != nil {
                change.invoices.append(InvoiceRow(fact: known.fact, tenant: tenant))
            }
            // An orphan that is tried again finds itself.
            guard known.fact.eventID == fact.eventID else {
                return Settlement(.stale, later(fact.id), tenant: tenant)
            }
        } else {
            change.invoices.append(InvoiceRow(fact: fact, tenant: tenant))
        }
        guard tenant != nil else { return Settlement(.orphan, "no tenant is known for it") }
        return Settlement(.applied, tenant: tenant)
    }

    private mutating func take(_ fact: CheckoutFact) throws(StoreError) -> Settlement {
        let known = try rows.checkout(fact.id, isLive: isLive)
        if known.map({ $0.order < fact.order }) ?? true { change.checkouts.append(fact) }
        // Whoever pays may have put anything in for reference: it counts where our metadata name
        // nobody, and only they name somebody who is yet to be made.
        let named = (fact.tenant ?? fact.clientReference).flatMap(tenantNumber)
        if fact.progress >= .completed, named == nil, let stranger = fact.tenant,
            try owner(of: fact) == nil
        {
            return Settlement(.orphan, "there is no tenant '\(stranger)'")
        }
        guard fact.progress >= .completed, let named else {
            let isStale = known.map { $0.order > fact.order } ?? false
            return Settlement(
                isStale ? .stale : .applied, isStale ? later(fact.id) : nil,
                tenant: named)
        }
        var subscription: SubscriptionRow?
        if let id = fact.subscription { subscription = try rows.subscription(id, isLive: isLive) }
        if let other = subscription?.tenant, other != named {
            return Settlement(.orphan, "its subscription belongs to another tenant")
        }
        if let id = fact.customer {
            let customer = try rows.customer(id, isLive: isLive)
            if let other = customer?.tenant, other != named {
                return Settlement(.orphan, "customer \(id) belongs to another tenant")
            }
            // A buyer may put any tenant's name into the address of a payment link.
            if fact.tenant == nil, customer?.tenant == nil,
                try rows.hasCustomer(ofTenant: named, besides: id, isLive: isLive)
            {
                return Settlement(
                    .orphan,
                    "its client_reference_id names a tenant that has another customer; metadata"
                        + " weir_tenant would be believed")
            }
            try map(id, to: named, known: customer)
        }
        if let id = fact.subscription, subscription?.tenant == nil {
            if var row = subscription, change.subscriptions[id] == nil {
                row.tenant = named
                change.put(row)
                change.touched.insert(named)
            }
            adopt(.subscription(id), by: named)
        }
        return Settlement(.applied, tenant: named)
    }

    private mutating func take(_ fact: CustomerFact) throws(StoreError) -> Settlement {
        let known = try rows.customer(fact.id, isLive: isLive)
        let named = fact.tenant.flatMap(tenantNumber)
        let isDisputed = known?.tenant.map { named != nil && named != $0 } ?? false
        // That a customer is gone is so, whomever its metadata name.
        guard !isDisputed || fact.isDeleted else {
            return Settlement(.orphan, "customer \(fact.id) belongs to another tenant")
        }
        let tenant = known?.tenant ?? named
        if let tenant { try map(fact.id, to: tenant, known: known) }
        if fact.isDeleted {
            // Kept where nobody is known yet, too: its subscriptions may be told of later.
            var row = known ?? CustomerRow(id: fact.id, isLive: isLive, tenant: tenant)
            row.tenant = tenant
            row.isDeleted = true
            change.customers.append(row)
            if let tenant { change.touched.insert(tenant) }
        }
        guard tenant != nil else {
            guard let stranger = fact.tenant else {
                return Settlement(.ignored, "no tenant is known for it")
            }
            return Settlement(.orphan, "there is no tenant '\(stranger)'")
        }
        let oddity = "customer \(fact.id) belongs to another tenant than its metadata name"
        return Settlement(.applied, isDisputed ? oddity : nil, tenant: tenant)
    }

    private mutating func take(_ link: PaymentLink) throws(StoreError) -> Settlement {
        change.payments.append(link)
        let invoice = try rows.invoice(link.invoice, isLive: isLive)
        if let tenant = invoice?.tenant { change.touched.insert(tenant) }
        return Settlement(.applied, tenant: invoice?.tenant)
    }

    private mutating func take(_ reversal: Reversal) throws(StoreError) -> Settlement {
        let known = try rows.reversal(reversal.id, isLive: isLive)
        let isLatest = known.map { $0.order < reversal.order } ?? true
        if isLatest { change.reversals.append(reversal) }
        var tenant: Int64?
        if let id = reversal.customer {
            tenant = try rows.customer(id, isLive: isLive)?.tenant
        }
        if tenant == nil {
            var invoices = [reversal.invoice].compactMap(\.self)
            for payment in [reversal.charge, reversal.paymentIntent].compactMap(\.self) {
                invoices += try rows.invoices(ofPayment: payment)
            }
            for invoice in invoices where tenant == nil {
                tenant = try rows.invoice(invoice, isLive: isLive)?.tenant
            }
        }
        if let tenant { change.touched.insert(tenant) }
        return Settlement(
            isLatest ? .applied : .stale,
            isLatest ? nil : later(reversal.id), tenant: tenant)
    }

    private mutating func take(_ fact: CatalogueFact) -> Settlement {
        guard let product = fact.price.productID else { return Settlement(.ignored) }
        change.products.append(
            BillingChange.Product(
                id: product, plan: fact.isDeleted ? nil : fact.price.planName,
                order: EventOrder(created: fact.created, rank: 0, eventID: fact.eventID)))
        return Settlement(.applied)
    }
}

extension SubscriptionFact {
    /// What it says that is not known here, in words for the operator.
    fileprivate var oddity: String? {
        if hasMoreItems {
            return "it has more items than the \(items.count) that were looked at"
        }
        guard case .unknown(let name) = status, !isTerminal else { return nil }
        return "its status '\(name)' is not known here and counts as past due"
    }
}

extension Subscription {
    /// Is in doubt, and says so, if an invoice says of the payment what the subscription, as it is
    /// known, does not.
    @discardableResult
    fileprivate mutating func doubt(by invoice: InvoiceFact, receivedAt: Timestamp) -> Bool {
        guard !state.isOver, invoice.created > state.fact.at else { return false }
        let disagrees =
            switch state.status {
            case .pastDue, .unpaid, .incomplete: invoice.status == .paid
            case .active, .trialing: invoice.happening == "payment_failed"
            case .incompleteExpired, .canceled, .paused, .unknown: false
            }
        // No answer is newer than a time that is still to come; and what is known is older,
        // whatever our clock says.
        if disagrees {
            doubt(at: max(min(invoice.created, receivedAt), state.fact.at.adding(1)))
        }
        return disagrees
    }
}
