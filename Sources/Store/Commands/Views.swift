package import Core

/// A job as answers show it.
package struct JobView: Hashable, Sendable {
    package let id: JobID
    package let tenant: String
    package let kind: String
    package let queue: String
    package var state: JobState
    package var hold: Hold?
    package let priority: Int
    package var attempt: Int
    package let attemptsMax: Int
    package var crashCount: Int
    /// When it became or will become ready.
    package var runAt: Timestamp
    package let createdAt: Timestamp
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    package let expiresAt: Timestamp?
    package let timeoutMilliseconds: Int64
    package let payload: [UInt8]
    package var result: [UInt8]?
    package var error: [UInt8]?
    package let tags: [String]
    package let cost: Int64
    package var chargedPeriod: Period?
    package var cancelRequestedAt: Timestamp?
    /// Of the attempt that runs, or of the last one once the job has ended.
    package var progress: Progress?

    /// A job that has just been taken in.
    package init(
        body: JobBody, tenant: String, kind: String, queue: String, state: JobState,
        hold: Hold? = nil
    ) {
        id = body.id
        self.tenant = tenant
        self.kind = kind
        self.queue = queue
        self.state = state
        self.hold = hold
        priority = body.priority
        attempt = 0
        attemptsMax = body.attemptsMax
        crashCount = 0
        runAt = body.readyAt
        createdAt = body.createdAt
        expiresAt = body.expiresAt
        timeoutMilliseconds = body.timeoutMilliseconds
        payload = body.payload
        tags = body.tags
        cost = body.cost
    }
}

/// The part of a job that never changes: its row in `jobs`.
package struct JobBody: Hashable, Sendable {
    package let id: JobID
    package let createdAt: Timestamp
    /// When it may first start: max(`run_at`, submit).
    package let readyAt: Timestamp
    package let expiresAt: Timestamp?
    package let priority: Int
    package let attemptsMax: Int
    package let backoff: Backoff
    package let timeoutMilliseconds: Int64
    package let tags: [String]
    package let cost: Int64
    package let payload: [UInt8]

    /// The body of a job that is taken in now.
    package init(id: JobID, spec: JobSpec, cost: Int64, at now: Timestamp) {
        self.id = id
        createdAt = now
        switch spec.start {
        case .now: readyAt = now
        case .at(let time): readyAt = max(time, now)
        case .after(let milliseconds): readyAt = now.adding(milliseconds)
        }
        expiresAt = spec.expiresInMilliseconds.map(readyAt.adding)
        priority = spec.priority
        attemptsMax = spec.attemptsMax
        backoff = spec.backoff
        timeoutMilliseconds = spec.timeoutMilliseconds
        tags = spec.tags
        self.cost = cost
        payload = spec.payload
    }

    /// A body as it was stored.
    package init(
        id: JobID, createdAt: Timestamp, readyAt: Timestamp, expiresAt: Timestamp?, priority: Int,
        attemptsMax: Int, backoff: Backoff, timeoutMilliseconds: Int64, tags: [String],
        cost: Int64, payload: [UInt8]
    ) {
        self.id = id
        self.createdAt = createdAt
        self.readyAt = readyAt
        self.expiresAt = expiresAt
        self.priority = priority
        self.attemptsMax = attemptsMax
        self.backoff = backoff
        self.timeoutMilliseconds = timeoutMilliseconds
        self.tags = tags
        self.cost = cost
        self.payload = payload
    }

    /// Its place in line while it was never charged.
    package var rank: Int64 { Rank.of(readyAt: readyAt, priority: priority) }
}

/// A tenant as answers show it.
package struct TenantView: Hashable, Sendable {
    package let id: String
    package let name: String?
    package let email: String?
    package let facts: TenantFacts
    package let effectivePlan: PlanVersion
    package let createdAt: Timestamp
    /// Σ cost of its uncharged scheduled and ready jobs.
    package let waiting: Int64
    package let running: Int

    /// A tenant with its figures of the moment.
    package init(
        id: String, name: String?, email: String?, facts: TenantFacts, effectivePlan: PlanVersion,
        createdAt: Timestamp, waiting: Int64, running: Int
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.facts = facts
        self.effectivePlan = effectivePlan
        self.createdAt = createdAt
        self.waiting = waiting
        self.running = running
    }
}
