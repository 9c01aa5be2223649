import Core
import Testing

@Suite struct `A subscription as bytes` {
    private typealias Sample = SubscriptionSample

    private static func rich() -> Subscription {
        let facts = (0..<50).map { number in
            Sample.fact(
                "evt_\(number)", at: Int64(number), plan: number < 40 ? "enterprise" : "pro"
            ) { fact in
                fact.tenant = "acmé:1;"
                fact.trialEnd = Sample.start
                fact.cancelAt = Sample.start.adding(Int64(number))
                fact.canceledAt = Sample.start
                fact.latestInvoice = "in_\(number)"
                fact.pauseCollection = .void
                fact.pauseCause = .firstPaymentFailure
                fact.previous.status = .unknown("odd")
                fact.previous.priceIDs = ["a", "b"]
                fact.previous.periodEnd = Sample.start
                fact.previous.cancelsAtPeriodEnd = true
                fact.previous.hadCancelAt = false
                fact.previous.latestInvoice = "in_0"
            }
        }
        var it = Sample.subscription(facts)
        it.apply(
            Sample.fact("read", at: 100, .unknown("x:y"), rank: .fetched),
            receivedAt: Sample.start)
        it.apply(Sample.fact("evt_f", at: 1_000_000), receivedAt: Sample.start)
        it.doubt(at: Sample.start)
        return it
    }

    @Test func `is read as it was written`() {
        let it = Self.rich()
        #expect(it.base != nil)
        #expect(!it.state.floors.isEmpty)
        #expect(Subscription(id: "sub_1", bytes: it.bytes) == it)
        for seed in 0..<50 as Range<UInt64> {
            let life = SubscriptionLife(seed: seed, countMax: 40)
            let it = Sample.subscription(life.facts)
            #expect(Subscription(id: "sub_1", bytes: it.bytes) == it)
        }
    }

    @Test func `goes on as if it had never been bytes`() throws {
        let life = SubscriptionLife(seed: 8, countMax: 20)
        var stored = Sample.subscription([life.facts[0]])
        for fact in life.facts.dropFirst() {
            stored = try #require(Subscription(id: "sub_1", bytes: stored.bytes))
            stored.apply(fact, receivedAt: fact.created.adding(2_000))
        }
        #expect(stored == Sample.subscription(life.facts))
    }

    @Test func `other bytes are none, and stop nothing`() {
        let bytes = Self.rich().bytes
        #expect(Subscription(id: "sub_1", bytes: []) == nil)
        #expect(Subscription(id: "sub_1", bytes: Array("2;".utf8) + bytes.dropFirst(2)) == nil)
        #expect(Subscription(id: "sub_1", bytes: bytes + [0x3B]) == nil)
        for count in stride(from: 0, to: bytes.count, by: 37) {
            #expect(Subscription(id: "sub_1", bytes: Array(bytes[..<count])) == nil)
        }
        var random = Random(seed: 1)
        for _ in 0..<500 {
            var changed = bytes
            let index = Int.random(in: 0..<bytes.count, using: &random)
            changed[index] = UInt8.random(in: 0x20...0x7E, using: &random)
            _ = Subscription(id: "sub_1", bytes: changed)
        }
    }
}
