/// The time of those who pull the same work, and what each lane has paid for what they gave it.
/// Who paid least is next. A lane that had nothing for them, or was never served, is at their own
/// time: it has no turns saved, and none is ever farther off than the price of its last job.
struct TurnClock {
    /// Times beyond it are made small: below `Int64.max` by more than any job's price, which is
    /// less than 2 to the 41.
    static let timeMax: Int64 = 1 << 61

    /// The time that the pulls have reached.
    private(set) var now: Int64 = 0
    /// Of each lane that is later than that, and of some that were.
    private var times: [Int32: Int64] = [:]
    private var timesMax = 64

    /// When a lane's turn comes.
    func time(of lane: Int) -> Int64 { max(now, times[Int32(lane)] ?? now) }

    /// A lane had its turn and pays for it. Says by how much all times were made smaller.
    mutating func serve(_ lane: Int, price: Int64) -> Int64 {
        now = time(of: lane)
        times[Int32(lane)] = now + price
        guard times.count > timesMax || now > TurnClock.timeMax else { return 0 }
        let back = now
        times = times.compactMapValues { $0 > back ? $0 - back : nil }
        timesMax = 2 * times.count + 64
        now = 0
        return back
    }
}
