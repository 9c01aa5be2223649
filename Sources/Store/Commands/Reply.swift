package import Core

/// What the store says to a command.
package enum Reply: Hashable, Sendable {
    case tenant(TenantView)
    /// A tenant that was created now (`isReplay` false) or by an earlier request with this key.
    case tenantCreated(TenantView, isReplay: Bool)
    case keyCreated(KeyID, isReplay: Bool)
    case done
    case enqueued([EnqueueOutcome], isReplay: Bool)
    /// A canceled job, or a running one that will be told.
    case job(JobView)
    case leased([LeasedJob])
    case heartbeats([HeartbeatOutcome])
    /// Complete, fail and release: one outcome for each token, in order.
    case leaseOutcomes([LeaseOutcome])
    case refused(Refusal)
}

/// What became of one submitted job.
package enum EnqueueOutcome: Hashable, Sendable {
    case job(JobView)
    /// The job that the first request with this idempotency key made.
    case replayed(JobID)
    case refused(Refusal)
}

/// A job with the lease under which it was handed out.
package struct LeasedJob: Hashable, Sendable {
    package let job: JobView
    package let token: LeaseToken
    package let expiresAt: Timestamp

    /// `job` under `token` until `expiresAt`.
    package init(job: JobView, token: LeaseToken, expiresAt: Timestamp) {
        self.job = job
        self.token = token
        self.expiresAt = expiresAt
    }
}

/// What a heartbeat learns of one lease.
package enum HeartbeatOutcome: Hashable, Sendable {
    case extended(until: Timestamp)
    /// Extended too, but the job was canceled and should stop.
    case cancel(until: Timestamp)
    case lost
}

/// What became of one completion, failure or release.
package enum LeaseOutcome: Hashable, Sendable {
    /// The job's state afterwards; `runAt` where it is scheduled.
    case ended(JobState, runAt: Timestamp?)
    case stale(StaleReason)
}

/// Why a token no longer counts (SEMANTICS §5).
package enum StaleReason: Hashable, Sendable {
    /// This token ended its attempt by another verb.
    case alreadyFinished
    /// The right token, too late, and nobody else has the job.
    case leaseExpired
    /// A newer attempt has the job, or the token is unknown.
    case leaseLost
}

/// Why the store did not do what a command asked.
package enum Refusal: Error, Hashable, Sendable {
    case tenantUnknown(String)
    case tenantExists(String)
    case tenantSuspended(String)
    case tenantBusy(String, running: Int)
    case planUnknown(String, known: String)
    case quotaExceeded(SubmitRefusal)
    case tooManyQueues(String, max: Int)
    case tooManyKinds(String, max: Int)
    case tooManyKeys(String, max: Int)
    case jobUnknown(JobID)
    case jobFinished(JobID, JobState)
    case keyUnknown(KeyID)
    case idempotencyMismatch(key: String)
    case tooManyTickets(max: Int)
    /// The disk did not take the batch; what became of it is unknown.
    case storageUnavailable
    case overloaded
    case draining
}
