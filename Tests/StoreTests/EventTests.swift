import Core
import Store
import Testing

@Suite struct `An event of the provider` {
    private let second: Int64 = 1_000

    @Test(arguments: StoreKind.all)
    func `that comes twice changes nothing the second time`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1")
        let before = try (bench.tenant(), bench.subscriptions(), bench.audit())
        try bench.restart()
        try bench.wait(milliseconds: second)
        let again = ProviderEvent(
            id: "evt_1", type: "other", created: bench.now.wall, isLive: false, body: [],
            meaning: .subscription(bench.fact("evt_1", .unpaid)))
        #expect(
            try bench.tell(.billing(.take(again)))
                == .billing(.taken(.applied, isDuplicate: true)))
        #expect(
            try bench.tell(.billing(.replay(event: "evt_1")))
                == .billing(.taken(.applied, isDuplicate: true)))
        #expect(try bench.tenant() == before.0)
        #expect(try bench.subscriptions() == before.1)
        #expect(try bench.audit() == before.2)
        #expect(
            try bench.tell(.billing(.replay(event: "evt_2"))).refusal
                == .billing(.eventUnknown("evt_2")))
    }

    @Test(arguments: StoreKind.all)
    func `of an unknown price is kept, tried again, and applied once a plan has the price`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        #expect(try bench.subscribe("evt_1", .active, "vast") == .failed)
        #expect(try bench.standing() == "free active")
        var due = bench.now.wall
        for (tries, delay) in [5_000, 10_000, 20_000, 40_000].enumerated() {
            due = due.adding(Int64(delay))
            let row = try bench.event("evt_1").row
            #expect(row.state == .failed)
            #expect(row.tries == Int64(tries + 1))
            #expect(row.retryAt == due)
            #expect(row.reason?.contains("price_vast") == true)
            bench.advance(to: due)
            try bench.drain()
        }
        try bench.restart()
        let vast = plan("vast", rank: 3, limit: nil)
        #expect(try bench.loadPlans(bench.plans + [vast]).refusal == nil)
        try bench.drain()
        #expect(try bench.event("evt_1").row.state == .applied)
        #expect(try bench.event("evt_1").row.retryAt == nil)
        #expect(try bench.standing() == "vast active")
        try bench.checkAudit(events: ["evt_1"])
    }

    @Test(arguments: StoreKind.all)
    func `that failed waits an hour at most, and a redelivery tries it at once`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.deliver("evt_1", .failed(reason: "it has no status"))
        for _ in 0..<20 { try bench.wait(milliseconds: 3_600_000) }
        let row = try bench.event("evt_1").row
        #expect(row.tries == 20 || row.tries == 21, "\(row.tries)")
        let retryAt = try #require(row.retryAt)
        #expect(retryAt <= bench.now.wall.adding(3_600_000))
        let event = ProviderEvent(
            id: "evt_1", type: "test", created: bench.now.wall, isLive: false, body: [],
            meaning: .subscription(bench.fact("evt_1")))
        #expect(
            try bench.tell(.billing(.take(event))) == .billing(.taken(.applied, isDuplicate: true)))
        #expect(try bench.standing() == "pro active")
        try bench.checkAudit(events: ["evt_1"])
    }

    @Test(arguments: StoreKind.all)
    func `that fails has one line of the audit, which stays as it is until it is applied`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1", .active, "vast")
        let line = try #require(try bench.audit().last)
        #expect(line.row.outcome == .failed)
        for _ in 0..<5 { try bench.wait(milliseconds: 3_600_000) }
        #expect(
            try bench.tell(.billing(.replay(event: "evt_1")))
                == .billing(.taken(.failed, isDuplicate: false)))
        #expect(try bench.event("evt_1").row.tries > 5)
        #expect(try bench.audit().last == line)
        #expect(
            try bench.loadPlans(bench.plans + [plan("vast", rank: 3, limit: nil)]).refusal == nil)
        try bench.drain()
        let applied = try #require(try bench.audit().last)
        #expect(applied.row.outcome == .applied && applied.row.id > line.row.id)
        try bench.checkAudit(events: ["evt_1"])
    }

    @Test(arguments: StoreKind.all)
    func `that failed is told of once more when it is not tried again`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1", .active, "vast")
        for _ in 0..<32 { try bench.wait(milliseconds: bench.day) }
        let row = try bench.event("evt_1").row
        #expect(!row.hasBody && row.retryAt == nil && row.state == .failed)
        #expect(row.reason?.contains("price_vast") == true)
        try #require(bench.alarms.count == 2, "\(bench.alarms)")
        guard case .unapplied("evt_1", _, .failed, let reason) = bench.alarms[1] else {
            throw Unexpected("\(bench.alarms)")
        }
        #expect(reason?.contains("price_vast") == true)
        #expect(reason?.hasSuffix("it is not tried again, for its body is no longer kept") == true)
        for _ in 0..<3 { try bench.wait(milliseconds: bench.day) }
        #expect(bench.alarms.count == 2)
    }

    @Test(arguments: StoreKind.all)
    func `of nobody waits for the checkout that names its tenant, with its invoice`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        #expect(try bench.subscribe("evt_1", tenant: nil) == .orphan)
        let invoice = bench.invoice("evt_2", "in_1")
        #expect(try bench.deliver("evt_2", .money(.invoice(invoice))) == .orphan)
        #expect(try bench.standing() == "free active")
        try bench.restart()
        #expect(try bench.deliver("evt_3", bench.checkout("evt_3", reference: "acme")) == .applied)
        #expect(try bench.standing() == "pro active")
        #expect(try bench.rows.invoice("in_1", isLive: false)?.tenant == 1)
        #expect(
            try bench.tell(.billing(.replay(event: "evt_1")))
                == .billing(.taken(.applied, isDuplicate: false)))
        #expect(
            try bench.tell(.billing(.replay(event: "evt_2")))
                == .billing(.taken(.applied, isDuplicate: false)))
        try bench.checkAudit(events: ["evt_1", "evt_2", "evt_3"])
    }

    @Test(arguments: StoreKind.all)
    func `that names another tenant than was known changes nothing`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free", "beta": "free"])
        try bench.subscribe("evt_1")
        try bench.wait(milliseconds: second)
        let known = try bench.subscriptions()
        #expect(try bench.subscribe("evt_2", .unpaid, tenant: "beta") == .orphan)
        #expect(try bench.subscribe("evt_3", of: "sub_2", tenant: "beta") == .orphan)
        let checkout = bench.checkout("evt_4", customer: "cus_1", reference: "beta")
        #expect(try bench.deliver("evt_4", checkout) == .orphan)
        let other = bench.checkout("evt_5", customer: "cus_2", reference: "beta")
        #expect(try bench.deliver("evt_5", other) == .orphan)
        #expect(try bench.subscriptions() == known)
        #expect(try bench.subscriptions("beta").isEmpty)
        #expect(try bench.standing() == "pro active")
        #expect(try bench.standing("beta") == "free active")
        try bench.checkAudit(events: (1...5).map { "evt_\($0)" })
    }

    @Test(arguments: StoreKind.all)
    func `may have another's word for reference, and the metadata names the tenant`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1", tenant: nil)
        let checkout = bench.checkout("evt_2", reference: "cart 77", tenant: "acme")
        #expect(try bench.deliver("evt_2", checkout) == .applied)
        #expect(try bench.standing() == "pro active")
    }

    @Test(arguments: StoreKind.all, [true, false])
    func `that deletes the customer ends what it paid for, in either order`(
        kind: StoreKind, comesFirst: Bool
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let deleted = CustomerFact(
            id: "cus_1", eventID: "evt_1", created: bench.now.wall, isLive: false, isDeleted: true)
        if !comesFirst { try bench.subscribe("evt_2") }
        try bench.deliver("evt_1", .money(.customer(deleted)))
        if comesFirst { try bench.subscribe("evt_2") }
        #expect(try bench.standing() == "free active")
        #expect(try bench.tell(.deleteTenant(tenant: "acme", force: false)).refusal == nil)
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }

    @Test(arguments: StoreKind.all, [true, false])
    func `that takes money back takes what is left of the grant that it paid, in either order`(
        kind: StoreKind, isRefundFirst: Bool
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.grant(5, "pi_1")
        try bench.grant(7, "pi_2")
        try bench.submit(count: 30)
        #expect(try bench.pull(count: 12).count == 12)
        var dispute = Reversal(
            id: "dp_1", eventID: "evt_1", created: bench.now.wall, isLive: false, kind: .dispute,
            standing: .inForce)
        dispute.charge = "ch_1"
        let link = PaymentLink(invoice: "in_1", paymentIntent: "pi_1", charge: "ch_1")
        let events: [(String, BillingEvent)] = [
            ("evt_1", .money(.reversal(dispute))), ("evt_2", .money(.payment(link))),
        ]
        for (id, event) in isRefundFirst ? events : events.reversed() {
            try bench.deliver(id, event)
        }
        #expect(try bench.account().limit == .units(10 + 2 + 7))
        #expect(try bench.account().usage == Usage(plan: 10, grant: 2))
        #expect(try bench.pull(count: 30).count == 7)
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }

    @Test(arguments: StoreKind.all, ["pi_1", "ch_1", "in_1", "cs_evt_3"])
    func `that took money back leaves nothing of a grant that comes later`(
        kind: StoreKind, source: String
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        var dispute = Reversal(
            id: "dp_1", eventID: "evt_1", created: bench.now.wall, isLive: false, kind: .dispute,
            standing: .inForce)
        dispute.charge = "ch_1"
        try bench.deliver("evt_1", .money(.reversal(dispute)))
        let link = PaymentLink(invoice: "in_1", paymentIntent: "pi_1", charge: "ch_1")
        try bench.deliver("evt_2", .money(.payment(link)))
        var checkout = CheckoutFact(
            id: "cs_evt_3", eventID: "evt_3", created: bench.now.wall, isLive: false,
            progress: .completed)
        checkout.paymentIntent = "pi_1"
        try bench.deliver("evt_3", .money(.checkout(checkout)))
        let grant = try bench.grant(5, source)
        #expect(grant.state == .revoked)
        try bench.grant(7, "pi_2", until: bench.now.wall.adding(second))
        #expect(try bench.account().limit == .units(10 + 7))
        try bench.restart()
        #expect(try bench.account().limit == .units(10 + 7))
        try bench.wait(milliseconds: second)
        #expect(try bench.account().limit == .units(10))
    }

    @Test(arguments: StoreKind.all)
    func `of an invoice that disagrees makes the provider be asked, once for all of them`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"], canAskProvider: true)
        try bench.subscribe("evt_1", .pastDue)
        try bench.wait(milliseconds: second)
        // However far ahead its clock is, an answer of now settles it.
        for number in 2...4 {
            var invoice = InvoiceFact(
                id: "in_\(number)", eventID: "evt_\(number)",
                created: bench.now.wall.adding(bench.day),
                status: .paid, isLive: false, happening: "paid")
            invoice.subscription = "sub_1"
            try bench.deliver("evt_\(number)", .money(.invoice(invoice)))
        }
        try bench.wait(milliseconds: 1_999)
        #expect(bench.inquiries.isEmpty)
        try bench.wait(milliseconds: 1)
        #expect(bench.inquiries == [ProviderInquiry(subscription: "sub_1", isLive: false)])
        try bench.answer(bench.fact("ask_1", rank: .fetched))
        #expect(try bench.standing() == "pro active")
        try bench.wait(milliseconds: bench.day)
        #expect(bench.inquiries.count == 1)
        try bench.checkAudit(events: (1...4).map { "evt_\($0)" })
    }

    @Test(arguments: StoreKind.all)
    func `that waits for a product's plan is applied by the event that tells it`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let state = try bench.subscribe("evt_1", .active, nil) {
            $0.items[0].price.productID = "prod_1"
        }
        #expect(state == .failed)
        for _ in 0..<20 { try bench.wait(milliseconds: 3_600_000) }
        let tries = try bench.event("evt_1").row.tries
        func product(_ id: String, _ plan: String?) -> BillingEvent {
            .catalogue(
                CatalogueFact(
                    eventID: id, created: bench.now.wall, isLive: false, isDeleted: false,
                    price: PriceReference(productID: "prod_1", planName: plan)))
        }
        try bench.deliver("evt_2", product("evt_2", nil))
        try bench.drain()
        #expect(try bench.event("evt_1").row.tries == tries, "it tells nothing new")
        try bench.deliver("evt_3", product("evt_3", "pro"))
        try bench.drain()
        #expect(try bench.event("evt_1").row.state == .applied)
        #expect(try bench.standing() == "pro active")
        try bench.checkAudit(events: ["evt_1", "evt_2", "evt_3"])
    }

    @Test(arguments: StoreKind.all)
    func `with a status that nobody knows is told of, and counts as past due`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        #expect(try bench.subscribe("evt_1", .unknown("resting")) == .applied)
        #expect(try bench.standing() == "pro past_due")
        let reason = "its status 'resting' is not known here and counts as past due"
        #expect(
            bench.alarms == [
                .odd(event: "evt_1", type: "customer.subscription.updated", reason: reason)
            ])
        #expect(try bench.event("evt_1").row.reason == reason)
        try bench.subscribe("evt_2", .active, at: bench.now.wall.adding(second))
        #expect(bench.alarms.count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `with more items than are looked at is applied by those, and told of`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        #expect(try bench.subscribe("evt_1") { $0.hasMoreItems = true } == .applied)
        #expect(try bench.standing() == "pro active")
        let reason = "it has more items than the 1 that were looked at"
        #expect(
            bench.alarms == [
                .odd(event: "evt_1", type: "customer.subscription.updated", reason: reason)
            ])
        #expect(try bench.subscriptions().allSatisfy { !$0.subscription.state.fact.hasMoreItems })
    }

    @Test(arguments: StoreKind.all)
    func `that cannot be applied is told of once, whoever listens`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1", .active, "vast")
        for _ in 0..<5 { try bench.wait(milliseconds: 3_600_000) }
        try bench.subscribe("evt_2", of: "sub_2", customer: nil, tenant: nil)
        try bench.subscribe("evt_3")
        try #require(bench.alarms.count == 2, "\(bench.alarms)")
        guard case .unapplied("evt_1", _, .failed, let reason) = bench.alarms[0],
            case .unapplied("evt_2", _, .orphan, _) = bench.alarms[1]
        else { throw Unexpected("\(bench.alarms)") }
        #expect(reason?.contains("price_vast") == true)
    }

    @Test(arguments: StoreKind.all)
    func `of a price and a customer of another product waits until the customer is known`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let first = try bench.subscribe(
            "evt_1", .active, "vast", tenant: nil, names: ["customer": "cus_1"])
        #expect(first == .orphan)
        for _ in 0..<5 { try bench.wait(milliseconds: 3_600_000) }
        let row = try bench.event("evt_1").row
        #expect(row.tries == 1 && row.retryAt == nil)
        #expect(
            row.reason
                == "no plan is sold at price_vast, and no tenant is known for customer cus_1")
        try bench.deliver("evt_2", bench.checkout("evt_2", reference: "acme"))
        try bench.drain()
        let known = try bench.event("evt_1").row
        #expect(known.state == .failed && known.tenant == 1 && known.retryAt != nil)
        #expect(
            try bench.loadPlans(bench.plans + [plan("vast", rank: 3, limit: nil)]).refusal == nil)
        try bench.drain()
        #expect(try bench.event("evt_1").row.state == .applied)
        #expect(try bench.standing() == "vast active")
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }

    @Test(arguments: StoreKind.all)
    func `of a price and a product of another waits until the subscription is known`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let first = try bench.subscribe(
            "evt_1", .active, "vast", customer: nil, tenant: nil, names: ["subscription": "sub_1"])
        #expect(first == .orphan)
        let known = bench.now.wall.adding(second)
        #expect(try bench.subscribe("evt_2", customer: nil, at: known) == .applied)
        try bench.drain()
        let row = try bench.event("evt_1").row
        #expect(row.state == .failed && row.tenant == 1, "\(row)")
        let named = try bench.subscribe("evt_3", of: "sub_3", .active, "vast", tenant: "later")
        #expect(named == .failed, "it is tried until both are there")
    }

    @Test(arguments: StoreKind.all)
    func `that came too late says after what`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_2", .active, at: bench.now.wall.adding(-second))
        let late = try bench.subscribe("evt_1", .active, at: bench.now.wall.adding(-2 * second))
        #expect(late == .stale)
        #expect(try bench.event("evt_1").row.reason == "what is known of sub_1 counts before it")
        #expect(try bench.event("evt_2").row.reason == nil)
        #expect(bench.alarms.isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `that names a tenant who is not there goes to its customer's, and is told of`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1")
        #expect(bench.alarms.isEmpty)
        #expect(try bench.subscribe("evt_2", .pastDue, tenant: "amce") == .applied)
        #expect(
            bench.alarms == [
                .odd(
                    event: "evt_2", type: "customer.subscription.updated",
                    reason: "its metadata name tenant 'amce', who is not there")
            ])
        #expect(try bench.standing() == "pro past_due")
        bench.advance(milliseconds: second)
        try bench.subscribe("evt_3", .active, tenant: "amce")
        #expect(bench.alarms.count == 1, "it was told of")
    }

    @Test(arguments: StoreKind.all)
    func `of a buyer who names another's tenant attaches nothing to who has a customer`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1")
        let theirs = bench.checkout(
            "evt_2", customer: "cus_2", subscription: "sub_2", reference: "acme")
        #expect(try bench.deliver("evt_2", theirs) == .orphan)
        #expect(
            try bench.subscribe(
                "evt_3", of: "sub_2", .unpaid, "enterprise", customer: "cus_2", tenant: nil)
                == .orphan)
        #expect(try bench.standing() == "pro active")
        let ours = bench.checkout(
            "evt_4", customer: "cus_3", subscription: "sub_3", reference: "x", tenant: "acme")
        #expect(try bench.deliver("evt_4", ours) == .applied, "our metadata are believed")
        #expect(try bench.deliver("evt_5", bench.checkout("evt_5", reference: "acme")) == .applied)
    }

    @Test(arguments: StoreKind.all)
    func `that hides what the operator says does not hide it from the audit`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1", .unpaid)
        #expect(try bench.standing() == "free suspended")
        try bench.apply(.setManual(tenant: "acme", .suspended))
        var update = UpdateTenant(id: "acme")
        update.plan = "pro"
        try bench.subscribe("evt_2", .active, at: bench.now.wall.adding(second))
        try bench.apply(.setManual(tenant: "acme", .none))
        try bench.apply(.updateTenant(update))
        try bench.apply(.updateTenant(update), .setManual(tenant: "acme", .none))
        let words = try bench.audit().map(\.row).filter { $0.actor == "operator" }
        #expect(
            words.map(\.action) == [
                "tenant.created", "tenant.status_set", "tenant.status_set", "tenant.changed",
            ])
        #expect(words[1].before == nil && words[3].before == nil, "it changed nothing yet")
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }
}
