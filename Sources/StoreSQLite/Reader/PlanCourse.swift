import Core
import Store

/// The plans that a tenant was on, as the audit has them. What is asked is looked up in the index
/// of plan changes, so that it costs the same however much else the audit tells of the tenant.
struct PlanCourse {
    private let now: PlanVersion
    private let tenant: Int64
    private let next: Statement
    /// Of what was before nothing is known; nil where all of it is.
    private let knownFrom: Timestamp?
    /// True if it was on no other plan, as far as is known.
    let isStraight: Bool

    /// The course of a tenant that is on `now`. It is known to its beginning where the audit tells
    /// of that: a tenant may be older than the audit.
    init(of tenant: Int64, now: PlanVersion, in open: OpenReader) throws(StoreError) {
        self.now = now
        self.tenant = tenant
        next = try open.rarely(BillingSQL.planChangeAfter)
        let first = try open.rarely(BillingSQL.firstAuditOfTenant)
        first.bind(1, tenant)
        let found = try first.first { row throws(StoreError) in
            (action: row.text(0), at: try Decoding.time(row.int(1)))
        }
        let isWhole = found?.action == AuditCause.tenantCreated.action
        knownFrom = isWhole ? nil : found?.at ?? .latest
        let change = try PlanCourse.change(after: .idEpoch, of: tenant, next)
        isStraight = isWhole && change == nil
    }

    /// The plan that it was on then; nil where that is not known.
    func plan(at time: Timestamp) throws(StoreError) -> PlanVersion? {
        if let knownFrom, time < knownFrom { return nil }
        if isStraight { return now }
        return try PlanCourse.change(after: time, of: tenant, next) ?? now
    }

    /// The plan that the first change after a time took it from.
    private static func change(
        after time: Timestamp, of tenant: Int64, _ statement: Statement
    ) throws(StoreError) -> PlanVersion? {
        statement.bind(1, tenant)
        statement.bind(2, time.milliseconds)
        return try statement.first { row throws(StoreError) in
            PlanVersion(id: row.text(0), version: row.int(1))
        }
    }
}
