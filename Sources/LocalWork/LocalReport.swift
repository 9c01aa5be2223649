import API
import Core
import Programs
import Runner
import Store

/// What attempts came to, as commands: those that ended alike go into one.
struct LocalReport {
    /// A command, and which of the ends it tells, in its order.
    struct Part {
        let command: Command
        let indices: [Int]
    }

    /// At most one of completions, one of failures, and one for each delay of what is given back.
    private(set) var commands: [Part] = []
    /// What each end comes to if its lease is not stale.
    private(set) var receipts: [WorkReceipt]

    /// The commands for `ends`. Usage of what `plans` do not count is left out, and told of.
    init(_ ends: [WorkEnd], plans: PlanCatalog) {
        receipts = [WorkReceipt](repeating: .taken, count: ends.count)
        var completions: [(index: Int, item: Completion)] = []
        var failures: [(index: Int, item: Failure)] = []
        var releases: [Int64: [Int]] = [:]
        let tokens = ends.map { LeaseToken(ofRunner: $0.token) }
        for (index, end) in ends.enumerated() {
            let token = tokens[index]
            switch end.verdict {
            case .succeeded(let result):
                let report = takeReport(of: end, at: index, plans)
                completions.append(
                    (index, Completion(token: token, result: result, report: report)))
            case .failed(let error, let retry, _):
                let report = takeReport(of: end, at: index, plans)
                failures.append(
                    (
                        index,
                        Failure(
                            token: token, error: AttemptError.bytes(error),
                            retry: JobRun.Retry(retry), report: report)
                    ))
            case .unstarted(let error):
                let report = takeReport(of: end, at: index, plans)
                failures.append(
                    (
                        index,
                        Failure(
                            token: token, error: AttemptError.bytes(error), report: report,
                            couldNotStart: true)
                    ))
            case .released(let delay): releases[delay, default: []].append(index)
            case .abandoned: break
            }
        }
        if !completions.isEmpty {
            commands.append(
                Part(
                    command: .complete(completions.map(\.item)),
                    indices: completions.map(\.index)))
        }
        if !failures.isEmpty {
            commands.append(
                Part(command: .fail(failures.map(\.item)), indices: failures.map(\.index)))
        }
        for (delay, indices) in releases.sorted(by: { $0.key < $1.key }) {
            let release = Release(
                tokens: indices.map { tokens[$0] }, delayMilliseconds: delay)
            commands.append(Part(command: .release(release), indices: indices))
        }
    }

    /// What the attempt used and how long it ran.
    private mutating func takeReport(
        of end: WorkEnd, at index: Int, _ plans: PlanCatalog
    ) -> AttemptReport {
        var report = AttemptReport.none
        report.ranMilliseconds = end.ranMilliseconds
        for (name, amount) in end.usage.sorted(by: { $0.key < $1.key }) {
            let metric = Metric(name: name)
            if let fault = ReportFields.fault(of: metric, plans) {
                receipts[index] = .takenWithoutUsage("usage of '\(name)' \(fault)")
            } else {
                report.usage.append(AttemptReport.Amount(metric: metric, amount: amount))
            }
        }
        return report
    }
}

extension AttemptError {
    /// The error of a program, as it is stored.
    fileprivate static func bytes(_ error: WorkError) -> [UInt8] {
        bytes(type: error.type, message: error.message, trace: error.trace)
    }
}

extension JobRun.Retry {
    /// What a program's end says of a retry, as a job's policy knows it.
    fileprivate init(_ retry: Verdict.Retry) {
        switch retry {
        case .byPolicy: self = .byPolicy
        case .never: self = .never
        case .after(let milliseconds): self = .after(milliseconds: milliseconds)
        }
    }
}
