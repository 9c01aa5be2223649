/// Why a program was told to end.
package enum StopReason: Hashable, Sendable {
    /// Somebody canceled the job.
    case canceled
    /// It ran longer than it may.
    case timedOut(milliseconds: Int64)
    /// The runner ends.
    case draining
    /// The lease is another's by now: nothing that this attempt says counts.
    case lost
}

extension StopReason? {
    /// Takes note of a reason; true if it is the first. That one holds, but a lost lease counts
    /// above all.
    package mutating func note(_ reason: StopReason) -> Bool {
        let isFirst = self == nil
        if isFirst || reason == .lost { self = reason }
        return isFirst
    }
}
