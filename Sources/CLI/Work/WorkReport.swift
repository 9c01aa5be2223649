import EventLoop
import Programs
import Runner
import Server

/// What `weir work` says on standard error: lines and a status line for people, JSON lines for
/// programs.
final class WorkReport {
    private let isStatus: Bool
    private let log: Log
    private var rateFrom: (at: Int64, count: Int)?
    private var rate = 0.0
    private var hasStatus = false

    private static let rateMilliseconds: Int64 = 2_000

    init(isStatus: Bool) {
        self.isStatus = isStatus
        log = Log(format: isStatus ? .text : .json)
    }

    /// `limits` is how memory and processes are held.
    func began(_ settings: WorkProgram.Settings, limits: String) {
        write(
            .info, "work.started",
            [
                ("url", settings.url), ("worker", settings.name),
                ("runners", "\(settings.runners)"), ("limits", limits),
            ])
    }

    func tell(_ event: RunnerEvent) {
        switch event {
        case .kindsChanged(let catalog, let complaint):
            write(.info, "work.kinds", [("kinds", catalog.names.joined(separator: " "))])
            for kind in catalog.disabled {
                write(.warn, "work.kind_disabled", [("kind", kind.name), ("reason", kind.reason)])
            }
            if let complaint { write(.error, "work.jobs_folder", [("reason", complaint)]) }
        case .started: break
        case .ended(let work, let verdict, let milliseconds):
            ended(work, verdict, milliseconds)
        case .refused(let work, let reason):
            write(.warn, "job.not_taken", [("job", work.id), ("reason", reason)])
        case .usageRefused(let work, let reason):
            write(
                .error, "job.usage_not_counted",
                [("job", work.id), ("kind", work.kind), ("reason", reason)])
        case .away(let reason): write(.warn, "work.server_away", [("reason", reason)])
        case .back: write(.info, "work.server_back", [])
        case .forbidden(let reason): write(.error, "work.forbidden", [("reason", reason)])
        }
    }

    func draining(_ counts: Runner.Counts, milliseconds: Int64) {
        write(
            .info, "work.draining",
            [("running", "\(counts.running)"), ("seconds", "\(milliseconds / 1_000)")])
    }

    func undelivered(_ count: Int) {
        write(
            .error, "work.undelivered",
            [
                ("jobs", "\(count)"),
                ("reason", "the server did not take their ends; it hands them out again"),
            ])
    }

    func ended(_ counts: Runner.Counts) {
        write(
            .info, "work.ended",
            [
                ("succeeded", "\(counts.succeeded)"), ("failed", "\(counts.failed)"),
                ("given_back", "\(counts.others)"),
            ])
    }

    /// The status line, on a terminal.
    func show(_ counts: Runner.Counts, now: Int64) {
        guard isStatus else { return }
        let done = counts.succeeded + counts.failed + counts.others
        if let from = rateFrom, now - from.at >= WorkReport.rateMilliseconds {
            rate = Double(done - from.count) * 1_000 / Double(now - from.at)
            rateFrom = (now, done)
        } else if rateFrom == nil {
            rateFrom = (now, done)
        }
        let shown = (rate * 10).rounded() / 10
        hasStatus = true
        StandardError.write(
            Array(
                ("\r\u{1B}[K\(counts.running) running · \(counts.succeeded) done"
                    + " · \(counts.failed) failed · \(shown)/s").utf8))
    }

    private func ended(_ work: LeasedWork, _ verdict: Verdict, _ milliseconds: Int64) {
        let fields: [(StaticString, String)] = [
            ("job", work.id), ("kind", work.kind), ("attempt", "\(work.attempt)"),
            ("ms", "\(milliseconds)"),
        ]
        switch verdict {
        case .succeeded: if !isStatus { write(.info, "job.succeeded", fields) }
        case .failed(let error, .never, _) where error.type == "canceled":
            write(.info, "job.canceled", fields)
        case .failed(let error, _, let isCrash):
            write(
                .warn, isCrash ? "job.crashed" : "job.failed",
                fields + [("type", error.type), ("message", error.message)])
        case .unstarted(let error):
            write(.error, "job.not_started", fields + [("message", error.message)])
        case .released(let delay):
            write(.info, "job.given_back", fields + [("seconds", "\(delay / 1_000)")])
        case .abandoned: write(.warn, "job.lost", fields)
        }
    }

    private func write(
        _ level: LogLevel, _ event: StaticString, _ fields: [(StaticString, String)]
    ) {
        if hasStatus { StandardError.write(Array("\r\u{1B}[K".utf8)) }
        hasStatus = false
        log.write(level, event, isStatus ? fields.map { ($0.0, Terminal.plain($0.1)) } : fields)
    }
}
