package import Core

/// What a query finds.
package enum Rows: Hashable, Sendable {
    case job(JobView?)
    case jobs([JobView?])
    /// `next`: the list goes on below this id; nil is the end.
    case jobPage([JobView], next: JobID?)
    /// Nil if there is no such job.
    case logPage(LogPage?)
    case tenantPage([TenantSummary], next: String?)
    case tenantSummary(TenantSummary)
    case tenant(TenantView)
    /// Nil if there is no such job.
    case explanation(Explanation?)
    case limitCheck(LimitCheck)
    case keys([KeyView])
    case usage(UsageView)
    case ledgerPage([LedgerView], next: LedgerID?)
    case overrides([Override])
    case grants([Grant], next: GrantID?)
    case unenforcedPage([UnenforcedView], next: String?)
    case whatIf([WhatIfView])
    case outbound(OutboundRows)
    case billing(BillingRows)
    /// No period of the tenant has this name.
    case periodUnknown(String)
    case directory([DirectoryEntry])
    /// No plan names this metric.
    case metricUnknown(Metric)
    /// The tenant that the query names does not exist.
    case tenantUnknown(String)
    /// The file could not be read.
    case unavailable
}

/// A query's rows, with the tenant's standing where it names one.
package struct QueryResult: Hashable, Sendable {
    package let id: EnvelopeID
    package let rows: Rows
    package let quota: QuotaView?

    /// What the query with this number found.
    package init(id: EnvelopeID, rows: Rows, quota: QuotaView? = nil) {
        self.id = id
        self.rows = rows
        self.quota = quota
    }
}

/// A tenant in a list, without the figures that only the store's memory has.
package struct TenantSummary: Hashable, Sendable {
    package let id: String
    package let name: String?
    package let email: String?
    package let facts: TenantFacts
    package let effectivePlan: PlanVersion
    package let createdAt: Timestamp

    /// A row of `tenants`.
    package init(
        id: String, name: String?, email: String?, facts: TenantFacts, effectivePlan: PlanVersion,
        createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.facts = facts
        self.effectivePlan = effectivePlan
        self.createdAt = createdAt
    }
}

/// A key in a list. Its text is not kept.
package struct KeyView: Hashable, Sendable {
    package let id: KeyID
    package let grant: KeyGrant
    package let createdAt: Timestamp

    /// A row of `keys`.
    package init(id: KeyID, grant: KeyGrant, createdAt: Timestamp) {
        self.id = id
        self.grant = grant
        self.createdAt = createdAt
    }
}

/// What a tenant has used in a period, and how the periods before went.
package struct UsageView: Hashable, Sendable {
    package let period: Period
    package let resetsAt: Timestamp
    /// Each metric under the terms that hold now, `jobs` first.
    package let accounts: [Account]
    package let alerts: [AlertView]
    /// The periods before, newest first.
    package let history: [PastUsage]
    /// The period is over: what is in force now says nothing of what was then.
    package let isOver: Bool
    /// When the tenant was made: nothing was used before.
    package let tenantSince: Timestamp

    /// The accounts of `period`.
    package init(
        period: Period, resetsAt: Timestamp, accounts: [Account], alerts: [AlertView],
        history: [PastUsage], isOver: Bool = false, tenantSince: Timestamp
    ) {
        self.period = period
        self.resetsAt = resetsAt
        self.accounts = accounts
        self.alerts = alerts
        self.history = history
        self.isOver = isOver
        self.tenantSince = tenantSince
    }
}

/// What was used of a metric in a period that is over.
package struct PastUsage: Hashable, Sendable {
    package let period: Period
    package let metric: Metric
    package let usage: Usage

    /// A counter of `period`.
    package init(period: Period, metric: Metric, usage: Usage) {
        self.period = period
        self.metric = metric
        self.usage = usage
    }
}

extension [PastUsage] {
    /// The counters of the latest periods, which come first: of as many whole periods as there is
    /// room for. Only a first one that is longer than that is cut.
    package func wholePeriods(atMost count: Int) -> [PastUsage] {
        guard self.count > count else { return self }
        let taken = prefix { $0.period != self[count].period }
        return [PastUsage](taken.isEmpty ? prefix(count) : taken)
    }
}

/// A threshold that was crossed.
package struct AlertView: Hashable, Sendable {
    package let metric: Metric
    package let threshold: Int64
    package let at: Timestamp

    /// `threshold` per cent of `metric` were reached.
    package init(metric: Metric, threshold: Int64, at: Timestamp) {
        self.metric = metric
        self.threshold = threshold
        self.at = at
    }
}

/// What a tenant was admitted past its limits because they are not enforced.
package struct UnenforcedView: Hashable, Sendable {
    package let tenant: String
    package let period: Period
    package let metric: Metric
    package let units: Int64

    /// So many units of a metric.
    package init(tenant: String, period: Period, metric: Metric, units: Int64) {
        self.tenant = tenant
        self.period = period
        self.metric = metric
        self.units = units
    }
}

/// What a metric's period would have come to under another plan.
package struct WhatIfView: Hashable, Sendable {
    package let metric: Metric
    package let period: Period
    /// What was used, of whatever source.
    package var used: Int64 = 0
    /// What would have been admitted within the limit.
    package var admitted: Int64 = 0
    package var overage: Int64 = 0
    package var overSoft: Int64 = 0
    /// What would have been held, and of that what for want of a feature.
    package var held: Int64 = 0
    package var barred: Int64 = 0
    /// When the limit would have been reached.
    package var reachedAt: Timestamp?
    /// Nobody can say any longer when: the rows of the period are folded.
    package var isFolded = false
    /// Each charge was gone through. Otherwise only the sums were, under which the plan's costs and
    /// features make no difference.
    package var isExact = false
    package let limit: Limit
    package let overagePrice: Price?

    /// Nothing used yet under these terms.
    package init(metric: Metric, period: Period, limit: Limit, overagePrice: Price?) {
        self.metric = metric
        self.period = period
        self.limit = limit
        self.overagePrice = overagePrice
    }
}

/// A row of the ledger.
package struct LedgerView: Hashable, Sendable {
    package let id: LedgerID
    package let at: Timestamp
    package let job: JobID?
    package let metric: Metric
    /// Nil of a gauge.
    package let period: Period?
    package let entry: LedgerEntry
    package let source: ChargeSource
    package let amount: Int64
    package let usedAfter: Int64
    /// What was in force at that moment; nil is unlimited.
    package let inForce: Int64?
    package let grant: GrantID?
    /// The usage event that it counts.
    package let event: String?
    /// Of a row that stands for many: their figures.
    package let fold: LedgerFold?

    /// A row as it was written.
    package init(
        id: LedgerID, at: Timestamp, job: JobID?, metric: Metric, period: Period?,
        entry: LedgerEntry, source: ChargeSource, amount: Int64, usedAfter: Int64,
        inForce: Int64?, grant: GrantID? = nil, event: String? = nil, fold: LedgerFold? = nil
    ) {
        self.id = id
        self.at = at
        self.job = job
        self.metric = metric
        self.period = period
        self.entry = entry
        self.source = source
        self.amount = amount
        self.usedAfter = usedAfter
        self.inForce = inForce
        self.grant = grant
        self.event = event
        self.fold = fold
    }
}

/// What kind of change a ledger row is. The numbers are stored.
package enum LedgerEntry: Int64, Sendable, CaseIterable {
    case charge = 1
    case refund = 2
    case report = 3
    case adjust = 4
    /// Only in answers: it stands for rows of any kind.
    case folded = 5

    /// The name in answers.
    package var name: String {
        switch self {
        case .charge: "charge"
        case .refund: "refund"
        case .report: "report"
        case .adjust: "adjust"
        case .folded: "folded"
        }
    }
}

/// A key as the loop looks it up: by hash.
package struct DirectoryEntry: Hashable, Sendable {
    package let id: KeyID
    package let hash: [UInt8]
    package let grant: KeyGrant

    /// A key under its hash.
    package init(id: KeyID, hash: [UInt8], grant: KeyGrant) {
        self.id = id
        self.hash = hash
        self.grant = grant
    }
}

/// A change of the directory that a commit brought.
package enum DirectoryChange: Hashable, Sendable {
    case added(DirectoryEntry)
    case removed(hash: [UInt8])
}
