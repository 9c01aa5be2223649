import Core
import Testing

@testable import Store

/// Virtual times that went up for years.
@Suite struct `Turns that are made small again` {
    fileprivate static let kinds = ["a", "b", "c"]
    fileprivate static let tenants = ["t0", "t1", "t2"]

    /// A queue in which every lane has one job of each of its kinds, and beside it the times as
    /// they would be if numbers had no end.
    private struct LongQueue {
        var book = LaneBook()
        let queue: Int
        var plain: [[Int128]] = []
        /// What pulls of any kind have reached, then those of each kind, then those for tenants.
        var reached = [Int128](repeating: 0, count: 2 + kinds.count)
        var heights: [Int64] = []

        /// Who pulls: any kind, some kinds, or for some tenants.
        enum Pool: CaseIterable {
            case any, a, ab, abc, c, tenants

            var kinds: [String]? {
                switch self {
                case .any, .tenants: nil
                case .a: ["a"]
                case .ab: ["a", "b"]
                case .abc: ["a", "b", "c"]
                case .c: ["c"]
                }
            }

            var tenants: [String]? {
                self == .tenants ? `Turns that are made small again`.tenants : nil
            }

            /// Which times it reads.
            var clocks: [Int] {
                if self == .tenants { return [1 + Turns.kinds.count] }
                return kinds.map { $0.compactMap { Turns.kinds.firstIndex(of: $0).map { 1 + $0 } } }
                    ?? [0]
            }
        }

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
                plain.append([Int128](repeating: 0, count: reached.count))
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
            for clock in reached.indices {
                plain[lane][clock] = max(plain[lane][clock], reached[clock])
            }
            for line in book.lanes[lane].lines {
                book.insert(job(line), line: line, track: .fresh)
            }
        }

        mutating func serve(_ turn: LaneBook.Turn, _ pool: Pool, cost: Int64) {
            let lead = self.lead(turn.lane, pool) ?? 0
            #expect(lead == Int128(turn.lead))
            for clock in pool.clocks { reached[clock] += lead }
            for clock in pool.clocks where has(turn.lane, clock) {
                plain[turn.lane][clock] = max(
                    plain[turn.lane][clock], reached[clock] + Int128(cost) << 20)
            }
            book.served(turn, cost: cost, kinds: pool.kinds, tenants: pool.tenants)
            heights.append(book.lanes[turn.lane].virtualTime)
            heights.append(book.lines[book.lanes[turn.lane].lines[0]].virtualTime)
        }

        private func has(_ lane: Int, _ clock: Int) -> Bool {
            guard (1...Turns.kinds.count).contains(clock) else { return true }
            let kind = Turns.kinds[clock - 1]
            return book.lanes[lane].lines.contains { book.lines[$0].kind == kind }
        }

        private func lead(_ lane: Int, _ pool: Pool) -> Int128? {
            pool.clocks.filter { has(lane, $0) }
                .map { max(0, plain[lane][$0] - reached[$0]) }.min()
        }

        /// Whose turn it is by the book, and by the times without end.
        mutating func next(_ pool: Pool) -> (book: LaneBook.Turn?, plain: Int?) {
            let turn: LaneBook.Turn? =
                if let tenants = pool.tenants {
                    book.nextLane(queue: queue, kinds: nil, tenants: tenants)
                } else if let kinds = pool.kinds {
                    book.nextLane(queue: queue, kinds: kinds)
                } else { book.nextLane(queue: queue) }
            let able = book.lanes.indices.filter {
                isAwake($0) && (pool.tenants?.contains("t\($0)") ?? true)
            }
            let leads = able.compactMap { lane in lead(lane, pool).map { ($0, lane) } }
            return (turn, leads.min { $0 < $1 }?.1)
        }
    }

    @Test func `are those that numbers without end would give`() {
        var random = Random(seed: 7)
        let kinds = (0..<12).map { Self.kinds.prefix(1 + $0 % 3) }.map(Array.init)
        var queue = LongQueue(lanes: kinds)
        for step in 0..<30_000 {
            let lane = Int(random.next() % 12)
            if random.next() % 8 == 0 {
                if queue.isAwake(lane) { queue.rest(lane) } else { queue.wake(lane) }
                continue
            }
            let pools = LongQueue.Pool.allCases
            let pool = pools[Int(random.next() % UInt64(pools.count))]
            let turn = queue.next(pool)
            #expect(turn.book?.lane == turn.plain, "step \(step)")
            guard turn.book?.lane == turn.plain, let next = turn.book else { continue }
            queue.serve(next, pool, cost: 1 + Int64(random.next() % (1 << 38)))
        }
        for reached in queue.reached {
            #expect(reached > Int128(Int64.max) * 4, "the times went up to \(reached) only")
        }
        #expect(queue.heights.allSatisfy { $0 <= 1 << 62 })
    }
}

private typealias Turns = `Turns that are made small again`
