/// Who does jobs of some kind in some queue.
package enum Workforce: Hashable, Sendable {
    /// The server's own runner, or a worker that has asked for them lately.
    case some
    /// Nobody has asked for them for so long, or since the server started if that is shorter.
    case none(Absence, milliseconds: Int64)

    /// Why the server does not do them itself.
    package enum Absence: Hashable, Sendable {
        /// It has no program for this kind.
        case noProgram
        /// It has one that is broken, for this reason.
        case disabled(String)
        /// It has one and runs none.
        case runnerOff
        /// It has one, and takes jobs from these queues only.
        case otherQueues([String])
    }
}
