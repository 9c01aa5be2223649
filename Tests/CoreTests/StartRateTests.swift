import Core
import Testing

@Suite struct `The pace of starts` {
    private static let start = Moment(wall: Sample.noon, steadyMilliseconds: 5_000_000)

    /// Starts at every millisecond that lets one pass, for so long; when each came.
    private func starts(_ rate: StartRate, forMilliseconds length: Int64) -> [Int64] {
        var state = StartRate.State()
        var times: [Int64] = []
        var passed: Int64 = 0
        while passed < length {
            let now = Self.start.advanced(by: passed)
            if let opens = rate.opensSteadyMilliseconds(state, at: now) {
                passed = max(passed + 1, opens - Self.start.steadyMilliseconds)
            } else {
                rate.started(&state, at: now)
                times.append(passed)
            }
        }
        return times
    }

    /// The most starts that lie in any window of this length, and where it begins.
    private func fullest(_ times: [Int64], window: Int64) -> Int {
        var (most, first) = (0, 0)
        for (index, time) in times.enumerated() {
            while times[first] <= time - window { first += 1 }
            most = max(most, index - first + 1)
        }
        return most
    }

    @Test func `after a rest so many start at once as the burst says`() {
        let rate = StartRate(starts: 10, perMilliseconds: 1_000, burst: 3)
        var state = StartRate.State()
        for _ in 0..<3 {
            #expect(rate.opensSteadyMilliseconds(state, at: Self.start) == nil)
            rate.started(&state, at: Self.start)
        }
        #expect(rate.opensSteadyMilliseconds(state, at: Self.start) == 5_000_100)
        #expect(rate.opensSteadyMilliseconds(state, at: Self.start.advanced(by: 99)) == 5_000_100)
        #expect(rate.opensSteadyMilliseconds(state, at: Self.start.advanced(by: 100)) == nil)
    }

    @Test func `a burst of one is a steady pace from the first start on`() {
        let rate = StartRate(starts: 4, perMilliseconds: 1_000, burst: 1)
        #expect(starts(rate, forMilliseconds: 1_001) == [0, 250, 500, 750, 1_000])
    }

    @Test func `starts that nobody counted against it hold for no more than a spent burst`() {
        let rate = StartRate(starts: 10, perMilliseconds: 1_000, burst: 3)
        var state = StartRate.State()
        for _ in 0..<10_000 { rate.started(&state, at: Self.start) }
        #expect(rate.opensSteadyMilliseconds(state, at: Self.start) == 5_000_100)
    }

    @Test func `behind a burst starts come evenly`() {
        let rate = StartRate(starts: 2, perMilliseconds: 1_000, burst: 3)
        #expect(starts(rate, forMilliseconds: 1_501) == [0, 0, 0, 500, 1_000, 1_500])
    }

    @Test func `a rest fills the burst again and no more`() {
        let rate = StartRate(starts: 10, perMilliseconds: 1_000, burst: 3)
        var state = StartRate.State()
        for _ in 0..<3 { rate.started(&state, at: Self.start) }
        let rested = Self.start.advanced(by: 3_600_000)
        for _ in 0..<3 {
            #expect(rate.opensSteadyMilliseconds(state, at: rested) == nil)
            rate.started(&state, at: rested)
        }
        #expect(rate.opensSteadyMilliseconds(state, at: rested) == 8_600_100)
    }

    @Test func `a pace that is no whole number of milliseconds is kept over time`() {
        let times = starts(
            StartRate(starts: 7, perMilliseconds: 1_000, burst: 1), forMilliseconds: 100_000)
        #expect(times.count == 700)
        #expect(times.prefix(4) == [0, 143, 286, 429])
    }

    @Test func `the wall clock has no say`() {
        let rate = StartRate(starts: 1, perMilliseconds: 60_000, burst: 1)
        var state = StartRate.State()
        rate.started(&state, at: Self.start)
        let jumped = Moment(
            wall: Sample.noon.adding(86_400_000), steadyMilliseconds: 5_000_001)
        #expect(rate.opensSteadyMilliseconds(state, at: jumped) == 5_060_000)
    }

    @Test func `it opens at the time it told and not before`() {
        var random = Random(seed: 41)
        for _ in 0..<2_000 {
            let rate = Self.rate(&random)
            var state = StartRate.State()
            for _ in 0..<rate.burst { rate.started(&state, at: Self.start) }
            guard let opens = rate.opensSteadyMilliseconds(state, at: Self.start) else { continue }
            let wait = opens - Self.start.steadyMilliseconds
            #expect(wait > 0)
            #expect(
                rate.opensSteadyMilliseconds(state, at: Self.start.advanced(by: wait - 1))
                    == opens)
            #expect(
                rate.opensSteadyMilliseconds(state, at: Self.start.advanced(by: wait)) == nil)
        }
    }

    private static func rate(_ random: inout Random) -> StartRate {
        StartRate(
            starts: Int64.random(in: 1...60, using: &random),
            perMilliseconds: Int64.random(in: 1_000...5_000, using: &random),
            burst: Int64.random(in: 1...20, using: &random))
    }

    @Test func `no window has more starts than the rate and the burst`() {
        var random = Random(seed: 42)
        for _ in 0..<200 {
            let rate = Self.rate(&random)
            var (state, times) = (StartRate.State(), [Int64]())
            var now: Int64 = 0
            for _ in 0..<300 {
                // Now and then a rest; else as fast as may be, or nearly so.
                now +=
                    Int.random(in: 0..<40, using: &random) == 0
                    ? Int64.random(in: 0...8_000, using: &random)
                    : Int64.random(in: 0...2, using: &random)
                let moment = Self.start.advanced(by: now)
                if let opens = rate.opensSteadyMilliseconds(state, at: moment) {
                    now = opens - Self.start.steadyMilliseconds
                }
                rate.started(&state, at: Self.start.advanced(by: now))
                times.append(now)
            }
            let most = fullest(times, window: rate.perMilliseconds)
            #expect(most <= Int(rate.starts + rate.burst), "\(rate)")
        }
    }

    @Test(
        arguments: [
            (3_900, 1_000), (6_001, 1_000), (70_000, 10_000),
        ] as [(Int64, Int64)])
    func `a rate of more than a start each millisecond is not exceeded either`(
        starts count: Int64, per: Int64
    ) {
        let rate = StartRate(starts: count, perMilliseconds: per, burst: 200)
        let most = fullest(starts(rate, forMilliseconds: 2 * per), window: per)
        #expect(most <= Int(count) + 200)
        // Nor is it missed by more than rounding a start's share of the time.
        #expect(most > Int(count) * 49 / 50)
    }
}
