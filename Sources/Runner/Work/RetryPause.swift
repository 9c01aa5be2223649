internal import Core

/// How long to wait for a server that is away: longer each time, never the same for two runners.
struct RetryPause {
    private let most: Int64
    private var next: Int64
    private let first: Int64
    private var random: Random

    init(first: Int64, most: Int64, seed: UInt64) {
        self.first = first
        self.most = most
        next = first
        random = Random(seed: seed)
    }

    /// The wait after one more failure.
    mutating func take() -> Int64 {
        let pause = next
        next = min(next * 2, most)
        return pause / 2 + Int64.random(in: 0...pause / 2, using: &random)
    }

    /// It answers again.
    mutating func reset() { next = first }
}
