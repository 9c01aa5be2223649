package import Core
package import Store

extension SQLiteRows {
    // MARK: Events

    package func event(_ id: String) throws(StoreError) -> EventRow? {
        let statement = try db.rarely(BillingSQL.eventByID)
        statement.bind(1, id)
        return try statement.first(Decoding.event)
    }

    package func insertEvent(_ row: EventRow, body: [UInt8]) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.insertEvent)
        statement.bind(1, row.number)
        statement.bind(2, row.id)
        statement.bind(3, row.type)
        statement.bind(4, row.created.milliseconds)
        statement.bind(5, row.apiVersion)
        statement.bind(6, row.isLive ? 1 : 0)
        statement.bind(7, row.object)
        statement.bind(8, row.customer)
        statement.bind(9, row.subscription)
        statement.bind(10, row.receivedAt.milliseconds)
        statement.bind(11, row.state.rawValue)
        statement.bind(12, row.reason)
        statement.bind(13, row.tenant)
        statement.bind(14, row.tries)
        statement.bind(15, row.retryAt?.milliseconds)
        try statement.run()
        let bodies = try db.rarely(BillingSQL.insertBody)
        bodies.bind(1, row.number)
        bodies.bind(2, row.receivedAt.milliseconds)
        bodies.bind(3, body)
        try bodies.run()
    }

    package func updateEvent(_ row: EventRow) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.updateEvent)
        statement.bind(1, row.number)
        statement.bind(2, row.state.rawValue)
        statement.bind(3, row.reason)
        statement.bind(4, row.tenant)
        statement.bind(5, row.tries)
        statement.bind(6, row.retryAt?.milliseconds)
        try statement.run()
    }

    package func eventBody(_ number: Int64) throws(StoreError) -> [UInt8]? {
        let statement = try db.rarely(BillingSQL.body)
        statement.bind(1, number)
        return try statement.first { $0.bytes(0) }
    }

    package func dueEvents(
        until time: Timestamp, limit: Int
    ) throws(StoreError) -> [EventRow] {
        let statement = try db.rarely(BillingSQL.dueEvents)
        statement.bind(1, time.milliseconds)
        statement.bind(2, Int64(limit))
        return try statement.all(Decoding.event)
    }

    package func earliestEventRetry() throws(StoreError) -> Timestamp? {
        let found = try db.rarely(BillingSQL.earliestRetry).first { row throws(StoreError) in
            try Decoding.time(row.optionalInt(0))
        }
        return found ?? nil
    }

    package func hurryEvents(to time: Timestamp) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.hurryEvents)
        statement.bind(1, time.milliseconds)
        try statement.run()
    }

    package func pruneEventBodies(
        before time: Timestamp, limit: Int
    ) throws(StoreError) -> Int {
        try prune(BillingSQL.oldBodies, before: time, limit: limit)
    }

    package func pruneEvents(before time: Timestamp, limit: Int) throws(StoreError) -> Int {
        try prune(BillingSQL.oldEvents, before: time, limit: limit)
    }

    private func prune(
        _ sql: String, before time: Timestamp, limit: Int
    ) throws(StoreError) -> Int {
        let statement = try db.rarely(sql)
        statement.bind(1, time.milliseconds)
        statement.bind(2, Int64(limit))
        try statement.run()
        return db.database.changes
    }

    // MARK: Subscriptions

    package func subscription(
        _ id: String, isLive: Bool
    ) throws(StoreError) -> SubscriptionRow? {
        try one(BillingSQL.subscriptionByID, id, isLive, Decoding.subscription)
    }

    package func putSubscription(_ row: SubscriptionRow) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.putSubscription)
        statement.bind(1, row.subscription.id)
        statement.bind(2, row.isLive ? 1 : 0)
        statement.bind(3, row.tenant)
        statement.bind(4, row.customer)
        statement.bind(5, row.subscription.bytes)
        statement.bind(6, row.askAt?.milliseconds)
        statement.bind(7, row.asks)
        try statement.run()
    }

    package func subscriptions(
        ofTenant tenant: Int64
    ) throws(StoreError) -> [SubscriptionRow] {
        let statement = try db.rarely(BillingSQL.subscriptionsOfTenant)
        statement.bind(1, tenant)
        return try statement.all(Decoding.subscription)
    }

    package func orphans(
        ofCustomer customer: String, isLive: Bool
    ) throws(StoreError) -> [SubscriptionRow] {
        try many(BillingSQL.orphans, customer, isLive, Decoding.subscription)
    }

    package func dueInquiries(
        until time: Timestamp, isLive: Bool, limit: Int
    ) throws(StoreError) -> [InquiryRow] {
        let statement = try db.rarely(BillingSQL.dueInquiries)
        statement.bind(1, time.milliseconds)
        statement.bind(2, Int64(limit))
        statement.bind(3, isLive ? 1 : 0)
        return try statement.all { row throws(StoreError) in
            InquiryRow(
                subscription: row.text(0), isLive: row.int(1) == 1,
                askAt: try Decoding.time(row.optionalInt(2)), asks: row.int(3))
        }
    }

    package func earliestInquiry(isLive: Bool) throws(StoreError) -> Timestamp? {
        let statement = try db.rarely(BillingSQL.earliestInquiry)
        statement.bind(1, isLive ? 1 : 0)
        let found = try statement.first { row throws(StoreError) in
            try Decoding.time(row.optionalInt(0))
        }
        return found ?? nil
    }

    package func putInquiry(_ row: InquiryRow) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.putInquiry)
        statement.bind(1, row.subscription)
        statement.bind(2, row.isLive ? 1 : 0)
        statement.bind(3, row.askAt?.milliseconds)
        statement.bind(4, row.asks)
        try statement.run()
    }

    private func one<Value>(
        _ sql: String, _ id: String, _ isLive: Bool,
        _ decode: (Statement) throws(StoreError) -> Value
    ) throws(StoreError) -> Value? {
        let statement = try db.rarely(sql)
        statement.bind(1, id)
        statement.bind(2, isLive ? 1 : 0)
        return try statement.first(decode)
    }

    private func many<Value>(
        _ sql: String, _ id: String, _ isLive: Bool,
        _ decode: (Statement) throws(StoreError) -> Value
    ) throws(StoreError) -> [Value] {
        let statement = try db.rarely(sql)
        statement.bind(1, id)
        statement.bind(2, isLive ? 1 : 0)
        return try statement.all(decode)
    }

    private func all<Value>(
        _ sql: String, _ id: String, _ decode: (Statement) throws(StoreError) -> Value
    ) throws(StoreError) -> [Value] {
        let statement = try db.rarely(sql)
        statement.bind(1, id)
        return try statement.all(decode)
    }

    // MARK: Money

    package func customer(_ id: String, isLive: Bool) throws(StoreError) -> CustomerRow? {
        try one(BillingSQL.customer, id, isLive, Decoding.customer)
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
        try statement.run()
    }

    package func payments(ofInvoice invoice: String) throws(StoreError) -> [PaymentLink] {
        try all(BillingSQL.paymentsOfInvoice, invoice) { row in
            let (intent, charge) = (row.text(1), row.text(2))
            return PaymentLink(
                invoice: row.text(0), paymentIntent: intent.isEmpty ? nil : intent,
                charge: charge.isEmpty ? nil : charge)
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

    // MARK: Audit

    package func insertAudit(_ row: AuditRow) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.insertAudit)
        statement.bind(1, row.id.rawValue)
        statement.bind(2, row.at.milliseconds)
        statement.bind(3, row.tenant)
        statement.bind(4, row.actor)
        statement.bind(5, row.action)
        statement.bind(6, row.outcome?.rawValue)
        statement.bind(7, row.before?.plan.id)
        statement.bind(8, row.before?.plan.version)
        statement.bind(9, row.before?.status.rawValue)
        statement.bind(10, row.after?.plan.id)
        statement.bind(11, row.after?.plan.version)
        statement.bind(12, row.after?.status.rawValue)
        statement.bind(13, row.event)
        try statement.run()
    }

    package func auditOutcome(
        ofEvent event: String
    ) throws(StoreError) -> EventState? {
        let statement = try db.rarely(BillingSQL.auditOutcome)
        statement.bind(1, event)
        return try statement.first { row throws(StoreError) in
            guard let outcome = EventState(rawValue: row.int(0)) else {
                throw Decoding.corrupt("outcome of an event", event)
            }
            return outcome
        }
    }

    package func deleteAudit(ofEvent event: String) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.deleteAudit)
        statement.bind(1, event)
        try statement.run()
    }
}
