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
        for invoice in Set(subscriptions.flatMap { $0.state.floors.flatMap(\.invoices) })
        where try isTakenBack(invoices: [invoice], payments: try payments(of: [invoice])) {
            found.insert(invoice)
        }
        return found
    }

    /// The grants of which something may be left and that were paid by what was taken back, once
    /// the change is written. What is known of payments may come after the news of a refund, so
    /// each of both looks.
    func grantsTakenBack() throws(StoreError) -> [(tenant: Int64, grant: Grant)] {
        var names = MoneyNames()
        for link in change.payments { names.put(link) }
        for checkout in change.checkouts { names.put(checkout) }
        for reversal in change.reversals { names.put(reversal) }
        guard try spread(&names) else { return [] }
        var found: [(tenant: Int64, grant: Grant)] = []
        for source in names.sources {
            found += try rows.grants(ofSource: source).filter {
                $0.grant.state == .pending || $0.grant.state == .inForce
            }
        }
        return found
    }

    /// True if what paid for a grant, which its source names, was taken back before it was made.
    package func isTakenBack(source: String) throws(StoreError) -> Bool {
        var names = MoneyNames(invoices: [source], payments: [source])
        if let checkout = try rows.checkout(source, isLive: isLive) { names.put(checkout) }
        return try spread(&names)
    }

    /// Adds all else that the same money is called by, whichever name led here: the order in which
    /// the events came must not decide. True if it was taken back.
    ///
    /// It ends since names are only added, and the provider knows one payment by few.
    private func spread(_ names: inout MoneyNames) throws(StoreError) -> Bool {
        var seen = MoneyNames()
        while names != seen {
            let invoices = names.invoices.subtracting(seen.invoices)
            let payments = names.payments.subtracting(seen.payments)
            seen = names
            names.payments.formUnion(try self.payments(of: invoices))
            for invoice in invoices {
                for checkout in try rows.checkouts(ofInvoice: invoice, isLive: isLive) {
                    names.put(checkout)
                }
            }
            for payment in payments {
                names.invoices.formUnion(try rows.invoices(ofPayment: payment))
                for link in change.payments
                where link.charge == payment || link.paymentIntent == payment {
                    names.put(link)
                }
                for checkout in try rows.checkouts(ofIntent: payment, isLive: isLive) {
                    names.put(checkout)
                }
            }
        }
        return try isTakenBack(invoices: names.invoices, payments: names.payments)
    }

    private func payments(of invoices: Set<String>) throws(StoreError) -> Set<String> {
        var found: Set<String> = []
        for invoice in invoices {
            let links = change.payments.filter { $0.invoice == invoice }
            for link in try links + rows.payments(ofInvoice: invoice) {
                found.formUnion([link.charge, link.paymentIntent].compactMap(\.self))
            }
        }
        return found
    }

    private func isTakenBack(
        invoices: Set<String>, payments: Set<String>
    ) throws(StoreError) -> Bool {
        for reversal in try reversals(invoices: invoices, payments: payments)
        where reversal.voidsPayment {
            let others =
                reversal.kind == .charge
                ? try reversals(invoices: [], payments: [reversal.id]) : []
            if !others.contains(where: { $0.undoes(reversal) }) { return true }
        }
        return false
    }

    /// Every reversal of these, as it is once the change is written.
    private func reversals(
        invoices: Set<String>, payments: Set<String>
    ) throws(StoreError) -> [Reversal] {
        var found: [Reversal] = []
        for invoice in invoices { found += try rows.reversals(ofInvoice: invoice) }
        for payment in payments { found += try rows.reversals(ofPayment: payment) }
        for reversal in change.reversals {
            found.removeAll { $0.id == reversal.id && $0.isLive == reversal.isLive }
            let names = [reversal.charge, reversal.paymentIntent].compactMap(\.self)
            if !payments.isDisjoint(with: names)
                || reversal.invoice.map({ invoices.contains($0) }) ?? false
            {
                found.append(reversal)
            }
        }
        return found
    }
}
