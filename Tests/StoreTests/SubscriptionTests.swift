import Core
import Store
import Testing

@Suite struct `A tenant's subscription` {
    private let second: Int64 = 1_000
    private let hour: Int64 = 3_600_000

    @Test(arguments: StoreKind.all)
    func `opens the gate by the commit of its event, and every parked pull is answered by it`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(
            kind,
            plans: [
                plan("free", rank: 0, limit: 10) { $0.heldMax = 20_000 },
                plan("pro", rank: 1, limit: nil),
            ], tenants: ["acme": "free"])
        bench.checksBatches = false
        // The model looks through all of them at each step.
        for _ in 0..<(kind == .model ? 1 : 10) { try bench.submit(count: 1_001) }
        #expect(try bench.pull(count: 50).count == 10)
        let pulls = try (0..<8).map { _ in try bench.park() }
        bench.checksBatches = true
        #expect(try bench.subscribe("evt_1") == .applied)
        for pull in pulls { #expect(try bench.leased(pull)?.count == 1) }
        #expect(try bench.usage() == 18)
        #expect(try bench.standing() == "pro active")
        try bench.checkAudit(events: ["evt_1"])
    }

    @Test(arguments: StoreKind.all)
    func `is tried out, and paid for then`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let end = bench.now.wall.adding(7 * bench.day)
        try bench.subscribe("evt_1", .trialing) { $0.trialEnd = end }
        #expect(try bench.standing() == "pro trialing")
        #expect(try bench.tenant().facts.entitled?.trialEnd == end)
        try bench.restart()
        try bench.wait(milliseconds: 7 * bench.day)
        #expect(try bench.standing() == "pro trialing")
        try bench.subscribe("evt_2")
        #expect(try bench.standing() == "pro active")
        #expect(try bench.tenant().facts.entitled?.trialEnd == nil)
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }

    @Test(arguments: StoreKind.all)
    func `that is past due gives its plan until grace ends, which late news moves back only`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1")
        try bench.wait(milliseconds: hour)
        let late = bench.now.wall
        try bench.wait(milliseconds: hour)
        let since = bench.now.wall
        try bench.subscribe("evt_2", .pastDue)
        #expect(try bench.standing() == "pro past_due")
        #expect(try bench.tenant().facts.entitled?.graceUntil == since.adding(14 * bench.day))
        try bench.wait(milliseconds: hour)
        try bench.subscribe("evt_3", .pastDue)
        #expect(try bench.tenant().facts.entitled?.graceUntil == since.adding(14 * bench.day))
        #expect(try bench.subscribe("evt_4", .pastDue, at: late) == .stale)
        let until = late.adding(14 * bench.day)
        #expect(try bench.tenant().facts.entitled?.graceUntil == until)
        try bench.submit(count: 15)
        for leased in try bench.pull(count: 12) { try bench.complete(leased.token) }
        try bench.restart()
        bench.advance(to: until.adding(-1))
        try bench.drain()
        #expect(try bench.standing() == "pro past_due")
        bench.advance(milliseconds: 1)
        #expect(try bench.pull(count: 1).isEmpty, "grace ends before the batch's pulls")
        #expect(try bench.standing() == "free past_due")
        #expect(try bench.audit().last?.row.actor == "clock")
        try bench.checkAudit(events: ["evt_1", "evt_2", "evt_3", "evt_4"])
    }

    @Test(arguments: StoreKind.all)
    func `that is to end and is not heard of again ends by itself`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        let end = bench.now.wall.adding(bench.day)
        try bench.subscribe("evt_1") {
            $0.cancelsAtPeriodEnd = true
            $0.items[0].periodEnd = end
        }
        #expect(try bench.tenant().facts.entitled?.cancelsAt == end)
        bench.advance(to: end.adding(hour - 1))
        try bench.drain()
        #expect(try bench.standing() == "pro active")
        try bench.wait(milliseconds: 1)
        #expect(try bench.standing() == "free active")
        try bench.checkAudit(events: ["evt_1"])
    }

    @Test(arguments: StoreKind.all)
    func `that is not heard of is asked about, more and more seldom, and keeps its plan`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"], canAskProvider: true)
        let end = bench.now.wall.adding(bench.day)
        try bench.subscribe("evt_1") {
            $0.cancelsAtPeriodEnd = true
            $0.items[0].periodEnd = end
        }
        bench.advance(to: end.adding(hour))
        try bench.drain()
        #expect(bench.inquiries.isEmpty)
        let pauses: [Int64] = [2_000, 30_000, 30_000, 40_000]
        for (index, pause) in pauses.enumerated() {
            try bench.wait(milliseconds: pause - 1)
            #expect(bench.inquiries.count == index)
            try bench.wait(milliseconds: 1)
            #expect(bench.inquiries.count == index + 1)
        }
        #expect(try bench.standing() == "pro active")
        // It still is what it was: it is asked about again once that is overdue too.
        let still = bench.fact("ask_1", rank: .fetched) {
            $0.cancelsAtPeriodEnd = true
            $0.items[0].periodEnd = end
        }
        try bench.answer(still)
        #expect(try bench.subscriptions()[0].askAt == nil)
        try bench.wait(milliseconds: hour)
        try bench.wait(milliseconds: 2_000)
        #expect(bench.inquiries.count == 5)
        try bench.answer(bench.fact("ask_2", .canceled, rank: .fetched))
        #expect(try bench.standing() == "free active")
        #expect(try bench.audit().last?.row.action == "subscription.fetched")
        try bench.wait(milliseconds: bench.day)
        #expect(bench.inquiries.count == 5)
        try bench.checkAudit(events: ["evt_1"])
    }

    @Test(arguments: StoreKind.all)
    func `at a lower price keeps the limits that were paid for`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1", .active, "enterprise")
        try bench.wait(milliseconds: second)
        try bench.subscribe("evt_2", .active, "pro") { $0.latestInvoice = "in_2" }
        #expect(try bench.standing() == "enterprise active")
        let month = Period(containing: bench.now.wall).end
        #expect(try bench.tenant().facts.entitled?.floorUntil == month)
        bench.advance(to: month.adding(-1))
        try bench.drain()
        #expect(try bench.standing() == "enterprise active")
        try bench.wait(milliseconds: 1)
        #expect(try bench.standing() == "pro active")
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }

    @Test(arguments: StoreKind.all, [true, false])
    func `has those limits again if the refund failed, whatever that names`(
        kind: StoreKind, isFailureFirst: Bool
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1", .active, "enterprise")
        try bench.wait(milliseconds: second)
        try bench.subscribe("evt_2", .active, "pro") { $0.latestInvoice = "in_2" }
        let invoice = bench.invoice("evt_3", "in_1") {
            $0.amountPaid = 4_900
            $0.payments = [PaymentLink(invoice: "in_1", paymentIntent: "pi_1")]
        }
        try bench.deliver("evt_3", .money(.invoice(invoice)))
        var charge = Reversal(
            id: "ch_1", eventID: "evt_4", created: bench.now.wall, isLive: false, kind: .charge,
            standing: .inForce)
        charge.charge = "ch_1"
        charge.paymentIntent = "pi_1"
        charge.amount = 4_900
        charge.isWhole = true
        var failure = Reversal(
            id: "re_1", eventID: "evt_5", created: bench.now.wall.adding(second), isLive: false,
            kind: .refund, standing: .undone)
        failure.charge = "ch_1"
        failure.amount = 4_900
        let events = isFailureFirst ? [failure, charge] : [charge, failure]
        try bench.deliver(events[0].eventID, .money(.reversal(events[0])))
        #expect(try bench.standing() == (isFailureFirst ? "enterprise active" : "pro active"))
        try bench.deliver(events[1].eventID, .money(.reversal(events[1])))
        #expect(try bench.standing() == "enterprise active")
        try bench.restart()
        #expect(try bench.standing() == "enterprise active")
        try bench.checkAudit(events: (1...5).map { "evt_\($0)" })
    }

    @Test(arguments: StoreKind.all, [true, false])
    func `loses those limits if their payment was taken back, however the news come`(
        kind: StoreKind, isRefundFirst: Bool
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1", .active, "enterprise")
        try bench.wait(milliseconds: second)
        try bench.subscribe("evt_2", .active, "pro") { $0.latestInvoice = "in_2" }
        var reversal = Reversal(
            id: "re_1", eventID: "evt_3", created: bench.now.wall, isLive: false, kind: .refund,
            standing: .inForce)
        reversal.charge = "ch_1"
        reversal.amount = 4_900
        let invoice = bench.invoice("evt_4", "in_1", charge: "ch_1") { $0.amountPaid = 4_900 }
        let events = [
            ("evt_3", BillingEvent.money(.reversal(reversal))),
            ("evt_4", .money(.invoice(invoice))),
        ]
        for (id, event) in isRefundFirst ? events : events.reversed() {
            #expect(try bench.standing() == "enterprise active")
            try bench.deliver(id, event)
        }
        #expect(try bench.standing() == "pro active")
        try bench.checkAudit(events: ["evt_1", "evt_2", "evt_3", "evt_4"])
    }

    @Test(arguments: StoreKind.all)
    func `never lifts what the operator paused, and goes on beneath it`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.apply(.setManual(tenant: "acme", .paused))
        try bench.subscribe("evt_1")
        #expect(try bench.standing() == "pro paused")
        try bench.submit(count: 1)
        #expect(try bench.pull(count: 1).isEmpty)
        try bench.wait(milliseconds: second)
        try bench.subscribe("evt_2", .unpaid)
        #expect(try bench.standing() == "free paused")
        try bench.apply(.setManual(tenant: "acme", .none))
        #expect(try bench.standing() == "free suspended")
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }

    @Test(arguments: StoreKind.all)
    func `stands beside the operator's plan, and the greater counts`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1")
        try bench.update(plan: "enterprise")
        #expect(try bench.standing() == "enterprise active")
        try bench.wait(milliseconds: second)
        try bench.subscribe("evt_2", .pastDue)
        #expect(try bench.standing() == "enterprise active")
        try bench.update(plan: "free")
        #expect(try bench.standing() == "pro past_due")
        try bench.wait(milliseconds: 20 * bench.day)
        #expect(try bench.standing() == "free past_due")
        try bench.checkAudit(events: ["evt_1", "evt_2"])
        let actors = try bench.audit("acme").filter { $0.row.after != nil }.map(\.row.actor)
        #expect(
            actors == ["operator", "provider", "operator", "operator", "clock"], "\(actors)")
    }

    @Test(arguments: StoreKind.all)
    func `keeps a tenant from being deleted, and says nothing of a deleted one`(
        kind: StoreKind
    ) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1")
        let reply = try bench.tell(.deleteTenant(tenant: "acme", force: false))
        #expect(reply.refusal == .tenantSubscribed("acme", subscription: "sub_1"))
        try bench.apply(.deleteTenant(tenant: "acme", force: true))
        #expect(try bench.standing() == "pro deleted")
        try bench.wait(milliseconds: second)
        #expect(try bench.subscribe("evt_2", .unpaid) == .applied)
        try bench.wait(milliseconds: 60 * bench.day)
        try bench.restart()
        #expect(try bench.standing() == "pro deleted")
        try bench.checkAudit(events: ["evt_1", "evt_2"])
    }

    @Test(arguments: StoreKind.all)
    func `that ended at the same time as many others gives nothing from then on`(
        kind: StoreKind
    ) throws {
        var limits = BatchLimits()
        limits.deadlinesMax = 1
        let bench = try StoreBench(
            kind, limits: limits, tenants: ["acme": "free", "beta": "free", "last": "free"])
        let end = bench.now.wall.adding(bench.day)
        for (number, tenant) in ["acme", "beta", "last"].enumerated() {
            try bench.subscribe(
                "evt_\(number)", of: "sub_\(number)", customer: "cus_\(number)", tenant: tenant
            ) {
                $0.cancelsAtPeriodEnd = true
                $0.items[0].periodEnd = end
            }
            try bench.submit(count: 12, for: tenant)
            let leased = try bench.pull(Pull(tenants: [tenant], jobsMax: 11))
            #expect(leased.count == 11)
            for leased in leased { try bench.complete(leased.token) }
        }
        bench.advance(to: end.adding(hour))
        // In one batch: a pull and the questions come long before the turn of the last.
        let pull = bench.envelope(.pull(Pull(tenants: ["last"], jobsMax: 5)))
        let check = bench.envelope(.checkLimit(tenant: "beta", .jobs, amount: 1))
        let submit = bench.envelope(.enqueue(Enqueue(tenant: "last", jobs: [JobSpec(kind: "k")])))
        let replies = try bench.apply([pull, check, submit])
        #expect(try bench.leased(pull)?.isEmpty == true)
        guard case .limitCheck(let answer) = replies[1] else { throw Unexpected("no answer") }
        #expect(answer.hold?.reason == .quotaExhausted)
        #expect(try replies[2]?.outcomes.first?.job.hold?.limit == 10)
        try bench.drain()
        for tenant in ["acme", "beta", "last"] {
            #expect(try bench.standing(tenant) == "free active")
            #expect(try bench.usage(tenant) == 11)
        }
        try bench.checkAudit(events: ["evt_0", "evt_1", "evt_2"])
    }
}
