import Core
import Testing

@testable import Billing

@Suite struct `A sequence of events` {
    @Test(arguments: try EventSequence.all())
    func `comes to what it must`(sequence: EventSequence) {
        var receiver = Receiver()
        for event in sequence.events { receiver.take(event) }
        #expect(!sequence.ends.isEmpty)
        for end in sequence.ends {
            let entitlement = receiver.entitlement(at: end.at)
            #expect(entitlement.planID == end.plan, "at \(end.at)")
            #expect(entitlement.status.name == end.status, "at \(end.at)")
        }
        for subscription in receiver.subscriptions.values { #expect(!subscription.isDirty) }
    }

    @Test(arguments: try EventSequence.all())
    func `comes to the same in every order, however often each is delivered`(
        sequence: EventSequence
    ) {
        var wanted = Receiver()
        for event in sequence.events { wanted.take(event) }
        var reversed = Receiver()
        for event in sequence.events.reversed() { reversed.take(event) }
        #expect(reversed == wanted)
        for seed in 0..<500 as Range<UInt64> {
            var random = Random(seed: seed)
            let deliveries = sequence.events.flatMap {
                Array(repeating: $0, count: Int.random(in: 1...3, using: &random))
            }.shuffled(using: &random)
            var receiver = Receiver()
            for event in deliveries { receiver.take(event) }
            guard receiver != wanted else { continue }
            Issue.record("seed \(seed): \(deliveries.map(\.id))")
            return
        }
    }
}
