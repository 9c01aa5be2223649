import EventLoop
import Programs
import RemoteWork
import Runner

/// A worker's loop. Used on the thread of its own that `run` is called on.
final class WorkerLoop {
    /// What other threads tell it.
    enum Message: Sendable {
        case ended(HandlerShop.End)
        case stop
    }

    private let loop: Loop
    private let inbox: Inbox<Message>
    private let shop: HandlerShop
    private let runner: Runner
    private let onEvent: @Sendable (WorkerEvent) -> Void
    private var signals: [SignalWatcher] = []
    private var result: Result<Void, WorkerError> = .success(())
    private var isEnding = false
    private var hasEnded = false

    /// Through which what is made before the worker's loop reaches it.
    private final class Line {
        weak var worker: WorkerLoop?
    }

    /// Works until it is told to end. `open` gets the slot for that, before anything is pulled, and
    /// says whether it is to begin at all.
    static func run(
        _ settings: WorkerSettings, _ handlers: [String: Handler], watchesSignals: Bool,
        open: (InboxSlot<Message>) -> Bool
    ) -> Result<Void, WorkerError> {
        do throws(UVError) {
            let loop = try Loop()
            // A handle that were still open would keep its memory, and no more.
            defer { _ = loop.close() }
            let worker = try WorkerLoop(settings, handlers, loop: loop)
            defer { worker.finish() }
            if watchesSignals { try worker.watchSignals() }
            guard open(worker.inbox.slot) else { return .success(()) }
            worker.runner.start()
            loop.run()
            return worker.result
        } catch {
            return .failure(.system("\(error)"))
        }
    }

    private init(
        _ settings: WorkerSettings, _ handlers: [String: Handler], loop: Loop
    ) throws(UVError) {
        // A server that hangs up fails that call, and not the process.
        ProcessLimits.ignoreFailedWrites()
        self.loop = loop
        onEvent = settings.onEvent
        let line = Line()
        let inbox = try Inbox<Message>(loop: loop) { line.worker?.received($0) }
        self.inbox = inbox
        let slot = inbox.slot
        shop = HandlerShop(loop: loop, handlers: handlers) { slot.post(.ended($0)) }
        // Nothing is started here, so that there are no folders.
        var runnerSettings = RunnerSettings(
            jobsPath: "", slots: settings.concurrency, temporaryPath: "")
        runnerSettings.queues = settings.queues
        runnerSettings.leaseMilliseconds = settings.leaseMilliseconds
        runnerSettings.drainMilliseconds = settings.drainMilliseconds
        runnerSettings.seed = UInt64.random(in: 0...UInt64.max)
        let transport = RemoteTransport(
            loop: loop,
            server: RemoteServer(url: settings.url, key: settings.key, workerName: settings.name),
            leaseMilliseconds: settings.leaseMilliseconds)
        runner = Runner(
            loop: loop, settings: runnerSettings, transport: transport, shop: shop
        ) { line.worker?.tell($0) }
        line.worker = self
    }

    private func watchSignals() throws(UVError) {
        for kind in [SignalWatcher.Kind.terminate, .interrupt] {
            signals.append(try SignalWatcher(loop: loop, kind) { [unowned self] in end() })
        }
    }

    private func received(_ messages: [Message]) {
        for message in messages {
            switch message {
            case .ended(let end): shop.ended(end)
            case .stop: end()
            }
        }
    }

    // MARK: Its end

    private func end() {
        guard !isEnding else {
            result = .failure(.undelivered(jobs: runner.unreportedCount))
            return finish()
        }
        isEnding = true
        runner.drain { [unowned self] undelivered in
            if undelivered > 0 { result = .failure(.undelivered(jobs: undelivered)) }
            finish()
        }
    }

    /// Handlers that still run are canceled; what they come to is for nobody.
    private func finish() {
        guard !hasEnded else { return }
        hasEnded = true
        runner.close()
        inbox.close()
        for signal in signals { signal.close() }
        signals = []
        loop.stop()
    }

    // MARK: Events

    private func tell(_ event: RunnerEvent) {
        switch event {
        case .kindsChanged, .started: break
        case .ended(let work, let verdict, _): ended(WorkerEvent.Job(work), verdict)
        case .refused(let work, let reason):
            onEvent(.notTaken(WorkerEvent.Job(work), reason: reason))
        case .usageRefused(let work, let reason):
            onEvent(.usageNotCounted(WorkerEvent.Job(work), reason: reason))
        case .away(let reason): onEvent(.serverAway(reason: reason))
        case .back: onEvent(.serverBack)
        case .forbidden(let reason):
            result = .failure(.forbidden(reason))
            // What runs was leased by this key: nobody will take its outcome.
            loop.schedule(after: 0) { [weak self] in self?.finish() }
        }
    }

    private func ended(_ job: WorkerEvent.Job, _ verdict: Verdict) {
        switch verdict {
        case .succeeded: onEvent(.succeeded(job))
        case .failed(let error, _, _), .unstarted(let error):
            onEvent(.failed(job, type: error.type, message: error.message))
        case .released: onEvent(.givenBack(job))
        case .abandoned: onEvent(.lost(job))
        }
    }
}

extension WorkerEvent.Job {
    init(_ work: LeasedWork) {
        self.init(id: work.id, kind: work.kind, attempt: work.attempt)
    }
}
