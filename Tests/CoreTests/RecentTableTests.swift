import Core
import Testing

@Suite("A table that forgets what was not used for long") struct RecentTableTests {
    @Test func `knows what was used last, and a bounded count of the rest`() {
        var table = RecentTable<Int, Int>(countMax: 8)
        var random = Random(seed: 3)
        var uses: [Int] = []
        var counts: [Int: Int] = [:]
        for _ in 0..<10_000 {
            let key = Int(random.next() % 40)
            let isKnown = table[key] != nil
            if !isKnown { counts[key] = 0 }
            table.use(key, otherwise: 0) { $0 += 1 }
            counts[key, default: 0] += 1
            uses.append(key)
            #expect(table[key] == counts[key])
            var last: Set<Int> = []
            for key in uses.reversed() where last.count < 8 { last.insert(key) }
            #expect(last.allSatisfy { table[$0] != nil })
            #expect((0..<40).count { table[$0] != nil } <= 16)
        }
    }
}
