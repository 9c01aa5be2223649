import Core

/// What an attempt came to: what the server is told of it.
package enum Verdict: Hashable, Sendable {
    /// Whether and when a failed job is tried again.
    package enum Retry: Hashable, Sendable {
        case byPolicy
        case never
        case after(milliseconds: Int64)
    }

    /// With the result, which is JSON.
    case succeeded([UInt8]?)
    /// `isCrash`: the program did not end by itself.
    case failed(WorkError, retry: Retry, isCrash: Bool)
    /// The program could not be started: the one case that is refunded (SEMANTICS §1.5).
    case unstarted(WorkError)
    /// No attempt is used; the job comes back later.
    case released(delayMilliseconds: Int64)
    /// Nobody is told.
    case abandoned

    private enum Code {
        static let dataError: Int32 = 65
        static let temporaryFailure: Int32 = 75
        static let configurationError: Int32 = 78
        /// Those by which a program says what is to become of its job.
        static let chosen: Set<Int32> = [0, dataError, temporaryFailure, configurationError]
        /// What a shell ends with whose program the signal ended: 128 and the signal's number.
        static let fileTooLarge = 128 + Number.fileTooLargeSignal
    }

    private enum Number {
        static let noMemory: Int32 = 12
        static let again: Int32 = 11
        static let textBusy: Int32 = 26
        static let fileTooLargeSignal: Int32 = 25
        static let ofTheMachine: Set<Int32> = [noMemory, again, textBusy]
    }

    /// How long a job waits for a machine that has no room for it.
    private static let machineDelayMilliseconds: Int64 = 5_000

    /// What an attempt came to whose program ended so, after it was told to for this reason.
    /// `text` gives the system's words for an error or a signal.
    package static func decide(
        _ end: ProgramEnd, stopped: StopReason?, channel: JobChannel, log: JobLog,
        kind: JobSettings, text: SystemText
    ) -> Verdict {
        if stopped == .lost { return .abandoned }
        // A full file alone keeps nobody from ending as he chose to.
        let isItsWord =
            switch end.cause {
            case .exit(let code): Code.chosen.contains(code)
            case .signal, .unstarted, .guardLost: false
            }
        if end.limit != .none, end.limit != .file || !isItsWord && stopped == nil {
            return failed("limit_exceeded", limitMessage(end.limit, kind), channel, log)
        }
        if case .timedOut(let milliseconds) = stopped {
            return failed(
                "timeout", "it ran longer than \(DurationText.text(milliseconds))", channel, log)
        }
        switch end.cause {
        case .unstarted(let stage, let error):
            return unstarted(stage, error, text)
        case .exit(0):
            if let fault = channel.resultFault {
                return failed(fault.type, fault.message, channel, log)
            }
            return .succeeded(channel.result)
        case .exit, .signal, .guardLost:
            switch stopped {
            case .canceled:
                return .failed(
                    WorkError(type: "canceled", message: "it was canceled"), retry: .never,
                    isCrash: false)
            case .draining: return .released(delayMilliseconds: 0)
            case .timedOut, .lost, nil: return byItself(end.cause, channel, log, kind, text)
            }
        }
    }

    private static func byItself(
        _ cause: ProgramEnd.Cause, _ channel: JobChannel, _ log: JobLog, _ kind: JobSettings,
        _ text: SystemText
    ) -> Verdict {
        switch cause {
        case .exit(Code.temporaryFailure):
            let asked = channel.retryMilliseconds ?? kind.backoff?.baseMilliseconds
            return .released(
                delayMilliseconds: max(
                    asked ?? Limits.snoozeMilliseconds, Limits.snoozeMillisecondsMin))
        case .exit(Code.fileTooLarge), .signal(Number.fileTooLargeSignal):
            return failed("limit_exceeded", limitMessage(.disk, kind), channel, log)
        case .exit(let code):
            let isFinal = [Code.dataError, Code.configurationError].contains(code)
            return failed(
                "exit_code", "exit code \(code)", channel, log, retry: isFinal ? .never : nil)
        case .signal(let number):
            return failed(
                "signal", "ended by \(text.signal(number))", channel, log, isCrash: true)
        case .guardLost:
            return failed(
                "guard_lost", "the process that guarded it was killed", channel, log,
                isCrash: true)
        case .unstarted: preconditionFailure("a program that never ran ended by itself")
        }
    }

    private static func failed(
        _ type: String, _ message: String, _ channel: JobChannel, _ log: JobLog,
        retry: Retry? = nil, isCrash: Bool = false
    ) -> Verdict {
        let said = channel.complaint
        let whole = log.lastError.map { "\(message): \($0)" } ?? message
        let error = WorkError(
            type: said?.type ?? type,
            message: said?.message ?? whole.keepingStart(bytesMax: Limits.errorMessageBytesMax),
            trace: said?.trace ?? log.trace)
        let asked = channel.retryMilliseconds.map { Retry.after(milliseconds: $0) }
        return .failed(error, retry: retry ?? asked ?? .byPolicy, isCrash: isCrash)
    }

    /// A machine without memory, files or disk is not the program's fault: another may have them.
    /// Nor is it the job's that its program was just removed, or is being replaced.
    private static func unstarted(
        _ stage: ProgramEnd.Stage, _ error: Int32, _ text: SystemText
    ) -> Verdict {
        guard stage == .exec, !Number.ofTheMachine.contains(error) else {
            return .released(delayMilliseconds: machineDelayMilliseconds)
        }
        return .unstarted(
            WorkError(
                type: "could_not_start",
                message: "the program could not be started: \(text.startError(error))"))
    }

    private static func limitMessage(_ limit: ProgramEnd.Limit, _ kind: JobSettings) -> String {
        switch limit {
        case .memory: "it took more memory than \((kind.memoryBytes ?? 0) >> 20) MB"
        case .processes: "it had more than \(kind.processes) processes"
        case .disk:
            "it put more than \(kind.diskBytes >> 20) MB, or too many files, into its temporary"
                + " folder"
        case .file: "it made a file of \(kind.diskBytes >> 20) MB, and none may be larger"
        case .none: preconditionFailure("no limit was passed")
        }
    }
}
