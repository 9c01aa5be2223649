extension Schema {
    /// The lines of the audit in which a tenant came to another plan are found by when, among
    /// however many others.
    static let planChanges = """
        CREATE INDEX audit_plan_changes ON audit (tenant, at)
            WHERE plan_before IS NOT NULL
                AND (plan_before <> plan_after OR version_before <> version_after);
        """
}
