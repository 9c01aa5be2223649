/// Makes ids that strictly increase, whatever the clock does.
package struct IDSource: Hashable, Sendable {
    private let node: Int64
    private var lastTick: Int64

    private static let sequenceBits: Int64 = 14
    private static let nodeBits: Int64 = 8

    /// Ids at or beyond this leave none to come after them.
    package static let end: Int64 = (1 << 41 - 1) << (sequenceBits + nodeBits)

    /// Starts after `last`, the greatest id that was ever given out; 0 if there is none.
    package init(node: UInt8 = 0, after last: Int64 = 0) {
        self.node = Int64(node)
        // A tick is the millisecond and the sequence, without the node between them.
        let millisecond = last >> (Self.sequenceBits + Self.nodeBits)
        let sequence = last & ((1 << Self.sequenceBits) - 1)
        let lastNode = (last >> Self.sequenceBits) & ((1 << Self.nodeBits) - 1)
        // Behind a greater node, the rest of that millisecond would sort before `last`.
        lastTick =
            lastNode > self.node
            ? (millisecond + 1) << Self.sequenceBits - 1
            : millisecond << Self.sequenceBits | sequence
    }

    /// The next id. When more than 16,384 are made in a millisecond, or the clock went back, ids
    /// run ahead of the clock rather than repeat.
    package mutating func next(at now: Timestamp) -> Int64 {
        let clockTick = max(0, now.since(.idEpoch)) << Self.sequenceBits
        lastTick = max(lastTick + 1, clockTick)
        let millisecond = lastTick >> Self.sequenceBits
        let sequence = lastTick & ((1 << Self.sequenceBits) - 1)
        precondition(millisecond < 1 << 41, "ids are exhausted: the clock reads past the year 2094")
        return millisecond << (Self.sequenceBits + Self.nodeBits)
            | node << Self.sequenceBits | sequence
    }

    /// The last id, or the one that it started after: nothing greater was given out.
    package var last: Int64 {
        let millisecond = lastTick >> Self.sequenceBits
        let sequence = lastTick & ((1 << Self.sequenceBits) - 1)
        return millisecond << (Self.sequenceBits + Self.nodeBits)
            | node << Self.sequenceBits | sequence
    }

    /// The least id that can have been made at or after `time`, for lists that begin at a time.
    package static func floor(at time: Timestamp) -> Int64 {
        let milliseconds = min(max(0, time.since(.idEpoch)), 1 << 41 - 1)
        return milliseconds << (sequenceBits + nodeBits)
    }
}
