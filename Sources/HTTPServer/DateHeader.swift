internal import EventLoop
internal import HTTP

/// The value of the Date header, formatted once a second.
struct DateHeader {
    private var bytes: [UInt8] = []
    private var freshUntil = Int64.min

    /// The date, at the loop's time `now`.
    mutating func bytes(at now: Int64) -> [UInt8] {
        if now >= freshUntil {
            let wall = Loop.wallMilliseconds
            bytes = HTTPDate.bytes(secondsSinceEpoch: wall / 1_000)
            freshUntil = now + 1_000 - wall % 1_000
        }
        return bytes
    }
}
