import Core
import Testing

@Suite struct `The delay before the next attempt` {
    private func policy(
        _ growth: Backoff.Growth, base: Int64, max: Int64, jitter: Int64
    ) -> Backoff {
        Backoff(
            growth: growth, baseMilliseconds: base, maxMilliseconds: max, jitterPermille: jitter)
    }

    @Test(
        arguments: [
            (0, 15_000), (1, 15_000), (2, 30_000), (3, 60_000), (8, 1_920_000), (9, 3_600_000),
            (41, 3_600_000), (100, 3_600_000), (Int.max, 3_600_000), (-3, 15_000),
        ] as [(Int, Int64)])
    func `the exponential delay doubles up to the maximum`(attempt: Int, milliseconds: Int64) {
        var random = Random(seed: 1)
        let backoff = policy(.exponential, base: 15_000, max: 3_600_000, jitter: 0)
        #expect(backoff.delayMilliseconds(attempt: attempt, random: &random) == milliseconds)
    }

    @Test func `the fixed delay stays the same`() {
        var random = Random(seed: 1)
        let backoff = policy(.fixed, base: 2_000, max: 3_600_000, jitter: 0)
        for attempt in 1...100 {
            #expect(backoff.delayMilliseconds(attempt: attempt, random: &random) == 2_000)
        }
    }

    @Test func `without jitter no random number is taken`() {
        var random = Random(seed: 9)
        let backoff = policy(.exponential, base: 1_000, max: 10_000, jitter: 0)
        _ = backoff.delayMilliseconds(attempt: 3, random: &random)
        #expect(random == Random(seed: 9))
    }

    @Test func `delays stay within the jitter and the maximum for every attempt`() {
        var random = Random(seed: 7)
        for _ in 0..<300 {
            let base = Int64.random(in: 0...100_000, using: &random)
            let max = Int64.random(in: 0...Limits.backoffMillisecondsMax, using: &random)
            let jitter = Int64.random(in: 0...1_000, using: &random)
            let growth: Backoff.Growth = Bool.random(using: &random) ? .fixed : .exponential
            let backoff = policy(growth, base: base, max: max, jitter: jitter)
            for attempt in 1...Limits.attemptsMax {
                let factor = growth == .fixed ? 1 : Double(1 << Int64(min(attempt - 1, 60)))
                let value = min(Double(base) * factor, Double(max))
                let share = Double(jitter) / 1_000
                let least = Int64((value * (1 - share)).rounded(.down))
                let most = min(Int64((value * (1 + share)).rounded(.up)), max)
                let delay = backoff.delayMilliseconds(attempt: attempt, random: &random)
                guard (least...most).contains(delay) else {
                    Issue.record("\(backoff) attempt \(attempt): \(delay), not \(least)…\(most)")
                    return
                }
            }
        }
    }

    @Test func `the jitter reaches both ways and near its ends`() {
        var random = Random(seed: 8)
        let backoff = policy(.fixed, base: 10_000, max: 100_000, jitter: 200)
        let delays = (0..<2_000).map { _ in
            backoff.delayMilliseconds(attempt: 1, random: &random)
        }
        #expect((8_000...8_050).contains(delays.min() ?? 0))
        #expect((11_950...12_000).contains(delays.max() ?? 0))
        let mean = delays.reduce(0, +) / 2_000
        #expect((9_900...10_100).contains(mean))
    }

    @Test func `the standard policy is the one of the documentation`() {
        #expect(
            Backoff.standard
                == policy(.exponential, base: 15_000, max: 3_600_000, jitter: 200))
    }
}
