import Core
import Store

/// What is said of a job that nobody does, and what would help.
struct NoWorkerWords {
    static let code = "no_worker"
    private static let queuesShownMax = 10
    let detail: String
    let fix: String

    /// Words for `job`, of which nobody has asked for the like for so long. What the server has for
    /// others only the operator is told.
    init(
        _ absence: Workforce.Absence, milliseconds: Int64, of job: JobView, isOperator: Bool
    ) {
        let kind = job.kind
        let silence =
            milliseconds < Limits.workforceMilliseconds
            ? "since the server started" : "for \(DurationText.text(milliseconds))"
        let start = "No worker serves kind '\(kind)' in queue '\(job.queue)'"
        let nobody = "no worker has asked for its jobs \(silence)"
        let worker = "start a worker that pulls it from this queue, such as `weir work`"
        switch absence {
        case .noProgram:
            detail = "\(start): the server has no program for it, and \(nobody)."
            fix =
                "See that the kind is spelled right, \(worker), or make a program for it:"
                + " `weir jobs new \(kind)`; `weir jobs kinds` shows those that there are."
        case .disabled(let reason):
            detail =
                "\(start): the server's program for it is disabled, and \(nobody)."
                + (isOperator ? " \(reason)." : "")
            fix =
                "Mend its folder in jobs/, which is noticed at once; `weir jobs kinds` shows what"
                + " is wrong."
        case .runnerOff:
            detail = "\(start): the server runs no programs itself, and \(nobody)."
            fix = "Start the server without `--runners 0`, or \(worker)."
        case .otherQueues(let queues):
            let shown = queues.prefix(NoWorkerWords.queuesShownMax).map { "'\($0)'" }
            let list = shown.joined(separator: ", ") + (shown.count < queues.count ? ", …" : "")
            detail =
                "\(start): the server takes no jobs from this queue, and \(nobody)."
                + (isOperator ? " It takes them from \(list)." : "")
            fix =
                "Submit it to another queue, name this one in its job.json, or \(worker)."
        }
    }
}
