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
        /// Of each lane, by kind.
        var notBefore: [[String: Int128]] = []
        var now: Int128 = 0
        var kindNow: [String: Int128] = [:]
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
                notBefore.append([:])
                wake(lane)
            }
        }

        private func job(_ line: Int) -> Head {
            Head(rank: 0, id: JobID(rawValue: Int64(line + 1)), cost: 1)
        }

        private func kinds(_ lane: Int) -> [String] {
            book.lanes[lane].lines.map { book.lines[$0].kind }
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
            for kind in kinds(lane) {
                notBefore[lane][kind] = max(notBefore[lane][kind] ?? 0, kindNow[kind] ?? 0)
            }
            for line in book.lanes[lane].lines {
                book.insert(job(line), line: line, track: .fresh)
            }
        }

        mutating func serve(_ turn: LaneBook.Turn, kind: String?, cost: Int64) {
            let reached = time(turn.lane, kind)
            times[turn.lane] += Int128(cost) << 20
            if let kind {
                kindNow[kind] = max(kindNow[kind] ?? 0, reached)
                notBefore[turn.lane][kind] = reached + Int128(cost) << 20
            } else {
                now = max(now, reached)
            }
            book.served(turn, cost: cost, kinds: kind.map { [$0] }, isForAll: true)
            heights.append(book.lanes[turn.lane].virtualTime)
        }

        private func time(_ lane: Int, _ kind: String?) -> Int128 {
            kind.map { max(times[lane], notBefore[lane][$0] ?? 0) } ?? times[lane]
        }

        /// Whose turn it is by the book, and by the times without end.
        mutating func next(kind: String?) -> (book: LaneBook.Turn?, plain: Int?) {
            let turn =
                kind.map { book.nextLane(queue: queue, kinds: [$0]) }
                ?? book.nextLane(queue: queue)
            let able = book.lanes.indices.filter { lane in
                book.lanes[lane].lines.contains {
                    book.canServe(line: $0, kinds: kind.map { [$0] })
                }
            }
            return (turn, able.min { (time($0, kind), $0) < (time($1, kind), $1) })
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
                #expect(turn.book?.lane == turn.plain, "step \(step)")
                guard turn.book?.lane == turn.plain, let next = turn.book else { continue }
                queue.serve(next, kind: kind, cost: 1 + Int64(random.next() % (1 << 36)))
            }
        }
        let falls = zip(queue.heights, queue.heights.dropFirst()).count { $0 - $1 > 1 << 60 }
        #expect(queue.now > Int128(Int64.max) * 4, "the times went up to \(queue.now) only")
        #expect(falls > 4)
    }

    @Test func `leave lanes in their order beside one that nobody asks for`() throws {
        var queue = LongQueue(lanes: [["x"], ["y"], ["y"]])
        // Nobody takes what the first lane has; the others take turns for years.
        for number in 0..<64 {
            let turn = queue.next(kind: "y")
            #expect(turn.book?.lane == 1 + number % 2)
            guard let next = turn.book else { return }
            queue.serve(next, kind: "y", cost: 1 << 40)
        }
        #expect(queue.times[1] > Int128(Int64.max))
        let first = try #require(queue.next(kind: nil).book)
        #expect(first.lane == 0)
        queue.serve(first, kind: nil, cost: 1)
        #expect(queue.next(kind: nil).book?.lane == 0, "it is far behind still")
        queue.rest(0)
        #expect(queue.next(kind: nil).book?.lane == 1)
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
