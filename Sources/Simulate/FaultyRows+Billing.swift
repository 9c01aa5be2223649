import Core
import Store

/// Subscriptions, events and money, of which each write may fail.
extension FaultyRows {
    func event(_ id: String) throws(StoreError) -> EventRow? {
        try rows.event(id)
    }

    func insertEvent(_ row: EventRow, body: [UInt8]) throws(StoreError) {
        try step()
        try rows.insertEvent(row, body: body)
    }

    func updateEvent(_ row: EventRow) throws(StoreError) {
        try step()
        try rows.updateEvent(row)
    }

    func eventBody(_ number: Int64) throws(StoreError) -> [UInt8]? {
        try rows.eventBody(number)
    }

    func dueEvents(until time: Timestamp, limit: Int) throws(StoreError) -> [DueEvent] {
        try rows.dueEvents(until: time, limit: limit)
    }

    func putEventRetry(_ number: Int64, at time: Timestamp) throws(StoreError) {
        try step()
        try rows.putEventRetry(number, at: time)
    }

    func adoptEvents(
        of name: BillingChange.Adopted.Name, by tenant: Int64, retryAt time: Timestamp
    ) throws(StoreError) {
        try step()
        try rows.adoptEvents(of: name, by: tenant, retryAt: time)
    }

    func earliestEventRetry() throws(StoreError) -> Timestamp? {
        try rows.earliestEventRetry()
    }

    func hurryEvents(to time: Timestamp) throws(StoreError) {
        try step()
        try rows.hurryEvents(to: time)
    }

    func pruneEventBodies(before time: Timestamp, limit: Int) throws(StoreError) -> Int {
        try step()
        return try rows.pruneEventBodies(before: time, limit: limit)
    }

    func pruneEvents(before time: Timestamp, limit: Int) throws(StoreError) -> Int {
        try step()
        return try rows.pruneEvents(before: time, limit: limit)
    }

    func subscription(_ id: String, isLive: Bool) throws(StoreError) -> SubscriptionRow? {
        try rows.subscription(id, isLive: isLive)
    }

    func putSubscription(_ row: SubscriptionRow) throws(StoreError) {
        try step()
        try rows.putSubscription(row)
    }

    func subscriptions(ofTenant tenant: Int64) throws(StoreError) -> [SubscriptionRow] {
        try rows.subscriptions(ofTenant: tenant)
    }

    func orphans(ofCustomer customer: String, isLive: Bool) throws(StoreError) -> [SubscriptionRow]
    {
        try rows.orphans(ofCustomer: customer, isLive: isLive)
    }

    func dueInquiries(
        until time: Timestamp, isLive: Bool, limit: Int
    ) throws(StoreError) -> [InquiryRow] {
        try rows.dueInquiries(until: time, isLive: isLive, limit: limit)
    }

    func earliestInquiry(isLive: Bool) throws(StoreError) -> Timestamp? {
        try rows.earliestInquiry(isLive: isLive)
    }

    func putInquiry(_ row: InquiryRow) throws(StoreError) {
        try step()
        try rows.putInquiry(row)
    }

    func customer(_ id: String, isLive: Bool) throws(StoreError) -> CustomerRow? {
        try rows.customer(id, isLive: isLive)
    }

    func hasCustomer(
        ofTenant tenant: Int64, besides id: String, isLive: Bool
    ) throws(StoreError) -> Bool {
        try rows.hasCustomer(ofTenant: tenant, besides: id, isLive: isLive)
    }

    func putCustomer(_ row: CustomerRow) throws(StoreError) {
        try step()
        try rows.putCustomer(row)
    }

    func invoice(_ id: String, isLive: Bool) throws(StoreError) -> InvoiceRow? {
        try rows.invoice(id, isLive: isLive)
    }

    func putInvoice(_ row: InvoiceRow) throws(StoreError) {
        try step()
        try rows.putInvoice(row)
    }

    func orphanInvoices(
        ofCustomer customer: String, isLive: Bool
    ) throws(StoreError) -> [InvoiceRow] {
        try rows.orphanInvoices(ofCustomer: customer, isLive: isLive)
    }

    func checkout(_ id: String, isLive: Bool) throws(StoreError) -> CheckoutFact? {
        try rows.checkout(id, isLive: isLive)
    }

    func checkouts(
        ofInvoice invoice: String, isLive: Bool
    ) throws(StoreError) -> [CheckoutFact] {
        try rows.checkouts(ofInvoice: invoice, isLive: isLive)
    }

    func checkouts(
        ofIntent intent: String, isLive: Bool
    ) throws(StoreError) -> [CheckoutFact] {
        try rows.checkouts(ofIntent: intent, isLive: isLive)
    }

    func putCheckout(_ fact: CheckoutFact) throws(StoreError) {
        try step()
        try rows.putCheckout(fact)
    }

    func reversal(_ id: String, isLive: Bool) throws(StoreError) -> Reversal? {
        try rows.reversal(id, isLive: isLive)
    }

    func putReversal(_ reversal: Reversal) throws(StoreError) {
        try step()
        try rows.putReversal(reversal)
    }

    func reversals(ofInvoice invoice: String) throws(StoreError) -> [Reversal] {
        try rows.reversals(ofInvoice: invoice)
    }

    func reversals(ofPayment payment: String) throws(StoreError) -> [Reversal] {
        try rows.reversals(ofPayment: payment)
    }

    func insertPayment(_ link: PaymentLink) throws(StoreError) {
        try step()
        try rows.insertPayment(link)
    }

    func payments(ofInvoice invoice: String) throws(StoreError) -> [PaymentLink] {
        try rows.payments(ofInvoice: invoice)
    }

    func invoices(ofPayment payment: String) throws(StoreError) -> [String] {
        try rows.invoices(ofPayment: payment)
    }

    func grants(ofSource source: String) throws(StoreError) -> [(tenant: Int64, grant: Grant)] {
        try rows.grants(ofSource: source)
    }

    func products() throws(StoreError) -> [String: String] {
        try rows.products()
    }

    func putProduct(_ id: String, plan: String?, order: EventOrder) throws(StoreError) {
        try step()
        try rows.putProduct(id, plan: plan, order: order)
    }

    func insertAudit(_ row: AuditRow) throws(StoreError) {
        try step()
        try rows.insertAudit(row)
    }

    func auditOutcome(ofEvent event: String) throws(StoreError) -> EventState? {
        try rows.auditOutcome(ofEvent: event)
    }

    func deleteAudit(ofEvent event: String) throws(StoreError) {
        try step()
        try rows.deleteAudit(ofEvent: event)
    }
}
