package import Core

/// The rows of subscriptions, events and money.
package protocol BillingRowStore: AnyObject {
    // MARK: Events

    func event(_ id: String) throws(StoreError) -> EventRow?
    func insertEvent(_ row: EventRow, body: [UInt8]) throws(StoreError)
    /// State, reason, tenant, tries and the time of the next are these now.
    func updateEvent(_ row: EventRow) throws(StoreError)
    func eventBody(_ number: Int64) throws(StoreError) -> [UInt8]?
    /// Events that are to be tried again and whose time has come, in the order of that.
    func dueEvents(until time: Timestamp, limit: Int) throws(StoreError) -> [DueEvent]
    /// An event whose row cannot be read is to be tried again at `time`.
    func putEventRetry(_ number: Int64, at time: Timestamp) throws(StoreError)
    /// The events of a customer or subscription that belonged to nobody are `tenant`'s: those that
    /// had their effect or failed are so in the audit too, if their lines come after its first,
    /// and orphans are to be tried again. The audit of a tenant begins with that it was made.
    func adoptEvents(
        of name: BillingChange.Adopted.Name, by tenant: Int64, retryAt time: Timestamp
    ) throws(StoreError)
    func earliestEventRetry() throws(StoreError) -> Timestamp?
    /// Events that are to be tried again later are to be so at `time`.
    func hurryEvents(to time: Timestamp) throws(StoreError)
    /// Of the `limit` oldest bodies, forgets those of events from before `time`; returns how many.
    func pruneEventBodies(before time: Timestamp, limit: Int) throws(StoreError) -> Int
    /// Of the `limit` oldest events, forgets those from before `time` that have no body any more;
    /// returns how many. The last event stays: its number is never given again.
    func pruneEvents(before time: Timestamp, limit: Int) throws(StoreError) -> Int

    // MARK: Subscriptions

    func subscription(_ id: String, isLive: Bool) throws(StoreError) -> SubscriptionRow?
    func putSubscription(_ row: SubscriptionRow) throws(StoreError)
    func subscriptions(ofTenant tenant: Int64) throws(StoreError) -> [SubscriptionRow]
    /// Subscriptions of a customer that belong to nobody yet.
    func orphans(ofCustomer customer: String, isLive: Bool) throws(StoreError) -> [SubscriptionRow]
    /// Subscriptions that the provider is to be asked about, in the order of the time for that.
    func dueInquiries(
        until time: Timestamp, isLive: Bool, limit: Int
    ) throws(StoreError) -> [InquiryRow]
    func earliestInquiry(isLive: Bool) throws(StoreError) -> Timestamp?
    func putInquiry(_ row: InquiryRow) throws(StoreError)

    // MARK: Money

    func customer(_ id: String, isLive: Bool) throws(StoreError) -> CustomerRow?
    func putCustomer(_ row: CustomerRow) throws(StoreError)
    /// True if a customer that is not deleted, other than this one, is the tenant's.
    func hasCustomer(
        ofTenant tenant: Int64, besides id: String, isLive: Bool
    ) throws(StoreError) -> Bool
    func invoice(_ id: String, isLive: Bool) throws(StoreError) -> InvoiceRow?
    func putInvoice(_ row: InvoiceRow) throws(StoreError)
    /// Invoices of a customer that belong to nobody yet.
    func orphanInvoices(
        ofCustomer customer: String, isLive: Bool
    ) throws(StoreError) -> [InvoiceRow]
    func checkout(_ id: String, isLive: Bool) throws(StoreError) -> CheckoutFact?
    /// Checkouts in which this invoice, or what this payment intent is of, was paid.
    func checkouts(ofInvoice invoice: String, isLive: Bool) throws(StoreError) -> [CheckoutFact]
    func checkouts(ofIntent intent: String, isLive: Bool) throws(StoreError) -> [CheckoutFact]
    func putCheckout(_ fact: CheckoutFact) throws(StoreError)
    func reversal(_ id: String, isLive: Bool) throws(StoreError) -> Reversal?
    func putReversal(_ reversal: Reversal) throws(StoreError)
    /// Every reversal that names one of these by itself.
    func reversals(ofInvoice invoice: String) throws(StoreError) -> [Reversal]
    func reversals(ofPayment payment: String) throws(StoreError) -> [Reversal]
    /// A payment of an invoice; one that is known is known once.
    func insertPayment(_ link: PaymentLink) throws(StoreError)
    func payments(ofInvoice invoice: String) throws(StoreError) -> [PaymentLink]
    /// By the id of a charge or of a payment intent.
    func invoices(ofPayment payment: String) throws(StoreError) -> [String]
    /// Grants of this source, whoever's they are.
    func grants(ofSource source: String) throws(StoreError) -> [(tenant: Int64, grant: Grant)]
    /// Which plans products are known to stand for.
    func products() throws(StoreError) -> [String: String]
    func putProduct(_ id: String, plan: String?, order: EventOrder) throws(StoreError)

    // MARK: Audit

    func insertAudit(_ row: AuditRow) throws(StoreError)
    /// What the audit says became of an event; it does so after the event is forgotten, too.
    func auditOutcome(ofEvent event: String) throws(StoreError) -> EventState?
    /// Forgets the line of an event whose effect is tried again.
    func deleteAudit(ofEvent event: String) throws(StoreError)
}
