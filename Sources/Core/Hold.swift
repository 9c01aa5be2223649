/// Why a ready job does not start. The order is the order in which one is shown.
package enum HoldReason: Int, Sendable, CaseIterable, Comparable {
    case tenantSuspended
    case tenantPaused
    case featureNotInPlan
    case quotaExhausted
    case spendCapReached
    case concurrencyLimit
    case rateLimited

    package static func < (left: HoldReason, right: HoldReason) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The stable code in answers.
    package var code: String {
        switch self {
        case .tenantSuspended: "tenant_suspended"
        case .tenantPaused: "tenant_paused"
        case .featureNotInPlan: "feature_not_in_plan"
        case .quotaExhausted: "quota_exhausted"
        case .spendCapReached: "spend_cap_reached"
        case .concurrencyLimit: "concurrency_limit"
        case .rateLimited: "rate_limited"
        }
    }
}

/// A closed gate: why, the numbers, until when, and what would open it.
package struct Hold: Hashable, Sendable {
    package let reason: HoldReason
    package var metric: Metric?
    package var used: Int64?
    package var limit: Int64?
    /// What the job would cost, where that is more than is admitted now however little is used.
    package var needed: Int64?
    package var resumesAt: Timestamp?
    package var upgradeTo: String?
    /// The limit is the tenant's own, which holds on every plan.
    package var isOverridden = false
    /// The feature that the job's kind needs.
    package var feature: String?
    /// Who or what closes the gate beside the plan.
    package var cause: HoldCause?

    /// A hold for `reason` with no numbers.
    package init(reason: HoldReason, cause: HoldCause? = nil) {
        self.reason = reason
        self.cause = cause
    }
}
