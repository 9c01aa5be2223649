/// Decides which period charges go to. It rolls at midnight on the first, never goes back, and
/// does not trust a clock that has just jumped (SEMANTICS §3).
package struct PeriodClock: Hashable, Sendable {
    /// The period that charges go to now.
    package private(set) var current: Period
    private var last: Moment
    /// Steady time from which the period may roll again; nil while the clocks agree.
    private var distrustUntilSteady: Int64?

    /// Begins at `now`. `stored` is the period that was current when the server last ran: when it
    /// ended while the server was down, it stays current until time has run steadily.
    package init(stored: Period?, at now: Moment) {
        let calendar = Period(containing: now.wall)
        current = stored ?? calendar
        last = now
        if calendar != current {
            distrustUntilSteady = now.steadyMilliseconds + Limits.steadyMillisecondsBeforeRoll
        }
    }

    /// Takes note of the time. True if the period rolled.
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
        let calendar = Period(containing: now.wall)
        #if Mutants
            let isNext = Mutant.periodGoesBack.isIn ? calendar != current : calendar > current
        #else
            let isNext = calendar > current
        #endif
        guard isNext else { return false }
        current = calendar
        return true
    }

    /// When the period may next roll, in steady milliseconds, if nothing jumps before.
    package func nextRollSteadyMilliseconds(at now: Moment) -> Int64 {
        let untilEnd = max(0, current.end.since(now.wall))
        return max(now.steadyMilliseconds + untilEnd, distrustUntilSteady ?? 0)
    }
}
