import EventLoop
import Programs
import Runner

/// An attempt by a handler, in a task of its own. Used on the loop thread only.
final class HandlerJob: RunningWork {
    let work: LeasedWork
    private(set) var verdict: Verdict?
    private(set) var ranMilliseconds: Int64 = 0
    private let loop: Loop
    private let startedAt: Int64
    private let desk = JobDesk()
    private var usage: [String: Int64] = [:]
    private var task: Task<Void, Never>?
    private var stopReason: StopReason?
    private var deadline: DeadlineID?
    private var onEnd: ((any RunningWork) -> Void)?

    /// Begins the attempt, on `executor` or where all tasks run. `tell` is called once, on any
    /// thread, when the handler has ended; `onEnd` in `ended`.
    init(
        _ work: LeasedWork, handler: Handler, loop: Loop, executor: (any TaskExecutor)?,
        tell: @escaping @Sendable (HandlerOutcome) -> Void,
        onEnd: @escaping (any RunningWork) -> Void
    ) {
        self.work = work
        self.loop = loop
        self.onEnd = onEnd
        startedAt = loop.now
        let context = JobContext(work, desk: desk)
        let payload = work.payload
        task = Task.detached(executorPreference: executor) {
            tell(await handler.run(payload, context))
        }
        guard let limit = work.timeoutMilliseconds else { return }
        deadline = loop.schedule(after: limit) { [unowned self] in
            deadline = nil
            stop(.timedOut(milliseconds: limit))
        }
    }

    var hasNews: Bool { desk.hasNews }

    var isBackedUp: Bool { desk.isBackedUp }

    var waitingBytes: Int { desk.waitingBytes }

    /// A handler cannot be ended by force: until it ends, it has its place and its lease.
    func stop(_ reason: StopReason) {
        guard isRunning else {
            if reason == .lost { verdict = .abandoned }
            return
        }
        guard stopReason.note(reason) else { return }
        cancel()
    }

    /// The handler has ended.
    func ended(_ outcome: HandlerOutcome) {
        guard isRunning, let onEnd else { return }
        forgetDeadline()
        self.onEnd = nil
        task = nil
        usage = desk.close()
        ranMilliseconds = loop.now - startedAt
        verdict = outcome.verdict(stopped: stopReason)
        onEnd(self)
    }

    func takeNews(bytesMax: Int, linesMax: Int) -> WorkBeat {
        desk.takeNews(token: work.token, bytesMax: bytesMax, linesMax: linesMax)
    }

    func putBack(_ beat: WorkBeat) { desk.putBack(beat) }

    var end: WorkEnd {
        guard let verdict else { preconditionFailure("job \(work.id) was reported while it ran") }
        return WorkEnd(
            token: work.token, verdict: verdict, usage: usage, ranMilliseconds: ranMilliseconds)
    }

    func close() {
        forgetDeadline()
        onEnd = nil
        cancel()
    }

    private func cancel() {
        desk.cancel()
        task?.cancel()
    }

    private func forgetDeadline() {
        if let deadline { loop.cancel(deadline) }
        deadline = nil
    }
}
