package import Core

/// Names a counter: of whom, of what, and of when.
package struct UsageKey: Hashable, Sendable {
    package let tenant: Int64
    /// The metric's number; `jobs` is 1.
    package let metric: Int64
    /// The period's key; 0 of a gauge.
    package let period: Int64

    package init(tenant: Int64, metric: Int64, period: Int64) {
        self.tenant = tenant
        self.metric = metric
        self.period = period
    }
}

/// A row of `usage`.
package struct UsageRow: Hashable, Sendable {
    package let key: UsageKey
    package let usage: Usage

    package init(key: UsageKey, usage: Usage) {
        self.key = key
        self.usage = usage
    }
}

/// A row of `ledger`.
package struct LedgerRow: Hashable, Sendable {
    package let id: LedgerID
    package let key: UsageKey
    package let entry: LedgerEntry
    package let source: ChargeSource
    package let amount: Int64
    package let job: JobID?
    package let at: Timestamp
    package let usedAfter: Int64
    package let inForce: Int64?
    package let grant: GrantID?
    /// The usage event that it counts.
    package let event: String?

    package init(
        id: LedgerID, key: UsageKey, entry: LedgerEntry, source: ChargeSource, amount: Int64,
        job: JobID? = nil, at: Timestamp, usedAfter: Int64, inForce: Int64?,
        grant: GrantID? = nil, event: String? = nil
    ) {
        self.id = id
        self.key = key
        self.entry = entry
        self.source = source
        self.amount = amount
        self.job = job
        self.at = at
        self.usedAfter = usedAfter
        self.inForce = inForce
        self.grant = grant
        self.event = event
    }
}

/// A row of `plans`.
package struct PlanRow: Sendable {
    package let plan: Plan
    /// The terms as they were given.
    package let text: String
    /// True of the version that tenants get now.
    package let isOffered: Bool

    package init(plan: Plan, text: String, isOffered: Bool) {
        self.plan = plan
        self.text = text
        self.isOffered = isOffered
    }
}

/// A row of `plan_moves`: tenants of one version of a plan that are on their way to another.
package struct PlanMove: Hashable, Sendable {
    package let plan: String
    package let from: Int64
    package let to: Int64

    package init(plan: String, from: Int64, to: Int64) {
        self.plan = plan
        self.from = from
        self.to = to
    }
}

/// A row of `deadlines`: what a tenant's terms do by themselves when a time comes.
package struct DeadlineRow: Hashable, Sendable {
    package let at: Timestamp
    package let tenant: Int64
    package let event: DeadlineEvent
    /// The grant's id, or the metric's number.
    package let subject: Int64

    package init(at: Timestamp, tenant: Int64, event: DeadlineEvent, subject: Int64) {
        self.at = at
        self.tenant = tenant
        self.event = event
        self.subject = subject
    }
}

/// What happens at a deadline. The numbers are stored.
package enum DeadlineEvent: Int64, Sendable, CaseIterable {
    case grantStarts = 1
    case grantEnds = 2
    case overrideEnds = 3
    /// What a tenant's subscriptions come to is to be looked at again.
    case entitlementTurns = 4
}

/// A row of `alerts`: a threshold that was crossed, which is told of once.
package struct AlertRow: Hashable, Sendable {
    package let key: UsageKey
    package let limitVersion: Int64
    package let threshold: Int64
    package let at: Timestamp

    package init(key: UsageKey, limitVersion: Int64, threshold: Int64, at: Timestamp) {
        self.key = key
        self.limitVersion = limitVersion
        self.threshold = threshold
        self.at = at
    }
}

/// A row of `outbox`: an event on its way to whoever asked for such.
package struct OutboxRow: Hashable, Sendable {
    package let id: EventID
    package let tenant: Int64
    package let type: String
    package let at: Timestamp
    /// JSON.
    package let data: [UInt8]

    package init(id: EventID, tenant: Int64, type: String, at: Timestamp, data: [UInt8]) {
        self.id = id
        self.tenant = tenant
        self.type = type
        self.at = at
        self.data = data
    }
}
