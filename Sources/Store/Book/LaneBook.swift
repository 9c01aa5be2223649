import Core

/// What the store keeps in memory to choose the next job: queues, lanes, lines, and whose turn it
/// is. It knows no SQL and no clock; everything in it can be rebuilt from rows. Indexes are stable:
/// tenants, queues, lanes and lines are never removed, and an index plus one is the row's id.
struct LaneBook {
    private(set) var tenants: [TenantState] = []
    private(set) var queues: [QueueState] = []
    private(set) var lanes: [LaneState] = []
    private(set) var lines: [LineState] = []
    /// How many tenants, but for the deleted, use each version of a plan.
    private(set) var planUses: [PlanVersion: Int] = [:]
    private var tenantIndexes: [String: Int] = [:]
    private var queueIndexes: [String: Int] = [:]
    private var laneIndexes: [LaneKey: Int] = [:]
    /// Lines of which nobody can say whether they may run before their first job is known.
    var unknownLines: [Int] = []
    /// Tenants whose terms changed since their gate was set.
    private var newTerms: Set<Int> = []
    /// Lines that became runnable since tickets were last served.
    private(set) var awakeLines: [Int] = []

    private struct LaneKey: Hashable {
        let tenant: Int
        let queue: Int
    }

    /// Kinds that one queue keeps turns for; beyond it they are made anew when asked for.
    private static let kindTurnsMax = 1_024

    // MARK: Finding and adding

    /// Makes room for so many at once and for a few that come later.
    mutating func reserve(tenants tenantCount: Int, lanes laneCount: Int, lines lineCount: Int) {
        tenants.reserveCapacity(tenantCount + tenantCount / 4)
        tenantIndexes.reserveCapacity(tenantCount)
        lanes.reserveCapacity(laneCount + laneCount / 4)
        laneIndexes.reserveCapacity(laneCount)
        lines.reserveCapacity(lineCount + lineCount / 4)
    }

    func tenantIndex(_ id: String) -> Int? { tenantIndexes[id] }

    func queueIndex(_ name: String) -> Int? { queueIndexes[name] }

    func laneIndex(tenant: Int, queue: Int) -> Int? {
        laneIndexes[LaneKey(tenant: tenant, queue: queue)]
    }

    func lineIndex(lane: Int, kind: String) -> Int? {
        lanes[lane].lines.first { lines[$0].kind == kind }
    }

    mutating func addTenant(_ tenant: TenantState) -> Int {
        precondition(tenantIndexes[tenant.id] == nil, "tenant \(tenant.id) is in the book already")
        tenants.append(tenant)
        tenantIndexes[tenant.id] = tenants.count - 1
        countPlans(of: tenant.facts, by: 1)
        return tenants.count - 1
    }

    mutating func addQueue(_ name: String) -> Int {
        queues.append(QueueState(name: name))
        queueIndexes[name] = queues.count - 1
        return queues.count - 1
    }

    mutating func addLane(tenant: Int, queue: Int) -> Int {
        lanes.append(LaneState(tenant: tenant, queue: queue))
        let lane = lanes.count - 1
        laneIndexes[LaneKey(tenant: tenant, queue: queue)] = lane
        tenants[tenant].lanes.append(lane)
        queues[queue].lanes.append(lane)
        return lane
    }

    mutating func addLine(lane: Int, kind: String) -> Int {
        lines.append(LineState(lane: lane, kind: kind))
        let line = lines.count - 1
        takeTerms(line: line)
        lanes[lane].lines.append(line)
        queues[lanes[lane].queue].linesOfKind[kind, default: []].append(line)
        return line
    }

    /// The kinds that a tenant has jobs of, or had.
    func kinds(ofTenant tenant: Int) -> Set<String> {
        var kinds = Set<String>()
        for lane in tenants[tenant].lanes {
            for line in lanes[lane].lines { kinds.insert(lines[line].kind) }
        }
        return kinds
    }

    func tenant(ofLine line: Int) -> Int { lanes[lines[line].lane].tenant }

    func capacity(ofLine line: Int) -> Int64 { tenants[tenant(ofLine: line)].capacity }

    // MARK: Jobs come and go

    mutating func insert(_ job: Head, line: Int, track: Track) {
        lines[line][track].insert(job)
        refresh(line: line)
    }

    mutating func remove(_ id: JobID, line: Int, track: Track) {
        lines[line][track].remove(id)
        refresh(line: line)
    }

    /// Notes the first job of a track that the rows were asked for. Its cost may close the line.
    mutating func setHead(_ head: Head, line: Int, track: Track) {
        lines[line][track].head = head
        refresh(line: line)
    }

    /// Takes over what a scan of the rows found in a track.
    mutating func load(line: Int, track: Track, count: Int, head: Head, costMax: Int64) {
        lines[line][track] = TrackState(count: count, head: head, costMax: costMax)
        refresh(line: line)
    }

    // MARK: Tenants

    mutating func modifyTenant(_ tenant: Int, _ change: (inout TenantState) -> Void) {
        change(&tenants[tenant])
    }

    /// The tenant's terms are others: its lines take what they need of them. They open or close
    /// with the gate, which has to be set next: a lane that has work before and after keeps its
    /// turn.
    mutating func setTerms(_ terms: TenantTerms, tenant: Int) {
        countPlans(of: tenants[tenant].terms.facts, by: -1)
        countPlans(of: terms.facts, by: 1)
        tenants[tenant].terms = terms
        newTerms.insert(tenant)
        for lane in tenants[tenant].lanes {
            for line in lanes[lane].lines { takeTerms(line: line) }
        }
    }

    private mutating func countPlans(of facts: TenantFacts, by step: Int) {
        guard !facts.isDeleted else { return }
        count(facts.basePlan, by: step)
        if let entitled = facts.entitled?.plan, entitled != facts.basePlan {
            count(entitled, by: step)
        }
    }

    private mutating func count(_ version: PlanVersion, by step: Int) {
        let uses = planUses[version, default: 0] + step
        precondition(uses >= 0, "plan \(version.id) \(version.version) is used by \(uses) tenants")
        planUses[version] = uses == 0 ? nil : uses
    }

    /// Opens or closes a tenant's lines. It touches the tenant's few lines, never its jobs.
    mutating func setGate(
        tenant: Int, admitsCharged: Bool, freshBudget: Int64, capacity: Int64
    ) {
        let before = (
            tenants[tenant].admitsCharged, tenants[tenant].freshBudget, tenants[tenant].capacity
        )
        tenants[tenant].admitsCharged = admitsCharged
        tenants[tenant].freshBudget = freshBudget
        tenants[tenant].capacity = capacity
        let hasNewTerms = !newTerms.isEmpty && newTerms.remove(tenant) != nil
        guard
            hasNewTerms || before.0 != admitsCharged || LaneBook.decides(before.1, freshBudget)
                || LaneBook.decides(before.2, capacity)
        else { return }
        for lane in tenants[tenant].lanes {
            for line in lanes[lane].lines { refresh(line: line) }
        }
    }

    /// True if a change between these amounts can matter to a job: none costs more than the most.
    private static func decides(_ before: Int64, _ after: Int64) -> Bool {
        before != after && min(before, after) < Limits.costMax
    }

    private mutating func takeTerms(line: Int) {
        let terms = tenants[tenant(ofLine: line)].terms
        lines[line].kindCost = terms.plan.cost(ofKind: lines[line].kind)
        lines[line].isBarred = Gate.isBarred(lines[line].kind, terms: terms)
    }

    /// The lines that woke since the last call.
    mutating func takeAwakeLines() -> [Int] {
        defer { awakeLines.removeAll(keepingCapacity: true) }
        return awakeLines
    }

    // MARK: Turns

    /// The lane whose turn it is in a queue, among all that can be served.
    mutating func nextLane(queue: Int) -> Int? {
        while let top = queues[queue].turns.top {
            if isTrue(top) { return Int(top.element) }
            queues[queue].turns.popTop()
        }
        return nil
    }

    /// The lane whose turn it is among those that can serve one of `kinds`.
    mutating func nextLane(queue: Int, kinds: [String]) -> Int? {
        var best: OrderHeap.Entry?
        for kind in kinds {
            guard let turn = nextKindTurn(queue: queue, kind: kind) else { continue }
            if let found = best, !OrderHeap.isBefore(turn, found) { continue }
            best = turn
        }
        return best.map { Int($0.element) }
    }

    /// The lane whose turn it is among those of `tenants` that can serve one of `kinds`.
    func nextLane(queue: Int, kinds: [String]?, tenants names: [String]) -> Int? {
        var best: OrderHeap.Entry?
        for name in names {
            guard let tenant = tenantIndexes[name],
                let lane = laneIndex(tenant: tenant, queue: queue),
                lanes[lane].lines.contains(where: { canServe(line: $0, kinds: kinds) })
            else { continue }
            let turn = OrderHeap.Entry(
                order: lanes[lane].virtualTime, element: Int32(lane))
            if let found = best, !OrderHeap.isBefore(turn, found) { continue }
            best = turn
        }
        return best.map { Int($0.element) }
    }

    /// True if this line has work that may start and that a pull of `kinds` takes.
    func canServe(line: Int, kinds: [String]?) -> Bool {
        lines[line].isRunnable && (kinds?.contains(lines[line].kind) ?? true)
    }

    /// The lane had its turn with a job of this cost: it pays, and its next turn comes later.
    mutating func served(lane: Int, cost: Int64) {
        let queue = lanes[lane].queue
        if lanes[lane].virtualTime > TurnRebase.timeMax { rebase(queue: queue) }
        let before = lanes[lane].virtualTime
        let weight = tenants[lanes[lane].tenant].plan.weight
        let after = before + max(1, cost) * (1 << 20) / weight
        queues[queue].now = before
        lanes[lane].virtualTime = after
        guard lanes[lane].runnableLines > 0 else { return }
        let turn = OrderHeap.Entry(order: after, element: Int32(lane))
        if let top = queues[queue].turns.top, Int(top.element) == lane, top.order == before {
            queues[queue].turns.replaceTop(with: turn)
        } else {
            queues[queue].turns.push(turn)
            sweepTurns(queue: queue)
        }
        guard !queues[queue].kindTurns.isEmpty else { return }
        for line in lanes[lane].lines where lines[line].isRunnable { pushKindTurn(line: line) }
    }

    /// Makes the times of a queue small. A lane that has nothing to serve will not take a turn
    /// before those that have, so what lies below them is one time.
    private mutating func rebase(queue: Int) {
        let members = queues[queue].lanes
        var least = queues[queue].now
        for lane in members where lanes[lane].runnableLines > 0 {
            least = min(least, lanes[lane].virtualTime)
        }
        let times = members.map { max(lanes[$0].virtualTime, least) } + [queues[queue].now]
        queues[queue].turns = OrderHeap()
        queues[queue].kindTurns = [:]
        let rebased = TurnRebase.rebased(times)
        queues[queue].now = rebased[members.count]
        for (lane, time) in zip(members, rebased) {
            lanes[lane].virtualTime = time
            guard lanes[lane].runnableLines > 0 else { continue }
            queues[queue].turns.push(OrderHeap.Entry(order: time, element: Int32(lane)))
        }
    }

    // MARK: Private

    /// Looks again whether a line can be served. One of which nobody can say stays as it is until
    /// its first job is read or put apart, which is at once: closed and opened again, its lane
    /// would lose its turn.
    private mutating func refresh(line: Int) {
        guard isKnown(line: line) else { return unknownLines.append(line) }
        settle(line: line)
    }

    /// Moves a line in or out of the turns by what is known of it.
    mutating func settle(line: Int) {
        let lane = lines[line].lane
        let isRunnable =
            admits(line: line, .charged) || admits(line: line, .fresh)
        guard isRunnable != lines[line].isRunnable else { return }
        lines[line].isRunnable = isRunnable
        let queue = lanes[lane].queue
        if isRunnable {
            lanes[lane].runnableLines += 1
            if lanes[lane].runnableLines == 1 {
                queues[queue].runnableLanes += 1
                lanes[lane].virtualTime = max(lanes[lane].virtualTime, queues[queue].now)
                queues[queue].turns.push(
                    OrderHeap.Entry(
                        order: lanes[lane].virtualTime, element: Int32(lane)))
                sweepTurns(queue: queue)
            }
            if !queues[queue].kindTurns.isEmpty { pushKindTurn(line: line) }
            awakeLines.append(line)
        } else {
            lanes[lane].runnableLines -= 1
            if lanes[lane].runnableLines == 0 { queues[queue].runnableLanes -= 1 }
        }
    }

    /// True if the gate lets the first job of a track pass. One that is not known yet is taken to
    /// cost as little as it can: where that could be wrong, `isKnown` is false.
    func admits(line: Int, _ track: Track) -> Bool {
        guard lines[line][track].count > 0, !lines[line].isBarred else { return false }
        let tenant = lanes[lines[line].lane].tenant
        switch track {
        case .charged: return tenants[tenant].admitsCharged
        case .fresh:
            let cost = lines[line].cost(of: lines[line].fresh.head?.cost ?? 0)
            return tenants[tenant].freshBudget >= cost
        case .unfit: return false
        }
    }

    /// False if the first new job of a line has to be looked at: its cost decides and is not known,
    /// or it can never be admitted and stands in the way of the next.
    private func isKnown(line: Int) -> Bool {
        let fresh = lines[line].fresh
        guard fresh.count > 0 else { return true }
        let tenant = tenant(ofLine: line)
        if let head = fresh.head {
            return lines[line].cost(of: head.cost) <= tenants[tenant].capacity
        }
        let budget = tenants[tenant].freshBudget
        return budget < lines[line].kindCost || lines[line].cost(of: fresh.costMax) <= budget
    }

    private func isTrue(_ entry: OrderHeap.Entry) -> Bool {
        let lane = lanes[Int(entry.element)]
        return lane.runnableLines > 0 && lane.virtualTime == entry.order
    }

    private func isTrue(_ entry: OrderHeap.Entry, ofKind kind: String) -> Bool {
        let lane = Int(entry.element)
        guard lanes[lane].virtualTime == entry.order,
            let line = lineIndex(lane: lane, kind: kind)
        else { return false }
        return lines[line].isRunnable
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
        if queues[queue].kindTurns.count >= LaneBook.kindTurnsMax {
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
        queues[queue].kindTurns[kind]?.push(
            OrderHeap.Entry(order: lanes[lane].virtualTime, element: Int32(lane)))
        guard size > 2 * queues[queue].lanes.count + 64,
            var turns = queues[queue].kindTurns.removeValue(forKey: kind)
        else { return }
        var seen = Set<Int32>()
        turns.sweep { isTrue($0, ofKind: kind) && seen.insert($0.element).inserted }
        queues[queue].kindTurns[kind] = turns
    }
}
