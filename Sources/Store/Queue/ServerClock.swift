package import Core
import Synchronization
import Threads

/// The server's clocks, which a test may move. Real time runs below; the offsets are what tests
/// have added to it.
package final class ServerClock: Sendable {
    private let wallOffset = Atomic<Int64>(0)
    private let steadyOffset = Atomic<Int64>(0)

    /// A clock that shows real time.
    package init() {}

    /// Both clocks as the server sees them.
    package var now: Moment {
        Moment(
            wall: Timestamp(
                milliseconds: WallClock.nowMilliseconds + wallOffset.load(ordering: .relaxed)),
            steadyMilliseconds: MonotonicClock.nowMilliseconds
                + steadyOffset.load(ordering: .relaxed))
    }

    /// The real steady time at which the server's steady clock will read `milliseconds`.
    package func realNanoseconds(ofSteady milliseconds: Int64) -> Int64 {
        (milliseconds - steadyOffset.load(ordering: .relaxed)) * 1_000_000
    }

    /// Moves the clocks; sockets and long polls stay on real time.
    package func move(_ move: ClockMove) {
        switch move {
        case .advance(let milliseconds):
            wallOffset.add(milliseconds, ordering: .relaxed)
            steadyOffset.add(milliseconds, ordering: .relaxed)
        case .set(let time):
            wallOffset.store(
                time.milliseconds - WallClock.nowMilliseconds, ordering: .relaxed)
        }
    }
}

/// What a test does to the clocks.
package enum ClockMove: Hashable, Sendable {
    /// Time passes on both clocks.
    case advance(milliseconds: Int64)
    /// The wall clock jumps; the steady one does not.
    case set(Timestamp)
}
