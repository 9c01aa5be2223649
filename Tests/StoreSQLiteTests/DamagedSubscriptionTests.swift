import Core
import Store
import Testing

@testable import StoreSQLite

@Suite struct `A row of a subscription that cannot be read` {
    private let day: Int64 = 86_400_000

    private func bench(canAskProvider: Bool = false) throws -> FileBench {
        var billing = BillingConditions()
        billing.canAskProvider = canAskProvider
        let bench = try FileBench(billing: billing)
        for (index, tenant) in ["acme", "beta"].enumerated() {
            try bench.run(.createTenant(CreateTenant(id: tenant, plan: "free")))
            let id = "\(index + 1)"
            var fact = SubscriptionFact(
                id: "sub_\(id)", eventID: "evt_\(id)", created: bench.now.wall, rank: .updated,
                isLive: false, status: .pastDue)
            fact.tenant = tenant
            fact.items = [
                SubscriptionItem(
                    price: PriceReference(priceID: "price_pro", planName: "pro"),
                    periodStart: bench.now.wall, periodEnd: bench.now.wall.adding(60 * day))
            ]
            try bench.run(.billing(.take(event(fact.eventID, .subscription(fact), bench))))
        }
        return bench
    }

    private func event(
        _ id: String, _ meaning: BillingEvent, _ bench: FileBench
    ) -> ProviderEvent {
        ProviderEvent(
            id: id, type: "test", created: bench.now.wall, isLive: false, body: [],
            meaning: meaning)
    }

    private func spoil(_ bench: FileBench) throws {
        try Database(path: bench.files.databasePath, role: .writer).execute(
            "UPDATE subscriptions SET facts = CAST(x'00' || facts AS BLOB) WHERE id = 'sub_1'")
    }

    private func mend(_ bench: FileBench) throws {
        try Database(path: bench.files.databasePath, role: .writer).execute(
            "UPDATE subscriptions SET facts = substr(facts, 2) WHERE id = 'sub_1'")
    }

    private func standing(_ tenant: String, _ bench: FileBench) throws -> String {
        guard case .tenant(let view) = try bench.run(.readTenant(tenant))[0] else { return "" }
        return "\(view.effectivePlan.id) \(view.facts.status.name)"
    }

    private func isAlarm(_ alarm: OperatorAlarm) -> Bool {
        if case .unreadable(tenant: "acme", let reason) = alarm { return !reason.isEmpty }
        return false
    }

    /// What comes next is counted from the end that is announced, from that of the window, and from
    /// the same once grace is over.
    @Test(
        arguments: [
            (.active, .latest, "pro active"), (.active, nil, "pro active"),
            (.pastDue, .latest, "free past_due"), (.pastDue, nil, "free past_due"),
        ] as [(SubscriptionStatus, Timestamp?, String)])
    func `is none whose times end with the year 9999`(
        status: SubscriptionStatus, cancelAt: Timestamp?, standing wanted: String
    ) throws {
        let bench = try bench()
        var fact = SubscriptionFact(
            id: "sub_1", eventID: "evt_3", created: bench.now.wall.adding(1_000), rank: .updated,
            isLive: false, status: status)
        fact.cancelAt = cancelAt
        fact.items = [
            SubscriptionItem(
                price: PriceReference(priceID: "price_pro", planName: "pro"),
                periodStart: bench.now.wall, periodEnd: .latest)
        ]
        bench.advance(milliseconds: 2_000)
        try bench.run(.billing(.take(event(fact.eventID, .subscription(fact), bench))))
        bench.advance(milliseconds: 15 * day)
        try bench.run()
        try bench.engine.recover(at: bench.now)
        #expect(try standing("acme", bench) == wanted)
    }

    @Test func `costs its own tenant a deadline, and others nothing`() throws {
        let bench = try bench()
        try spoil(bench)
        bench.advance(milliseconds: 14 * day)
        let outcome = try bench.engine.apply([], at: bench.now, lateMilliseconds: 0)
        #expect(outcome.alarms.count == 1)
        #expect(outcome.alarms.allSatisfy(isAlarm))
        #expect(try standing("beta", bench) == "free past_due")
        #expect(try standing("acme", bench) == "pro past_due")
        // It is looked at again in an hour, and not before.
        let next = try #require(bench.engine.nextDeadlineSteadyMilliseconds(at: bench.now))
        #expect(next > bench.now.steadyMilliseconds)
        #expect(try bench.engine.memoryFault() == nil)
        bench.advance(milliseconds: 3_600_000 - 1)
        #expect(
            try bench.engine.apply([], at: bench.now, lateMilliseconds: 0).alarms.isEmpty)
        let broken = try Verification.run(folder: bench.folder).broken
        #expect(broken.map(\.invariant) == [.rowsReadable])
        try mend(bench)
        bench.advance(milliseconds: 1)
        #expect(
            try bench.engine.apply([], at: bench.now, lateMilliseconds: 0).alarms.isEmpty)
        #expect(try standing("acme", bench) == "free past_due")
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `stands in the way of no command but those that need it`() throws {
        let bench = try bench()
        try spoil(bench)
        var change = UpdateTenant(id: "acme")
        change.plan = "enterprise"
        let outcome = try bench.engine.apply(
            [
                Envelope(id: EnvelopeID(rawValue: 900), command: .updateTenant(change)),
                Envelope(
                    id: EnvelopeID(rawValue: 901),
                    command: .deleteTenant(tenant: "acme", force: false)),
                Envelope(id: EnvelopeID(rawValue: 902), command: .readTenant("beta")),
            ], at: bench.now, lateMilliseconds: 0)
        #expect(outcome.answers.count == 3)
        #expect(outcome.alarms.count == 2 && outcome.alarms.allSatisfy(isAlarm))
        guard case .refused(.tenantSubscribed("acme", _)) = outcome.answers[1].reply else {
            Issue.record("\(outcome.answers[1].reply)")
            return
        }
        try bench.run(.deleteTenant(tenant: "acme", force: true))
        #expect(try standing("acme", bench).hasSuffix("deleted"))
    }

    @Test func `is asked about and keeps nobody else from being so`() throws {
        let bench = try bench(canAskProvider: true)
        bench.advance(milliseconds: 1_000)
        for id in ["1", "2"] {
            var invoice = InvoiceFact(
                id: "in_\(id)", eventID: "evt_3\(id)", created: bench.now.wall, status: .paid,
                isLive: false, happening: "paid")
            invoice.subscription = "sub_\(id)"
            try bench.run(.billing(.take(event(invoice.eventID, .money(.invoice(invoice)), bench))))
        }
        try spoil(bench)
        bench.advance(milliseconds: 2_000)
        let outcome = try bench.engine.apply([], at: bench.now, lateMilliseconds: 0)
        #expect(outcome.inquiries.map(\.subscription) == ["sub_1", "sub_2"])
        for id in ["1", "2"] {
            let fact = SubscriptionFact(
                id: "sub_\(id)", eventID: "ask_\(id)", created: bench.now.wall, rank: .fetched,
                isLive: false, status: .canceled)
            let finding = ProviderFinding(
                subscription: fact.id, isLive: false, .found(fact))
            #expect(try bench.run(.billing(.answered(finding))) == [.billing(.done)])
        }
        #expect(try standing("beta", bench) == "free active")
        #expect(try standing("acme", bench) == "pro past_due")
    }
}
