/// Which of its queues a pull begins with. Pulls of the same work take turns among themselves, so
/// that however they come between others each queue is first as often as the next.
package struct QueueTurns {
    /// How many sets of queues are known before all are forgotten.
    private static let setsMax = 1_024

    private var counts: [Work: UInt64] = [:]

    private struct Work: Hashable {
        let queues: [String]
        let kinds: [String]?
        let tenants: [String]?
    }

    /// Nobody had a turn.
    package init() {}

    /// The turn of a pull that comes now. The first is 1; one with a single queue needs none.
    package mutating func next(_ pull: Pull) -> UInt64 {
        guard pull.queues.count > 1 else { return 0 }
        let work = Work(queues: pull.queues, kinds: pull.kinds, tenants: pull.tenants)
        let count = (counts[work] ?? 0) + 1
        if count == 1, counts.count >= QueueTurns.setsMax { counts.removeAll() }
        counts[work] = count
        return count
    }
}
