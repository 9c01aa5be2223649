/// Where the log of a job ends, and how much of it there is: what decides whether more is kept.
package struct LogTail: Hashable, Sendable {
    /// The number of the last line; the first is 1.
    package var last: Int64 = 0
    /// The attempt that the last line is of.
    package var attempt: AttemptID
    /// What the lines of that attempt take, each with its end, and those of the job.
    package var attemptBytes: Int64 = 0
    package var jobBytes: Int64 = 0
    package var cut: Cut = .none

    /// What the bound was that a log met. The numbers are stored.
    package enum Cut: Int64, Sendable, CaseIterable {
        case none = 0
        case attempt = 1
        case job = 2
    }

    /// The tail of a log that has no line yet.
    package init(attempt: AttemptID) { self.attempt = attempt }

    /// A tail as it was stored.
    package init(
        last: Int64, attempt: AttemptID, attemptBytes: Int64, jobBytes: Int64, cut: Cut
    ) {
        self.last = last
        self.attempt = attempt
        self.attemptBytes = attemptBytes
        self.jobBytes = jobBytes
        self.cut = cut
    }

    /// The worker said more. Returns the lines that are kept: none once the log was cut, and a line
    /// that says so where it is cut now. `start` is how much of its log the attempt had said before
    /// these, in bytes with the end of each line, where it says so: then those that came before
    /// are not taken again.
    package mutating func said(
        _ lines: [String], from start: Int64? = nil, in attempt: AttemptID, bounds: LogBounds
    ) -> [String] {
        if attempt != self.attempt {
            self.attempt = attempt
            attemptBytes = 0
            if cut == .attempt { cut = .none }
        }
        var kept: [String] = []
        let taken = attemptBytes
        var end = start ?? 0
        for line in lines where cut == .none {
            end += Int64(line.utf8.count + 1)
            if start != nil, end <= taken { continue }
            let line = LogTail.shortened(line)
            let bytes = Int64(line.utf8.count + 1)
            if jobBytes + bytes > bounds.jobBytesMax {
                cut = .job
                keep("[weir: the log of this job is full; the rest is not kept]", in: &kept)
            } else if attemptBytes + bytes > bounds.attemptBytesMax {
                cut = .attempt
                keep("[weir: the log of this attempt is full; the rest is not kept]", in: &kept)
            } else {
                keep(line, in: &kept)
            }
        }
        return kept
    }

    private mutating func keep(_ line: String, in kept: inout [String]) {
        kept.append(line)
        last += 1
        let bytes = Int64(line.utf8.count + 1)
        attemptBytes += bytes
        jobBytes += bytes
    }

    private static func shortened(_ line: String) -> String {
        guard line.utf8.count > Limits.logLineBytesMax else { return line }
        // Never longer than what was said: by that it is known what was said before.
        let note = " [weir: the line is cut]"
        return line.cut(toBytes: Limits.logLineBytesMax - note.utf8.count) + note
    }
}
