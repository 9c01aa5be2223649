/// How often a tenant's jobs may start: the generic cell rate algorithm, in whole microseconds.
package struct StartRate: Hashable, Sendable {
    /// So many starts…
    package let starts: Int64
    /// …in this time.
    package let perMilliseconds: Int64
    /// So many may come at once after a rest.
    package let burst: Int64

    /// A rate of `starts` each `perMilliseconds`.
    package init(starts: Int64, perMilliseconds: Int64, burst: Int64) {
        self.starts = starts
        self.perMilliseconds = perMilliseconds
        self.burst = burst
    }

    /// Rounded up: rounded down, the starts of a window would add up to more than were allowed.
    private var intervalMicroseconds: Int64 { (perMilliseconds * 1_000 + starts - 1) / starts }

    /// What a tenant's starts have come to.
    package struct State: Hashable, Sendable {
        /// When the next start would come if all were evenly spread, in steady microseconds.
        fileprivate var nextMicroseconds = Int64.min

        /// Nothing started yet.
        package init() {}
    }

    /// When the next job may start, in steady milliseconds; nil is now.
    package func opensSteadyMilliseconds(_ state: State, at now: Moment) -> Int64? {
        guard state.nextMicroseconds > .min else { return nil }
        let opens = state.nextMicroseconds - (burst - 1) * intervalMicroseconds
        guard opens > now.steadyMilliseconds * 1_000 else { return nil }
        return -(-opens).flooredDivision(by: 1_000)
    }

    /// Starts under another rate came to this: here they count for no more than a spent burst.
    package func takeOver(_ state: inout State, at now: Moment) {
        state.nextMicroseconds = min(
            state.nextMicroseconds, now.steadyMilliseconds * 1_000 + burst * intervalMicroseconds)
    }

    /// Takes note of a start. Where the rate is not enforced more start than it lets: they count
    /// for no more than a spent burst, so that nobody is held for long once it is.
    package func started(_ state: inout State, at now: Moment) {
        let earliest = now.steadyMilliseconds * 1_000
        state.nextMicroseconds = max(state.nextMicroseconds, earliest) + intervalMicroseconds
        takeOver(&state, at: now)
    }
}
