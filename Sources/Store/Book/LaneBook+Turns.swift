import Core

/// Whose turn it is in a queue. A lane pays for every job that it is served, and who has paid least
/// is next: among all lanes for pulls of any kind, among those that have one of its kinds for
/// others. A lane that had nothing to serve comes back at the time that the pulls which may take
/// its work have reached, so that it neither has turns saved nor waits for more than one of each
/// other lane. Pulls of other kinds are at other times: where nobody asks for what a lane has, or
/// more workers for one kind than for another, the times drift apart.
extension LaneBook {
    /// A lane that is next, and by which time.
    struct Turn: Hashable {
        let lane: Int
        let time: Int64
    }

    /// What pulls have turns or times kept for in one queue; beyond it turns are made anew when
    /// asked for, and times are not known.
    private static let kindsMax = 1_024

    /// The lane whose turn it is in a queue, among all that can be served.
    mutating func nextLane(queue: Int) -> Turn? {
        while let top = queues[queue].turns.top {
            if isTrue(top) { return Turn(lane: Int(top.element), time: top.order) }
            queues[queue].turns.popTop()
        }
        return nil
    }

    /// The lane whose turn it is among those that can serve one of `kinds`.
    mutating func nextLane(queue: Int, kinds: [String]) -> Turn? {
        var best: OrderHeap.Entry?
        for kind in kinds {
            guard let turn = nextKindTurn(queue: queue, kind: kind) else { continue }
            if let found = best, !OrderHeap.isBefore(turn, found) { continue }
            best = turn
        }
        return best.map { Turn(lane: Int($0.element), time: $0.order) }
    }

    /// The lane whose turn it is among those of `tenants` that can serve one of `kinds`.
    func nextLane(queue: Int, kinds: [String]?, tenants names: [String]) -> Turn? {
        var best: OrderHeap.Entry?
        for name in names {
            guard let tenant = tenantIndex(name),
                let lane = laneIndex(tenant: tenant, queue: queue)
            else { continue }
            let able = lanes[lane].lines.filter { canServe(line: $0, kinds: kinds) }
            guard let least = able.map(time(ofLine:)).min() else { continue }
            let turn = OrderHeap.Entry(
                order: kinds == nil ? lanes[lane].virtualTime : least, element: Int32(lane))
            if let found = best, !OrderHeap.isBefore(turn, found) { continue }
            best = turn
        }
        return best.map { Turn(lane: Int($0.element), time: $0.order) }
    }

    /// True if this line has work that may start and that a pull of `kinds` takes.
    func canServe(line: Int, kinds: [String]?) -> Bool {
        lines[line].isRunnable && (kinds?.contains(lines[line].kind) ?? true)
    }

    /// The lane had its turn with a job of this cost, by a pull of these kinds, or of any: it pays,
    /// and its next turn comes later. What a pull for some tenants reaches says nothing of the
    /// others, so it moves nobody beyond the next of all.
    mutating func served(_ turn: Turn, cost: Int64, kinds: [String]?, isForAll: Bool) {
        let lane = turn.lane
        let queue = lanes[lane].queue
        let price = max(1, cost) * (1 << 20) / tenants[lanes[lane].tenant].plan.weight
        var reached = turn.time
        if !isForAll {
            let next = kinds.map { nextLane(queue: queue, kinds: $0) } ?? nextLane(queue: queue)
            reached = min(reached, next?.time ?? reached)
        }
        let before = lanes[lane].virtualTime
        lanes[lane].virtualTime = before + price
        if let kinds {
            for line in lanes[lane].lines where kinds.contains(lines[line].kind) {
                lines[line].notBefore = max(lines[line].notBefore, turn.time + price)
            }
            for kind in kinds { reach(reached, queue: queue, kind: kind) }
        } else {
            queues[queue].now = max(queues[queue].now, reached)
        }
        if max(before, turn.time) + price > TurnRebase.timeMax { return rebase(queue: queue) }
        guard lanes[lane].runnableLines > 0 else { return }
        let next = OrderHeap.Entry(order: before + price, element: Int32(lane))
        if let top = queues[queue].turns.top, Int(top.element) == lane, top.order == before {
            queues[queue].turns.replaceTop(with: next)
        } else {
            queues[queue].turns.push(next)
            sweepTurns(queue: queue)
        }
        guard !queues[queue].kindTurns.isEmpty else { return }
        for line in lanes[lane].lines where lines[line].isRunnable { pushKindTurn(line: line) }
    }

    /// A line can be served from now on: it takes its turn no earlier than now, by the pulls that
    /// its work is for.
    mutating func wake(line: Int) {
        let lane = lines[line].lane
        let queue = lanes[lane].queue
        if let now = queues[queue].kindNow[lines[line].kind] {
            lines[line].notBefore = max(lines[line].notBefore, now)
        }
        if lanes[lane].runnableLines == 1 {
            queues[queue].runnableLanes += 1
            lanes[lane].virtualTime = max(lanes[lane].virtualTime, queues[queue].now)
            queues[queue].turns.push(
                OrderHeap.Entry(order: lanes[lane].virtualTime, element: Int32(lane)))
            sweepTurns(queue: queue)
        }
        if !queues[queue].kindTurns.isEmpty { pushKindTurn(line: line) }
    }

    // MARK: Private

    /// When a line's turn comes for pulls that name its kind.
    private func time(ofLine line: Int) -> Int64 {
        max(lanes[lines[line].lane].virtualTime, lines[line].notBefore)
    }

    /// A pull may name kinds that nobody has ever submitted; they are known before their first job,
    /// but not without end.
    private mutating func reach(_ time: Int64, queue: Int, kind: String) {
        if let now = queues[queue].kindNow[kind] {
            queues[queue].kindNow[kind] = max(now, time)
        } else if queues[queue].kindNow.count < LaneBook.kindsMax
            || queues[queue].linesOfKind[kind] != nil
        {
            queues[queue].kindNow[kind] = time
        }
    }

    /// Makes the times of a queue small. A lane that has nothing to serve will not take a turn
    /// before those that have, so what lies below them is one time.
    private mutating func rebase(queue: Int) {
        let members = queues[queue].lanes
        let lines = members.flatMap { lanes[$0].lines }
        let kinds = queues[queue].kindNow.keys.sorted()
        var least = queues[queue].now
        for lane in members where lanes[lane].runnableLines > 0 {
            least = min(least, lanes[lane].virtualTime)
        }
        let times =
            members.map { lanes[$0].virtualTime } + lines.map { self.lines[$0].notBefore }
            + kinds.map { queues[queue].kindNow[$0] ?? 0 } + [queues[queue].now]
        var rebased = TurnRebase.rebased(times.map { max($0, least) })[...]
        queues[queue].turns = OrderHeap()
        queues[queue].kindTurns = [:]
        for lane in members {
            lanes[lane].virtualTime = rebased.removeFirst()
            guard lanes[lane].runnableLines > 0 else { continue }
            queues[queue].turns.push(
                OrderHeap.Entry(order: lanes[lane].virtualTime, element: Int32(lane)))
        }
        for line in lines { self.lines[line].notBefore = rebased.removeFirst() }
        for kind in kinds { queues[queue].kindNow[kind] = rebased.removeFirst() }
        queues[queue].now = rebased.removeFirst()
    }

    private func isTrue(_ entry: OrderHeap.Entry) -> Bool {
        let lane = lanes[Int(entry.element)]
        return lane.runnableLines > 0 && lane.virtualTime == entry.order
    }

    private func isTrue(_ entry: OrderHeap.Entry, ofKind kind: String) -> Bool {
        guard let line = lineIndex(lane: Int(entry.element), kind: kind) else { return false }
        return lines[line].isRunnable && time(ofLine: line) == entry.order
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
        let kind = lines[line].kind
        guard let size = queues[queue].kindTurns[kind]?.entries.count else { return }
        let turn = OrderHeap.Entry(order: time(ofLine: line), element: Int32(lane))
        queues[queue].kindTurns[kind]?.push(turn)
        guard size > 2 * queues[queue].lanes.count + 64,
            var turns = queues[queue].kindTurns.removeValue(forKey: kind)
        else { return }
        var seen = Set<Int32>()
        turns.sweep { isTrue($0, ofKind: kind) && seen.insert($0.element).inserted }
        queues[queue].kindTurns[kind] = turns
    }
}
