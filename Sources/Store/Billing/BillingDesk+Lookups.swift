package import Core

/// What is looked up of subscriptions and payments to decide what a tenant may have.
extension BillingDesk {
    /// Reads what the entitlement of each tenant of the change is decided from once it is written:
    /// a row that cannot be decoded has to be found before.
    func readAhead() throws(StoreError) {
        for tenant in change.touched {
            _ = try reversedInvoices(of: try countingSubscriptions(ofTenant: tenant))
        }
    }

    /// A tenant's subscriptions but for those whose customer was deleted.
    package func countingSubscriptions(
        ofTenant tenant: Int64
    ) throws(StoreError) -> [Subscription] {
        try countingRows(ofTenant: tenant).map(\.subscription)
    }

    /// The rows of those, as they are once the change is written.
    package func countingRows(ofTenant tenant: Int64) throws(StoreError) -> [SubscriptionRow] {
        var all = try rows.subscriptions(ofTenant: tenant).filter {
            $0.isLive == isLive && change.subscriptions[$0.subscription.id] == nil
        }
        all += change.subscriptions.values.filter { $0.tenant == tenant }
        all.sort { $0.subscription.id < $1.subscription.id }
        var found: [SubscriptionRow] = []
        for row in all {
            if let id = row.customer, try isDeleted(customer: id) { continue }
            found.append(row)
        }
        return found
    }

    private func isDeleted(customer id: String) throws(StoreError) -> Bool {
        if let row = change.customers.last(where: { $0.id == id }) { return row.isDeleted }
        return try rows.customer(id, isLive: isLive)?.isDeleted ?? false
    }

    /// The tenant to whom a checkout's subscription or customer is known to belong.
    func owner(of fact: CheckoutFact) throws(StoreError) -> Int64? {
        if let id = fact.subscription,
            let tenant = try rows.subscription(id, isLive: isLive)?.tenant
        {
            return tenant
        }
        guard let id = fact.customer else { return nil }
        return try rows.customer(id, isLive: isLive)?.tenant
    }

    /// Which of the invoices that floors stand on were taken back.
    package func reversedInvoices(
        of subscriptions: [Subscription]
    ) throws(StoreError) -> Set<String> {
        var found: Set<String> = []
        for invoice in Set(subscriptions.flatMap { $0.state.floors.flatMap(\.invoices) }) {
            var names = MoneyNames(invoices: [invoice])
            if try trail(of: &names).isTakenBack(invoice: invoice) { found.insert(invoice) }
        }
        return found
    }

    /// The grants for which it makes a difference what becomes of money that this change tells of,
    /// and whose own state is another. What is known of payments may come after the news of a
    /// refund, so each of both looks.
    ///
    /// Limits hang on the money as grants do, so those whose invoices it paid are touched.
    mutating func grantsTurned() throws(StoreError) -> [BillingChange.GrantTurn] {
        var names = MoneyNames(invoices: Set(change.invoices.map(\.fact.id)))
        for link in change.payments { names.put(link) }
        for checkout in change.checkouts { names.put(checkout) }
        for reversal in change.reversals { names.put(reversal) }
        guard names != MoneyNames() else { return [] }
        let trail = try trail(of: &names)
        for invoice in names.invoices {
            if let tenant = try row(ofInvoice: invoice)?.tenant { change.touched.insert(tenant) }
        }
        var found: [BillingChange.GrantTurn] = []
        for source in names.sources {
            let isTakenBack = trail.isTakenBack(source: source)
            for (tenant, grant) in try rows.grants(ofSource: source)
            where grant.hangsOnPayment && grant.isTakenBack != isTakenBack {
                found.append(
                    BillingChange.GrantTurn(
                        tenant: tenant, grant: grant, isTakenBack: isTakenBack))
            }
        }
        return found
    }

    /// True if what paid for a grant, which its source names, was taken back before it was made.
    package func isTakenBack(source: String) throws(StoreError) -> Bool {
        var names = MoneyNames(invoices: [source], payments: [source])
        if let checkout = try rows.checkout(source, isLive: isLive) { names.put(checkout) }
        return try trail(of: &names).isTakenBack(source: source)
    }

    /// All that is known of this money once the change is written, whichever names led here: the
    /// order in which the events came must not decide. Adds every other name of it.
    ///
    /// It ends since names are only added, and the provider knows one payment by few.
    private func trail(of names: inout MoneyNames) throws(StoreError) -> MoneyTrail {
        var trail = MoneyTrail()
        var seen = MoneyNames()
        while names != seen {
            let invoices = names.invoices.subtracting(seen.invoices)
            let payments = names.payments.subtracting(seen.payments)
            seen = names
            for invoice in invoices { try follow(invoice: invoice, &names, &trail) }
            for payment in payments { try follow(payment: payment, &names, &trail) }
        }
        return trail
    }

    private func follow(
        invoice: String, _ names: inout MoneyNames, _ trail: inout MoneyTrail
    ) throws(StoreError) {
        if let row = try row(ofInvoice: invoice) {
            trail.put(paid: row.fact.amountPaid, ofInvoice: invoice)
        }
        put(try rows.payments(ofInvoice: invoice), &names, &trail)
        put(change.payments.filter { $0.invoice == invoice }, &names, &trail)
        for checkout in try rows.checkouts(ofInvoice: invoice, isLive: isLive) {
            put(checkout, &names, &trail)
        }
        for checkout in change.checkouts where checkout.invoice == invoice {
            put(checkout, &names, &trail)
        }
        for reversal in try rows.reversals(ofInvoice: invoice) { put(reversal, &names, &trail) }
        for reversal in change.reversals where reversal.invoice == invoice {
            put(reversal, &names, &trail)
        }
    }

    /// An invoice as it is once the change is written.
    private func row(ofInvoice id: String) throws(StoreError) -> InvoiceRow? {
        if let row = change.invoices.last(where: { $0.fact.id == id }) { return row }
        return try rows.invoice(id, isLive: isLive)
    }

    private func follow(
        payment: String, _ names: inout MoneyNames, _ trail: inout MoneyTrail
    ) throws(StoreError) {
        names.invoices.formUnion(try rows.invoices(ofPayment: payment))
        put(change.payments.filter { $0.payments.contains(payment) }, &names, &trail)
        for checkout in try rows.checkouts(ofIntent: payment, isLive: isLive) {
            put(checkout, &names, &trail)
        }
        for checkout in change.checkouts where checkout.paymentIntent == payment {
            put(checkout, &names, &trail)
        }
        for reversal in try rows.reversals(ofPayment: payment) { put(reversal, &names, &trail) }
        for reversal in change.reversals where reversal.payments.contains(payment) {
            put(reversal, &names, &trail)
        }
    }

    private func put(
        _ links: [PaymentLink], _ names: inout MoneyNames, _ trail: inout MoneyTrail
    ) {
        for link in links {
            trail.put(link)
            names.put(link)
        }
    }

    /// What the change says of it counts, and not what the row did.
    private func put(
        _ checkout: CheckoutFact, _ names: inout MoneyNames, _ trail: inout MoneyTrail
    ) {
        let latest = change.checkouts.last { $0.id == checkout.id } ?? checkout
        trail.put(latest)
        names.put(latest)
    }

    private func put(
        _ reversal: Reversal, _ names: inout MoneyNames, _ trail: inout MoneyTrail
    ) {
        guard reversal.isLive == isLive else { return }
        let latest = change.reversals.last { $0.id == reversal.id } ?? reversal
        trail.put(latest)
        names.put(latest)
    }
}
