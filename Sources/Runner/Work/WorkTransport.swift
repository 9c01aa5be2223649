package import Programs

/// Where a runner's work comes from and its outcomes go to: the service of the same process, or a
/// server over HTTP. Used on the loop thread only; each call answers once, later, on that thread,
/// unless the transport is closed.
package protocol WorkTransport: AnyObject {
    /// Asks for work. The runner asks for nothing else until this is answered.
    func pull(_ pull: WorkPull, then: @escaping (Result<[LeasedWork], WorkFault>) -> Void)
    /// Takes the question back. It is not answered any more, and what would have been its answer
    /// goes to others.
    func cancelPull()
    /// Says that these are being worked on, and what is new of them. The answers are in the same
    /// order.
    func heartbeat(
        _ beats: [WorkBeat], then: @escaping (Result<[WorkLease], WorkFault>) -> Void)
    /// Says what attempts came to. The answers are in the same order.
    func report(_ ends: [WorkEnd], then: @escaping (Result<[WorkReceipt], WorkFault>) -> Void)
    /// Ends all that is under way, without a word.
    func close()
}
