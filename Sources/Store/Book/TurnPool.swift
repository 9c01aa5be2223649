/// The turns of a queue's lanes for pulls that name the same kinds, or none. A lane has an entry as
/// long as it has work for them, at its time or before: whoever looks at the first moves it on.
struct TurnPool {
    /// Nil if any will do.
    let kinds: [String]?
    /// When it was last looked at, among the pools of its queue.
    var usedAt: UInt64 = 0
    private let ties: TurnTies
    private var clock = TurnClock()
    /// Of the lanes' places.
    private var turns = OrderHeap()
    private var entriesMax = 64

    init(kinds: [String]?, forgotten: UInt32 = 0) {
        self.kinds = kinds
        ties = TurnTies(kinds: kinds, tenants: nil, forgotten: forgotten)
    }

    /// The lane that may be next.
    var first: Int? { turns.top.map { ties.lane(at: $0.element) } }

    /// The first has no work for these pulls.
    mutating func dropFirst() { turns.popTop() }

    /// True if the first lane is next. If not, it has its place at its own time now.
    mutating func isFirstNext() -> Bool {
        guard let top = turns.top else { return false }
        let time = clock.time(of: ties.lane(at: top.element))
        if top.order == time { return true }
        turns.replaceTop(with: OrderHeap.Entry(order: time, element: top.element))
        return false
    }

    /// A lane has work for these pulls. Several entries of one do no harm.
    mutating func wake(_ lane: Int) {
        turns.push(
            OrderHeap.Entry(order: clock.time(of: lane), element: ties.place(ofLane: lane)))
    }

    mutating func serve(_ lane: Int, price: Int64) {
        let back = clock.serve(lane, price: price)
        if back > 0 { turns.moveBack(by: back) }
    }

    /// True if there are more than twice as many entries as lanes had work when last swept.
    var isCrowded: Bool { turns.entries.count > entriesMax }

    /// Keeps one entry of each lane that has work for these pulls.
    mutating func sweep(keeping hasWork: (Int) -> Bool) {
        var seen = Set<Int32>()
        turns.sweep { hasWork(ties.lane(at: $0.element)) && seen.insert($0.element).inserted }
        entriesMax = 2 * turns.entries.count + 64
    }
}

/// The pools of a queue.
struct TurnPools {
    /// Changed in place by the book.
    var list: [TurnPool] = []
    private var indexes: [[String]?: Int] = [:]
    private var indexesOfKind: [String: [Int]] = [:]
    private var uses: UInt64 = 0
    private var forgotten: UInt32 = 0

    /// Where the pool for pulls of these kinds lies.
    func index(of kinds: [String]?) -> Int? { indexes[kinds] }

    /// The pools of pulls that name a kind.
    func indexes(ofKind kind: String) -> [Int] { indexesOfKind[kind] ?? [] }

    /// Notes that somebody looks at a pool.
    mutating func use(_ index: Int) {
        uses += 1
        list[index].usedAt = uses
    }

    /// Adds a pool without entries, in the place of that which was used least lately if there are
    /// as many as there may be.
    mutating func add(_ kinds: [String]?, countMax: Int) -> Int {
        var index = list.count
        if list.count < countMax {
            list.append(TurnPool(kinds: kinds))
        } else {
            index = list.indices.min { list[$0].usedAt < list[$1].usedAt } ?? 0
            indexes[list[index].kinds] = nil
            for kind in list[index].kinds ?? [] { leave(index, kind: kind) }
            forgotten &+= 1
            list[index] = TurnPool(kinds: kinds, forgotten: forgotten)
        }
        indexes[kinds] = index
        for kind in kinds ?? [] { indexesOfKind[kind, default: []].append(index) }
        return index
    }

    private mutating func leave(_ index: Int, kind: String) {
        indexesOfKind[kind]?.removeAll { $0 == index }
        if indexesOfKind[kind]?.isEmpty == true { indexesOfKind[kind] = nil }
    }
}
