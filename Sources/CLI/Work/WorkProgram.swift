import Core
import EventLoop
import Programs
import RemoteWork
import Runner

/// `weir work`, from its start to its end.
final class WorkProgram {
    /// What it was called with.
    struct Settings {
        let url: String
        let key: String
        var queues: [String] = []
        var jobsPath = "jobs"
        var runners = ProcessEnvironment.coreCount
        var drainMilliseconds: Int64 = 30_000
        var name = "\(ProcessEnvironment.hostName)-\(ProcessEnvironment.processNumber)"
        var showsStatus = StandardError.isTerminal
    }

    private let settings: Settings
    private let loop: Loop
    private let runner: Runner
    private let report: WorkReport
    private let place: String
    private let groups: ControlGroups
    private var signals: [SignalWatcher] = []
    private var statusTick: DeadlineID?
    private var code = ExitCode.ok
    private var isEnding = false

    private static let statusMilliseconds: Int64 = 500
    private static let leaseMilliseconds = Limits.leaseMillisecondsDefault

    init(_ settings: Settings) throws {
        ProcessLimits.ignoreFailedWrites()
        ProcessLimits.unblockSignals()
        _ = try? ProcessLimits.raiseOpenFilesToMaximum()
        self.settings = settings
        place = try ChildGuard.makePlace(in: ProcessEnvironment.value("TMPDIR") ?? "/tmp")
        let report = WorkReport(isStatus: settings.showsStatus)
        self.report = report
        loop = try Loop()
        var runnerSettings = RunnerSettings(
            jobsPath: settings.jobsPath, slots: settings.runners, temporaryPath: place)
        groups = ControlGroups.find()
        runnerSettings.groups = groups.path
        runnerSettings.queues = settings.queues
        runnerSettings.drainMilliseconds = settings.drainMilliseconds
        runnerSettings.leaseMilliseconds = WorkProgram.leaseMilliseconds
        runnerSettings.seed = UInt64.random(in: 0...UInt64.max)
        let transport = RemoteTransport(
            loop: loop,
            server: RemoteServer(url: settings.url, key: settings.key, workerName: settings.name),
            leaseMilliseconds: WorkProgram.leaseMilliseconds)
        let told = WorkFaultNote()
        runner = Runner(loop: loop, settings: runnerSettings, transport: transport) { event in
            report.tell(event)
            if case .forbidden = event { told.isForbidden = true }
        }
        note = told
    }

    private let note: WorkFaultNote

    /// Works until it is told to end.
    func run() -> ExitCode {
        do throws(UVError) {
            for kind in [SignalWatcher.Kind.terminate, .interrupt] {
                signals.append(
                    try SignalWatcher(loop: loop, kind) { [unowned self] in end() })
            }
        } catch {
            Terminal.complain("\(error)")
            finish()
            _ = loop.close()
            return .failed
        }
        report.began(settings, limits: groups.limits)
        runner.start()
        tick()
        loop.run()
        // What is left open ends with the process, which is next.
        _ = loop.close()
        return code
    }

    private func tick() {
        report.show(runner.counts, now: loop.now)
        if note.isForbidden, !isEnding {
            // What runs was leased by this key; nobody will take its outcome.
            code = .notPermitted
            return finish()
        }
        statusTick = loop.schedule(after: WorkProgram.statusMilliseconds) { [unowned self] in
            tick()
        }
    }

    private func end() {
        guard !isEnding else {
            code = .failed
            return finish()
        }
        isEnding = true
        report.draining(runner.counts, milliseconds: settings.drainMilliseconds)
        runner.drain { [unowned self] undelivered in
            if undelivered > 0 {
                report.undelivered(undelivered)
                code = .unreachable
            }
            finish()
        }
    }

    private func finish() {
        if let statusTick { loop.cancel(statusTick) }
        statusTick = nil
        report.ended(runner.counts)
        runner.close()
        for signal in signals { signal.close() }
        signals = []
        loop.stop()
        ChildGuard.remove(place)
        groups.leave()
    }
}

/// Whether the server has said that this worker may not work for it.
private final class WorkFaultNote {
    var isForbidden = false
}
