/// How long a failed job waits before its next attempt.
package struct Backoff: Hashable, Sendable {
    /// How the delay grows with the attempts. The numbers are stored.
    package enum Growth: Int64, Sendable {
        case fixed = 0
        case exponential = 1
    }

    package let growth: Growth
    package let baseMilliseconds: Int64
    package let maxMilliseconds: Int64
    /// The share of the delay that is random, in thousandths.
    package let jitterPermille: Int64

    /// API §3: 15 s doubling to an hour, a fifth of it random.
    package static let standard = Backoff(
        growth: .exponential, baseMilliseconds: 15_000, maxMilliseconds: 3_600_000,
        jitterPermille: 200)

    /// A policy with these terms.
    package init(
        growth: Growth, baseMilliseconds: Int64, maxMilliseconds: Int64, jitterPermille: Int64
    ) {
        precondition(
            baseMilliseconds >= 0 && maxMilliseconds >= 0 && (0...1_000).contains(jitterPermille),
            "a backoff cannot be negative, nor its jitter more than the whole")
        self.growth = growth
        self.baseMilliseconds = baseMilliseconds
        self.maxMilliseconds = maxMilliseconds
        self.jitterPermille = jitterPermille
    }

    /// The delay after the `attempt`-th attempt (from 1) failed: between (1 − jitter) and
    /// (1 + jitter) times the policy's value, at most the maximum.
    package func delayMilliseconds(
        attempt: Int, random: inout some RandomNumberGenerator
    ) -> Int64 {
        let grown: Int64
        switch growth {
        case .fixed:
            grown = baseMilliseconds
        case .exponential:
            let (product, overflow) = baseMilliseconds.multipliedReportingOverflow(
                by: 1 << Int64(min(max(attempt, 1) - 1, 40)))
            grown = overflow ? maxMilliseconds : product
        }
        let capped = min(grown, maxMilliseconds)
        let spread = capped * jitterPermille / 1_000
        guard spread > 0 else { return capped }
        return min(capped + Int64.random(in: -spread...spread, using: &random), maxMilliseconds)
    }
}
