import EventLoop
import Programs

/// Does work with the programs of a folder of jobs. Used on the loop thread only.
final class ProgramShop: Workshop {
    private let loop: Loop
    private let settings: RunnerSettings
    private let nursery: Nursery
    private var watch: KindWatch?

    init(loop: Loop, settings: RunnerSettings, nursery: Nursery) {
        self.loop = loop
        self.settings = settings
        self.nursery = nursery
    }

    func start(onKinds: @escaping (KindCatalog, _ complaint: String?) -> Void) {
        let watch = KindWatch(loop: loop, path: settings.jobsPath, onChange: onKinds)
        self.watch = watch
        watch.start()
    }

    func begin(
        _ work: LeasedWork, kind: ProgramKind, onEnd: @escaping (any RunningWork) -> Void
    ) -> any RunningWork {
        let place = RunningJob.Place(
            loop: loop, nursery: nursery, folder: settings.temporaryPath,
            groups: settings.groups, killMilliseconds: settings.killMilliseconds)
        return RunningJob(work, kind: kind, in: place, onEnd: onEnd)
    }

    /// A program may have stopped the nursery, which then makes no guards and reaps none.
    func lookAfter() { nursery.wake() }

    func close() {
        watch?.close()
        nursery.close()
    }
}
