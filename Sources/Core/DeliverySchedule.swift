/// When a delivery that failed is tried again. The delays are those that Standard Webhooks names;
/// together they are a little more than three days.
package enum DeliverySchedule {
    /// The delay after the first try, the second, and so on.
    package static let delays: [Int64] = [
        5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000,
        86_400_000,
    ]
    /// The share of a delay that is random: receivers that failed together do not all come back
    /// together.
    private static let jitterPermille: Int64 = 100

    /// The delay after so many tries have failed; nil if there is no further try. `asked` is what
    /// the receiver asked for, which can make it longer.
    package static func delayMilliseconds(
        afterTries tries: Int64, asked: Int64?, random: inout some RandomNumberGenerator
    ) -> Int64? {
        precondition(tries >= 1, "a delivery was put off before it was tried")
        guard tries <= Int64(delays.count) else { return nil }
        let delay = delays[Int(tries - 1)]
        let spread = delay * jitterPermille / 1_000
        let drawn = delay + Int64.random(in: 0...spread, using: &random)
        return max(drawn, min(asked ?? 0, Limits.retryAfterMillisecondsMax))
    }
}
