import Billing
import Core
import Glibc
import Store
import Testing

@Suite struct `An event of nobody` {
    private let second: Int64 = 1_000

    private func customer(_ event: String, _ bench: StoreBench) -> BillingEvent {
        var fact = CustomerFact(
            id: "cus_1", eventID: event, created: bench.now.wall, isLive: false, isDeleted: false)
        fact.tenant = "acme"
        return .money(.customer(fact))
    }

    /// What the audit says of an event: what became of it, and of which tenant.
    private func told(_ event: String, _ bench: StoreBench) throws -> String {
        let line = try #require(try bench.audit().first { $0.row.event == event })
        return "\(line.row.outcome?.name ?? "none") \(line.tenant ?? "nobody")"
    }

    @Test(arguments: StoreKind.all, [true, false])
    func `is applied once other news say whose it is`(
        kind: StoreKind, isByCheckout: Bool
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free", "beta": "free"])
        let (names, others) = (["customer": "cus_1"], ["customer": "cus_2"])
        #expect(try bench.subscribe("evt_1", .trialing, tenant: nil, names: names) == .orphan)
        try bench.wait(milliseconds: second)
        #expect(try bench.subscribe("evt_2", tenant: nil, names: names) == .orphan)
        let invoice = bench.invoice("evt_3", "in_1")
        #expect(try bench.deliver("evt_3", .money(.invoice(invoice)), names: names) == .orphan)
        let other = bench.fact(
            "evt_4", of: "sub_2", customer: "cus_2", tenant: nil, at: bench.now.wall)
        #expect(try bench.deliver("evt_4", .subscription(other), names: others) == .orphan)
        let news =
            isByCheckout ? bench.checkout("evt_5", reference: "acme") : customer("evt_5", bench)
        try bench.deliver("evt_5", news, names: names)
        #expect(try bench.standing() == "pro active")
        try bench.drain()
        #expect(try told("evt_1", bench) == "stale acme")
        #expect(try told("evt_2", bench) == "applied acme")
        #expect(try bench.event("evt_2").row.state == .applied)
        #expect(try bench.event("evt_3").tenant == "acme")
        #expect(try told("evt_3", bench) == "applied acme", "its own row is no newer one")
        #expect(try told("evt_4", bench) == "orphan nobody")
        try bench.restart()
        try bench.wait(milliseconds: 60 * second)
        #expect(try bench.event("evt_2").row.tries == 2, "it was tried once more, and not again")
        try bench.checkAudit(events: (1...5).map { "evt_\($0)" })
    }

    @Test(arguments: StoreKind.all)
    func `that had its effect is told of as the tenant's once that is known`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.wait(milliseconds: second)
        var charge = Reversal(
            id: "ch_1", eventID: "evt_1", created: bench.now.wall, isLive: false, kind: .charge,
            standing: .inForce)
        charge.charge = "ch_1"
        charge.customer = "cus_1"
        let names = ["customer": "cus_1"]
        #expect(
            try bench.deliver("evt_1", .money(.reversal(charge)), names: names) == .applied)
        #expect(try told("evt_1", bench) == "applied nobody")
        try bench.deliver("evt_2", customer("evt_2", bench), names: names)
        #expect(try told("evt_1", bench) == "applied acme")
        #expect(try bench.event("evt_1").tenant == "acme")
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }

    @Test(arguments: StoreKind.all)
    func `is the tenant's that its customer is of where it fails`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let names = ["customer": "cus_1"]
        try bench.deliver("evt_1", customer("evt_1", bench), names: names)
        #expect(
            try bench.subscribe("evt_2", .active, nil, tenant: nil, names: names) == .failed)
        #expect(try told("evt_2", bench) == "failed acme")
        #expect(try bench.deliver("evt_3", .failed(reason: "it is odd"), names: names) == .failed)
        #expect(try told("evt_3", bench) == "failed acme")
        #expect(try bench.deliver("evt_4", .failed(reason: "it is odd")) == .failed)
        #expect(try told("evt_4", bench) == "failed nobody")
    }

    @Test(arguments: StoreKind.all)
    func `that failed is told of as the tenant's, too, once that is known`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let names = ["customer": "cus_1"]
        // In the very millisecond in which the tenant was made, and yet after that.
        #expect(try bench.deliver("evt_1", .failed(reason: "it is odd"), names: names) == .failed)
        #expect(try told("evt_1", bench) == "failed nobody")
        try bench.deliver("evt_2", customer("evt_2", bench), names: names)
        #expect(try told("evt_1", bench) == "failed acme")
        #expect(try bench.event("evt_1").tenant == "acme")
        try bench.wait(milliseconds: 60 * second)
        #expect(try told("evt_1", bench) == "failed acme")
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }

    /// An event of the fixtures, as the server would read it.
    private func sample(
        _ name: String, _ change: (String) -> String = { $0 }
    ) throws -> StripeEvent {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let path = root.joined(separator: "/") + "/fixtures/stripe/events/\(name).json"
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let text = String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
        return try StripeEvent.read(Array(change(text).utf8), mode: .test)
    }

    @Test(arguments: StoreKind.all)
    func `about a customer or subscription itself is that one's`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["free-co": "free"])
        func deliver(_ event: StripeEvent) throws -> EventState {
            var names: [String: String] = [:]
            names["customer"] = event.customer
            names["subscription"] = event.subscription
            return try bench.deliver(event.id, event.meaning, type: event.type, names: names)
        }
        let strange = { (text: String) in text.replacing("\"acme\"", with: "\"nobody\"") }
        let created = try sample("customer.created", strange)
        #expect(created.customer == "cus_acme")
        let subscription = try sample("customer.subscription.created", strange)
        #expect(subscription.subscription == "sub_acme" && subscription.customer == "cus_acme")
        #expect(try sample("invoice.paid").subscription == "sub_acme")
        #expect(try deliver(created) == .orphan)
        let fact = bench.fact("evt_fact", of: "sub_acme", customer: "cus_acme", tenant: nil)
        #expect(try bench.deliver("evt_fact", .subscription(fact)) == .orphan)
        // One that names its subscription and no customer.
        let alone = try sample("invoice.paid") {
            strange($0).replacing("\"customer\": \"cus_acme\",", with: "")
        }
        #expect(alone.customer == nil)
        #expect(try deliver(alone) == .orphan)
        let mine = bench.checkout(
            "evt_mine", customer: "cus_acme", subscription: "sub_acme", reference: "free-co")
        try bench.deliver("evt_mine", mine)
        try bench.drain()
        #expect(try told(alone.id, bench) == "applied free-co")
        #expect(try told(created.id, bench) == "applied free-co")
    }
}
