import Core
import Testing

@testable import StoreSQLite

@Suite struct `Subscriptions that are known by their bytes` {
    private func subscription(_ id: String, _ event: String) -> Subscription {
        let fact = SubscriptionFact(
            id: id, eventID: event, created: Timestamp(milliseconds: 1_000), rank: .updated,
            isLive: false, status: .active)
        return Subscription(first: fact, receivedAt: Timestamp(milliseconds: 2_000))
    }

    @Test func `are what their bytes say, written or read`() {
        var known = KnownSubscriptions()
        let first = subscription("sub_1", "evt_1")
        let bytes = known.bytes(of: first)
        #expect(bytes == first.bytes)
        #expect(known.subscription("sub_1", bytes) == first)
        #expect(known.subscription("sub_1", bytes) == Subscription(id: "sub_1", bytes: bytes))
    }

    @Test func `are read anew where the bytes are others, whoever wrote them`() {
        var known = KnownSubscriptions()
        let (first, second) = (subscription("sub_1", "evt_1"), subscription("sub_1", "evt_2"))
        _ = known.bytes(of: first)
        #expect(known.subscription("sub_1", second.bytes) == second)
        #expect(known.subscription("sub_1", first.bytes) == first)
        #expect(known.subscription("sub_1", [0x78] + first.bytes) == nil)
        #expect(known.subscription("sub_1", first.bytes) == first)
    }

    @Test func `are as many as may be, and right beyond that`() {
        var known = KnownSubscriptions()
        for number in 0..<(3 * Limits.knownSubscriptionsMax) {
            let it = subscription("sub_\(number)", "evt_1")
            _ = known.bytes(of: it)
            #expect(known.subscription("sub_\(number / 2)", it.bytes) != nil)
            #expect(known.count <= Limits.knownSubscriptionsMax)
        }
    }
}
