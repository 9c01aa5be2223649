/// What the operator says of a tenant by hand; no event lifts it. The numbers are stored.
package enum ManualStatus: Int64, Sendable, CaseIterable {
    case none = 0
    case paused = 1
    case suspended = 2

    /// The name in answers.
    package var name: String {
        switch self {
        case .none: "none"
        case .paused: "paused"
        case .suspended: "suspended"
        }
    }
}

/// The status that a tenant has in effect. The numbers are stored.
package enum TenantStatus: Int64, Sendable, CaseIterable {
    case active = 0
    /// By a subscription that is tried out.
    case trialing = 1
    /// By a subscription whose payment failed; its plan counts while grace runs.
    case pastDue = 2
    /// By a subscription whose first payment is not there yet; it grants nothing.
    case pendingPayment = 3
    case paused = 4
    case suspended = 5
    case deleted = 6

    /// The name in answers.
    package var name: String {
        switch self {
        case .active: "active"
        case .trialing: "trialing"
        case .pastDue: "past_due"
        case .pendingPayment: "pending_payment"
        case .paused: "paused"
        case .suspended: "suspended"
        case .deleted: "deleted"
        }
    }
}

/// What a tenant's submits meet when its quota is used up. The numbers are stored.
package enum QuotaAnswer: Int64, Sendable, CaseIterable {
    /// They are taken in and held, as far as the plan lets them wait.
    case hold = 0
    /// They are refused.
    case reject = 1

    /// The name in requests and answers.
    package var name: String {
        switch self {
        case .hold: "hold"
        case .reject: "reject"
        }
    }
}

/// The facts that decide a tenant's plan and status: the operator's and its subscriptions'.
package struct TenantFacts: Hashable, Sendable {
    package var basePlan: PlanVersion
    package var manual: ManualStatus = .none
    package var isDeleted = false
    package var onQuota: QuotaAnswer = .hold
    /// Units past the limit are agreed to, where the plan sells them.
    package var payAsYouGo = false
    /// The most overage of a metric in a period; the base limit where none is named.
    package var spendCaps = OverageCaps()
    /// How its periods lie; nil is as its plan says.
    package var periodMode: PeriodMode?
    /// The day of the month that anchored periods begin on.
    package var anchorDay: Int64 = 1
    package var window: PeriodWindow = .calendar
    /// Grows with each change of the plan: alerts are once a version.
    package var limitVersion: Int64 = 1
    /// How often the limit of a metric changed beside that.
    package var limitChanges = MetricCounts()
    /// Its place in the roll-out of enforcement, 0 to 99.
    package var bucket: Int64 = 0

    /// What its subscriptions come to; nil where it has none that says anything.
    @Seldom package var entitled: Entitled?

    /// A tenant on this plan, with everything else as it begins.
    package init(basePlan: PlanVersion) { self.basePlan = basePlan }

    /// The status in effect.
    package var status: TenantStatus {
        if isDeleted { return .deleted }
        return switch manual {
        case .none: entitled?.status ?? .active
        case .paused: .paused
        case .suspended: .suspended
        }
    }

    /// The plan in effect: what a subscription pays for, or else the operator's word. A plan that
    /// the catalog has lost counts as `free`, the least.
    package func plan(in catalog: PlanCatalog) -> Plan {
        let version = entitled?.plan ?? basePlan
        return catalog.plan(version) ?? catalog.plan(version.id) ?? catalog.free
    }

    /// The plans that are not to be lost while it is there.
    package var plansInUse: [PlanVersion] { [basePlan] + [entitled?.plan].compactMap(\.self) }

    /// True if this version of a plan is one of them.
    package func uses(_ version: PlanVersion) -> Bool {
        basePlan == version || entitled?.plan == version
    }

    /// Which version of a metric's limit holds: alerts are once a version.
    package func limitVersion(of metric: Metric) -> Int64 {
        limitVersion + limitChanges[metric, default: 0]
    }

    /// Whatever is of one version of a plan is of another now.
    package mutating func move(from: PlanVersion, to: PlanVersion) {
        if basePlan == from { basePlan = to }
        if entitled?.plan == from { entitled?.plan = to }
    }

    /// Where periods are to begin under this plan: nil is on the first.
    package func wantedAnchorDay(under plan: Plan) -> Int64? {
        switch periodMode ?? plan.terms.period {
        case .calendar: nil
        case .anchored: anchorDay
        }
    }
}
