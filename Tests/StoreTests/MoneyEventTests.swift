import Core
import Store
import Testing

@Suite struct `News of customers and money` {
    private let second: Int64 = 1_000

    private func customer(
        _ event: String, _ bench: StoreBench, tenant: String?, isDeleted: Bool = false
    ) -> BillingEvent {
        var fact = CustomerFact(
            id: "cus_1", eventID: event, created: bench.now.wall, isLive: false,
            isDeleted: isDeleted)
        fact.tenant = tenant
        return .money(.customer(fact))
    }

    private func replay(_ id: String, _ bench: StoreBench) throws -> EventState {
        guard
            case .billing(.taken(let state, _)) = try bench.tell(.billing(.replay(event: id)))
        else { throw Unexpected("event \(id) was not replayed") }
        return state
    }

    // MARK: Whom they name

    @Test(arguments: StoreKind.all)
    func `of a customer that names a tenant not yet made can be replayed once it is`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["beta": "free"])
        try bench.subscribe("evt_1", tenant: nil)
        #expect(try bench.deliver("evt_2", customer("evt_2", bench, tenant: "acme")) == .orphan)
        #expect(try bench.event("evt_2").row.reason == "there is no tenant 'acme'")
        #expect(try replay("evt_2", bench) == .orphan)
        _ = try bench.tell(.createTenant(CreateTenant(id: "acme", plan: "free")))
        #expect(try bench.standing() == "free active")
        #expect(try replay("evt_2", bench) == .applied)
        #expect(try bench.standing() == "pro active")
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }

    @Test(arguments: StoreKind.all)
    func `of a customer that names nobody is ignored`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        #expect(try bench.deliver("evt_1", customer("evt_1", bench, tenant: nil)) == .ignored)
        #expect(bench.alarms.isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `of a checkout that names a tenant not yet made can be replayed once it is`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["beta": "free"])
        try bench.subscribe("evt_1", tenant: nil)
        let checkout = bench.checkout("evt_2", reference: "cart-77", tenant: "acme")
        #expect(try bench.deliver("evt_2", checkout) == .orphan)
        #expect(try replay("evt_2", bench) == .orphan)
        _ = try bench.tell(.createTenant(CreateTenant(id: "acme", plan: "free")))
        #expect(try replay("evt_2", bench) == .applied)
        #expect(try bench.standing() == "pro active")
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }

    @Test(arguments: StoreKind.all)
    func `of a checkout with another's word for reference is no orphan where its customer is known`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1")
        let known = bench.checkout("evt_2", subscription: nil, reference: "order-12")
        #expect(try bench.deliver("evt_2", known) == .applied)
        let nobody = bench.checkout(
            "evt_3", customer: "cus_9", subscription: nil, reference: "cart 77")
        #expect(try bench.deliver("evt_3", nobody) == .applied)
        #expect(bench.alarms.isEmpty)
    }

    /// Whoever pays by a link may write any reference into its address.
    @Test(arguments: StoreKind.all)
    func `of a checkout is of the tenant that our metadata name, whatever its reference says`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free", "beta": "free"])
        let checkout = bench.checkout("evt_1", reference: "beta", tenant: "acme")
        #expect(try bench.deliver("evt_1", checkout) == .applied)
        try bench.subscribe("evt_2")
        #expect(try bench.standing() == "pro active")
        #expect(try bench.standing("beta") == "free active")
    }

    /// Another product that sells in the same account may put a word in that could be a tenant's.
    @Test(arguments: StoreKind.all)
    func `of a checkout with nothing but a reference is another's where it is no tenant's`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["beta": "free"])
        let sale = bench.checkout("evt_1", subscription: nil, reference: "order-12")
        #expect(try bench.deliver("evt_1", sale) == .applied)
        #expect(try bench.event("evt_1").row.tenant == nil)
        #expect(bench.alarms.isEmpty)
        try bench.checkAudit(events: ["evt_1"])
    }

    @Test(arguments: StoreKind.all)
    func `that a customer is deleted counts, whomever its metadata name`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free", "beta": "free"])
        try bench.subscribe("evt_1")
        let deleted = customer("evt_2", bench, tenant: "beta", isDeleted: true)
        #expect(try bench.deliver("evt_2", deleted) == .applied)
        #expect(try bench.standing() == "free active")
        #expect(try bench.standing("beta") == "free active")
        #expect(try bench.event("evt_2").row.tenant == bench.event("evt_1").row.tenant)
        guard case .odd("evt_2", _, let reason) = bench.alarms.last else {
            throw Unexpected("\(bench.alarms)")
        }
        #expect(reason == "customer cus_1 belongs to another tenant than its metadata name")
        #expect(
            try bench.deliver("evt_3", customer("evt_3", bench, tenant: "beta")) == .orphan)
        try bench.checkAudit(events: ["evt_1", "evt_2", "evt_3"])
    }

    // MARK: What went back

    /// A charge that was refunded as a whole.
    private func refunded(_ event: String, _ bench: StoreBench) -> BillingEvent {
        var fact = Reversal(
            id: "ch_1", eventID: event, created: bench.now.wall, isLive: false, kind: .charge,
            standing: .inForce)
        fact.charge = "ch_1"
        fact.paymentIntent = "pi_1"
        fact.isWhole = true
        return .money(.reversal(fact))
    }

    private func refund(
        _ event: String, _ standing: Reversal.Standing, _ bench: StoreBench
    ) -> BillingEvent {
        var fact = Reversal(
            id: "re_1", eventID: event, created: bench.now.wall, isLive: false, kind: .refund,
            standing: standing)
        fact.charge = "ch_1"
        return .money(.reversal(fact))
    }

    /// A checkout in which this was paid.
    private func checkout(
        _ id: String, _ bench: StoreBench, intent: String? = nil, invoice: String? = nil
    ) -> BillingEvent {
        var fact = CheckoutFact(
            id: id, eventID: "evt_of_\(id)", created: bench.now.wall, isLive: false,
            progress: .completed)
        fact.paymentIntent = intent
        fact.invoice = invoice
        fact.isPaid = true
        return .money(.checkout(fact))
    }

    /// How a grant's source and the news of a refund may call the same money by different names.
    enum Path: CaseIterable, Sendable {
        /// The checkout names what the refund does.
        case payment
        /// The checkout names an invoice, and another event says which payment settled it.
        case invoice
        /// The grant is the invoice's, and the checkout alone says which payment settled it.
        case throughCheckout
    }

    private func deliver(_ step: String, of path: Path, _ bench: StoreBench) throws {
        switch step {
        case "grant": try bench.grant(5, path == .throughCheckout ? "in_1" : "cs_1")
        case "refund": try bench.deliver("evt_refund", refunded("evt_refund", bench))
        case "link":
            let link = PaymentLink(invoice: "in_1", charge: "ch_1")
            try bench.deliver("evt_link", .money(.payment(link)))
        default:
            let paid = checkout(
                "cs_1", bench, intent: path == .invoice ? nil : "pi_1",
                invoice: path == .payment ? nil : "in_1")
            try bench.deliver("evt_checkout", paid)
        }
    }

    @Test(arguments: StoreKind.all, Path.allCases)
    func `that money went back revokes what its checkout paid for, in whatever order they come`(
        kind: StoreKind, path: Path
    ) throws {
        let steps = ["checkout", "grant", "refund"] + (path == .invoice ? ["link"] : [])
        for order in orders(of: steps) {
            let bench = try StoreBench(kind, tenants: ["acme": "free"])
            let other = checkout("cs_2", bench, intent: "pi_2", invoice: "in_2")
            try bench.deliver("evt_other", other)
            try bench.grant(7, "cs_2")
            for step in order { try deliver(step, of: path, bench) }
            #expect(try bench.account().limit == .units(17), "\(order)")
        }
    }

    private func orders(of steps: [String]) -> [[String]] {
        guard !steps.isEmpty else { return [[]] }
        return steps.flatMap { first in
            orders(of: steps.filter { $0 != first }).map { [first] + $0 }
        }
    }

    @Test(arguments: StoreKind.all, ["ch_1", "pi_1"])
    func `that a refund failed lets what was paid for stand again`(
        kind: StoreKind, source: String
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.deliver("evt_1", refund("evt_1", .inForce, bench))
        try bench.deliver("evt_2", refunded("evt_2", bench))
        try bench.wait(milliseconds: second)
        try bench.deliver("evt_3", refund("evt_3", .undone, bench))
        #expect(try bench.grant(5, source).state == .inForce)
        try bench.wait(milliseconds: second)
        try bench.deliver("evt_4", refunded("evt_4", bench))
        #expect(try bench.account().limit == .units(10), "another refund gave all of it back")
        #expect(try bench.grant(6, "in_1").state == .inForce)
        let link = PaymentLink(invoice: "in_1", charge: "ch_1")
        try bench.deliver("evt_5", .money(.payment(link)))
        #expect(try bench.account().limit == .units(10))
    }

    @Test(arguments: StoreKind.all)
    func `that a refund failed may come before that there was one`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let early = refunded("evt_1", bench)
        try bench.wait(milliseconds: second)
        try bench.grant(5, "pi_1")
        try bench.deliver("evt_2", refund("evt_2", .undone, bench))
        try bench.deliver("evt_1", early)
        #expect(try bench.account().limit == .units(15))
    }

    @Test(arguments: StoreKind.all)
    func `that a refund failed brings back the limits of before a lower price`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.deliver("evt_1", .money(.invoice(bench.invoice("evt_1", "in_1", charge: "ch_1"))))
        try bench.subscribe("evt_2", .active, "enterprise")
        try bench.wait(milliseconds: second)
        try bench.subscribe("evt_3", .active, "pro") { $0.latestInvoice = "in_2" }
        #expect(try bench.standing() == "enterprise active")
        try bench.deliver("evt_4", refunded("evt_4", bench))
        #expect(try bench.standing() == "pro active")
        try bench.wait(milliseconds: second)
        try bench.deliver("evt_5", refund("evt_5", .undone, bench))
        #expect(try bench.standing() == "enterprise active")
        try bench.checkAudit(events: (1...5).map { "evt_\($0)" })
    }
}
