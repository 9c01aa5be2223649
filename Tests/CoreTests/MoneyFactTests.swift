import Core
import Testing

@Suite struct `Facts of money` {
    private func invoice(_ event: String, at seconds: Int64, _ status: InvoiceStatus) -> InvoiceFact
    {
        InvoiceFact(
            id: "in_1", eventID: event, created: Timestamp(milliseconds: seconds * 1_000),
            status: status, isLive: false, happening: "updated")
    }

    @Test func `an invoice that is paid or void stays so`() {
        for settled in [InvoiceStatus.paid, .void] {
            let end = invoice("evt_1", at: 10, settled)
            for status in [InvoiceStatus.draft, .open, .uncollectible, .other] {
                #expect(invoice("evt_2", at: 99, status).order < end.order)
            }
        }
        #expect(invoice("a", at: 1, .uncollectible).order < invoice("b", at: 2, .open).order)
    }

    @Test func `in one second what has come further counts, and then the id`() {
        let all: [InvoiceStatus] = [.other, .draft, .open, .uncollectible, .paid, .void]
        for (less, more) in zip(all, all.dropFirst()) {
            #expect(invoice("evt_9", at: 1, less).order < invoice("evt_1", at: 1, more).order)
        }
        #expect(invoice("evt_1", at: 1, .open).order < invoice("evt_2", at: 1, .open).order)
    }

    @Test func `a session goes forward only`() {
        func session(_ at: Int64, _ progress: CheckoutFact.Progress) -> CheckoutFact {
            CheckoutFact(
                id: "cs_1", eventID: "evt_1", created: Timestamp(milliseconds: at), isLive: false,
                progress: progress)
        }
        let steps = CheckoutFact.Progress.allCases
        for (less, more) in zip(steps, steps.dropFirst()) {
            #expect(session(9_000, less).order < session(1_000, more).order)
        }
    }

    @Test func `who is deleted stays so`() {
        func customer(_ at: Int64, isDeleted: Bool) -> CustomerFact {
            CustomerFact(
                id: "cus_1", eventID: "evt_1", created: Timestamp(milliseconds: at),
                isLive: false, isDeleted: isDeleted)
        }
        #expect(customer(9_000, isDeleted: false).order < customer(1_000, isDeleted: true).order)
    }

    @Test func `a reversal counts as its latest event says`() {
        func reversal(
            _ at: Int64, _ standing: Reversal.Standing, _ kind: Reversal.Kind = .dispute
        ) -> Reversal {
            Reversal(
                id: "re_1", eventID: "evt_1", created: Timestamp(milliseconds: at), isLive: false,
                kind: kind, standing: standing)
        }
        #expect(reversal(1, .undone).order < reversal(2, .inForce).order)
        #expect(reversal(1, .inForce).order < reversal(1, .undone).order)
        #expect(reversal(9, .inForce, .refund).order < reversal(1, .undone, .refund).order)
        #expect(reversal(9, .undone, .refund).order < reversal(1, .undone, .refund).order)
        #expect(reversal(1, .inForce, .refund).order < reversal(2, .inForce, .refund).order)
    }

    @Test func `of what a charge says in one second the greater amount counts`() {
        func charge(_ event: String, _ amount: Int64) -> Reversal {
            var fact = Reversal(
                id: "ch_1", eventID: event, created: Timestamp(milliseconds: 1_000), isLive: false,
                kind: .charge, standing: .inForce)
            fact.amount = amount
            return fact
        }
        #expect(charge("evt_9", 1_000).order < charge("evt_1", 4_900).order)
        #expect(charge("evt_1", 4_900).order < charge("evt_2", 4_900).order)
    }

    @Test func `whose a subscription is needs every source to agree`() {
        typealias Owner = SubscriptionOwner<String>
        #expect(Owner.decide(stored: nil, customer: nil, metadata: nil) == .nobody)
        #expect(Owner.decide(stored: "a", customer: nil, metadata: "a") == .tenant("a"))
        #expect(Owner.decide(stored: nil, customer: "a", metadata: nil) == .tenant("a"))
        #expect(Owner.decide(stored: nil, customer: nil, metadata: "a") == .tenant("a"))
        #expect(Owner.decide(stored: "a", customer: "b", metadata: nil) == .disputed(["a", "b"]))
        #expect(Owner.decide(stored: nil, customer: "b", metadata: "a") == .disputed(["b", "a"]))
    }

    @Test func `each status is known by its word and its number`() {
        for status in SubscriptionStatus.known {
            #expect(SubscriptionStatus(name: status.name) == status)
        }
        #expect(Set(SubscriptionStatus.known.map(\.number)).count == 8)
        #expect(SubscriptionStatus(name: "new") == .unknown("new"))
        for status in InvoiceStatus.allCases { #expect(InvoiceStatus(name: status.name) == status) }
        #expect(InvoiceStatus(name: "new") == .other)
    }
}
