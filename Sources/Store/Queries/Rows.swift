package import Core

/// What a query finds.
package enum Rows: Hashable, Sendable {
    case job(JobView?)
    case jobs([JobView?])
    /// `next`: the list goes on below this id; nil is the end.
    case jobPage([JobView], next: JobID?)
    case tenantPage([TenantSummary], next: String?)
    case keys([KeyView])
    case usage(UsageView)
    case ledgerPage([LedgerView], next: LedgerID?)
    case directory([DirectoryEntry])
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
    package let effectivePlan: String
    package let createdAt: Timestamp

    /// A row of `tenants`.
    package init(
        id: String, name: String?, email: String?, facts: TenantFacts, effectivePlan: String,
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

/// What a tenant has used in a period.
package struct UsageView: Hashable, Sendable {
    package let period: Period
    package let usage: Usage
    package let limit: Limit

    /// The counter of `period`, under the limit that holds now.
    package init(period: Period, usage: Usage, limit: Limit) {
        self.period = period
        self.usage = usage
        self.limit = limit
    }
}

/// A row of the ledger.
package struct LedgerView: Hashable, Sendable {
    package let id: LedgerID
    package let at: Timestamp
    package let job: JobID?
    package let metric: Metric
    package let period: Period
    package let entry: LedgerEntry
    package let source: ChargeSource
    package let amount: Int64
    package let usedAfter: Int64
    /// The limit of that moment; nil is unlimited.
    package let inForce: Int64?

    /// A row as it was written.
    package init(
        id: LedgerID, at: Timestamp, job: JobID?, metric: Metric, period: Period,
        entry: LedgerEntry, source: ChargeSource, amount: Int64, usedAfter: Int64, inForce: Int64?
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
    }
}

/// What kind of change a ledger row is. The numbers are stored.
package enum LedgerEntry: Int64, Sendable, CaseIterable {
    case charge = 1
    case refund = 2
    case report = 3
    case adjust = 4

    /// The name in answers.
    package var name: String {
        switch self {
        case .charge: "charge"
        case .refund: "refund"
        case .report: "report"
        case .adjust: "adjust"
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
