package import Core

/// What is looked up of subscriptions and payments to decide what a tenant may have.
extension BillingDesk {
    /// Reads whatever is read once the change is written: a row that cannot be decoded has to be
    /// found before.
    package func readAll(for meaning: BillingEvent) throws(StoreError) {
        for tenant in change.touched {
            _ = try reversedInvoices(of: try countingSubscriptions(ofTenant: tenant))
        }
        for source in try sourcesTakenBack(change, meaning) {
            _ = try rows.grants(ofSource: source)
        }
    }

    /// A tenant's subscriptions but for those whose customer was deleted.
    package func countingSubscriptions(
        ofTenant tenant: Int64
    ) throws(StoreError) -> [Subscription] {
        try countingRows(ofTenant: tenant).map(\.subscription)
    }

    /// The rows of those.
    package func countingRows(ofTenant tenant: Int64) throws(StoreError) -> [SubscriptionRow] {
        var found: [SubscriptionRow] = []
        for row in try rows.subscriptions(ofTenant: tenant) where row.isLive == isLive {
            if let id = row.customer,
                try rows.customer(id, isLive: isLive)?.isDeleted ?? false
            {
                continue
            }
            found.append(row)
        }
        return found
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

    /// The sources of grants that were paid by what was taken back: the ids of the invoice, the
    /// payment or the checkout. What is known of payments may come after the news of a refund, so
    /// each of both looks.
    package func sourcesTakenBack(
        _ change: BillingChange, _ meaning: BillingEvent
    ) throws(StoreError) -> [String] {
        var invoices = Set(change.payments.map(\.invoice))
        var payments = Set(
            change.payments.flatMap { [$0.charge, $0.paymentIntent].compactMap(\.self) })
        for checkout in change.checkouts {
            invoices.formUnion([checkout.invoice].compactMap(\.self))
            payments.formUnion([checkout.paymentIntent].compactMap(\.self))
        }
        if case .money(.reversal(let reversal)) = meaning {
            invoices.formUnion([reversal.invoice].compactMap(\.self))
            payments.formUnion([reversal.charge, reversal.paymentIntent].compactMap(\.self))
        }
        guard !invoices.isEmpty || !payments.isEmpty else { return [] }
        for payment in payments { invoices.formUnion(try rows.invoices(ofPayment: payment)) }
        payments.formUnion(try self.payments(of: invoices))
        guard try isTakenBack(invoices: invoices, payments: payments) else { return [] }
        return invoices.union(payments).union(change.checkouts.map(\.id)).sorted()
    }

    /// True if what paid for a grant, which its source names, was taken back before it was made.
    package func isTakenBack(source: String) throws(StoreError) -> Bool {
        var change = BillingChange()
        change.payments = [PaymentLink(invoice: source, paymentIntent: source, charge: source)]
        if let checkout = try rows.checkout(source, isLive: isLive) {
            change.checkouts = [checkout]
        }
        return try !sourcesTakenBack(change, .ignored(type: "")).isEmpty
    }

    private func payments(of invoices: Set<String>) throws(StoreError) -> Set<String> {
        var found: Set<String> = []
        for invoice in invoices {
            for link in try rows.payments(ofInvoice: invoice) {
                found.formUnion([link.charge, link.paymentIntent].compactMap(\.self))
            }
        }
        return found
    }

    private func isTakenBack(
        invoices: Set<String>, payments: Set<String>
    ) throws(StoreError) -> Bool {
        for invoice in invoices {
            if try rows.reversals(ofInvoice: invoice).contains(where: \.voidsPayment) {
                return true
            }
        }
        for payment in payments {
            if try rows.reversals(ofPayment: payment).contains(where: \.voidsPayment) {
                return true
            }
        }
        return false
    }
}
