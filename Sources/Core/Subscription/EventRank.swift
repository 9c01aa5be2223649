/// Where an event stands among those of the same second, by its kind. The numbers are stored.
package enum EventRank: Int64, Hashable, Comparable, Sendable, CaseIterable {
    /// An object that was asked for. What happened in the second of the question may not be in it,
    /// so every event of that second stands after it.
    case fetched = -1
    case created = 0
    /// Also `trial_will_end` and `pending_update_…`.
    case updated = 1
    /// Also `resumed`.
    case paused = 2
    case deleted = 3

    package static func < (left: EventRank, right: EventRank) -> Bool {
        left.rawValue < right.rawValue
    }
}
