import Core
import Programs

/// How a handler ended.
enum HandlerOutcome: Sendable {
    /// With its result, which is JSON.
    case returned([UInt8]?)
    case threw(JobFailure)

    /// What the attempt came to, whose handler was asked to end for this reason.
    func verdict(stopped: StopReason?) -> Verdict {
        if stopped == .lost { return .abandoned }
        if case .timedOut(let milliseconds) = stopped {
            return failed("timeout", "it ran longer than \(DurationText.text(milliseconds))")
        }
        switch self {
        case .returned(let result):
            if let fault = result.flatMap(ResultBounds.fault) {
                return failed(fault.type, fault.message)
            }
            return .succeeded(result)
        case .threw(let failure):
            switch stopped {
            case .canceled: return failed("canceled", "it was canceled", .never)
            case .draining: return .released(delayMilliseconds: 0)
            case .timedOut, .lost, nil: return byItself(failure)
            }
        }
    }

    private func byItself(_ failure: JobFailure) -> Verdict {
        switch failure {
        case .failed(let type, let message, let retryIn):
            let retry = retryIn.map { Verdict.Retry.after(milliseconds: $0.waitMilliseconds) }
            return failed(type, message, retry ?? .byPolicy)
        case .dead(let type, let message): return failed(type, message, .never)
        case .later(let delay):
            return .released(
                delayMilliseconds: max(delay.waitMilliseconds, Limits.snoozeMillisecondsMin))
        }
    }

    private func failed(
        _ type: String, _ message: String, _ retry: Verdict.Retry = .byPolicy
    ) -> Verdict {
        let error = WorkError(
            type: type.cut(toBytes: Limits.errorTypeBytesMax),
            message: message.cut(toBytes: Limits.errorMessageBytesMax))
        return .failed(error, retry: retry, isCrash: false)
    }
}

extension Duration {
    /// What a server takes as a wait: not below 0, and not more than it puts a job off for.
    var waitMilliseconds: Int64 {
        let most = Limits.runAtAheadMillisecondsMax
        guard components.seconds < most / 1_000 else { return most }
        return max(0, milliseconds)
    }

    /// Rounded down; none that is longer than the years a server knows.
    var milliseconds: Int64 {
        let most = Limits.durationMillisecondsMax / 1_000
        let seconds = min(max(components.seconds, -most), most)
        return seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
