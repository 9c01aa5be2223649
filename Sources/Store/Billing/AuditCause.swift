/// Why a tenant's plan or status changed, where no event did it.
package enum AuditCause: Hashable, Sendable {
    case tenantCreated
    case tenantChanged
    case tenantDeleted
    case statusSet
    case plansMoved
    /// The end of a grace, of a floor, of a silence.
    case clock

    /// Who did it.
    package var actor: String { self == .clock ? "clock" : "operator" }

    /// The name in the audit.
    package var action: String {
        switch self {
        case .tenantCreated: "tenant.created"
        case .tenantChanged: "tenant.changed"
        case .tenantDeleted: "tenant.deleted"
        case .statusSet: "tenant.status_set"
        case .plansMoved: "plan.moved"
        case .clock: "entitlement.turned"
        }
    }
}
