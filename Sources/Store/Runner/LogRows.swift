package import Core

/// A row of `progress`: how far the latest attempt of a job that said so has come.
package struct ProgressRow: Hashable, Sendable {
    package let job: JobID
    package let attempt: AttemptID
    package let progress: Progress

    package init(job: JobID, attempt: AttemptID, progress: Progress) {
        self.job = job
        self.attempt = attempt
        self.progress = progress
    }
}

/// A row of `logs`: the lines that one heartbeat brought.
package struct LogRow: Hashable, Sendable {
    package let job: JobID
    /// Where the log ends with them.
    package let tail: LogTail
    /// Which attempt of the job they are of, counted from 1.
    package let ordinal: Int
    package let at: Timestamp
    package let lines: [String]

    package init(job: JobID, tail: LogTail, ordinal: Int, at: Timestamp, lines: [String]) {
        self.job = job
        self.tail = tail
        self.ordinal = ordinal
        self.at = at
        self.lines = lines
    }

    /// The lines with their numbers.
    package var views: [LogLine] {
        let first = tail.last - Int64(lines.count) + 1
        return lines.enumerated().map { index, text in
            LogLine(number: first + Int64(index), at: at, attempt: ordinal, text: text)
        }
    }
}
