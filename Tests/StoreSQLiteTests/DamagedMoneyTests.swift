import Core
import Store
import Testing

@testable import StoreSQLite

@Suite struct `A row of money that cannot be read` {
    /// Two tenants, each with a grant of five units that a payment of its own paid for.
    private func bench() throws -> FileBench {
        let bench = try FileBench()
        for (id, tenant) in [("1", "acme"), ("2", "beta")] {
            try bench.run(
                .createTenant(CreateTenant(id: tenant, plan: "free")),
                .addGrant(AddGrant(tenant: tenant, amount: 5, source: "pi_\(id)")),
                .billing(.take(event("evt_\(id)", .money(.payment(link(id))), bench))))
        }
        return bench
    }

    private func link(_ id: String) -> PaymentLink {
        PaymentLink(invoice: "in_\(id)", paymentIntent: "pi_\(id)", charge: "ch_\(id)")
    }

    /// The dispute of a tenant's charge.
    private func dispute(
        _ eventID: String, of id: String, _ bench: FileBench,
        _ standing: Reversal.Standing = .inForce
    ) -> Envelope {
        var reversal = Reversal(
            id: "dp_\(id)", eventID: eventID, created: bench.now.wall, isLive: false,
            kind: .dispute, standing: standing)
        reversal.charge = "ch_\(id)"
        return envelope(eventID, .money(.reversal(reversal)), bench)
    }

    private func envelope(
        _ id: String, _ meaning: BillingEvent, _ bench: FileBench
    ) -> Envelope {
        let number = UInt64(id.dropFirst(4)) ?? 0
        return Envelope(
            id: EnvelopeID(rawValue: 1_000 + number),
            command: .billing(.take(event(id, meaning, bench))))
    }

    private func event(
        _ id: String, _ meaning: BillingEvent, _ bench: FileBench
    ) -> ProviderEvent {
        ProviderEvent(
            id: id, type: "test", created: bench.now.wall, isLive: false, body: [],
            meaning: meaning)
    }

    private func execute(_ bench: FileBench, _ sql: String) throws {
        try Database(path: bench.files.databasePath, role: .writer).execute(
            "PRAGMA ignore_check_constraints = ON; " + sql)
    }

    /// What became of the events of a batch, and which of them the log tells of.
    private func apply(
        _ batch: [Envelope], _ bench: FileBench
    ) throws -> (states: [EventState], told: [String]) {
        let outcome = try bench.engine.apply(batch, at: bench.now, lateMilliseconds: 0)
        let states = batch.compactMap { envelope -> EventState? in
            let answer = outcome.answers.first { $0.id == envelope.id }
            guard case .billing(.taken(let state, _)) = answer?.reply else { return nil }
            return state
        }
        let told = outcome.alarms.compactMap { alarm -> String? in
            guard case .unapplied(let event, _, .failed, let reason) = alarm else { return nil }
            return reason?.isEmpty == false ? event : nil
        }
        return (states, told)
    }

    private func grantLeft(_ source: String, _ bench: FileBench) throws -> Bool {
        try bench.rows.grants(ofSource: source).contains { $0.grant.state == .inForce }
    }

    @Test func `of a grant costs the event that takes it back, and no other`() throws {
        let bench = try bench()
        let time = "(SELECT created_at FROM grants WHERE source = 'pi_2')"
        try execute(bench, "UPDATE grants SET created_at = -99999999999999 WHERE source = 'pi_1'")
        let (states, told) = try apply(
            [dispute("evt_3", of: "1", bench), dispute("evt_4", of: "2", bench)], bench)
        #expect(states == [.failed, .applied])
        #expect(told == ["evt_3"])
        #expect(try !grantLeft("pi_2", bench))
        try execute(bench, "UPDATE grants SET created_at = \(time) WHERE source = 'pi_1'")
        let again = try apply([dispute("evt_3", of: "1", bench)], bench)
        #expect(again.states == [.applied])
        #expect(try !grantLeft("pi_1", bench))
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `of a reversal costs the events that ask for it, and no other`() throws {
        let bench = try bench()
        _ = try apply([dispute("evt_3", of: "1", bench, .undone)], bench)
        try execute(bench, "UPDATE reversals SET kind = 9")
        bench.advance(milliseconds: 1_000)
        let paid = envelope("evt_6", .money(.payment(link("1"))), bench)
        let (states, told) = try apply(
            [dispute("evt_4", of: "1", bench), dispute("evt_5", of: "2", bench), paid], bench)
        #expect(states == [.failed, .applied, .failed])
        #expect(told == ["evt_4", "evt_6"])
        #expect(try grantLeft("pi_1", bench))
        #expect(try !grantLeft("pi_2", bench))
        try execute(bench, "UPDATE reversals SET kind = 2")
        let again = try apply([dispute("evt_4", of: "1", bench)], bench)
        #expect(again.states == [.applied])
        #expect(try !grantLeft("pi_1", bench))
    }

    /// Two facts of a tenant's subscription: it was paid for, and is of a lower price now.
    private func downgrade(
        _ eventIDs: [String], tenant: String?, _ bench: FileBench
    ) -> [Envelope] {
        zip(eventIDs, ["enterprise", "pro"]).enumerated().map { index, event in
            let made = bench.now.wall.adding(Int64(index - 1) * 10_000)
            var fact = SubscriptionFact(
                id: "sub_1", eventID: event.0, created: made, rank: .updated, isLive: false,
                status: .active)
            fact.customer = "cus_1"
            fact.tenant = tenant
            fact.latestInvoice = index == 0 ? "in_1" : "in_9"
            fact.items = [
                SubscriptionItem(
                    price: PriceReference(planName: event.1), periodStart: bench.now.wall,
                    periodEnd: bench.now.wall.adding(86_400_000))
            ]
            return envelope(event.0, .subscription(fact), bench)
        }
    }

    private func plan(_ bench: FileBench) throws -> String {
        guard case .tenant(let view) = try bench.run(.readTenant("acme"))[0] else { return "" }
        return view.effectivePlan.id
    }

    @Test func `costs the event that brings limits which it may have taken back`() throws {
        let bench = try bench()
        _ = try apply([dispute("evt_3", of: "1", bench, .undone)], bench)
        try execute(bench, "UPDATE reversals SET kind = 9")
        let news = downgrade(["evt_4", "evt_5"], tenant: "acme", bench)
        let (states, told) = try apply(news, bench)
        #expect(states == [.applied, .failed])
        #expect(told == ["evt_5"])
        #expect(try plan(bench) == "enterprise")
        try execute(bench, "UPDATE reversals SET kind = 2")
        #expect(try apply([news[1]], bench).states == [.applied])
        #expect(try plan(bench) == "enterprise")
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `costs the event that brings somebody's subscription to its tenant`() throws {
        let bench = try bench()
        let early = downgrade(["evt_4", "evt_5"], tenant: nil, bench)
        #expect(try apply(early, bench).states == [.orphan, .orphan])
        _ = try apply([dispute("evt_3", of: "1", bench, .undone)], bench)
        try execute(bench, "UPDATE reversals SET kind = 9")
        var fact = CustomerFact(
            id: "cus_1", eventID: "evt_6", created: bench.now.wall, isLive: false,
            isDeleted: false)
        fact.tenant = "acme"
        let customer = envelope("evt_6", .money(.customer(fact)), bench)
        let (states, told) = try apply([customer], bench)
        #expect(states == [.failed])
        #expect(told == ["evt_6"])
        #expect(try plan(bench) == "free")
        try execute(bench, "UPDATE reversals SET kind = 2")
        #expect(try apply([customer], bench).states == [.applied])
        #expect(try plan(bench) == "enterprise")
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `of a grant costs its own turn, and no other's`() throws {
        let bench = try bench()
        let start = bench.now.wall.adding(10_000)
        for (tenant, source) in [("acme", "late_1"), ("beta", "late_2")] {
            try bench.run(
                .addGrant(
                    AddGrant(
                        tenant: tenant, amount: 7, source: source, effectiveAt: start,
                        expiresAt: start.adding(10_000_000))))
        }
        let time = "(SELECT created_at FROM grants WHERE source = 'late_2')"
        try execute(bench, "UPDATE grants SET created_at = -99999999999999 WHERE source = 'late_1'")
        bench.advance(milliseconds: 10_000)
        let outcome = try bench.engine.apply([], at: bench.now, lateMilliseconds: 0)
        #expect(
            outcome.alarms.contains {
                if case .unreadable(tenant: "acme", _) = $0 { true } else { false }
            })
        #expect(try grantLeft("late_2", bench))
        // Whoever asks for it is told, and nobody else of the batch.
        let again = AddGrant(tenant: "acme", amount: 7, source: "late_1")
        let replies = try bench.run(
            .addGrant(again), .createTenant(CreateTenant(id: "other", plan: "free")))
        #expect(replies[0] == .refused(.rowUnreadable))
        if case .refused(let refusal) = replies[1] { Issue.record("\(refusal)") }
        try execute(bench, "UPDATE grants SET created_at = \(time) WHERE source = 'late_1'")
        bench.advance(milliseconds: 3_600_000)
        try bench.run()
        #expect(try grantLeft("late_1", bench))
        #expect(try Verification.run(folder: bench.folder).faults == [])
        bench.advance(milliseconds: 10_000_000)
        try bench.run()
        #expect(try !grantLeft("late_1", bench))
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `of an event costs that one, and no other`() throws {
        let bench = try bench()
        func odd(_ id: String) -> Envelope {
            var fact = SubscriptionFact(
                id: "sub_\(id)", eventID: id, created: bench.now.wall, rank: .updated,
                isLive: false, status: .active)
            fact.tenant = "acme"
            return envelope(id, .subscription(fact), bench)
        }
        #expect(try apply([odd("evt_3"), odd("evt_4")], bench).states == [.failed, .failed])
        try execute(bench, "UPDATE webhook_events SET state = 9 WHERE id = 'evt_3'")
        bench.advance(milliseconds: 60_000)
        let dispute = dispute("evt_5", of: "1", bench)
        let (states, told) = try apply([odd("evt_3"), dispute], bench)
        #expect(states == [.failed, .applied])
        #expect(Set(told) == ["evt_3", "evt_4"])
        #expect(try bench.rows.event("evt_4")?.tries == 2)
        let replay = try bench.run(.billing(.replay(event: "evt_3")))
        #expect(replay == [.billing(.taken(.failed, isDuplicate: true))])
        try execute(bench, "UPDATE webhook_events SET state = 4 WHERE id = 'evt_3'")
        bench.advance(milliseconds: 3_600_000)
        try bench.run()
        #expect(try bench.rows.event("evt_3")?.tries == 2)
        #expect(try Verification.run(folder: bench.folder).faults == [])
    }

    @Test func `of an event is told of where its id is no text, and stops nothing`() throws {
        let bench = try bench()
        let events = ["evt_3", "evt_4"].map { envelope($0, .failed(reason: "it is odd"), bench) }
        #expect(try apply(events, bench).states == [.failed, .failed])
        try execute(
            bench, "UPDATE webhook_events SET id = CAST(x'ff' AS TEXT) WHERE id = 'evt_3'")
        bench.advance(milliseconds: 60_000)
        #expect(try apply([], bench).told.contains("\u{FFFD}"))
        #expect(try bench.rows.event("evt_4")?.tries == 2)
        #expect(try apply([], bench).told == [], "it is tried again in an hour")
    }

    @Test func `is told of where a grant may have been paid by it, and refuses none`() throws {
        let bench = try bench()
        _ = try apply([dispute("evt_3", of: "1", bench)], bench)
        try execute(bench, "UPDATE reversals SET kind = 9")
        let grant = Envelope(
            id: EnvelopeID(rawValue: 900),
            command: .addGrant(AddGrant(tenant: "acme", amount: 7, source: "ch_1")))
        let outcome = try bench.engine.apply([grant], at: bench.now, lateMilliseconds: 0)
        guard case .grant(let made, isNew: true) = outcome.answers.first?.reply else {
            Issue.record("\(outcome.answers)")
            return
        }
        #expect(made.state == .inForce)
        guard case .unreadable(tenant: "acme", _) = outcome.alarms.first else {
            Issue.record("\(outcome.alarms)")
            return
        }
    }
}
