import API
import Core
import EventLoop
import Runner
import Service

/// Reads the folder of jobs where the server runs none of its programs: what it says of submits
/// holds all the same. Used on the loop thread only.
final class KindReader {
    private let watch: KindWatch

    /// Nil if there is no folder, or a runner that reads it.
    init?(_ config: Config, loop: Loop, log: Log, service: Service) {
        guard let path = config.jobsPath, config.runners == 0 else { return nil }
        let log = RunnerLog(log)
        watch = KindWatch(loop: loop, path: path) { [unowned service] catalog, complaint in
            log.tell(.kindsChanged(catalog, complaint: complaint))
            service.runner.kinds = OwnKinds(catalog, isRunning: false)
        }
        watch.start()
    }

    /// Watches no more. Closing twice does nothing.
    func close() { watch.close() }
}
