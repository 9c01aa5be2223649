package import Programs

/// What work a runner has room for.
package struct WorkPull: Hashable, Sendable {
    /// Exactly the kinds that may start now, in order; at least one.
    package var kinds: [String]
    /// Empty: those that the server takes for this key.
    package var queues: [String]
    package var jobsMax: Int
    /// True if other kinds have room too, more than one question may name: it ends soon, so that
    /// they get their turn.
    package var takesTurns: Bool

    /// A question for up to `jobsMax` jobs.
    package init(kinds: [String], queues: [String], jobsMax: Int, takesTurns: Bool = false) {
        self.kinds = kinds
        self.queues = queues
        self.jobsMax = jobsMax
        self.takesTurns = takesTurns
    }
}

/// A sign of life of one attempt.
package struct WorkBeat: Hashable, Sendable {
    package var token: String
    package var progress: JobChannel.Progress?
    package var log: [String]
    /// How much of the log came before these lines, in bytes with the end of each: a server that
    /// has seen some of them, though its answer was lost, takes those no second time.
    package var logStart: Int64

    /// That the attempt goes on, with its news.
    package init(
        token: String, progress: JobChannel.Progress? = nil, log: [String] = [],
        logStart: Int64 = 0
    ) {
        self.token = token
        self.progress = progress
        self.log = log
        self.logStart = logStart
    }
}

/// What became of a lease.
package enum WorkLease: Hashable, Sendable {
    case extended
    /// The job is to end; the lease was extended until it has.
    case cancel
    case lost
}

/// What an attempt came to.
package struct WorkEnd: Hashable, Sendable {
    package var token: String
    package var verdict: Verdict
    /// By metric.
    package var usage: [String: Int64]
    package var ranMilliseconds: Int64

    /// The end of the attempt `token`.
    package init(
        token: String, verdict: Verdict, usage: [String: Int64] = [:], ranMilliseconds: Int64 = 0
    ) {
        self.token = token
        self.verdict = verdict
        self.usage = usage
        self.ranMilliseconds = ranMilliseconds
    }
}

/// How the server took that.
package enum WorkReceipt: Hashable, Sendable {
    case taken
    /// It was taken without what the program reported of its usage, for this reason.
    case takenWithoutUsage(String)
    /// The lease is another's, or has ended.
    case stale
    /// It cannot be taken as it is, for this reason.
    case refused(String)
}

/// Why a call was not answered.
package enum WorkFault: Error, Hashable, Sendable {
    /// Nobody answers, or not now: the same call is made again later.
    case away(String)
    /// It will never be answered: the key is unknown or may not do this.
    case forbidden(String)
}
