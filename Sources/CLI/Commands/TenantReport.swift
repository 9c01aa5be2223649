import JSON

/// A tenant as `weir tenants show` and its neighbours print it.
enum TenantReport {
    private static let shown: [StaticString] = [
        "id", "name", "email", "plan", "effective_plan", "plan_decided_by", "status",
        "status_decided_by", "manual", "waiting", "running", "on_quota", "pay_as_you_go",
        "spend_cap", "period", "created_at",
    ]

    /// What subscriptions come to, under these names in the report.
    private static let entitlement: [(title: String, name: StaticString)] = [
        ("subscription", "subscription"), ("subscription_status", "subscription_status"),
        ("entitled_plan", "plan"), ("entitled_status", "status"), ("grace_until", "grace_until"),
        ("cancel_at", "cancel_at"), ("trial_end", "trial_end"), ("floor_until", "floor_until"),
    ]

    /// Shows a tenant: its fields, what its subscriptions come to, and after them what stops its
    /// jobs, a line each with what lifts it.
    static func show(_ document: JSONDocument, _ remote: Remote) {
        remote.show(document) { document in
            var rows = shown.map { [$0.description, document.shown(document.root, $0)] }
            if let entitled = document.member(document.root, "entitlement"),
                entitled.kind == .object
            {
                rows += entitlement.map { [$0.title, document.shown(entitled, $0.name)] }
            }
            Terminal.table(rows)
            guard let blockers = document.member(document.root, "blockers"),
                blockers.kind == .array
            else { return }
            for blocker in document.elements(of: blockers) {
                Terminal.line(
                    "\(document.shown(blocker, "code")): \(document.shown(blocker, "detail"))"
                        + " \(document.shown(blocker, "fix"))")
            }
        }
    }
}
