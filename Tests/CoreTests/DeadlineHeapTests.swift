import Core
import Testing

@Suite struct `The heap of deadlines` {
    /// The same promise, kept by looking at everything each time.
    private struct PlainDeadlines {
        var entries: [Int: (at: Int64, order: Int)] = [:]
        var order = 0

        var first: (key: Int, at: Int64)? {
            entries.min { ($0.value.at, $0.value.order) < ($1.value.at, $1.value.order) }
                .map { ($0.key, $0.value.at) }
        }

        mutating func set(_ key: Int, at: Int64) {
            order += 1
            entries[key] = (at, order)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `agrees with a plain list over ten thousand steps`(seed: UInt64) {
        var random = Random(seed: seed)
        var heap = DeadlineHeap<Int>()
        var plain = PlainDeadlines()
        var now: Int64 = 0
        for step in 0..<10_000 {
            let key = Int.random(in: 0..<60, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0...4:
                // Few distinct deadlines, so that many are equal.
                let at = now + Int64.random(in: -2...20, using: &random)
                heap.set(key, at: at)
                plain.set(key, at: at)
            case 5:
                heap.remove(key)
                plain.entries[key] = nil
            case 6:
                now += Int64.random(in: 0...2, using: &random)
            default:
                let due = plain.first.flatMap { $0.at <= now ? $0.key : nil }
                #expect(heap.due(at: now) == due, "step \(step)")
                #expect(heap.popDue(at: now) == due, "step \(step)")
                if let due { plain.entries[due] = nil }
            }
            guard heap.earliest == plain.first?.at, heap.count == plain.entries.count,
                heap[key] == plain.entries[key]?.at, heap.isEmpty == plain.entries.isEmpty
            else {
                Issue.record("seed \(seed), step \(step): heap and list differ")
                return
            }
        }
        var drained: [Int] = []
        while let key = heap.popDue(at: .max) { drained.append(key) }
        let wanted = plain.entries.sorted {
            ($0.value.at, $0.value.order) < ($1.value.at, $1.value.order)
        }
        #expect(drained == wanted.map(\.key))
    }

    @Test func `nothing is due before its time`() {
        var heap = DeadlineHeap<String>()
        #expect(heap.due(at: .max) == nil)
        heap.set("a", at: 10)
        #expect(heap.popDue(at: 9) == nil)
        #expect(heap.popDue(at: 10) == "a")
        #expect(heap.isEmpty)
    }

    @Test func `equal deadlines come in the order in which they were set`() {
        var heap = DeadlineHeap<Int>()
        for key in 0..<100 { heap.set(key, at: 5) }
        heap.set(0, at: 5)
        let order = (0..<100).compactMap { _ in heap.popDue(at: 5) }
        #expect(order == Array(1..<100) + [0])
    }

    @Test func `a key that is set again has only its new deadline`() {
        var heap = DeadlineHeap<Int>()
        heap.set(1, at: 10)
        heap.set(2, at: 20)
        heap.set(1, at: 30)
        #expect(heap.count == 2)
        #expect(heap.popDue(at: 25) == 2)
        #expect(heap.popDue(at: 25) == nil)
        #expect(heap[1] == 30)
    }
}
