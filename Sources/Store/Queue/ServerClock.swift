package import Core
import Synchronization
import Threads

/// The server's clocks, which a test may move. Real time runs below; the offsets are what tests
/// have added to it.
package final class ServerClock: Sendable {
    private let wallOffset = Atomic<Int64>(0)
    private let steadyOffset = Atomic<Int64>(0)
    /// True for a clock on which time passes only when it is told to.
    private let isStanding: Bool
    private let standingNanoseconds: Atomic<Int64>
    /// What the standing wall clock is ahead of the steady one.
    private let standingWallAhead: Int64

    /// A clock that shows real time.
    package init() {
        isStanding = false
        standingNanoseconds = Atomic(0)
        standingWallAhead = 0
    }

    /// A clock that stands still at `moment` but for `pass`.
    package init(standingAt moment: Moment) {
        isStanding = true
        standingNanoseconds = Atomic(moment.steadyMilliseconds * 1_000_000)
        standingWallAhead = moment.wall.milliseconds - moment.steadyMilliseconds
    }

    /// Real time goes on where the clock stands still.
    package func pass(nanoseconds: Int64) {
        precondition(isStanding, "real time passes by itself")
        standingNanoseconds.add(nanoseconds, ordering: .relaxed)
    }

    /// The real steady clock, which no test clock moves.
    package var realNanoseconds: Int64 {
        isStanding
            ? standingNanoseconds.load(ordering: .relaxed) : MonotonicClock.nowNanoseconds
    }

    private var realWallMilliseconds: Int64 {
        isStanding
            ? standingWallAhead + realNanoseconds / 1_000_000 : WallClock.nowMilliseconds
    }

    /// Both clocks as the server sees them.
    package var now: Moment {
        Moment(
            wall: Timestamp(
                milliseconds: realWallMilliseconds + wallOffset.load(ordering: .relaxed)),
            steadyMilliseconds: realNanoseconds / 1_000_000
                + steadyOffset.load(ordering: .relaxed))
    }

    /// The real steady time at which the server's steady clock will read `milliseconds`; the end
    /// of time where that is too far to count.
    package func realNanoseconds(ofSteady milliseconds: Int64) -> Int64 {
        let real = milliseconds - steadyOffset.load(ordering: .relaxed)
        let (nanoseconds, overflow) = real.multipliedReportingOverflow(by: 1_000_000)
        guard overflow else { return nanoseconds }
        return real < 0 ? .min : .max
    }

    /// What the server's steady clock read at a real steady time.
    package func steadyMilliseconds(ofReal nanoseconds: Int64) -> Int64 {
        nanoseconds / 1_000_000 + steadyOffset.load(ordering: .relaxed)
    }

    /// Moves the clocks; sockets and long polls stay on real time.
    package func move(_ move: ClockMove) {
        switch move {
        case .advance(let milliseconds):
            wallOffset.add(milliseconds, ordering: .relaxed)
            steadyOffset.add(milliseconds, ordering: .relaxed)
        case .set(let time):
            wallOffset.store(
                time.milliseconds - realWallMilliseconds, ordering: .relaxed)
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
