import API
import Core
import EventLoop
import LocalWork
import Programs
import Runner
import Service

/// The runner inside the server: does the jobs of this server with the programs of a folder. Used
/// on the loop thread only.
final class OwnRunner {
    private let settings: RunnerSettings
    private let loop: Loop
    private let log: RunnerLog
    private let nursery: Nursery
    private let groups: ControlGroups
    private let isDemo: Bool
    private var runner: Runner?
    private var trickle: Trickle?

    /// Starts the process that makes others, and nothing else yet: while this one is small, has one
    /// thread and has opened no database. Nil if the configuration has no place for a runner.
    init?(_ config: Config, loop: Loop, log: Log) throws(UVError) {
        guard let jobsPath = config.jobsPath, config.runners > 0 else { return nil }
        self.loop = loop
        self.log = RunnerLog(log)
        isDemo = config.isDemo
        nursery = Nursery(loop: loop)
        let place = try ChildGuard.makePlace(in: ProcessEnvironment.value("TMPDIR") ?? "/tmp")
        var settings = RunnerSettings(
            jobsPath: jobsPath, slots: config.runners, temporaryPath: place)
        groups = ControlGroups.find()
        settings.groups = groups.path
        settings.drainMilliseconds = config.drainMilliseconds
        self.settings = settings
        do throws(UVError) {
            try nursery.prepare()
        } catch {
            ChildGuard.remove(place)
            groups.leave()
            throw error
        }
    }

    /// Reads the folder of jobs and begins to work for `service`; `pump` does what that wants done.
    func start(_ service: Service, pump: @escaping () -> Void) {
        if isDemo { trickle = Trickle(loop: loop, service: service, pump: pump) }
        let transport = LocalTransport(
            loop: loop, service: service,
            settings: LocalTransport.Settings(
                workerName: "\(ProcessEnvironment.hostName)-server",
                leaseMilliseconds: settings.leaseMilliseconds),
            pump: pump)
        let runner = Runner(
            loop: loop, settings: settings, transport: transport, nursery: nursery
        ) { [log, trickle, unowned service] event in
            log.tell(event)
            guard case .kindsChanged(let catalog, _) = event else { return }
            service.runner.kinds = OwnKinds(catalog, isRunning: true)
            trickle?.start(catalog)
        }
        transport.onCancel = { [unowned runner] in runner.cancel($0) }
        self.runner = runner
        log.began(settings, limits: groups.limits)
        runner.start()
    }

    /// Begins nothing more, and gives what runs its time. `then` is called once what all of it came
    /// to is in the store, or it is too late for that.
    func drain(then: @escaping () -> Void) {
        trickle?.end()
        guard let runner else { return then() }
        log.draining(runner.counts)
        runner.drain { [log] undelivered in
            if undelivered > 0 { log.undelivered(undelivered) }
            then()
        }
    }

    /// Ends at once; what still runs is killed. Closing twice does nothing.
    func close() {
        trickle?.close()
        // The process ends next, and nobody would be there to reap this one.
        nursery.leave()
        runner?.close()
        runner = nil
        ChildGuard.remove(settings.temporaryPath)
        groups.leave()
    }
}
