import Core
import Store

/// What the operator said of a tenant, and two figures kept up by hand.
struct ModelTenant {
    let id: String
    var name: String?
    var email: String?
    var facts: TenantFacts
    let createdAt: Timestamp
    /// Σ cost of its uncharged scheduled and ready jobs.
    var waiting: Int64 = 0
    var running = 0
}

/// An API key that was not revoked.
struct ModelKey {
    let id: KeyID
    let grant: KeyGrant
    let hash: [UInt8]
    let createdAt: Timestamp
}

/// A job wherever it is; where that is, the store's four dictionaries say.
struct ModelJob {
    let body: JobBody
    let tenant: String
    let kind: String
    let queue: String
    var run = JobRun()
    /// When it became or will become ready.
    var runAt: Timestamp
    /// Its place in line; a job that goes back keeps it.
    var rank: Int64
    var chargedPeriod: Period?
    var startedAt: Timestamp?
    var finishedAt: Timestamp?
    var cancelRequestedAt: Timestamp?
    var result: [UInt8]?
    var error: [UInt8]?

    var laneKey: LaneKey { LaneKey(tenant: tenant, queue: queue) }
    var lineKey: LineKey { LineKey(tenant: tenant, queue: queue, kind: kind) }
    var isCharged: Bool { chargedPeriod != nil }
    var terms: JobRun.Terms {
        JobRun.Terms(
            attemptsMax: body.attemptsMax, backoff: body.backoff,
            cancelRequested: cancelRequestedAt != nil)
    }
}

/// One run of a job: its lease while it is open, and what ended it afterwards.
struct ModelAttempt {
    let id: AttemptID
    let job: JobID
    let secret: UInt64
    /// The length that was granted.
    let leaseMilliseconds: Int64
    /// In steady milliseconds; what decides.
    var deadline: Int64
    /// By the wall clock; what is told.
    var expiresAt: Timestamp
    var ending: Ending?

    var isOpen: Bool { ending == nil }

    /// What ended an attempt, and what its bearer was told then.
    struct Ending {
        let verb: Verb
        let outcome: LeaseOutcome
    }

    /// The events that end an attempt.
    enum Verb {
        case complete
        case fail
        case release
        case leaseExpired
        case undelivered
    }
}

/// A row of the ledger with the tenant that it belongs to.
struct ModelLedgerRow {
    let tenant: String
    let view: LedgerView
}

/// A parked pull.
struct ModelTicket {
    let number: Int
    let envelope: EnvelopeID
    let pull: Pull
}

/// What an idempotency key stands for.
struct ReplayKey: Hashable {
    let scope: String
    let key: String
}

/// What the first request with an idempotency key brought about.
struct ModelReplay {
    let fingerprint: [UInt8]
    let at: Timestamp
    let made: Made

    /// What can be answered again.
    enum Made {
        case tenant(String)
        case key(KeyID)
        case jobs([Outcome])
    }

    /// What became of one submitted job.
    enum Outcome {
        case accepted(JobID)
        case refused(Refusal)
    }
}
