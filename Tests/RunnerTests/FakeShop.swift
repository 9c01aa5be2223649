import Programs
import Runner

/// Does work as the test says: it ends when the test ends it, and logs what the test gives it.
final class FakeShop: Workshop {
    private let kinds: [String]
    /// Called for each attempt that begins.
    var onBegin: (FakeWork) -> Void = { _ in }
    private(set) var begunCount = 0

    init(kinds: [String] = ["a"]) { self.kinds = kinds }

    func start(onKinds: @escaping (KindCatalog, _ complaint: String?) -> Void) {
        onKinds(
            KindCatalog(
                kinds: kinds.map { ProgramKind(name: $0, program: "/p", settings: JobSettings()) }),
            nil)
    }

    func begin(
        _ work: LeasedWork, kind: ProgramKind, onEnd: @escaping (any RunningWork) -> Void
    ) -> any RunningWork {
        let work = FakeWork(work, onEnd: onEnd)
        begunCount += 1
        onBegin(work)
        return work
    }

    func lookAfter() {}

    func close() {}
}

/// An attempt that the test plays.
final class FakeWork: RunningWork {
    let work: LeasedWork
    private(set) var verdict: Verdict?
    let ranMilliseconds: Int64 = 1
    let isBackedUp = false
    var waitingBytes = 0
    /// What it has logged and nobody has taken.
    var lines: [String] = []
    private let onEnd: (any RunningWork) -> Void

    init(_ work: LeasedWork, onEnd: @escaping (any RunningWork) -> Void = { _ in }) {
        self.work = work
        self.onEnd = onEnd
    }

    var hasNews: Bool { !lines.isEmpty }

    var end: WorkEnd { WorkEnd(token: work.token, verdict: verdict ?? .abandoned) }

    /// It succeeds.
    func succeed() {
        verdict = .succeeded(nil)
        onEnd(self)
    }

    func stop(_ reason: StopReason) { if reason == .lost { verdict = .abandoned } }

    func takeNews(bytesMax: Int, linesMax: Int) -> WorkBeat {
        let taken = Array(lines.prefix(linesMax))
        lines.removeFirst(taken.count)
        return WorkBeat(token: work.token, log: taken)
    }

    func putBack(_ beat: WorkBeat) { lines = beat.log + lines }

    func close() {}
}
