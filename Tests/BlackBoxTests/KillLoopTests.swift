import Glibc
import Testing

@Suite(.serialized) struct `A server killed under load` {
    /// `WEIR_KILL_ROUNDS=200` kills more often than every run does.
    private static let rounds = number("WEIR_KILL_ROUNDS") ?? 20

    /// `WEIR_KILL_SEED=7` takes other moments, other requests.
    private static let seed = number("WEIR_KILL_SEED") ?? 1

    @Test func `what it acknowledged holds after every death`() throws {
        var loop = try KillLoop(seed: UInt64(Self.seed))
        for _ in 0..<Self.rounds { try loop.round() }
        try loop.finish()
        print("kill loop, seed \(Self.seed): \(loop.figures.line)")
        guard Self.rounds >= 20 else { return }
        #expect(loop.figures.unknown > 0 && loop.figures.unknownThatHappened > 0)
        #expect(loop.figures.atLimit > 0)
        #expect(loop.figures.completes > 0 && loop.figures.otherEnds > 0)
    }

    private static func number(_ name: String) -> Int? {
        getenv(name).flatMap { Int(String(cString: $0)) }
    }
}
