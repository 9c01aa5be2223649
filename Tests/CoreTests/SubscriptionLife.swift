import Core

/// The random life of one subscription: facts in the order in which they happened, several of them
/// often in the same second, each saying what was before.
struct SubscriptionLife {
    private(set) var facts: [SubscriptionFact] = []
    private var random: Random
    private var seconds: Int64 = 0
    private var now: SubscriptionFact

    /// At most `countMax` facts, and no end: what ends a subscription takes all ties away.
    init(seed: UInt64, countMax: Int) {
        random = Random(seed: seed)
        now = SubscriptionSample.fact("", at: 0)
        now = SubscriptionSample.fact(name(), at: 0, .incomplete, rank: .created) {
            $0.latestInvoice = "in_0"
        }
        facts.append(now)
        for _ in 1..<countMax { step() }
    }

    /// Each fact once to three times, in any order.
    mutating func deliveries() -> [SubscriptionFact] {
        facts.flatMap {
            Array(repeating: $0, count: Int.random(in: 1...3, using: &random))
        }.shuffled(using: &random)
    }

    /// Names say nothing of the order, as the provider's do not.
    private mutating func name() -> String {
        "evt_" + String(random.next(), radix: 36) + String(facts.count)
    }

    private mutating func step() {
        if Int.random(in: 0..<3, using: &random) == 0 {
            seconds += [1, 60, 86_400, 20 * 86_400].randomElement(using: &random) ?? 1
        }
        var next = now
        next.previous = PreviousAttributes()
        for _ in 0..<Int.random(in: 1...2, using: &random) { change(&next) }
        let fact = SubscriptionSample.fact(name(), at: seconds) { fact in
            fact.status = next.status
            fact.items = next.items
            fact.cancelsAtPeriodEnd = next.cancelsAtPeriodEnd
            fact.latestInvoice = next.latestInvoice
            fact.previous = next.previous
        }
        now = fact
        facts.append(fact)
    }

    private mutating func change(_ fact: inout SubscriptionFact) {
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            if fact.previous.cancelsAtPeriodEnd != nil { return }
            fact.previous.cancelsAtPeriodEnd = fact.cancelsAtPeriodEnd
            fact.cancelsAtPeriodEnd.toggle()
        case 1:
            if fact.previous.priceIDs != nil { return }
            fact.previous.priceIDs = fact.priceIDs
            let plans: [String] = ["starter", "pro", "enterprise"].filter {
                $0 != fact.plan?.planID
            }
            let plan = plans.randomElement(using: &random) ?? "pro"
            fact.items[0].price.priceID = "price_\(plan)_month"
        case 2:
            if fact.previous.latestInvoice != nil { return }
            fact.previous.latestInvoice = fact.latestInvoice
            fact.latestInvoice = "in_\(facts.count)"
        default:
            if fact.previous.status != nil { return }
            let others: [SubscriptionStatus] = [
                .active, .active, .trialing, .pastDue, .pastDue, .unpaid, .paused,
                .unknown("new"),
            ]
            let status = others.filter { $0 != fact.status }.randomElement(using: &random)
            fact.previous.status = fact.status
            fact.status = status ?? .active
        }
    }
}
