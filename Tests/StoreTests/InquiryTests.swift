import Core
import Store
import Testing

@Suite struct `A question of a subscription in doubt` {
    private let hour: Int64 = 3_600_000

    /// A subscription, or some of them, each of which an invoice contradicts.
    private func bench(
        _ kind: StoreKind, count: Int = 1, canAskProvider: Bool = true,
        limits: BatchLimits = BatchLimits()
    ) throws -> StoreBench {
        let bench = try StoreBench(
            kind, limits: limits, tenants: ["acme": "free"], canAskProvider: canAskProvider)
        for number in 1...count {
            try bench.subscribe("evt_\(number)", of: "sub_\(number)", .pastDue)
        }
        try bench.wait(milliseconds: 1_000)
        for number in 1...count {
            let event = "evt_\(count + number)"
            let invoice = bench.invoice(event, "in_\(number)", of: "sub_\(number)")
            try bench.deliver(event, .money(.invoice(invoice)))
        }
        return bench
    }

    @Test(arguments: StoreKind.all)
    func `comes again if the server is killed before its answer`(kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.restart()
        try bench.wait(milliseconds: 2_000)
        #expect(bench.inquiries.count == 1)
        try bench.restart()
        try bench.wait(milliseconds: 29_999)
        #expect(bench.inquiries.count == 1)
        try bench.wait(milliseconds: 1)
        #expect(bench.inquiries.count == 2)
        try bench.answer(bench.fact("ask_1", rank: .fetched))
        try bench.restart()
        try bench.wait(milliseconds: bench.day)
        #expect(bench.inquiries.count == 2)
        #expect(try bench.standing() == "pro active")
    }

    @Test(arguments: StoreKind.all)
    func `to which the provider knows no answer ends after ten, and silence decides`(
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
        for asked in 1...10 {
            #expect(try bench.standing() == "pro active")
            #expect(bench.alarms.isEmpty)
            try bench.wait(milliseconds: hour)
            #expect(bench.inquiries.count == asked)
            try bench.answer(.unknown)
        }
        #expect(try bench.standing() == "free active")
        #expect(bench.alarms == [.unsettled(subscription: "sub_1", tenant: "acme")])
        #expect(
            try bench.query(.billing(.inquiries(isLive: false))).rows
                == .billing(.inquiries(InquiriesView(open: 0, givenUp: ["sub_1"]))))
        try bench.restart()
        for _ in 0..<50 { try bench.wait(milliseconds: hour) }
        #expect(bench.inquiries.count == 10)
        // News of it is a reason to ask once more.
        try bench.subscribe("evt_2", .pastDue)
        try bench.wait(milliseconds: 1_000)
        let doubt = bench.invoice("evt_3", "in_1")
        try bench.deliver("evt_3", .money(.invoice(doubt)))
        try bench.wait(milliseconds: hour)
        #expect(bench.inquiries.count == 11)
        try bench.answer(bench.fact("ask_1", .canceled, rank: .fetched))
        #expect(
            try bench.query(.billing(.inquiries(isLive: false))).rows
                == .billing(.inquiries(InquiriesView(open: 0, givenUp: []))))
        try bench.checkAudit(events: ["evt_1", "evt_2", "evt_3"])
    }

    @Test(arguments: StoreKind.all)
    func `counts in its own mode`(kind: StoreKind) throws {
        let bench = try bench(kind, count: 2, canAskProvider: false)
        for (id, askAt) in [("sub_8", nil), ("sub_9", bench.now.wall)] {
            let fact = SubscriptionFact(
                id: id, eventID: "evt_\(id)", created: bench.now.wall, rank: .updated,
                isLive: true, status: .active)
            try bench.rows.putSubscription(
                SubscriptionRow(
                    isLive: true, tenant: nil, customer: nil,
                    subscription: Subscription(first: fact, receivedAt: bench.now.wall),
                    askAt: askAt, asks: 10))
        }
        for (mode, open, givenUp) in [
            (false, 2, []), (true, 1, ["sub_8"]), (nil, 3, ["sub_8"]),
        ] as [(Bool?, Int64, [String])] {
            #expect(
                try bench.query(.billing(.inquiries(isLive: mode))).rows
                    == .billing(.inquiries(InquiriesView(open: open, givenUp: givenUp))))
        }
    }

    @Test(arguments: StoreKind.all)
    func `goes out with few others, and the next when one is answered`(kind: StoreKind) throws {
        var limits = BatchLimits()
        limits.inquiriesMax = 2
        let bench = try bench(kind, count: 5, limits: limits)
        try bench.wait(milliseconds: 2_000)
        #expect(bench.inquiries.map(\.subscription) == ["sub_1", "sub_2"])
        try bench.answer(bench.fact("ask_1", of: "sub_1", rank: .fetched), of: "sub_1")
        try bench.wait(milliseconds: 1)
        #expect(bench.inquiries.map(\.subscription) == ["sub_1", "sub_2", "sub_3"])
        // Nobody answers: they count as lost.
        try bench.wait(milliseconds: 29_998)
        #expect(bench.inquiries.count == 3)
        let due = try #require(bench.store.nextDeadlineSteadyMilliseconds(at: bench.now))
        #expect(due - bench.now.steadyMilliseconds == 1)
        try bench.wait(milliseconds: 1)
        #expect(bench.inquiries.last?.subscription == "sub_4")
    }

    @Test(arguments: StoreKind.all)
    func `waits while the provider has had enough`(kind: StoreKind) throws {
        let bench = try bench(kind, count: 2)
        try bench.wait(milliseconds: 2_000)
        #expect(bench.inquiries.count == 2)
        try bench.answer(.unavailable(retryMilliseconds: 50_000), of: "sub_1")
        try bench.answer(.unavailable(retryMilliseconds: nil), of: "sub_2")
        try bench.wait(milliseconds: 49_999)
        #expect(bench.inquiries.count == 2)
        let due = try #require(bench.store.nextDeadlineSteadyMilliseconds(at: bench.now))
        #expect(due - bench.now.steadyMilliseconds == 1)
        try bench.wait(milliseconds: 1)
        #expect(bench.inquiries.count == 4)
        // However often it is not there, it is asked until it is.
        for _ in 0..<20 {
            try bench.wait(milliseconds: hour)
            try bench.answer(.unavailable(retryMilliseconds: nil), of: "sub_1")
        }
        #expect(bench.alarms.isEmpty)
        try bench.answer(bench.fact("ask_1", of: "sub_1", rank: .fetched), of: "sub_1")
        #expect(try bench.subscriptions().map(\.isGivenUp) == [false, false])
    }

    @Test(arguments: StoreKind.all)
    func `is kept for a provider that comes later`(kind: StoreKind) throws {
        let bench = try bench(kind, canAskProvider: false)
        try bench.wait(milliseconds: hour)
        #expect(bench.inquiries.isEmpty)
        #expect(try bench.subscriptions().allSatisfy { $0.askAt != nil })
        let due = try #require(bench.store.nextDeadlineSteadyMilliseconds(at: bench.now))
        #expect(due > bench.now.steadyMilliseconds + hour, "it does not spin")
    }

    @Test(arguments: StoreKind.all)
    func `is put in whatever order subscription and invoice come, until later news`(
        kind: StoreKind
    ) throws {
        for isInvoiceFirst in [true, false] {
            let bench = try StoreBench(kind, tenants: ["acme": "free"])
            let subscription = bench.fact("evt_1")
            bench.advance(milliseconds: 2_000)
            let invoice = bench.invoice("evt_2", "in_1", status: .open) {
                $0.happening = "payment_failed"
            }
            let events: [(String, BillingEvent)] = [
                ("evt_2", .money(.invoice(invoice))), ("evt_1", .subscription(subscription)),
            ]
            for (id, event) in isInvoiceFirst ? events : events.reversed() {
                try bench.deliver(id, event)
            }
            let doubted = try #require(try bench.subscriptions().first)
            #expect(doubted.subscription.isDirty && doubted.askAt != nil)
            #expect(try bench.standing() == "pro active")
            try bench.subscribe("evt_3", .pastDue)
            let settled = try #require(try bench.subscriptions().first)
            #expect(!settled.subscription.isDirty && settled.askAt == nil)
            #expect(try bench.standing() == "pro past_due")
        }
    }

    @Test(arguments: StoreKind.all)
    func `is put though our clock is behind the provider's`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"], canAskProvider: true)
        let ahead = bench.now.wall.adding(3_000)
        try bench.subscribe("evt_1", at: ahead)
        let invoice = bench.invoice("evt_2", "in_1", status: .open, at: ahead.adding(2_000)) {
            $0.happening = "payment_failed"
        }
        try bench.deliver("evt_2", .money(.invoice(invoice)))
        #expect(try bench.subscriptions().allSatisfy(\.subscription.isDirty))
        try bench.wait(milliseconds: 10_000)
        #expect(bench.inquiries.count == 1)
        try bench.answer(bench.fact("ask_1", .pastDue, rank: .fetched))
        #expect(try bench.subscriptions().allSatisfy { !$0.subscription.isDirty })
    }
}
