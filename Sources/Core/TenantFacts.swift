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

/// The status that a tenant has in effect.
package enum TenantStatus: Hashable, Sendable {
    case active
    case paused
    case suspended
    case deleted

    /// The name in answers.
    package var name: String {
        switch self {
        case .active: "active"
        case .paused: "paused"
        case .suspended: "suspended"
        case .deleted: "deleted"
        }
    }
}

/// The facts that decide a tenant's plan and status: the operator's, and later the subscription's.
package struct TenantFacts: Hashable, Sendable {
    package var basePlan: String
    package var manual: ManualStatus
    package var isDeleted: Bool

    /// Facts as they are stored.
    package init(basePlan: String, manual: ManualStatus = .none, isDeleted: Bool = false) {
        self.basePlan = basePlan
        self.manual = manual
        self.isDeleted = isDeleted
    }

    /// The status in effect.
    package var status: TenantStatus {
        if isDeleted { return .deleted }
        return switch manual {
        case .none: .active
        case .paused: .paused
        case .suspended: .suspended
        }
    }

    /// The plan in effect. A plan that the catalog has lost counts as `free`, the least.
    package func plan(in catalog: PlanCatalog) -> Plan {
        guard let plan = catalog.plan(basePlan) ?? catalog.plan("free") else {
            preconditionFailure("the catalog has no plan 'free'")
        }
        return plan
    }
}
