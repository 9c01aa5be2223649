import Core

/// The day that charges of a `History` belong to, kept a second time by the sentences of the rules:
/// it rolls at midnight, never goes back, and waits for a minute of steady time after a jump.
struct DayReckoning {
    private(set) var day: Day
    /// True if the last time that was observed was of another day than the one before.
    private(set) var hasRolled = false
    /// What the wall clock was ahead of the steady one.
    private var lead: Int64
    private var jumpedAt: Int64?

    init(at now: Moment) {
        day = Day(containing: now.wall)
        lead = now.wall.milliseconds - now.steadyMilliseconds
    }

    /// Another process begins that knows the day and no clock but its own. Another day than that
    /// is believed after a minute.
    mutating func restart(at now: Moment) {
        lead = now.wall.milliseconds - now.steadyMilliseconds
        jumpedAt = Day(containing: now.wall) == day ? nil : now.steadyMilliseconds
        hasRolled = false
    }

    mutating func observe(_ now: Moment) throws {
        let before = (day: day, lead: lead)
        lead = now.wall.milliseconds - now.steadyMilliseconds
        if (lead - before.lead).magnitude > 60_000 { jumpedAt = now.steadyMilliseconds }
        let isTrusted = jumpedAt.map { now.steadyMilliseconds - $0 >= 60_000 } ?? true
        if isTrusted { day = max(day, Day(containing: now.wall)) }
        hasRolled = day != before.day
        try Broken.unless(day >= before.day, "the day went back")
    }
}
