import Core

/// Which of its queues a pull begins with. Pulls of the same work take turns among themselves, so
/// that however they come between others each queue is first as often as the next.
package struct QueueTurns {
    private var counts = RecentTable<Work, UInt64>(countMax: Limits.queueTurnsMax)
    /// Where those begin that are not known, so that they do not all begin with the same.
    private var count: UInt64 = 0

    private struct Work: Hashable {
        let queues: [String]
        let kinds: [String]?
        let tenants: [String]?
    }

    /// Nobody had a turn.
    package init() {}

    /// The turn of a pull that comes now; one with a single queue needs none.
    package mutating func next(_ pull: Pull) -> UInt64 {
        guard pull.queues.count > 1 else { return 0 }
        count &+= 1
        let work = Work(queues: pull.queues, kinds: pull.kinds, tenants: pull.tenants)
        var turn: UInt64 = 0
        counts.use(work, otherwise: count) {
            turn = $0
            $0 &+= 1
        }
        return turn
    }
}
