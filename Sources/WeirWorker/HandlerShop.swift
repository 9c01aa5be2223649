import EventLoop
import Programs
import Runner

/// Does work with the handlers of this process. Used on the loop thread only.
final class HandlerShop: Workshop {
    /// A handler has ended.
    struct End: Sendable {
        let number: Int
        let outcome: HandlerOutcome
    }

    private let loop: Loop
    private let handlers: [String: Handler]
    private let executor: (any TaskExecutor)?
    private let tell: @Sendable (End) -> Void
    private var running: [Int: HandlerJob] = [:]
    private var count = 0

    /// Handlers run on `executor`; nil is where all tasks run. `tell` is called on any thread with
    /// what `ended` is to be called with.
    init(
        loop: Loop, handlers: [String: Handler], executor: (any TaskExecutor)? = nil,
        tell: @escaping @Sendable (End) -> Void
    ) {
        self.loop = loop
        self.handlers = handlers
        self.executor = executor
        self.tell = tell
    }

    func start(onKinds: @escaping (KindCatalog, _ complaint: String?) -> Void) {
        onKinds(KindCatalog(kinds: handlers.values.map(\.kind)), nil)
    }

    func begin(
        _ work: LeasedWork, kind: ProgramKind, onEnd: @escaping (any RunningWork) -> Void
    ) -> any RunningWork {
        guard let handler = handlers[kind.name] else {
            preconditionFailure("kind \(kind.name) was begun, for which there is no handler")
        }
        count += 1
        let number = count
        let job = HandlerJob(
            work, handler: handler, loop: loop, executor: executor,
            tell: { [tell] outcome in tell(End(number: number, outcome: outcome)) }, onEnd: onEnd)
        running[number] = job
        return job
    }

    /// The handler of an attempt has ended.
    func ended(_ end: End) { running.removeValue(forKey: end.number)?.ended(end.outcome) }

    func lookAfter() {}

    func close() { running = [:] }
}
