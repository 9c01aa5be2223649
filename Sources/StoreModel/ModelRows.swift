import Core
import Store

/// A tenant, as plainly as it can be kept.
struct ModelTenant {
    let id: String
    var name: String?
    var email: String?
    let createdAt: Timestamp
    var facts: TenantFacts
    var overrides: [Override] = []
    /// Every grant that it ever had.
    var grants: [Grant] = []
    /// What its starts came to, where its plan has a rate.
    var starts = StartRate.State()
    /// The events of usage that were counted.
    var events: Set<String> = []
    /// The thresholds that were told of.
    var alerts: [ModelAlert] = []
}

/// A threshold that was told of.
struct ModelAlert {
    let metric: Metric
    let period: Period?
    let limitVersion: Int64
    let threshold: Int64
    let at: Timestamp
}

/// What a charge took from where: what a refund gives back.
struct ModelCharge {
    let key: ModelStore.UsageKey
    let charges: [Charge]
    let inForce: Int64?
}

/// A tenant in a queue.
struct ModelLane {
    let tenant: String
    let queue: String
    /// In the order in which they came.
    var kinds: [String] = []
}

/// The time of those who pull the same from a queue, and what each lane has paid them.
struct ModelClock {
    /// Who they are.
    struct Work: Hashable {
        let queue: String
        let kinds: [String]?
        let tenants: [String]?
    }

    /// They never have to be made small: these numbers are wide enough for ever.
    var now: Int128 = 0
    var times: [Int: Int128] = [:]

    func time(of lane: Int) -> Int128 { max(now, times[lane] ?? 0) }
}

/// A job with everything that is known of it.
struct ModelJob {
    /// Where it is.
    enum Place: Equatable {
        case scheduled
        case ready
        case running(AttemptID)
        case ended(JobEnd)
    }

    let body: JobBody
    let tenant: String
    let kind: String
    let queue: String
    var place: Place
    var rank: Int64
    var readyAt: Timestamp
    var run = JobRun()
    var chargedPeriod: Period?
    var startedAt: Timestamp?
    var finishedAt: Timestamp?
    var cancelRequestedAt: Timestamp?
    var result: [UInt8]?
    var error: [UInt8]?
    var lastAttempt: AttemptID?
    var charge: ModelCharge?
    /// What was said last, and by which attempt.
    var progress: (attempt: AttemptID, said: Progress)?
    var log: [LogLine] = []
    var logTail: LogTail?

    var isWaiting: Bool { place == .ready || place == .scheduled }

    var isCharged: Bool { chargedPeriod != nil }
}

/// What is remembered of an idempotency key.
struct ModelReplay {
    let fingerprint: [UInt8]
    let results: [Int64]
    let createdAt: Timestamp
    /// Of equal times the one that was remembered first is forgotten first.
    let order: Int
}

/// One run of a job.
struct ModelAttempt {
    let token: LeaseToken
    let job: JobID
    let startedAt: Timestamp
    /// When the attempt before it began, for attempts that turn out never to have been.
    let startedBefore: Timestamp?
    let leaseMilliseconds: Int64
    var expiresAt: Timestamp
    /// When the worker last spoke; nil before its first heartbeat.
    var heardAt: Timestamp?
    /// When it began and when its worker was last heard, by the steady clock.
    var startedSteady: Int64
    var heardSteady: Int64
    /// What passed since then is charged.
    var countedFromSteady: Int64
    /// No more than this is.
    var chargedMost: Int64
    /// How long it had run at its last heartbeat.
    var ranMilliseconds: Int64 = 0
    var deadline: Int64
    /// When the attempt has run too long, whoever renews it.
    var timeoutAt: Int64
    let timeoutMilliseconds: Int64
    /// The process whose own runner has it.
    let boot: Int64?
    /// Of equal deadlines the one that was set first ends first.
    var deadlineOrder: Int
    var end: (outcome: AttemptOutcome, state: JobState, runAt: Timestamp?)?

    /// A process begins that knows what was written down: how long it had run when it was heard,
    /// and from then on the wall clock, of which no more counts than the lease and the timeout let.
    mutating func forgetSteadyTimes(allowed: Int64, at now: Moment) {
        let heardAt = heardAt ?? startedAt
        let heard = min(ranMilliseconds, allowed)
        var counted = heard
        let since = now.wall.since(heardAt)
        if since > 0 { counted += min(since, max(0, expiresAt.since(heardAt))) }
        if counted > allowed { counted = allowed }
        let passed = now.wall.since(startedAt)
        startedSteady = now.steadyMilliseconds - (passed > counted ? passed : counted)
        countedFromSteady = now.steadyMilliseconds - counted
        heardSteady = countedFromSteady + heard
        chargedMost = allowed
    }

    /// How long the attempt may run at all in a process that has not handed it out itself.
    var allowedMilliseconds: Int64 {
        timeoutMilliseconds + (boot == nil ? Limits.runnerTimeoutGraceMilliseconds : 0)
    }
}
