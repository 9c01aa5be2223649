/// Decides which day charges belong to, and with it every tenant's period. It rolls at midnight,
/// never goes back, and does not trust a clock that has just jumped (SEMANTICS §3).
package struct PeriodClock: Hashable, Sendable {
    /// The day that charges belong to now.
    package private(set) var day: Day {
        didSet { month = Period(containing: day, anchorDay: nil) }
    }
    /// The month that it is in: most tenants count by it, at every start.
    private var month: Period
    private var last: Moment
    /// Steady time from which the day may roll again; nil while the clocks agree.
    private var distrustUntilSteady: Int64?

    /// Begins at `now`. `stored` is the day of when the server last ran: when midnight passed while
    /// the server was down, it stays until time has run steadily.
    package init(stored: Day?, at now: Moment) {
        let today = Day(containing: now.wall)
        day = stored ?? today
        month = Period(containing: day, anchorDay: nil)
        last = now
        if today != day {
            distrustUntilSteady = now.steadyMilliseconds + Limits.steadyMillisecondsBeforeRoll
        }
    }

    /// Takes note of the time. True if the day rolled.
    package mutating func observe(_ now: Moment) -> Bool {
        let wallPassed = now.wall.since(last.wall)
        let steadyPassed = now.steadyMilliseconds - last.steadyMilliseconds
        last = now
        if abs(wallPassed - steadyPassed) > Limits.clockJumpMilliseconds {
            distrustUntilSteady = now.steadyMilliseconds + Limits.steadyMillisecondsBeforeRoll
        }
        if let until = distrustUntilSteady {
            guard now.steadyMilliseconds >= until else { return false }
            distrustUntilSteady = nil
        }
        let today = Day(containing: now.wall)
        #if Mutants
            let isNext = Mutant.periodGoesBack.isIn ? today != day : today > day
        #else
            let isNext = today > day
        #endif
        guard isNext else { return false }
        day = today
        return true
    }

    /// The period that charges of a tenant with such a window go to now.
    package func period(of window: PeriodWindow) -> Period {
        window == .calendar ? month : window.period(on: day)
    }

    /// When the day may next roll, in steady milliseconds, if nothing jumps before.
    package func nextRollSteadyMilliseconds(at now: Moment) -> Int64 {
        let untilEnd = max(0, day.end.since(now.wall))
        return max(now.steadyMilliseconds + untilEnd, distrustUntilSteady ?? 0)
    }
}
