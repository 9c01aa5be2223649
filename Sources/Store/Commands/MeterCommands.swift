package import Core

/// An override to set, in place of an earlier one of the same metric.
package struct PutOverride: Hashable, Sendable {
    package let tenant: String
    package let metric: Metric
    package let limit: Limit
    package let until: Timestamp?
    package let reason: String?

    /// `limit` of `metric` for `tenant`.
    package init(
        tenant: String, metric: Metric, limit: Limit, until: Timestamp? = nil,
        reason: String? = nil
    ) {
        self.tenant = tenant
        self.metric = metric
        self.limit = limit
        self.until = until
        self.reason = reason
    }
}

/// Units to give a tenant. The same source again is the same grant.
package struct AddGrant: Hashable, Sendable {
    package let tenant: String
    package let metric: Metric
    package let amount: Int64
    package let source: String
    package let effectiveAt: Timestamp?
    package let expiresAt: Timestamp?
    package let priority: Int64

    /// `amount` of `metric` for `tenant`.
    package init(
        tenant: String, metric: Metric = .jobs, amount: Int64, source: String,
        effectiveAt: Timestamp? = nil, expiresAt: Timestamp? = nil, priority: Int64 = 0
    ) {
        self.tenant = tenant
        self.metric = metric
        self.amount = amount
        self.source = source
        self.effectiveAt = effectiveAt
        self.expiresAt = expiresAt
        self.priority = priority
    }
}

/// Usage of something that is no job, told by whoever did it.
package struct UsageEvents: Hashable, Sendable {
    package let tenant: String
    package let events: [Event]
    /// True: all of it is counted if all of it fits, and nothing otherwise.
    package let mustFit: Bool

    /// One thing that was used.
    package struct Event: Hashable, Sendable {
        /// Unique for its tenant: the same id counts once.
        package let id: String
        package let metric: Metric
        /// In counted units.
        package let amount: Int64

        /// `amount` of `metric`.
        package init(id: String, metric: Metric, amount: Int64) {
            self.id = id
            self.metric = metric
            self.amount = amount
        }
    }

    /// `events` of `tenant`, in order.
    package init(tenant: String, events: [Event], mustFit: Bool) {
        self.tenant = tenant
        self.events = events
        self.mustFit = mustFit
    }
}

/// What a worker says of an attempt that is over, beside its outcome.
package struct AttemptReport: Hashable, Sendable {
    /// What the attempt used of reported metrics, in counted units, one entry a metric.
    package var usage: [Amount] = []
    /// What it ran; nil where the worker does not say or is not believed.
    package var ranMilliseconds: Int64?

    /// Nothing to say.
    package static let none = AttemptReport()

    /// Nothing to say yet.
    package init() {}

    /// So much of a metric.
    package struct Amount: Hashable, Sendable {
        package let metric: Metric
        package let amount: Int64

        /// `amount` of `metric`, in counted units.
        package init(metric: Metric, amount: Int64) {
            self.metric = metric
            self.amount = amount
        }
    }
}
