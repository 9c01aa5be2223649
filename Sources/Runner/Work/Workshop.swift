package import Programs

/// Where a runner's work is done: by programs of a folder, or by handlers of the same process. Used
/// on the loop thread only.
package protocol Workshop: AnyObject {
    /// Tells of the kinds that there are, and again whenever they change; with a complaint if they
    /// cannot be found out.
    func start(onKinds: @escaping (KindCatalog, _ complaint: String?) -> Void)
    /// Begins an attempt. `onEnd` is called once, later, when its verdict is there.
    func begin(
        _ work: LeasedWork, kind: ProgramKind, onEnd: @escaping (any RunningWork) -> Void
    ) -> any RunningWork
    /// Called now and again while the runner is open.
    func lookAfter()
    /// Ends what is its own. Attempts are closed one by one before.
    func close()
}

/// An attempt from its lease to its verdict. Used on the loop thread only.
package protocol RunningWork: AnyObject {
    var work: LeasedWork { get }
    /// Nil while it runs.
    var verdict: Verdict? { get }
    var ranMilliseconds: Int64 { get }
    /// True if the server has not been told all.
    var hasNews: Bool { get }
    /// True if so much is to be told that it should not wait.
    var isBackedUp: Bool { get }
    /// The room that what is to be told takes here.
    var waitingBytes: Int { get }
    /// What the server is told at the end.
    var end: WorkEnd { get }
    /// Asks it to end. The first reason holds, but that a lost lease counts above all.
    func stop(_ reason: StopReason)
    /// Takes out what the server is to be told, as much as one call carries.
    func takeNews(bytesMax: Int, linesMax: Int) -> WorkBeat
    /// Puts back what could not be told.
    func putBack(_ beat: WorkBeat)
    /// Lets go of it without a word.
    func close()
}

extension RunningWork {
    /// True until its verdict is there.
    package var isRunning: Bool { verdict == nil }
}
