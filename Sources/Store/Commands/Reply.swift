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
    case plansLoaded(PlanCatalog)
    /// So many tenants will be moved.
    case planMoves(tenants: Int)
    case override(Override)
    /// A grant that was made now (`isNew`), or the one of before from the same source.
    case grant(Grant, isNew: Bool)
    case enforcement(Enforcement)
    /// What became of each usage event, in order.
    case unitsUsed([UsageOutcome])
    case gauge(Metric, value: Int64)
    case limitCheck(LimitCheck)
    case explanation(Explanation)
    case outbound(OutboundReply)
    case billing(BillingReply)
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
    /// The plan that the tenant has now.
    package let plan: String?

    /// `job` under `token` until `expiresAt`.
    package init(
        job: JobView, token: LeaseToken, expiresAt: Timestamp, plan: String? = nil
    ) {
        self.plan = plan
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
    /// With what suspends the tenant, and what would go on to.
    case tenantSuspended(String, [Hold])
    case tenantBusy(String, running: Int)
    case planUnknown(String, known: String)
    case quotaExceeded(SubmitRefusal)
    /// A consumption that does not fit what is left.
    case amountExceeds(SubmitRefusal)
    case featureMissing(feature: String, kind: String?, plan: String, upgradeTo: String?)
    case costTooLow(cost: Int64, kind: String, planCost: Int64, plan: String)
    case payloadTooLarge(bytes: Int, max: Int, plan: String)
    case metricUnknown(String, known: String)
    case metricIsGauge(String)
    case metricIsCounter(String)
    /// New plans give a metric another type than the plans of before.
    case metricTypeStays(String, MetricType)
    /// A counter would pass what can be counted exactly.
    case amountTooGreat(String, used: Int64)
    case overageNotSold(plan: String, metric: String)
    case planInUse(String, tenants: Int, such: String)
    case planVersionUnknown(String, version: Int64)
    case overrideUnknown(String)
    case grantUnknown(String)
    case grantOver(GrantID, Grant.State)
    case tooManyGrants(String, max: Int)
    case grantEndsTooEarly
    /// A row that it is about is damaged. Nothing was changed.
    case rowUnreadable
    case overrideEndsTooEarly
    case tooManyOverrides(String, max: Int)
    case tooManyMoves(max: Int)
    case tooManyQueues(String, max: Int)
    case tooManyKinds(String, max: Int)
    case tooManyKeys(String, max: Int)
    case jobUnknown(JobID)
    case jobFinished(JobID, JobState)
    case keyUnknown(KeyID)
    case idempotencyMismatch(key: String)
    case tooManyTickets(max: Int)
    case outbound(OutboundRefusal)
    case tenantSubscribed(String, subscription: String)
    case billing(BillingRefusal)
    /// The disk did not take the batch; what became of it is unknown.
    case storageUnavailable
    case overloaded
    case draining
}

/// What became of one usage event.
package enum UsageOutcome: Hashable, Sendable {
    case counted
    /// The id was counted before.
    case duplicate
    case refused(Refusal)
}

/// Whether a use would be admitted now, and if not, why.
package struct LimitCheck: Hashable, Sendable {
    /// Nil if it would be.
    package let hold: Hold?

    /// A check that found this in the way.
    package init(hold: Hold?) { self.hold = hold }
}

/// What keeps a job from starting.
package struct Explanation: Hashable, Sendable {
    package let job: JobView
    /// In the order in which they are shown; none for a job that may start.
    package let blockers: [Hold]
    /// What its start will be charged, which is more than it was submitted with where the plan
    /// asks more; nil where nothing is to be charged any more.
    package let cost: Int64?

    /// What blocks `job`.
    package init(job: JobView, blockers: [Hold], cost: Int64? = nil) {
        self.job = job
        self.blockers = blockers
        self.cost = cost
    }
}
