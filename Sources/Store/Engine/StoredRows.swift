package import Core

/// A row of `tenants`. The number is its row id.
package struct TenantRow: Hashable, Sendable {
    package let number: Int64
    package let id: String
    package let name: String?
    package let email: String?
    package let facts: TenantFacts
    package let createdAt: Timestamp

    package init(
        number: Int64, id: String, name: String?, email: String?, facts: TenantFacts,
        createdAt: Timestamp
    ) {
        self.number = number
        self.id = id
        self.name = name
        self.email = email
        self.facts = facts
        self.createdAt = createdAt
    }
}

/// A row of `keys`.
package struct KeyRow: Hashable, Sendable {
    package let id: KeyID
    package let hash: [UInt8]
    package let grant: KeyGrant
    package let createdAt: Timestamp

    package init(id: KeyID, hash: [UInt8], grant: KeyGrant, createdAt: Timestamp) {
        self.id = id
        self.hash = hash
        self.grant = grant
        self.createdAt = createdAt
    }
}

/// A row of `jobs`: the body and the line that it belongs to.
package struct JobRow: Hashable, Sendable {
    package let line: Int64
    package let body: JobBody

    package init(line: Int64, body: JobBody) {
        self.line = line
        self.body = body
    }
}

/// A row of `ready`.
package struct ReadyRow: Hashable, Sendable {
    package let line: Int64
    package let track: Track
    package let rank: Int64
    package let id: JobID
    package let cost: Int64

    package init(line: Int64, track: Track, rank: Int64, id: JobID, cost: Int64) {
        self.line = line
        self.track = track
        self.rank = rank
        self.id = id
        self.cost = cost
    }
}

/// A row of `scheduled`.
package struct ScheduledRow: Hashable, Sendable {
    package let runAt: Timestamp
    package let id: JobID
    package let line: Int64
    package let track: Track
    package let priority: Int
    package let cost: Int64

    package init(
        runAt: Timestamp, id: JobID, line: Int64, track: Track, priority: Int, cost: Int64
    ) {
        self.runAt = runAt
        self.id = id
        self.line = line
        self.track = track
        self.priority = priority
        self.cost = cost
    }
}

/// A row of `returned`: what a job carries that waits again after an attempt.
package struct ReturnedRow: Hashable, Sendable {
    package let id: JobID
    /// Where it stands: its rank if it is ready, and when it became or becomes so.
    package let rank: Int64
    package let readyAt: Timestamp
    package let run: JobRun
    package let chargedPeriod: Period?
    package let lastAttempt: AttemptID
    package let startedAt: Timestamp?
    /// What the last failed attempt said.
    package let error: [UInt8]?

    package init(
        id: JobID, rank: Int64, readyAt: Timestamp, run: JobRun, chargedPeriod: Period?,
        lastAttempt: AttemptID, startedAt: Timestamp?, error: [UInt8]?
    ) {
        self.id = id
        self.rank = rank
        self.readyAt = readyAt
        self.run = run
        self.chargedPeriod = chargedPeriod
        self.lastAttempt = lastAttempt
        self.startedAt = startedAt
        self.error = error
    }
}

/// A row of `history`: one finished job.
package struct HistoryRow: Hashable, Sendable {
    package let id: JobID
    package let end: JobEnd
    package let run: JobRun
    package let startedAt: Timestamp?
    package let finishedAt: Timestamp
    package let chargedPeriod: Period?
    package let lastAttempt: AttemptID?
    package let cancelRequestedAt: Timestamp?
    package let result: [UInt8]?
    package let error: [UInt8]?

    package init(
        id: JobID, end: JobEnd, run: JobRun, startedAt: Timestamp?, finishedAt: Timestamp,
        chargedPeriod: Period?, lastAttempt: AttemptID?, cancelRequestedAt: Timestamp?,
        result: [UInt8]?, error: [UInt8]?
    ) {
        self.id = id
        self.end = end
        self.run = run
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.chargedPeriod = chargedPeriod
        self.lastAttempt = lastAttempt
        self.cancelRequestedAt = cancelRequestedAt
        self.result = result
        self.error = error
    }
}

/// A row of `expiries`: a job that ends then unless it was admitted before.
package struct ExpiryRow: Hashable, Sendable {
    package let at: Timestamp
    package let id: JobID

    package init(at: Timestamp, id: JobID) {
        self.at = at
        self.id = id
    }
}

/// A row of `attempts`: one run of a job, and the lease while it has no end.
package struct AttemptRow: Hashable, Sendable {
    package let token: LeaseToken
    package let job: JobID
    package let line: Int64
    package let rank: Int64
    package let worker: String
    package let startedAt: Timestamp
    package let leaseMilliseconds: Int64
    package let expiresAt: Timestamp
    /// When its last heartbeat came; nil before there was one.
    package let heardAt: Timestamp?
    /// How long it had run by then, by the steady clock; nil too where that was not written.
    package let ranMilliseconds: Int64?
    package let chargedPeriod: Period?
    /// The first row of its charge in the ledger, of a first attempt that cost something.
    package let charge: LedgerID?
    package let previous: AttemptID?
    package var cancelRequestedAt: Timestamp?
    package var end: AttemptEnd?
    /// The process whose own runner it was handed to.
    package let boot: Int64?

    package init(
        token: LeaseToken, job: JobID, line: Int64, rank: Int64, worker: String,
        startedAt: Timestamp, leaseMilliseconds: Int64, expiresAt: Timestamp,
        heardAt: Timestamp? = nil, ranMilliseconds: Int64? = nil, chargedPeriod: Period?,
        charge: LedgerID?,
        previous: AttemptID?,
        cancelRequestedAt: Timestamp? = nil, end: AttemptEnd? = nil, boot: Int64? = nil
    ) {
        self.token = token
        self.job = job
        self.line = line
        self.rank = rank
        self.worker = worker
        self.startedAt = startedAt
        self.leaseMilliseconds = leaseMilliseconds
        self.expiresAt = expiresAt
        self.heardAt = heardAt
        self.ranMilliseconds = ranMilliseconds
        self.chargedPeriod = chargedPeriod
        self.charge = charge
        self.previous = previous
        self.cancelRequestedAt = cancelRequestedAt
        self.end = end
        self.boot = boot
    }
}

/// How an attempt ended. The numbers are stored.
package enum AttemptOutcome: Int64, Sendable, CaseIterable {
    case completed = 1
    case failed = 2
    case released = 3
    case leaseExpired = 4
    case undelivered = 5
    case serverDied = 6
    /// It ran longer than its job allows.
    case timedOut = 7
}

/// The end of an attempt, with what its token was answered.
package struct AttemptEnd: Hashable, Sendable {
    package let outcome: AttemptOutcome
    package let at: Timestamp
    package let stateAfter: JobState
    package let runAtAfter: Timestamp?
    package let error: [UInt8]?
    /// The program could not be started.
    package let couldNotStart: Bool

    package init(
        outcome: AttemptOutcome, at: Timestamp, stateAfter: JobState, runAtAfter: Timestamp?,
        error: [UInt8]?, couldNotStart: Bool = false
    ) {
        self.outcome = outcome
        self.at = at
        self.stateAfter = stateAfter
        self.runAtAfter = runAtAfter
        self.error = error
        self.couldNotStart = couldNotStart
    }
}

/// A row of `idempotency`: what the first request with a key brought.
package struct ReplayRow: Hashable, Sendable {
    package let request: Idempotency
    package let createdAt: Timestamp
    /// One number a result: the id that was made, or a negative code of why none was.
    package let results: [Int64]

    package init(request: Idempotency, createdAt: Timestamp, results: [Int64]) {
        self.request = request
        self.createdAt = createdAt
        self.results = results
    }
}

/// What is on disk of all that the engine keeps in memory, as one scan finds it.
package struct StoredState: Sendable {
    package var tenants: [TenantRow] = []
    package var queues: [String] = []
    package var lanes: [(tenant: Int64, queue: Int64)] = []
    package var lines: [(lane: Int64, kind: String)] = []
    package var tracks: [StoredTrack] = []
    /// Σ cost of scheduled, uncharged jobs by line.
    package var scheduledCosts: [(line: Int64, cost: Int64)] = []
    package var openAttempts: [OpenAttempt] = []
    /// The metrics by number, `jobs` first.
    package var metrics: [Metric] = [.jobs]
    package var plans: [PlanRow] = []
    /// Those that are not over, by number.
    package var moves: [(number: Int64, move: PlanMove)] = []
    package var overrides: [(tenant: Int64, override: Override)] = []
    /// Those that are to come or in force.
    package var grants: [(tenant: Int64, grant: Grant)] = []
    package var enforcement: Enforcement = .full
    /// The day that charges belonged to when the store last stopped.
    package var day: Day?
    package var lastJob: Int64 = 0
    package var lastAttempt: Int64 = 0
    /// The last process whose runner was given anything.
    package var lastBoot: Int64 = 0
    package var lastKey: Int64 = 0
    package var lastLedger: Int64 = 0
    /// The last row of the ledger that was folded.
    package var ledgerFolded: Int64 = 0
    package var lastGrant: Int64 = 0
    package var lastEvent: Int64 = 0
    package var outbound = StoredOutbound()
    package var lastAudit: Int64 = 0
    package var lastProviderEvent: Int64 = 0

    /// Nothing stored.
    package init() {}
}

/// A track of a line as a scan finds it.
package struct StoredTrack: Sendable {
    package let line: Int64
    package let track: Track
    package let count: Int
    package let cost: Int64
    /// The greatest cost of one of its jobs.
    package let costMax: Int64
    package let head: Head

    package init(
        line: Int64, track: Track, count: Int, cost: Int64, costMax: Int64, head: Head
    ) {
        self.line = line
        self.track = track
        self.count = count
        self.cost = cost
        self.costMax = costMax
        self.head = head
    }
}

/// A lease that was open when the store last stopped.
package struct OpenAttempt: Sendable {
    package let attempt: AttemptRow
    /// What the job carried before this attempt.
    package let returned: ReturnedRow?
    /// How long its job may run.
    package let timeoutMilliseconds: Int64
    /// What its worker said of it last.
    package let progress: Progress?

    package init(
        attempt: AttemptRow, returned: ReturnedRow?, timeoutMilliseconds: Int64,
        progress: Progress?
    ) {
        self.attempt = attempt
        self.returned = returned
        self.timeoutMilliseconds = timeoutMilliseconds
        self.progress = progress
    }
}
