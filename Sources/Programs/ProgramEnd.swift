/// How a program ended, as its guard tells.
package struct ProgramEnd: Hashable, Sendable {
    /// What ended it.
    package enum Cause: Hashable, Sendable {
        case exit(Int32)
        case signal(Int32)
        /// It never ran, for this error of the system.
        case unstarted(Stage, error: Int32)
        /// The guard itself is gone, and with it what it knew.
        case guardLost
    }

    /// What could not be done.
    package enum Stage: String, Hashable, Sendable {
        case guardItself = "guard"
        case folder
        case fork
        /// The program is not there any more, and nobody has seen that yet.
        case gone
        /// The program itself: the one that is the kind's fault and not the machine's.
        case exec
    }

    /// A limit that the guard enforced.
    package enum Limit: String, Hashable, Sendable {
        case none
        case memory
        case processes
        case disk
        /// It failed, and a file was as large as one may be: nothing else tells of a program that
        /// ignores SIGXFSZ.
        case file
    }

    package var cause: Cause
    package var limit: Limit
    /// Time of the processor, of the program and all that it started.
    package var processorMicroseconds: Int64
    /// The most memory that one of its processes had.
    package var memoryKilobytes: Int64
    /// True if there was a control group for it, which it could not enter.
    package var isOutsideGroup = false

    /// An end for this cause.
    package init(
        _ cause: Cause, limit: Limit = .none, processorMicroseconds: Int64 = 0,
        memoryKilobytes: Int64 = 0
    ) {
        self.cause = cause
        self.limit = limit
        self.processorMicroseconds = processorMicroseconds
        self.memoryKilobytes = memoryKilobytes
    }

    /// The end in a guard's line, such as `exit 0 - none 1200 2048`; nil if it is none.
    package init?(report: [UInt8]) {
        guard report.last == 10 else { return nil }
        let words = String(decoding: report.dropLast(), as: UTF8.self).split(separator: " ")
        guard words.count == 6, let value = Int32(words[1]),
            let limit = Limit(rawValue: String(words[3])), let micros = Int64(words[4]),
            let kilobytes = Int64(words[5])
        else { return nil }
        switch words[0] {
        case "exit": cause = .exit(value)
        case "signal": cause = .signal(value)
        case "unstarted":
            guard let stage = Stage(rawValue: String(words[2])) else { return nil }
            cause = .unstarted(stage, error: value)
        default: return nil
        }
        self.limit = limit
        processorMicroseconds = micros
        memoryKilobytes = kilobytes
    }
}
