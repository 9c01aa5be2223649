import Core
import EventLoop
import Programs
import Synchronization
import Threads

/// Does the jobs of a Weir server in this process: a handler for each kind of job.
///
/// ```swift
/// let worker = Worker(url: "http://127.0.0.1:8787", key: "weir_worker_…")
/// worker.handle("email.send") { (job: EmailJob, context) in
///     context.progress(50, "sending")
///     return Receipt(id: try await mailer.send(job))
/// }
/// try await worker.run()
/// ```
///
/// It asks for exactly the kinds that it has handlers for, and for no more than it has room for.
/// All running jobs are kept by one heartbeat; a handler whose job is canceled, takes longer than
/// the job's `timeout` or has lost its lease is canceled as Swift tasks are. A server that is away
/// is asked again, and is told of what was done meanwhile when it is back.
public final class Worker: Sendable {
    private struct State {
        var phase = Phase.setUp
        var isStopping = false
        var handlers: [String: Handler] = [:]
        /// The first mistake of its set-up.
        var fault: String?
    }

    private enum Phase {
        case setUp
        case starting
        case running(InboxSlot<WorkerLoop.Message>)
        case ended
    }

    private let state: Mutex<State>
    private let settings: WorkerSettings

    /// A worker for a server.
    ///
    /// - Parameters:
    ///   - url: The server; else `WEIR_URL` of the environment, else `http://127.0.0.1:8787`.
    ///   - key: A worker key; else `WEIR_KEY` of the environment.
    ///   - concurrency: How many jobs run at once, of all kinds together.
    ///   - queues: Where jobs are pulled from; else the queues that the handlers name, else those
    ///     that the key is bound to, else `default`.
    ///   - name: What the server calls this worker; else the machine's name and the process's
    ///     number.
    ///   - lease: How long the server waits for a sign of life, 5 s to 1 h. There are three in that
    ///     time, by which a job learns that it was canceled.
    ///   - drain: How long handlers may go on once the worker is to end.
    ///   - onEvent: Called for each event, on a thread of the worker's own, so briefly. Else events
    ///     but successes are written to standard error.
    public init(
        url: String? = nil, key: String? = nil, concurrency: Int = 10, queues: [String] = [],
        name: String? = nil, lease: Duration = .seconds(30), drain: Duration = .seconds(30),
        onEvent: (@Sendable (WorkerEvent) -> Void)? = nil
    ) {
        var fault: String?
        settings = WorkerSettings(
            url: url, key: key, concurrency: concurrency, queues: queues, name: name, lease: lease,
            drain: drain, onEvent: onEvent ?? Worker.write, fault: &fault)
        state = Mutex(State(fault: fault))
    }

    // MARK: Handlers

    /// Does jobs of `kind` with `body`, whose result becomes the job's. A payload that is none of
    /// its type ends its job at once, as `bad_payload`. Handlers are set before `run`.
    ///
    /// - Parameters:
    ///   - queue: Where these jobs are pulled from; `default` if another handler names one.
    ///   - concurrency: How many of this kind run at once; else as many as of all.
    public func handle<Payload: Decodable & Sendable, Output: Encodable & Sendable>(
        _ kind: String, queue: String? = nil, concurrency: Int? = nil,
        _ body: @escaping @Sendable (Payload, JobContext) async throws -> Output
    ) {
        add(kind, queue, concurrency) { Handler(kind, $0, write: Handler.write, body: body) }
    }

    /// Does jobs of `kind` with `body`, which gives no result.
    public func handle<Payload: Decodable & Sendable>(
        _ kind: String, queue: String? = nil, concurrency: Int? = nil,
        _ body: @escaping @Sendable (Payload, JobContext) async throws -> Void
    ) {
        add(kind, queue, concurrency) { Handler(kind, $0, write: { nil }, body: body) }
    }

    private func add(
        _ kind: String, _ queue: String?, _ concurrency: Int?, make: (JobSettings) -> Handler
    ) {
        var settings = JobSettings()
        settings.queue = queue
        settings.concurrency = concurrency
        let handler = make(settings)
        state.withLock { state in
            guard case .setUp = state.phase else {
                preconditionFailure("a handler for '\(kind)' was set after the worker was run")
            }
            let fault = WorkerSettings.fault(
                ofKind: kind, queue: queue, concurrency: concurrency,
                isKnown: state.handlers[kind] != nil)
            state.fault = state.fault ?? fault
            state.handlers[kind] = handler
        }
    }

    // MARK: Its life

    /// Works until `stop`, until its task is canceled or, unless `stopsOnSignals` is false, until
    /// SIGTERM or SIGINT; can be called once. Then it begins no more jobs, gives those that run
    /// their time (`drain`), cancels them, and gives back those that end then with an error, no
    /// attempt used. A second signal or `stop` ends it at once. SIGPIPE is ignored from here on.
    public func run(stopsOnSignals: Bool = true) async throws(WorkerError) {
        let handlers = try begin()
        let settings = settings
        let result: Result<Void, WorkerError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                do throws(ThreadError) {
                    _ = try Thread(name: "weir-worker") { [self] in
                        continuation.resume(
                            returning: WorkerLoop.run(
                                settings, handlers, watchesSignals: stopsOnSignals
                            ) { opened($0) })
                    }
                } catch {
                    continuation.resume(returning: .failure(.system("\(error)")))
                }
            }
        } onCancel: {
            stop()
        }
        state.withLock { $0.phase = .ended }
        try result.get()
    }

    /// Tells it to end, as SIGTERM does; `run` returns when it has. Before `run` it keeps that from
    /// beginning.
    public func stop() {
        state.withLock { state in
            state.isStopping = true
            if case .running(let slot) = state.phase { slot.post(.stop) }
        }
    }

    private func begin() throws(WorkerError) -> [String: Handler] {
        let begun: Result<[String: Handler], WorkerError> = state.withLock { state in
            guard case .setUp = state.phase else {
                return .failure(.setup("A worker runs once; make another to run again."))
            }
            if let fault = state.fault { return .failure(.setup(fault)) }
            guard !state.handlers.isEmpty else {
                return .failure(
                    .setup("The worker has no handlers; give it some with handle(_:_:)."))
            }
            state.phase = .starting
            return .success(state.handlers)
        }
        return try begun.get()
    }

    /// The loop can be posted to. False if it is to end before it has begun.
    private func opened(_ slot: InboxSlot<WorkerLoop.Message>) -> Bool {
        state.withLock { state in
            state.phase = .running(slot)
            return !state.isStopping
        }
    }

    private static func write(_ event: WorkerEvent) {
        if case .succeeded = event { return }
        let line = "weir worker: \(event)".filter { $0 != "\n" && $0 != "\r\n" }
        StandardError.write(Array((line + "\n").utf8))
    }
}
