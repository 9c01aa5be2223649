import Core

/// A walk over all tenants after something changed for many of them: those whose gate that concerns
/// are looked at anew, some in each batch. Whatever begins while it goes on is walked for after it,
/// so nobody is passed over and nobody waits for ever.
struct GateWalk: Sendable {
    /// The tenant that comes next; nil while nobody walks.
    private(set) var position: Int?
    /// Gates may be those of the period that this day was in.
    private var day: Day?
    /// Gates may have been decided as late as this, by a wall clock that went back since.
    private var wall: Timestamp?
    private var isRepeated = false

    /// Nobody walks.
    init() {}

    var isUnderWay: Bool { position != nil }

    /// The first day whose gates may not have been looked at since.
    func earliestDay(orElse today: Day) -> Day { day ?? today }

    /// Something changed for many. Gates were decided on `day` or later.
    mutating func begin(since day: Day) {
        self.day = min(self.day ?? day, day)
        if position == nil { position = 0 } else { isRepeated = true }
    }

    /// The wall clock went back from `wall`: what ended in between has not ended yet. Gates were
    /// decided on `day` or later.
    mutating func begin(since day: Day, backFrom wall: Timestamp) {
        self.wall = max(self.wall ?? wall, wall)
        begin(since: day)
    }

    /// The latest time by which gates that are still ahead may have been decided.
    func latestWall(orElse now: Timestamp) -> Timestamp { max(wall ?? now, now) }

    /// True if the tenant's turn is still to come.
    func isAhead(_ tenant: Int) -> Bool {
        guard let position else { return false }
        return isRepeated || position <= tenant
    }

    /// The next of so many tenants; nil at the end of the walk.
    mutating func next(of count: Int) -> Int? {
        guard var tenant = position else { return nil }
        if tenant >= count, isRepeated {
            isRepeated = false
            tenant = 0
        }
        guard tenant < count else {
            self = GateWalk()
            return nil
        }
        position = tenant + 1
        return tenant
    }
}
