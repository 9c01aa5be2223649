import Core
import Testing

@testable import Store

/// Virtual times that went up for years.
@Suite struct `Turns that are made small again` {
    /// A queue in which every lane has one job of each of its kinds, and beside it the times as
    /// they would be if numbers had no end.
    private struct LongQueue {
        var book = LaneBook()
        let queue: Int
        var times: [Int128] = []
        var now: Int128 = 0
        var heights: [Int64] = []

        init(lanes kinds: [[String]]) {
            queue = book.addQueue("default")
            for (number, kinds) in kinds.enumerated() {
                let terms = TenantTerms(
                    facts: TenantFacts(basePlan: PlanVersion(id: "free", version: 1)),
                    catalog: .standard, enforcement: .full)
                let tenant = book.addTenant(
                    TenantState(
                        id: "t\(number)", createdAt: Timestamp(milliseconds: 0), terms: terms))
                let lane = book.addLane(tenant: tenant, queue: queue)
                for kind in kinds { _ = book.addLine(lane: lane, kind: kind) }
                times.append(0)
                wake(lane)
            }
        }

        private func job(_ line: Int) -> Head {
            Head(rank: 0, id: JobID(rawValue: Int64(line + 1)), cost: 1)
        }

        func isAwake(_ lane: Int) -> Bool { book.lanes[lane].runnableLines > 0 }

        /// The lane has nothing to serve any longer.
        mutating func rest(_ lane: Int) {
            for line in book.lanes[lane].lines {
                book.remove(job(line).id, line: line, track: .fresh)
            }
        }

        mutating func wake(_ lane: Int) {
            times[lane] = max(times[lane], now)
            for line in book.lanes[lane].lines {
                book.insert(job(line), line: line, track: .fresh)
            }
        }

        mutating func serve(_ lane: Int, cost: Int64) {
            now = times[lane]
            times[lane] += Int128(cost) << 20
            book.served(lane: lane, cost: cost)
            heights.append(book.lanes[lane].virtualTime)
        }

        /// Whose turn it is by the book, and by the times without end.
        mutating func next(kind: String?) -> (book: Int?, plain: Int?) {
            let lane =
                kind.map { book.nextLane(queue: queue, kinds: [$0]) }
                ?? book.nextLane(queue: queue)
            let able = book.lanes.indices.filter { lane in
                book.lanes[lane].lines.contains {
                    book.canServe(line: $0, kinds: kind.map { [$0] })
                }
            }
            return (lane, able.min { (times[$0], $0) < (times[$1], $1) })
        }
    }

    @Test func `are those that numbers without end would give`() {
        var random = Random(seed: 7)
        let kinds = (0..<12).map { ["a", "b", "c"].prefix(1 + $0 % 3) }.map(Array.init)
        var queue = LongQueue(lanes: kinds)
        for step in 0..<30_000 {
            let lane = Int(random.next() % 12)
            switch random.next() % 8 {
            case 0: if queue.isAwake(lane) { queue.rest(lane) } else { queue.wake(lane) }
            case 1: break
            default:
                let kind = random.next() % 3 == 0 ? "a" : nil
                let turn = queue.next(kind: kind)
                #expect(turn.book == turn.plain, "step \(step)")
                guard turn.book == turn.plain, let lane = turn.book else { continue }
                queue.serve(lane, cost: 1 + Int64(random.next() % (1 << 36)))
            }
        }
        let falls = zip(queue.heights, queue.heights.dropFirst()).count { $0 - $1 > 1 << 60 }
        #expect(queue.now > Int128(Int64.max) * 4, "the times went up to \(queue.now) only")
        #expect(falls > 4)
    }

    @Test func `leave lanes in their order beside one that nobody asks for`() {
        var queue = LongQueue(lanes: [["x"], ["y"], ["y"]])
        // Nobody takes what the first lane has; the others take turns for years.
        for number in 0..<64 {
            let turn = queue.next(kind: "y")
            #expect(turn.book == 1 + number % 2)
            guard let lane = turn.book else { return }
            queue.serve(lane, cost: 1 << 40)
        }
        #expect(queue.now > Int128(Int64.max))
        #expect(queue.next(kind: nil).book == 0)
        queue.serve(0, cost: 1)
        #expect(queue.next(kind: nil).book == 0, "it is far behind still")
        queue.rest(0)
        #expect(queue.next(kind: nil).book == 1)
    }

    @Test func `keep ties and distances, and shorten only what does not fit`() {
        let most = Int64.max
        #expect(TurnRebase.rebased([]) == [])
        #expect(TurnRebase.rebased([most]) == [0])
        #expect(TurnRebase.rebased([most, most - 7, most, most - 9]) == [9, 2, 9, 0])
        let times = TurnRebase.rebased([0, most, most - 1, most, 5])
        #expect(times[0] == 0)
        #expect(times[4] == 5)
        #expect(times[2] > 5)
        #expect(times[1] == times[2] + 1)
        #expect(times[3] == times[1])
        #expect(times.allSatisfy { $0 <= 1 << 60 })
    }
}
