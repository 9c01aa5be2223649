import Billing
import Core
import Store

/// The payment provider: a few subscriptions that become one thing after another, and the events
/// that tell of it, which come late, twice, out of order, or with a clock that is ahead.
struct SimulatedProvider {
    let book = ProviderBook()
    private var subscriptions: [Truth] = []
    /// Events that were made and not yet delivered.
    private(set) var waiting: [ProviderEvent] = []
    /// Events that were delivered, to be delivered again.
    private(set) var delivered: [ProviderEvent] = []
    /// Answers that are on their way.
    private var answers: [(ProviderInquiry, ProviderAnswer)] = []
    /// What was told last of money that went back.
    private var reversals: [Reversal] = []
    private var lastNumber = 0
    private var lastAnswer = 0

    /// What a subscription really is.
    private struct Truth {
        var fact: SubscriptionFact
        let customer: Int
    }

    private static let plans = ["pro", "max", "late"]
    private static let customersMax = 5
    /// What each invoice comes to.
    private static let amount: Int64 = 4_900

    /// True once everything was told and answered.
    var isQuiet: Bool { waiting.isEmpty && answers.isEmpty }

    // MARK: What happens

    /// Something happens at the provider.
    mutating func act(at now: Timestamp, _ random: inout Random) {
        let time = Timestamp(
            milliseconds: now.milliseconds.flooredDivision(by: 1_000) * 1_000)
        switch Int(random.next() % 16) {
        case 0...2: begin(at: time, &random)
        case 3...10: change(at: time, &random)
        case 11, 12: bill(at: time, &random)
        case 13: takeBack(at: time, &random)
        case 14: checkOut(at: time, &random)
        default: random.next() % 3 == 0 ? forget(at: time, &random) : offer(at: time)
        }
    }

    /// Everything is over, and told so that nobody doubts whose it was.
    mutating func endAll(at now: Timestamp) {
        for index in subscriptions.indices {
            var fact = subscriptions[index].fact.now("\(number())", at: now, .deleted, .canceled)
            subscriptions[index].fact = fact
            fact.customer = nil
            fact.tenant = nil
            send("customer.subscription.deleted", fact.eventID, now, .subscription(fact))
        }
    }

    /// The events that are delivered next: one that waits, or one once more.
    mutating func deliver(_ random: inout Random) -> ProviderEvent? {
        if random.next() % 4 == 0, let again = delivered.randomElement(using: &random) {
            return again
        }
        guard !waiting.isEmpty else { return nil }
        // The oldest more often than any other.
        let index = random.next() % 3 == 0 ? Int.random(in: waiting.indices, using: &random) : 0
        return deliver(at: index)
    }

    /// The first event that waits.
    mutating func deliverFirst() -> ProviderEvent? { waiting.isEmpty ? nil : deliver(at: 0) }

    private mutating func deliver(at index: Int) -> ProviderEvent {
        let event = waiting.remove(at: index)
        delivered.append(event)
        return event
    }

    // MARK: Questions

    /// A question came. What it is answered is what is so now, and may come later.
    mutating func take(_ inquiry: ProviderInquiry, at now: Timestamp) {
        let truth = subscriptions.first { $0.fact.id == inquiry.subscription }
        let fact = truth.map { $0.fact.now("ask_\(number())", at: now, .fetched, $0.fact.status) }
        // One knows nothing of what it told before.
        let isLost = inquiry.subscription == "sub_3"
        lastAnswer += 1
        let answer: ProviderAnswer =
            if lastAnswer % 7 == 0 {
                .unavailable(retryMilliseconds: lastAnswer % 2 == 0 ? 5_000 : nil)
            } else if let fact, !isLost {
                .subscriptions([fact])
            } else {
                .unknown
            }
        answers.append((inquiry, answer))
        // It has had enough: questions beyond these are lost.
        if answers.count > 3 { answers.removeFirst() }
    }

    /// An answer that arrives.
    mutating func answer() -> (ProviderInquiry, ProviderAnswer)? {
        answers.isEmpty ? nil : answers.removeFirst()
    }

    /// Whoever asked is gone: no answer arrives.
    mutating func hangUp() { answers = [] }

    // MARK: Private

    private mutating func number() -> String {
        lastNumber += 1
        // In another order than that in which they were made.
        return "\(lastNumber % 7)_\(lastNumber)"
    }

    private mutating func send(
        _ type: String, _ id: String, _ time: Timestamp, _ meaning: BillingEvent
    ) {
        let body = [UInt8](id.utf8)
        book.put(meaning, of: body)
        var event = ProviderEvent(
            id: id, type: type, created: time, isLive: false, body: body, meaning: meaning)
        switch meaning {
        case .subscription(let fact):
            event.customer = fact.customer
            event.subscription = fact.id
        case .money(.invoice(let fact)):
            event.customer = fact.customer
            event.subscription = fact.subscription
        case .money(.checkout(let fact)):
            event.customer = fact.customer
            event.subscription = fact.subscription
        case .money(.customer(let fact)): event.customer = fact.id
        case .money(.reversal(let fact)): event.customer = fact.customer
        case .money(.payment), .catalogue, .ignored, .wrongMode, .connected, .thin, .failed: break
        }
        waiting.append(event)
    }

    private mutating func begin(at time: Timestamp, _ random: inout Random) {
        guard subscriptions.count < 12 else { return change(at: time, &random) }
        let customer = Int(random.next() % UInt64(SimulatedProvider.customersMax))
        let status: [SubscriptionStatus] = [.active, .active, .trialing, .incomplete]
        var fact = SubscriptionFact(
            id: "sub_\(subscriptions.count)", eventID: "evt_\(number())", created: time,
            rank: .created, isLive: false, status: status[Int(random.next() % 4)])
        fact.customer = "cus_\(customer)"
        // Some name nobody, and some name another than their customer's.
        switch random.next() % 8 {
        case 0: fact.tenant = World.tenants[Int(random.next() % 4)]
        case 1...5: fact.tenant = World.tenants[customer % 4]
        default: break
        }
        fact.startedAt = time
        fact.anchor = time
        price(&fact, at: time, &random)
        subscriptions.append(Truth(fact: fact, customer: customer))
        send("customer.subscription.created", fact.eventID, time, .subscription(fact))
    }

    private func price(_ fact: inout SubscriptionFact, at time: Timestamp, _ random: inout Random) {
        let plan = SimulatedProvider.plans[Int(random.next() % 8) % 3]
        var price = PriceReference(priceID: "price_\(plan)")
        // What this product stands for is known once an event has said it.
        if plan == "late" { price.productID = "prod_late" } else { price.planName = plan }
        let days = Int64(1 + random.next() % 30)
        fact.items = [
            SubscriptionItem(
                price: price, periodStart: time, periodEnd: time.adding(days * 86_400_000))
        ]
    }

    private mutating func change(at time: Timestamp, _ random: inout Random) {
        guard let index = subscriptions.indices.randomElement(using: &random) else {
            return begin(at: time, &random)
        }
        let before = subscriptions[index].fact
        guard !before.isTerminal else { return }
        let status: [SubscriptionStatus] = [
            .active, .active, .active, .pastDue, .pastDue, .unpaid, .paused, .canceled,
            .unknown("new"), before.status,
        ]
        let next = status[Int(random.next() % UInt64(status.count))]
        var fact = before.now(
            "evt_\(number())", at: time, next == .canceled ? .deleted : .updated, next)
        if next == .active, random.next() % 2 == 0 { price(&fact, at: time, &random) }
        fact.cancelsAtPeriodEnd = random.next() % 4 == 0
        fact.latestInvoice = "in_\(index)_\(random.next() % 3)"
        if random.next() % 2 == 0 {
            fact.previous.status = before.status == next ? nil : before.status
            fact.previous.priceIDs = before.priceIDs == fact.priceIDs ? nil : before.priceIDs
        }
        subscriptions[index].fact = fact
        // Now and then a clock is ahead.
        if random.next() % 24 == 0 {
            let far = fact.now(fact.eventID, at: time.adding(5 * 86_400_000), fact.rank, next)
            return send(
                "customer.subscription.updated", far.eventID, far.created, .subscription(far))
        }
        send("customer.subscription.updated", fact.eventID, time, .subscription(fact))
    }

    private mutating func bill(at time: Timestamp, _ random: inout Random) {
        guard let index = subscriptions.indices.randomElement(using: &random) else { return }
        let id = "in_\(index)_\(random.next() % 3)"
        let isPaid = random.next() % 2 == 0
        var fact = InvoiceFact(
            id: id, eventID: "evt_\(number())", created: time, status: isPaid ? .paid : .open,
            isLive: false, happening: isPaid ? "paid" : "payment_failed")
        fact.subscription = subscriptions[index].fact.id
        fact.customer = subscriptions[index].fact.customer
        if isPaid {
            fact.amountPaid = SimulatedProvider.amount
            fact.payments = [
                PaymentLink(
                    invoice: id, charge: "ch_\(id)",
                    amount: random.next() % 2 == 0 ? SimulatedProvider.amount : nil)
            ]
        }
        send("invoice.\(fact.happening)", fact.eventID, time, .money(.invoice(fact)))
    }

    private mutating func takeBack(at time: Timestamp, _ random: inout Random) {
        // What went back, or did not, is told of again: the money comes, or goes, after all.
        if random.next() % 2 == 0, let told = reversals.randomElement(using: &random) {
            let isUndone = told.standing == .inForce && told.kind != .charge
            var again = reversal(told.id, told.kind, at: time, isUndone: isUndone)
            again.amount = told.amount
            again.isWhole = told.isWhole
            again.paid = told.paid
            again.charge = told.charge
            again.paymentIntent = told.paymentIntent
            return send(again, &random)
        }
        guard let index = subscriptions.indices.randomElement(using: &random) else { return }
        let number = random.next() % 3
        let id = "in_\(index)_\(number)"
        let isUndone = random.next() % 3 == 0
        var reversal: Reversal
        switch random.next() % 3 {
        case 0:
            reversal = self.reversal("dp_\(id)", .dispute, at: time, isUndone: isUndone)
        case 1:
            // Each is half of it: two that stand are all.
            reversal = self.reversal(
                "re_\(id)_\(random.next() % 3)", .refund, at: time, isUndone: isUndone)
            reversal.amount = SimulatedProvider.amount / 2
        default:
            reversal = self.reversal("ch_\(id)", .charge, at: time, isUndone: false)
            reversal.amount = isUndone ? SimulatedProvider.amount / 2 : SimulatedProvider.amount
            reversal.isWhole = !isUndone
            reversal.paid = SimulatedProvider.amount
        }
        reversal.charge = "ch_\(id)"
        // The simulator's grants are of `s0` to `s15`: each charge that is not an invoice's first
        // paid for one of them, too.
        if number > 0 { reversal.paymentIntent = "s\((2 * index + Int(number) - 1) % 16)" }
        send(reversal, &random)
    }

    private mutating func send(_ reversal: Reversal, _ random: inout Random) {
        reversals.removeAll { $0.id == reversal.id }
        reversals.append(reversal)
        var told = reversal
        // Some name the charge alone, of which another has said whose it is.
        if random.next() % 4 == 0 { told.paymentIntent = nil }
        send("charge.dispute.created", told.eventID, told.created, .money(.reversal(told)))
    }

    private mutating func reversal(
        _ id: String, _ kind: Reversal.Kind, at time: Timestamp, isUndone: Bool
    ) -> Reversal {
        Reversal(
            id: id, eventID: "evt_\(number())", created: time, isLive: false, kind: kind,
            standing: isUndone ? .undone : .inForce)
    }

    private mutating func checkOut(at time: Timestamp, _ random: inout Random) {
        guard let truth = subscriptions.randomElement(using: &random) else { return }
        var fact = CheckoutFact(
            id: "cs_\(number())", eventID: "evt_\(number())", created: time, isLive: false,
            progress: .completed)
        fact.customer = truth.fact.customer
        fact.subscription = truth.fact.id
        fact.clientReference = World.tenants[truth.customer % 4]
        send("checkout.session.completed", fact.eventID, time, .money(.checkout(fact)))
    }

    private mutating func forget(at time: Timestamp, _ random: inout Random) {
        let fact = CustomerFact(
            id: "cus_\(random.next() % UInt64(SimulatedProvider.customersMax))",
            eventID: "evt_\(number())", created: time, isLive: false, isDeleted: true)
        send("customer.deleted", fact.eventID, time, .money(.customer(fact)))
    }

    /// A product is known to stand for a plan from now on, so that what failed for it need not.
    mutating func offer(at time: Timestamp) {
        let fact = CatalogueFact(
            eventID: "evt_\(number())", created: time, isLive: false, isDeleted: false,
            price: PriceReference(productID: "prod_late", planName: "pro"))
        send("product.updated", fact.eventID, time, .catalogue(fact))
    }
}

extension SubscriptionFact {
    /// The same subscription as another event or an answer tells of it.
    fileprivate func now(
        _ event: String, at time: Timestamp, _ rank: EventRank, _ status: SubscriptionStatus
    ) -> SubscriptionFact {
        var fact = SubscriptionFact(
            id: id, eventID: event, created: time, rank: rank, isLive: isLive, status: status)
        fact.customer = customer
        fact.tenant = tenant
        fact.startedAt = startedAt
        fact.anchor = anchor
        fact.items = items
        fact.cancelsAtPeriodEnd = cancelsAtPeriodEnd
        fact.latestInvoice = latestInvoice
        return fact
    }
}
