import Core
import Testing

@Suite struct `The order in which facts come` {
    private typealias Sample = SubscriptionSample

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `makes no difference`(seed: UInt64) {
        var life = SubscriptionLife(seed: seed, countMax: 12)
        let wanted = Sample.subscription(life.facts)
        #expect(Sample.subscription(life.facts.reversed()) == wanted)
        for _ in 0..<60 {
            let deliveries = life.deliveries()
            guard Sample.subscription(deliveries) != wanted else { continue }
            Issue.record("\(deliveries.map(\.eventID))")
            return
        }
    }

    @Test func `is told from the facts, or else is known not to be`() {
        var decided = 0
        for seed in 1_000..<3_000 as Range<UInt64> {
            let life = SubscriptionLife(seed: seed, countMax: 9)
            let it = Sample.subscription(life.facts)
            guard !it.isDirty, let last = life.facts.last else { continue }
            decided += 1
            let state = it.state.fact
            let isLast =
                state.status == last.status && state.items == last.items
                && state.cancelsAtPeriodEnd == last.cancelsAtPeriodEnd
            guard !isLast else { continue }
            Issue.record("seed \(seed): \(life.facts.map(\.eventID)), not \(state.eventID)")
            return
        }
        #expect(decided > 1_000, "\(decided)")
    }

    @Test func `counts for the latest thirty-two, and what is older is summed up`() {
        let facts = (0..<100).map { number in
            Sample.fact(
                "evt_\(number)", at: Int64(number), number < 50 ? .active : .pastDue,
                plan: number < 90 ? "enterprise" : "pro")
        }
        let whole = Sample.subscription(facts)
        #expect(whole.facts.count == Limits.subscriptionFactsMax)
        #expect(whole.state.pastDueSince == facts[50].created)
        #expect(whole.state.status == .pastDue)
        var shuffled = facts
        var random = Random(seed: 3)
        shuffled[70...].shuffle(using: &random)
        #expect(Sample.subscription(shuffled) == whole)
        var late = whole
        let effect = late.apply(
            Sample.fact("evt_x", at: 20, .unpaid), receivedAt: facts[20].created)
        #expect(effect == .init(kind: .stale, isChanged: false))
        #expect(late == whole)
    }
}
