package import Core

/// What can be read without the store thread. It sees every commit that was answered before it.
package enum Query: Sendable {
    /// One job; with a tenant, only if it is that tenant's.
    case job(JobID, tenant: String?)
    /// Several jobs of one tenant, in this order: what a replayed submit shows.
    case jobs([JobID], tenant: String)
    case jobList(JobFilter)
    case tenantList(after: String?, limit: Int)
    /// The keys of a tenant, or those that belong to none.
    case keyList(tenant: String?)
    case usage(tenant: String, period: Period?)
    case ledger(LedgerFilter)
    /// Every key, for the loop's directory.
    case directory
}

/// A query on its way to the reader.
package struct QueryEnvelope: Sendable {
    package let id: EnvelopeID
    package let query: Query
    package let now: Moment
    /// The period that charges go to, as the last commit told.
    package let period: Period

    /// A query under its number.
    package init(id: EnvelopeID, query: Query, now: Moment, period: Period) {
        self.id = id
        self.query = query
        self.now = now
        self.period = period
    }
}

/// Which jobs a list shows, newest first.
package struct JobFilter: Hashable, Sendable {
    package var tenant: String?
    package var state: JobState?
    package var queue: String?
    package var kind: String?
    package var tag: String?
    /// True: only jobs that are ready and held.
    package var isHeld = false
    package var createdAfter: Timestamp?
    /// The list goes on below this id.
    package var before: JobID?
    package var limit = Limits.listPageDefault

    /// Every job of every tenant.
    package init() {}
}

/// Which rows of the ledger a list shows, newest first.
package struct LedgerFilter: Hashable, Sendable {
    package let tenant: String
    package var period: Period?
    package var before: LedgerID?
    package var limit = Limits.listPageDefault

    /// The whole ledger of `tenant`.
    package init(tenant: String) { self.tenant = tenant }
}
