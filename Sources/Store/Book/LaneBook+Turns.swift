import Core

/// Whose turn it is in a queue. Pulls of any kind have a time of their own, and so have those that
/// name a kind, by each kind, and those for some tenants: what workers for one kind have done says
/// nothing of how long others wait for those of another. Whoever is served pays by a later time;
/// who has paid least is next. A lane that had nothing to serve comes back at the time that its
/// pulls have reached: it has no turns saved, and waits for one job of each other lane at most.
extension LaneBook {
    /// A lane that is next.
    struct Turn: Hashable {
        let lane: Int
        /// How far its time is before that of those who pull: never more than a job's price.
        let lead: Int64
    }

    /// When a time is past this all that are counted with it are made small. What one serving adds
    /// is less than a millionth of what is left above it.
    private static let timeMax: Int64 = 1 << 61

    /// How many kinds of a queue have turns kept; beyond it they are made anew when asked for.
    private static let kindsMax = 1_024

    /// The lane whose turn it is in a queue, among all that can be served.
    mutating func nextLane(queue: Int) -> Turn? {
        while let top = queues[queue].turns.top {
            if isTrue(top) {
                return Turn(lane: Int(top.element), lead: top.order - queues[queue].now)
            }
            queues[queue].turns.popTop()
        }
        return nil
    }

    /// The lane whose turn it is among those that can serve one of `kinds`.
    mutating func nextLane(queue: Int, kinds: [String]) -> Turn? {
        var best: Turn?
        for kind in kinds {
            guard let top = nextKindTurn(queue: queue, kind: kind) else { continue }
            let lead = top.order - (queues[queue].kindNow[kind] ?? 0)
            best = LaneBook.first(best, Turn(lane: Int(top.element), lead: lead))
        }
        return best
    }

    /// The lane whose turn it is among those of `tenants` that can serve one of `kinds`.
    func nextLane(queue: Int, kinds: [String]?, tenants names: [String]) -> Turn? {
        let pool = names.count > 1 ? queues[queue].tenantPools[names] : nil
        var best: Turn?
        for name in names {
            guard let tenant = tenantIndex(name),
                let lane = laneIndex(tenant: tenant, queue: queue),
                lanes[lane].lines.contains(where: { canServe(line: $0, kinds: kinds) })
            else { continue }
            best = LaneBook.first(best, Turn(lane: lane, lead: pool?.lead(of: lane) ?? 0))
        }
        return best
    }

    /// True if this line has work that may start and that a pull of `kinds` takes.
    func canServe(line: Int, kinds: [String]?) -> Bool {
        lines[line].isRunnable && (kinds?.contains(lines[line].kind) ?? true)
    }

    /// The lane had its turn with a job of this cost, by a pull of these kinds and tenants, or of
    /// any: it pays, and its next turn comes later.
    mutating func served(_ turn: Turn, cost: Int64, kinds: [String]?, tenants names: [String]?) {
        let lane = turn.lane
        let queue = lanes[lane].queue
        let price = max(1, cost) * (1 << 20) / tenants[lanes[lane].tenant].plan.weight
        if let names {
            pay(turn, price: price, queue: queue, tenants: names)
        } else if let kinds {
            pay(turn, price: price, queue: queue, kinds: kinds)
        } else {
            queues[queue].now += turn.lead
            lanes[lane].virtualTime = queues[queue].now + price
            turnChanged(lane: lane)
            if lanes[lane].virtualTime > LaneBook.timeMax { rebase(queue: queue) }
        }
    }

    /// A line can be served from now on: it takes its turn no earlier than now.
    mutating func wake(line: Int) {
        let lane = lines[line].lane
        let queue = lanes[lane].queue
        let now = queues[queue].kindNow[lines[line].kind] ?? 0
        lines[line].virtualTime = max(lines[line].virtualTime, now)
        pushKindTurn(line: line)
        guard lanes[lane].runnableLines == 1 else { return }
        queues[queue].runnableLanes += 1
        lanes[lane].virtualTime = max(lanes[lane].virtualTime, queues[queue].now)
        queues[queue].turns.push(
            OrderHeap.Entry(order: lanes[lane].virtualTime, element: Int32(lane)))
        sweepTurns(queue: queue)
    }

    // MARK: Private

    private static func first(_ best: Turn?, _ other: Turn) -> Turn {
        guard let best else { return other }
        return (best.lead, best.lane) <= (other.lead, other.lane) ? best : other
    }

    /// A pull for one tenant has nobody to choose between.
    private mutating func pay(_ turn: Turn, price: Int64, queue: Int, tenants names: [String]) {
        guard names.count > 1 else { return }
        if queues[queue].tenantPools[names] == nil,
            queues[queue].tenantPools.count >= Limits.tenantPoolsMax
        {
            queues[queue].tenantPools.removeAll()
        }
        queues[queue].tenantPools[names, default: TenantPool()].pay(turn, price: price)
    }

    /// All lines of the lane that such a pull could have taken have had their turn, so that a lane
    /// of many kinds has no more turns than others.
    private mutating func pay(_ turn: Turn, price: Int64, queue: Int, kinds: [String]) {
        for kind in kinds where queues[queue].linesOfKind[kind] != nil {
            queues[queue].kindNow[kind, default: 0] += turn.lead
        }
        for line in lanes[turn.lane].lines where kinds.contains(lines[line].kind) {
            let now = queues[queue].kindNow[lines[line].kind] ?? 0
            lines[line].virtualTime = max(lines[line].virtualTime, now + price)
            if lines[line].isRunnable { pushKindTurn(line: line) }
            if lines[line].virtualTime > LaneBook.timeMax {
                rebase(queue: queue, kind: lines[line].kind)
            }
        }
    }

    /// Makes the times for pulls of any kind small. None that counts is before that of the pulls.
    private mutating func rebase(queue: Int) {
        let now = queues[queue].now
        queues[queue].now = 0
        queues[queue].turns = OrderHeap()
        for lane in queues[queue].lanes {
            lanes[lane].virtualTime = max(0, lanes[lane].virtualTime - now)
            guard lanes[lane].runnableLines > 0 else { continue }
            queues[queue].turns.push(
                OrderHeap.Entry(order: lanes[lane].virtualTime, element: Int32(lane)))
        }
    }

    /// Makes the times for pulls that name a kind small.
    private mutating func rebase(queue: Int, kind: String) {
        let now = queues[queue].kindNow[kind] ?? 0
        queues[queue].kindNow[kind] = 0
        queues[queue].kindTurns[kind] = nil
        for line in queues[queue].linesOfKind[kind] ?? [] {
            lines[line].virtualTime = max(0, lines[line].virtualTime - now)
        }
    }

    private func isTrue(_ entry: OrderHeap.Entry) -> Bool {
        let lane = lanes[Int(entry.element)]
        return lane.runnableLines > 0 && lane.virtualTime == entry.order
    }

    private func isTrue(_ entry: OrderHeap.Entry, ofKind kind: String) -> Bool {
        guard let line = lineIndex(lane: Int(entry.element), kind: kind) else { return false }
        return lines[line].isRunnable && lines[line].virtualTime == entry.order
    }

    /// The lane that was on top has another time.
    private mutating func turnChanged(lane: Int) {
        guard lanes[lane].runnableLines > 0 else { return }
        let queue = lanes[lane].queue
        let next = OrderHeap.Entry(order: lanes[lane].virtualTime, element: Int32(lane))
        if let top = queues[queue].turns.top, Int(top.element) == lane {
            queues[queue].turns.replaceTop(with: next)
        } else {
            queues[queue].turns.push(next)
            sweepTurns(queue: queue)
        }
    }

    private mutating func sweepTurns(queue: Int) {
        guard queues[queue].turns.entries.count > 2 * queues[queue].runnableLanes + 64 else {
            return
        }
        var seen = Set<Int32>()
        var turns = queues[queue].turns
        turns.sweep { isTrue($0) && seen.insert($0.element).inserted }
        queues[queue].turns = turns
    }

    /// The turn of the first lane that can serve `kind`.
    private mutating func nextKindTurn(queue: Int, kind: String) -> OrderHeap.Entry? {
        if queues[queue].kindTurns[kind] == nil {
            // A pull may name kinds that nobody has ever submitted; nothing is kept for those.
            guard let lines = queues[queue].linesOfKind[kind] else { return nil }
            makeKindTurns(queue: queue, kind: kind, lines: lines)
        }
        while let top = queues[queue].kindTurns[kind]?.top {
            if isTrue(top, ofKind: kind) { return top }
            queues[queue].kindTurns[kind]?.popTop()
        }
        return nil
    }

    private mutating func makeKindTurns(queue: Int, kind: String, lines candidates: [Int]) {
        if queues[queue].kindTurns.count >= LaneBook.kindsMax {
            queues[queue].kindTurns.removeAll()
        }
        queues[queue].kindTurns[kind] = OrderHeap()
        for line in candidates where lines[line].isRunnable { pushKindTurn(line: line) }
    }

    private mutating func pushKindTurn(line: Int) {
        let lane = lines[line].lane
        let queue = lanes[lane].queue
        guard !queues[queue].kindTurns.isEmpty else { return }
        let kind = lines[line].kind
        guard let size = queues[queue].kindTurns[kind]?.entries.count else { return }
        let turn = OrderHeap.Entry(order: lines[line].virtualTime, element: Int32(lane))
        queues[queue].kindTurns[kind]?.push(turn)
        guard size > 2 * queues[queue].lanes.count + 64,
            var turns = queues[queue].kindTurns.removeValue(forKey: kind)
        else { return }
        var seen = Set<Int32>()
        turns.sweep { isTrue($0, ofKind: kind) && seen.insert($0.element).inserted }
        queues[queue].kindTurns[kind] = turns
    }
}

extension TenantPool {
    /// How far a lane's time is before that of the pulls. One that was not served for long has
    /// saved nothing.
    fileprivate func lead(of lane: Int) -> Int64 { max(0, (times[lane] ?? 0) - now) }

    fileprivate mutating func pay(_ turn: LaneBook.Turn, price: Int64) {
        now += turn.lead
        times[turn.lane] = now + price
        guard now > 1 << 61 else { return }
        times = times.mapValues { max(0, $0 - now) }
        now = 0
    }
}
