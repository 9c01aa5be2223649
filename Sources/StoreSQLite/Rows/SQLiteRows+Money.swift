package import Core
package import Store

/// Whose money came, went, and for what.
extension SQLiteRows {
    package func customer(_ id: String, isLive: Bool) throws(StoreError) -> CustomerRow? {
        try one(BillingSQL.customer, id, isLive, Decoding.customer)
    }

    package func hasCustomer(
        ofTenant tenant: Int64, besides id: String, isLive: Bool
    ) throws(StoreError) -> Bool {
        let statement = try db.rarely(BillingSQL.otherCustomer)
        statement.bind(1, tenant)
        statement.bind(2, id)
        statement.bind(3, isLive ? 1 : 0)
        return try statement.first { $0.int(0) } != nil
    }

    package func putCustomer(_ row: CustomerRow) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.putCustomer)
        statement.bind(1, row.id)
        statement.bind(2, row.isLive ? 1 : 0)
        statement.bind(3, row.tenant)
        statement.bind(4, row.isDeleted ? 1 : 0)
        try statement.run()
    }

    package func invoice(_ id: String, isLive: Bool) throws(StoreError) -> InvoiceRow? {
        try one(BillingSQL.invoice, id, isLive, Decoding.invoice)
    }

    package func putInvoice(_ row: InvoiceRow) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.putInvoice)
        let fact = row.fact
        statement.bind(1, fact.id)
        statement.bind(2, fact.isLive ? 1 : 0)
        statement.bind(3, fact.eventID)
        statement.bind(4, fact.created.milliseconds)
        statement.bind(5, fact.status.rawValue)
        statement.bind(6, fact.happening)
        statement.bind(7, row.tenant)
        statement.bind(8, fact.tenant)
        statement.bind(9, fact.customer)
        statement.bind(10, fact.subscription)
        statement.bind(11, fact.number)
        statement.bind(12, fact.currency)
        statement.bind(13, fact.total)
        statement.bind(14, fact.amountDue)
        statement.bind(15, fact.amountPaid)
        statement.bind(16, fact.amountRemaining)
        statement.bind(17, fact.billingReason)
        statement.bind(18, fact.attempts)
        statement.bind(19, fact.nextAttemptAt?.milliseconds)
        statement.bind(20, fact.madeAt?.milliseconds)
        statement.bind(21, fact.paidAt?.milliseconds)
        statement.bind(22, fact.periodStart?.milliseconds)
        statement.bind(23, fact.periodEnd?.milliseconds)
        statement.bind(24, fact.hostedURL)
        statement.bind(25, fact.documentURL)
        try statement.run()
    }

    package func orphanInvoices(
        ofCustomer customer: String, isLive: Bool
    ) throws(StoreError) -> [InvoiceRow] {
        try many(BillingSQL.orphanInvoices, customer, isLive, Decoding.invoice)
    }

    package func checkout(_ id: String, isLive: Bool) throws(StoreError) -> CheckoutFact? {
        try one(BillingSQL.checkout, id, isLive, Decoding.checkout)
    }

    package func checkouts(
        ofInvoice invoice: String, isLive: Bool
    ) throws(StoreError) -> [CheckoutFact] {
        try many(BillingSQL.checkoutsOfInvoice, invoice, isLive, Decoding.checkout)
    }

    package func checkouts(
        ofIntent intent: String, isLive: Bool
    ) throws(StoreError) -> [CheckoutFact] {
        try many(BillingSQL.checkoutsOfIntent, intent, isLive, Decoding.checkout)
    }

    package func putCheckout(_ fact: CheckoutFact) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.putCheckout)
        statement.bind(1, fact.id)
        statement.bind(2, fact.isLive ? 1 : 0)
        statement.bind(3, fact.eventID)
        statement.bind(4, fact.created.milliseconds)
        statement.bind(5, fact.progress.rawValue)
        statement.bind(6, fact.customer)
        statement.bind(7, fact.subscription)
        statement.bind(8, fact.invoice)
        statement.bind(9, fact.paymentIntent)
        statement.bind(10, fact.clientReference)
        statement.bind(11, fact.tenant)
        statement.bind(12, fact.isPaid ? 1 : 0)
        statement.bind(13, fact.amount)
        try statement.run()
    }

    package func reversal(_ id: String, isLive: Bool) throws(StoreError) -> Reversal? {
        try one(BillingSQL.reversal, id, isLive, Decoding.reversal)
    }

    package func putReversal(_ reversal: Reversal) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.putReversal)
        statement.bind(1, reversal.id)
        statement.bind(2, reversal.isLive ? 1 : 0)
        statement.bind(3, reversal.eventID)
        statement.bind(4, reversal.created.milliseconds)
        statement.bind(5, reversal.kind.rawValue)
        statement.bind(6, reversal.standing.rawValue)
        statement.bind(7, reversal.charge)
        statement.bind(8, reversal.paymentIntent)
        statement.bind(9, reversal.invoice)
        statement.bind(10, reversal.customer)
        statement.bind(11, reversal.amount)
        statement.bind(12, reversal.currency)
        statement.bind(13, reversal.isWhole.map { $0 ? 1 : 0 })
        statement.bind(14, reversal.paid)
        try statement.run()
    }

    package func reversals(ofInvoice invoice: String) throws(StoreError) -> [Reversal] {
        try all(BillingSQL.reversalsOfInvoice, invoice, Decoding.reversal)
    }

    package func reversals(ofPayment payment: String) throws(StoreError) -> [Reversal] {
        try all(BillingSQL.reversalsOfCharge, payment, Decoding.reversal)
            + all(BillingSQL.reversalsOfIntent, payment, Decoding.reversal)
    }

    package func insertPayment(_ link: PaymentLink) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.insertPayment)
        statement.bind(1, link.invoice)
        statement.bind(2, link.paymentIntent ?? "")
        statement.bind(3, link.charge ?? "")
        statement.bind(4, link.amount)
        try statement.run()
    }

    package func payments(ofInvoice invoice: String) throws(StoreError) -> [PaymentLink] {
        try all(BillingSQL.paymentsOfInvoice, invoice) { row in
            let (intent, charge) = (row.text(1), row.text(2))
            return PaymentLink(
                invoice: row.text(0), paymentIntent: intent.isEmpty ? nil : intent,
                charge: charge.isEmpty ? nil : charge, amount: row.optionalInt(3))
        }
    }

    package func invoices(ofPayment payment: String) throws(StoreError) -> [String] {
        try all(BillingSQL.invoicesOfCharge, payment) { $0.text(0) }
            + all(BillingSQL.invoicesOfIntent, payment) { $0.text(0) }
    }

    package func grants(
        ofSource source: String
    ) throws(StoreError) -> [(tenant: Int64, grant: Grant)] {
        try all(TermsSQL.grantsOfSource, source, Decoding.grant)
    }

    package func products() throws(StoreError) -> [String: String] {
        var found: [String: String] = [:]
        for (id, plan) in try db.rarely(BillingSQL.products).all({ ($0.text(0), $0.text(1)) }) {
            found[id] = plan
        }
        return found
    }

    package func putProduct(
        _ id: String, plan: String?, order: EventOrder
    ) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.putProduct)
        statement.bind(1, id)
        statement.bind(2, plan)
        statement.bind(3, order.eventID)
        statement.bind(4, order.created.milliseconds)
        try statement.run()
    }

    // MARK: Private

    func one<Value>(
        _ sql: String, _ id: String, _ isLive: Bool,
        _ decode: (Statement) throws(StoreError) -> Value
    ) throws(StoreError) -> Value? {
        let statement = try db.rarely(sql)
        statement.bind(1, id)
        statement.bind(2, isLive ? 1 : 0)
        return try statement.first(decode)
    }

    func many<Value>(
        _ sql: String, _ id: String, _ isLive: Bool,
        _ decode: (Statement) throws(StoreError) -> Value
    ) throws(StoreError) -> [Value] {
        let statement = try db.rarely(sql)
        statement.bind(1, id)
        statement.bind(2, isLive ? 1 : 0)
        return try statement.all(decode)
    }

    func all<Value>(
        _ sql: String, _ id: String, _ decode: (Statement) throws(StoreError) -> Value
    ) throws(StoreError) -> [Value] {
        let statement = try db.rarely(sql)
        statement.bind(1, id)
        return try statement.all(decode)
    }
}
