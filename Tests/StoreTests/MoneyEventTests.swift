import Core
import Store
import Testing

@Suite struct `News of customers and money` {
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

    @Test(arguments: StoreKind.all, [true, false])
    func `of a checkout that names a tenant not yet made can be replayed once it is`(
        kind: StoreKind, isReference: Bool
    ) throws {
        let bench = try StoreBench(kind, tenants: ["beta": "free"])
        try bench.subscribe("evt_1", tenant: nil)
        let checkout = bench.checkout(
            "evt_2", reference: isReference ? "acme" : "cart 77", tenant: isReference ? nil : "acme"
        )
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
}
