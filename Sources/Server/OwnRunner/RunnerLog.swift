import Programs
import Runner

/// What the server's log says of its own runner. Jobs that succeed are not told of: they are what
/// is expected, and the API has them.
struct RunnerLog {
    private let log: Log

    /// Lines in this log.
    init(_ log: Log) { self.log = log }

    /// `limits` is how memory and processes are held.
    func began(_ settings: RunnerSettings, limits: String) {
        log.write(
            .info, "runner.started",
            [("jobs", settings.jobsPath), ("runners", "\(settings.slots)"), ("limits", limits)])
    }

    func tell(_ event: RunnerEvent) {
        switch event {
        case .kindsChanged(let catalog, let complaint): kinds(catalog, complaint)
        case .started: break
        case .ended(let work, let verdict, let milliseconds):
            ended(work, verdict, milliseconds)
        case .refused(let work, let reason):
            log.write(.warn, "job.not_taken", [("job", work.id), ("reason", reason)])
        case .usageRefused(let work, let reason):
            log.write(
                .error, "job.usage_not_counted",
                [("job", work.id), ("kind", work.kind), ("reason", reason)])
        case .away(let reason), .forbidden(let reason):
            log.write(.warn, "runner.waits_for_store", [("reason", reason)])
        case .back: log.write(.info, "runner.goes_on")
        }
    }

    func draining(_ counts: Runner.Counts) {
        log.write(.info, "runner.draining", [("running", "\(counts.running)")])
    }

    func undelivered(_ count: Int) {
        log.write(
            .error, "runner.undelivered",
            [
                ("jobs", "\(count)"),
                ("reason", "what they came to is not in the store; the next start does them again"),
            ])
    }

    private func kinds(_ catalog: KindCatalog, _ complaint: String?) {
        log.write(.info, "runner.kinds", [("kinds", catalog.names.joined(separator: " "))])
        for kind in catalog.disabled {
            log.write(
                .warn, "runner.kind_disabled", [("kind", kind.name), ("reason", kind.reason)])
        }
        if let complaint { log.write(.error, "runner.jobs_folder", [("reason", complaint)]) }
    }

    private func ended(_ work: LeasedWork, _ verdict: Verdict, _ milliseconds: Int64) {
        let fields: [(StaticString, String)] = [
            ("job", work.id), ("kind", work.kind), ("attempt", "\(work.attempt)"),
            ("ms", "\(milliseconds)"),
        ]
        switch verdict {
        case .succeeded: break
        case .failed(let error, .never, _) where error.type == "canceled":
            log.write(.info, "job.canceled", fields)
        case .failed(let error, _, let isCrash):
            log.write(
                .warn, isCrash ? "job.crashed" : "job.failed",
                fields + [("type", error.type), ("message", error.message)])
        case .unstarted(let error):
            log.write(.error, "job.not_started", fields + [("message", error.message)])
        case .released(let delay):
            log.write(.info, "job.given_back", fields + [("seconds", "\(delay / 1_000)")])
        case .abandoned: log.write(.warn, "job.lost", fields)
        }
    }
}
