package import Core

/// How much one batch may do, each with its reason at `Limits`. Tests take tiny ones, so that every
/// bound is met often.
package struct BatchLimits: Hashable, Sendable {
    /// Jobs handed out, or found expired while looking for one to hand out.
    package var claimsMax = Limits.claimsPerBatchMax
    /// Rows that each kind of chore may touch.
    package var promotionsMax = Limits.choreRowsMax / 2
    package var expiriesMax = Limits.choreRowsMax / 4
    package var deletionsMax = Limits.choreRowsMax / 4
    package var leaseExpiriesMax = Limits.choreRowsMax
    package var replaysMax = Limits.choreRowsMax
    package var deadlinesMax = Limits.deadlinesPerBatchMax
    /// Tenants whose gate is looked at anew because a period, a plan or a mode changed for many.
    package var renewalsMax = Limits.renewalsPerBatchMax
    /// Waiting jobs that change between the tracks of what may be admitted and what never can.
    package var retracksMax = Limits.choreRowsMax
    /// Rows of the ledger that are folded; a fourth of them where commands wait.
    package var foldsMax = Limits.choreRowsMax
    package var parksMax = Limits.choreRowsMax
    /// Failed events whose effect is tried again.
    package var eventRetriesMax = Limits.choreRowsMax / 10
    /// Old events that are looked at to be forgotten. Their bodies may be long.
    package var eventsPrunedMax = Limits.choreRowsMax / 10
    /// Questions that the provider has at a time.
    package var inquiriesMax = Limits.inquiriesInFlightMax
    /// Tenants that are moved to another version of their plan.
    package var movesMax = Limits.choreRowsMax / 4
    /// Deliveries that are made of events, and those that are handed out, in a batch.
    package var fanOutMax = Limits.choreRowsMax
    package var deliveriesWaitingMax = Limits.deliveriesWaitingMax
    /// Calls at a time to all endpoints of a tenant.
    package var deliveriesToTenantMax = Limits.deliveriesToTenantMax
    /// Calls at a time in all.
    package var deliveriesInFlightMax = Limits.deliveriesInFlightMax
    /// What is kept of logs.
    package var logs = LogBounds()

    /// The limits of the product.
    package init() {}

    /// Limits that a handful of jobs reaches.
    package static let tiny: BatchLimits = {
        var limits = BatchLimits()
        limits.claimsMax = 3
        limits.promotionsMax = 2
        limits.expiriesMax = 2
        limits.deletionsMax = 2
        limits.leaseExpiriesMax = 2
        limits.replaysMax = 2
        limits.foldsMax = 3
        limits.logs.attemptBytesMax = 40
        limits.logs.jobBytesMax = 100
        limits.eventsPrunedMax = 3
        limits.inquiriesMax = 2
        limits.deliveriesToTenantMax = 3
        return limits
    }()
}
