import Core
import Store

/// The model's rows of subscriptions, events and money: dictionaries and scans.
final class ModelBilling: BillingRowStore {
    /// The provider has two worlds, whose ids may be the same.
    struct Key: Hashable {
        let id: String
        let isLive: Bool
    }

    private(set) var events: [String: EventRow] = [:]
    private var bodies: [Int64: [UInt8]] = [:]
    private(set) var subscriptions: [Key: SubscriptionRow] = [:]
    private var customers: [Key: CustomerRow] = [:]
    private var invoices: [Key: InvoiceRow] = [:]
    private var checkouts: [Key: CheckoutFact] = [:]
    private var reversals: [Key: Reversal] = [:]
    private var links: Set<PaymentLink> = []
    private var productRows: [String: (plan: String?, order: EventOrder)] = [:]
    private(set) var audits: [AuditRow] = []
    /// Asks the store for its grants, which lie with the tenants.
    var grantsOfSource: (String) -> [(tenant: Int64, grant: Grant)] = { _ in [] }

    /// Other rows with the same in them.
    func copy() -> ModelBilling {
        let copy = ModelBilling()
        copy.events = events
        copy.bodies = bodies
        copy.subscriptions = subscriptions
        copy.customers = customers
        copy.invoices = invoices
        copy.checkouts = checkouts
        copy.reversals = reversals
        copy.links = links
        copy.productRows = productRows
        copy.audits = audits
        return copy
    }

    // MARK: Events

    func event(_ id: String) -> EventRow? { events[id] }

    func insertEvent(_ row: EventRow, body: [UInt8]) {
        events[row.id] = row
        bodies[row.number] = body
    }

    func updateEvent(_ row: EventRow) { events[row.id] = row }

    func eventBody(_ number: Int64) -> [UInt8]? { bodies[number] }

    func dueEvents(until time: Timestamp, limit: Int) -> [DueEvent] {
        let due = events.values.filter { $0.retryAt.map { $0 <= time } ?? false }
        return Array(
            due.sorted { ($0.retryAt ?? time, $0.number) < ($1.retryAt ?? time, $1.number) }
                .prefix(limit).map { DueEvent(number: $0.number, id: $0.id, type: $0.type) })
    }

    func putEventRetry(_ number: Int64, at time: Timestamp) {
        for (id, row) in events where row.number == number { events[id]?.retryAt = time }
    }

    func adoptEvents(
        of name: BillingChange.Adopted.Name, by tenant: Int64, retryAt time: Timestamp
    ) {
        let first = audits.filter { $0.tenant == tenant }.map(\.id.rawValue).min() ?? 0
        for (id, row) in events where row.tenant == nil {
            switch name {
            case .customer(let customer): guard row.customer == customer else { continue }
            case .subscription(let sub): guard row.subscription == sub else { continue }
            }
            switch row.state {
            case .applied, .stale, .failed:
                events[id]?.tenant = tenant
                for index in audits.indices
                where audits[index].event == id && audits[index].tenant == nil
                    && audits[index].id.rawValue > first
                {
                    audits[index].tenant = tenant
                }
            case .orphan: if row.hasBody { events[id]?.retryAt = time }
            case .ignored: break
            }
        }
    }

    func earliestEventRetry() -> Timestamp? { events.values.compactMap(\.retryAt).min() }

    func hurryEvents(to time: Timestamp) {
        for (id, row) in events {
            if let retryAt = row.retryAt, retryAt > time { events[id]?.retryAt = time }
        }
    }

    func pruneEventBodies(before time: Timestamp, limit: Int) -> Int {
        let old = events.values.filter(\.hasBody).sorted { $0.number < $1.number }
            .prefix(limit).filter { $0.receivedAt < time }
        for row in old {
            events[row.id]?.hasBody = false
            bodies[row.number] = nil
        }
        return old.count
    }

    func pruneEvents(before time: Timestamp, limit: Int) -> Int {
        let inOrder = events.values.sorted { $0.number < $1.number }
        let old = inOrder.dropLast().prefix(limit).filter {
            !$0.hasBody && $0.receivedAt < time
        }
        for row in old { events[row.id] = nil }
        return old.count
    }

    // MARK: Subscriptions

    func subscription(_ id: String, isLive: Bool) -> SubscriptionRow? {
        subscriptions[Key(id: id, isLive: isLive)]
    }

    func putSubscription(_ row: SubscriptionRow) {
        subscriptions[Key(id: row.subscription.id, isLive: row.isLive)] = row
    }

    func subscriptions(ofTenant tenant: Int64) -> [SubscriptionRow] {
        subscriptions.values.filter { $0.tenant == tenant }.sorted {
            ($0.subscription.id, $0.isLive ? 1 : 0) < ($1.subscription.id, $1.isLive ? 1 : 0)
        }
    }

    func orphans(ofCustomer customer: String, isLive: Bool) -> [SubscriptionRow] {
        subscriptions.values
            .filter { $0.tenant == nil && $0.customer == customer && $0.isLive == isLive }
            .sorted { $0.subscription.id < $1.subscription.id }
    }

    func dueInquiries(until time: Timestamp, isLive: Bool, limit: Int) -> [InquiryRow] {
        let due = subscriptions.values.filter {
            $0.isLive == isLive && $0.askAt.map { $0 <= time } ?? false
        }
        let inOrder = due.sorted {
            ($0.askAt ?? time, $0.subscription.id) < ($1.askAt ?? time, $1.subscription.id)
        }
        return inOrder.prefix(limit).map {
            InquiryRow(
                subscription: $0.subscription.id, isLive: isLive, askAt: $0.askAt, asks: $0.asks)
        }
    }

    func earliestInquiry(isLive: Bool) -> Timestamp? {
        subscriptions.values.filter { $0.isLive == isLive }.compactMap(\.askAt).min()
    }

    func putInquiry(_ row: InquiryRow) {
        let key = Key(id: row.subscription, isLive: row.isLive)
        subscriptions[key]?.askAt = row.askAt
        subscriptions[key]?.asks = row.asks
    }

    // MARK: Money

    func customer(_ id: String, isLive: Bool) -> CustomerRow? {
        customers[Key(id: id, isLive: isLive)]
    }

    func hasCustomer(ofTenant tenant: Int64, besides id: String, isLive: Bool) -> Bool {
        customers.values.contains {
            $0.tenant == tenant && $0.id != id && $0.isLive == isLive && !$0.isDeleted
        }
    }

    func putCustomer(_ row: CustomerRow) {
        customers[Key(id: row.id, isLive: row.isLive)] = row
    }

    func invoice(_ id: String, isLive: Bool) -> InvoiceRow? {
        invoices[Key(id: id, isLive: isLive)]
    }

    func putInvoice(_ row: InvoiceRow) {
        // Whose payments are whose is kept apart.
        var row = row
        row.fact.payments = []
        invoices[Key(id: row.fact.id, isLive: row.fact.isLive)] = row
    }

    func orphanInvoices(ofCustomer customer: String, isLive: Bool) -> [InvoiceRow] {
        invoices.values
            .filter {
                $0.tenant == nil && $0.fact.customer == customer && $0.fact.isLive == isLive
            }
            .sorted { $0.fact.id < $1.fact.id }
    }

    func checkout(_ id: String, isLive: Bool) -> CheckoutFact? {
        checkouts[Key(id: id, isLive: isLive)]
    }

    func checkouts(ofInvoice invoice: String, isLive: Bool) -> [CheckoutFact] {
        checkouts.values.filter { $0.invoice == invoice && $0.isLive == isLive }
    }

    func checkouts(ofIntent intent: String, isLive: Bool) -> [CheckoutFact] {
        checkouts.values.filter { $0.paymentIntent == intent && $0.isLive == isLive }
    }

    func putCheckout(_ fact: CheckoutFact) {
        checkouts[Key(id: fact.id, isLive: fact.isLive)] = fact
    }

    func reversal(_ id: String, isLive: Bool) -> Reversal? {
        reversals[Key(id: id, isLive: isLive)]
    }

    func putReversal(_ reversal: Reversal) {
        reversals[Key(id: reversal.id, isLive: reversal.isLive)] = reversal
    }

    func reversals(ofInvoice invoice: String) -> [Reversal] {
        reversals.values.filter { $0.invoice == invoice }
    }

    func reversals(ofPayment payment: String) -> [Reversal] {
        reversals.values.filter { $0.charge == payment || $0.paymentIntent == payment }
    }

    func insertPayment(_ link: PaymentLink) {
        var link = link
        let same = links.filter {
            $0.invoice == link.invoice && $0.paymentIntent == link.paymentIntent
                && $0.charge == link.charge
        }
        link.amount = (same.compactMap(\.amount) + [link.amount].compactMap(\.self)).max()
        links.subtract(same)
        links.insert(link)
    }

    func payments(ofInvoice invoice: String) -> [PaymentLink] {
        links.filter { $0.invoice == invoice }
    }

    func invoices(ofPayment payment: String) -> [String] {
        links.filter { $0.charge == payment || $0.paymentIntent == payment }.map(\.invoice)
    }

    func grants(ofSource source: String) -> [(tenant: Int64, grant: Grant)] {
        grantsOfSource(source)
    }

    func products() -> [String: String] { productRows.compactMapValues(\.plan) }

    func putProduct(_ id: String, plan: String?, order: EventOrder) {
        if let known = productRows[id], known.order >= order { return }
        productRows[id] = (plan, order)
    }

    // MARK: Audit

    func insertAudit(_ row: AuditRow) { audits.append(row) }

    func auditOutcome(ofEvent event: String) -> EventState? {
        audits.first { $0.event == event }?.outcome
    }

    func deleteAudit(ofEvent event: String) { audits.removeAll { $0.event == event } }
}
