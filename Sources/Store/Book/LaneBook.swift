import Core

/// What the store keeps in memory to choose the next job: queues, lanes, lines, and whose turn it
/// is. It knows no SQL and no clock; everything in it can be rebuilt from rows. Indexes are stable:
/// tenants, queues, lanes and lines are never removed, and an index plus one is the row's id.
struct LaneBook {
    private(set) var tenants: [TenantState] = []
    /// Changed here and by turns alone, as lanes and lines are.
    var queues: [QueueState] = []
    var lanes: [LaneState] = []
    var lines: [LineState] = []
    /// The time of those who pull for several tenants alone.
    var tenantClocks = RecentTable<TenantWork, TurnClock>(countMax: Limits.tenantClocksMax)
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

    /// What `kinds(ofTenant:)` found where it looked at many lines.
    private var kindsOfMany: [Int: Set<String>] = [:]

    private struct LaneKey: Hashable {
        let tenant: Int
        let queue: Int
    }

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
        kindsOfMany[lanes[lane].tenant]?.insert(kind)
        queues[lanes[lane].queue].linesOfKind[kind, default: []].append(line)
        return line
    }

    /// The kinds that a tenant has jobs of, or had.
    mutating func kinds(ofTenant tenant: Int) -> Set<String> {
        if let known = kindsOfMany[tenant] { return known }
        var kinds: Set<String> = []
        var count = 0
        for lane in tenants[tenant].lanes {
            for line in lanes[lane].lines { kinds.insert(lines[line].kind) }
            count += lanes[lane].lines.count
        }
        if count > 128 { kindsOfMany[tenant] = kinds }
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
        if isRunnable {
            lanes[lane].runnableLines += 1
            wake(line: line)
            awakeLines.append(line)
        } else {
            lanes[lane].runnableLines -= 1
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
}
