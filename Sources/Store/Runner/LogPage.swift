package import Core

/// Which lines of a job's log are asked for.
package struct LogFilter: Hashable, Sendable {
    package let job: JobID
    package let tenant: String?
    /// Lines with greater numbers than this.
    package var after: Int64 = 0
    package var limit = Limits.logPageLinesDefault

    /// The log of `job` from its beginning; with a tenant, only if the job is that tenant's.
    package init(job: JobID, tenant: String?) {
        self.job = job
        self.tenant = tenant
    }
}

/// Some lines of a job's log.
package struct LogPage: Hashable, Sendable {
    package let lines: [LogLine]
    /// True if there are more lines after these.
    package let hasMore: Bool
    /// The state of the job: no line comes any more once it has ended.
    package let state: JobState

    /// `lines` of a job in `state`.
    package init(lines: [LogLine], hasMore: Bool, state: JobState) {
        self.lines = lines
        self.hasMore = hasMore
        self.state = state
    }
}

/// A line of a job's log.
package struct LogLine: Hashable, Sendable {
    /// Counted from 1, over all attempts.
    package let number: Int64
    /// When the server took it.
    package let at: Timestamp
    /// The attempt that it is of.
    package let attempt: Int
    package let text: String

    /// The line with this number.
    package init(number: Int64, at: Timestamp, attempt: Int, text: String) {
        self.number = number
        self.at = at
        self.attempt = attempt
        self.text = text
    }
}
