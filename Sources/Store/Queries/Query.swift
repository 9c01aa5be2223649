package import Core

/// What can be read without the store thread. It sees every commit that was answered before it.
package enum Query: Sendable {
    /// One job; with a tenant, only if it is that tenant's.
    case job(JobID, tenant: String?)
    /// Several jobs of one tenant, in this order: what a replayed submit shows.
    case jobs([JobID], tenant: String)
    case jobList(JobFilter)
    case log(LogFilter)
    case tenantList(after: String?, limit: Int)
    /// One tenant as lists show it.
    case tenantSummary(String)
    /// One tenant with what waits and runs. The store's memory has these figures; they are counted
    /// in the rows, however many, for when it can say nothing, and for the operator only.
    case tenant(String)
    /// What kept a job from starting at the last commit; with a tenant, only if it is that
    /// tenant's. The store's memory knows more: no row has the pace of a tenant's starts, and what
    /// is due by now is not done.
    case explanation(JobID, tenant: String?)
    /// Whether so much more of a metric was within what a tenant may use, at the last commit.
    case limitCheck(tenant: String, Metric, amount: Int64)
    /// Whether a tenant's plan had a feature, at the last commit.
    case featureCheck(tenant: String, String)
    /// The keys of a tenant, or those that belong to none.
    case keyList(tenant: String?)
    /// What a tenant has used, now or in the period of this name.
    case usage(tenant: String, period: String?)
    case ledger(LedgerFilter)
    case overrideList(tenant: String)
    /// Newest first, below this id.
    case grantList(
        tenant: String, before: GrantID? = nil, limit: Int = Limits.grantsPerTenantMax)
    /// What was admitted past limits that are not enforced, by tenant.
    case unenforced(after: String?, limit: Int)
    /// What a period would have come to under another plan.
    case whatIf(WhatIf)
    case outbound(OutboundQuery)
    case billing(BillingQuery)
    /// Every key, for the loop's directory.
    case directory
}

/// A query on its way to the reader.
package struct QueryEnvelope: Sendable {
    package let id: EnvelopeID
    package let query: Query
    package let now: Moment
    /// The day that charges belong to, the plans, and how far limits are enforced, as the last
    /// commit told.
    package let day: Day
    package let catalog: PlanCatalog
    package let enforcement: Enforcement
    /// The tenant whose key asks: where it stands goes with any rows.
    package let customer: String?

    /// A query under its number.
    package init(
        id: EnvelopeID, query: Query, now: Moment, day: Day, catalog: PlanCatalog,
        enforcement: Enforcement, customer: String? = nil
    ) {
        self.id = id
        self.query = query
        self.now = now
        self.day = day
        self.catalog = catalog
        self.enforcement = enforcement
        self.customer = customer
    }
}

extension QueryEnvelope {
    /// A query about `store` as it is now.
    package init(
        id: EnvelopeID, query: Query, now: Moment, of store: any Store, customer: String? = nil
    ) {
        self.init(
            id: id, query: query, now: now, day: store.day, catalog: store.catalog,
            enforcement: store.enforcement, customer: customer)
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
    /// The name of a period.
    package var period: String?
    package var metric: Metric?
    package var before: LedgerID?
    package var limit = Limits.listPageDefault

    /// The whole ledger of `tenant`.
    package init(tenant: String) { self.tenant = tenant }
}

/// Which period of which tenant to go through under which plan.
package struct WhatIf: Hashable, Sendable {
    package let tenant: String
    package let plan: Plan
    /// The name of a period; nil is the one that runs.
    package let period: String?
    /// Whether overage is taken as agreed to, as far as this cap, in the units that answers show;
    /// nil is no overage.
    package let overageMax: Int64?

    /// The period of `tenant` under `plan`.
    package init(tenant: String, plan: Plan, period: String?, overageMax: Int64?) {
        self.tenant = tenant
        self.plan = plan
        self.period = period
        self.overageMax = overageMax
    }
}
