import Core
import Testing

@testable import Store

/// Times that went up for years, and turns of which those that look see only the first.
@Suite("Turns, against numbers without end") struct TurnClockTests {
    /// A pool as plainly as it can be kept.
    private struct PlainPool {
        var now: Int128 = 0
        var times: [Int128]
        var hasWork: [Bool]

        var next: Int? {
            times.indices.filter { hasWork[$0] }.min { (time($0), $0) < (time($1), $1) }
        }

        func time(_ lane: Int) -> Int128 { max(now, times[lane]) }

        mutating func serve(_ lane: Int, price: Int64) {
            now = time(lane)
            times[lane] = now + Int128(price)
        }
    }

    private func next(_ pool: inout TurnPool, _ hasWork: [Bool]) -> Int? {
        while let lane = pool.first {
            if !hasWork[lane] { pool.dropFirst() } else if pool.isFirstNext() { return lane }
        }
        return nil
    }

    @Test(arguments: [(lanes: 3, bits: 40), (lanes: 200, bits: 40), (lanes: 200, bits: 20)])
    func `a pool gives the turns that numbers without end would give`(
        lanes: Int, bits: Int
    ) {
        var random = Random(seed: UInt64(lanes + bits))
        var pool = TurnPool(kinds: nil)
        var plain = PlainPool(
            times: Array(repeating: 0, count: lanes), hasWork: Array(repeating: false, count: lanes)
        )
        for step in 0..<40_000 {
            if random.next() % 3 == 0 {
                let lane = Int(random.next() % UInt64(lanes))
                plain.hasWork[lane].toggle()
                if plain.hasWork[lane] { pool.wake(lane) }
                if pool.isCrowded { pool.sweep { plain.hasWork[$0] } }
                continue
            }
            let lane = next(&pool, plain.hasWork)
            #expect(lane == plain.next, "step \(step)")
            guard let lane, lane == plain.next else { continue }
            let price = Int64(1 + random.next() % (1 << UInt64(bits)))
            plain.serve(lane, price: price)
            pool.serve(lane, price: price)
        }
        #expect(plain.now > 1 << 24)
    }

    @Test func `a clock never comes near the greatest number`() {
        var clock = TurnClock()
        var plain: Int128 = 0
        // So few lanes that only the time itself makes it small.
        for turn in 0..<3_000_000 {
            plain += 1 << 40
            _ = clock.serve(turn % 2, price: 1 << 41)
            if clock.now > TurnClock.timeMax { Issue.record("the clock is at \(clock.now)") }
        }
        #expect(plain > Int128(TurnClock.timeMax))
        #expect(clock.time(of: 0) - clock.now + clock.time(of: 1) - clock.now == 1 << 42)
    }

    @Test func `a queue forgets the pool that was used least lately`() {
        var pools = TurnPools()
        for number in 0..<10 { _ = pools.add(["k", "k\(number)"], countMax: 10) }
        for number in [3, 0, 1, 2, 4, 5, 6, 7, 8, 9] {
            pools.use(pools.index(of: ["k", "k\(number)"]) ?? -1)
        }
        let place = pools.index(of: ["k", "k3"])
        #expect(pools.add(["k", "new"], countMax: 10) == place)
        #expect(pools.index(of: ["k", "k3"]) == nil)
        #expect(pools.indexes(ofKind: "k3").isEmpty)
        #expect(pools.indexes(ofKind: "k").sorted() == Array(0..<10))
        #expect(pools.indexes(ofKind: "new") == [place].compactMap { $0 })
        #expect(pools.list.count == 10)
    }

    @Test func `a pool that is forgotten each time begins with another lane`() {
        var pools = TurnPools()
        var served = [Int](repeating: 0, count: 6)
        for _ in 0..<300 {
            for number in 0..<3 {
                let place = pools.add(["k\(number)"], countMax: 2)
                for lane in served.indices { pools.list[place].wake(lane) }
                if number == 0, let lane = next(&pools.list[place], served.map { _ in true }) {
                    served[lane] += 1
                }
            }
        }
        #expect(served.allSatisfy { $0 >= 20 }, "\(served)")
    }
}
