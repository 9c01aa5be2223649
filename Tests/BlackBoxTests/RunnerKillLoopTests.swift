import Glibc
import Testing

@Suite(.serialized) struct `A server killed with its programs` {
    /// `WEIR_RUNNER_KILLS=30` kills more often than every run does.
    private static let rounds = number("WEIR_RUNNER_KILLS") ?? 3
    private static let seed = number("WEIR_KILL_SEED") ?? 1

    @Test func `leaves no process, loses no job and begins again at once`() throws {
        var loop = try RunnerKillLoop(seed: UInt64(Self.seed))
        for _ in 0..<Self.rounds { try loop.round() }
        try loop.finish()
        print("runner kill loop, seed \(Self.seed): \(loop.figures.line)")
        #expect(loop.figures.deaths >= RunnerKillLoop.longCount)
        // What is promised is a second. A round in which the machine does something else does not
        // count, for which there is the median.
        #expect(loop.figures.claimMillisecondsMedian < 1_000, "\(loop.figures.line)")
    }

    private static func number(_ name: String) -> Int? {
        getenv(name).flatMap { Int(String(cString: $0)) }
    }
}
