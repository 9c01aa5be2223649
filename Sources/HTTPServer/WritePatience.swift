/// How long an answer may wait for a client that reads slowly.
package struct WritePatience {
    private var untakenBytesSeen = 0
    /// By when the whole answer must be taken.
    private var endsAt: Int64 = 0

    /// Nothing waits yet.
    package init() {}

    /// An answer begins to wait. Returns in how many milliseconds to look again.
    package mutating func begin(untakenBytes: Int, at now: Int64, limits: HTTPServerLimits) -> Int64
    {
        untakenBytesSeen = untakenBytes
        endsAt = now + limits.answerMilliseconds
        return min(limits.writeStallMilliseconds, limits.answerMilliseconds)
    }

    /// That time has passed. Returns in how many milliseconds to look again; nil if the client has
    /// taken nothing since, or too little in all, and is to be cut off.
    package mutating func goOn(untakenBytes: Int, at now: Int64, limits: HTTPServerLimits) -> Int64?
    {
        guard untakenBytes < untakenBytesSeen, now < endsAt else { return nil }
        untakenBytesSeen = untakenBytes
        return min(limits.writeStallMilliseconds, endsAt - now)
    }
}
