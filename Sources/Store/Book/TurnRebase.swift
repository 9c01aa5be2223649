/// Makes the virtual times of a queue small again: they only grow, and one day would not fit.
enum TurnRebase {
    /// When a time is past this its queue's times are made small. What one serving adds is less
    /// than a millionth of what is left above it.
    static let timeMax: Int64 = 1 << 61

    /// No time is greater once all were made small.
    private static let spreadMax: Int64 = 1 << 60

    /// The times of one queue, moved so that the least of them is 0. The order stays, and ties do.
    /// Distances stay as well, but where a lane is so far behind, because nobody asks for what it
    /// has, that its distance alone would not fit: then the widest gaps become less wide.
    static func rebased(_ times: [Int64]) -> [Int64] {
        guard let least = times.min(), let most = times.max() else { return times }
        guard most - least > spreadMax else { return times.map { $0 - least } }
        let gapMax = spreadMax / Int64(times.count)
        var rebased = times
        var before = least
        var after: Int64 = 0
        for index in times.indices.sorted(by: { times[$0] < times[$1] }) {
            after += min(times[index] - before, gapMax)
            before = times[index]
            rebased[index] = after
        }
        return rebased
    }
}
