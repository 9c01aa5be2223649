import Core

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
        return limits
    }()
}
