/// One reading of both clocks. Each batch gets one and passes it down; nothing below reads a clock.
package struct Moment: Hashable, Sendable {
    /// What a calendar says; it may jump.
    package let wall: Timestamp
    /// Milliseconds of a clock that never jumps; leases live by it.
    package let steadyMilliseconds: Int64

    /// Joins a wall-clock and a steady reading that were taken together.
    package init(wall: Timestamp, steadyMilliseconds: Int64) {
        self.wall = wall
        self.steadyMilliseconds = steadyMilliseconds
    }

    /// The moment when both clocks have run on by `milliseconds`.
    package func advanced(by milliseconds: Int64) -> Moment {
        Moment(
            wall: wall.adding(milliseconds),
            steadyMilliseconds: steadyMilliseconds + milliseconds)
    }
}
