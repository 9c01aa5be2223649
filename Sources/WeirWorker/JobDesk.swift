import Core
import Programs
import Runner
import Synchronization

/// What a handler has said of its job, and whether it is to end: where its tasks and the loop
/// thread meet.
final class JobDesk: Sendable {
    private struct Papers {
        /// A handler is not made to wait: what nobody takes is dropped in the end.
        var log = JobLog(waitingBytesMax: Limits.logWaitingBytesMax)
        var progress: JobChannel.Progress?
        var usage: [String: Int64] = [:]
        var isCanceled = false
        /// Nothing that is said from then on is heard.
        var isClosed = false
    }

    private let papers = Mutex(Papers())

    // MARK: The handler's side

    var isCanceled: Bool { papers.withLock { $0.isCanceled } }

    func progress(_ percent: Double, _ message: String?) {
        write { papers in
            guard !percent.isNaN else {
                return papers.log.note("a progress of NaN was passed over")
            }
            let cut = message?.cut(toBytes: Limits.programMessageBytesMax)
            papers.progress = JobChannel.Progress(
                percent: min(max(percent, 0), 100), message: cut)
        }
    }

    func log(_ text: String) {
        write { $0.log.received(Array(text.utf8) + [UInt8(ascii: "\n")], on: .output) }
    }

    func usage(_ metric: String, _ amount: Int64) {
        write { papers in
            let known = papers.usage[metric]
            guard Names.isMetric(metric), (0...Limits.amountMax).contains(amount),
                known != nil || papers.usage.count < Limits.reportedMetricsMax
            else {
                return papers.log.note(
                    "usage of '\(metric.cut(toBytes: 80))', \(amount), was passed over: a metric is"
                        + " \(Names.metricRule), what is used no less than 0, and of"
                        + " \(Limits.reportedMetricsMax) metrics at most")
            }
            papers.usage[metric] = min((known ?? 0) + amount, Limits.amountMax)
        }
    }

    private func write(_ body: (inout Papers) -> Void) {
        papers.withLock { if !$0.isClosed { body(&$0) } }
    }

    // MARK: The loop's side

    var hasNews: Bool { papers.withLock { $0.progress != nil || !$0.log.isEmpty } }

    var isBackedUp: Bool { papers.withLock { $0.log.isBackedUp } }

    var waitingBytes: Int { papers.withLock { $0.log.waitingBytes } }

    func cancel() { papers.withLock { $0.isCanceled = true } }

    func takeNews(token: String, bytesMax: Int, linesMax: Int) -> WorkBeat {
        papers.withLock { papers in
            let progress = papers.progress
            papers.progress = nil
            let start = papers.log.takenBytes
            return WorkBeat(
                token: token, progress: progress,
                log: papers.log.take(bytesMax: bytesMax, linesMax: linesMax), logStart: start)
        }
    }

    func putBack(_ beat: WorkBeat) {
        papers.withLock { papers in
            papers.log.putBack(beat.log)
            if papers.progress == nil { papers.progress = beat.progress }
        }
    }

    /// The handler has ended. Gives what it used.
    func close() -> [String: Int64] {
        papers.withLock { papers in
            if !papers.isClosed { papers.log.finished() }
            papers.isClosed = true
            return papers.usage
        }
    }
}
