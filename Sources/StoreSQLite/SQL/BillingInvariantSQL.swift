/// Queries for rows that break an invariant of events, subscriptions and the audit; as in
/// `PlacesInvariantSQL`.
enum BillingInvariantSQL {
    static let all = [events, audit, owners, turns, deadlines, plans]

    /// Lines of the audit stay when events are forgotten.
    private static let events = """
        SELECT 'event_audited', NULL, webhook_events.tenant,
            'expected a line of the audit that says ' || state || ' of event '
                || webhook_events.id || ', found ' || coalesce(outcome, 'none')
        FROM webhook_events
        LEFT JOIN audit ON audit.event = webhook_events.id
        WHERE outcome IS NOT state
        UNION ALL
        SELECT 'failed_event_retried', NULL, tenant,
            iif(state = 4, 'expected a time to try event ', 'expected no time to try event ')
                || id || ' again'
        FROM webhook_events
        WHERE state = 4 AND retry_at IS NULL AND number IN (SELECT event FROM webhook_bodies)
            OR state NOT IN (3, 4) AND retry_at IS NOT NULL
        """
    /// Tenants that are older than the audit begin with a change.
    private static let audit = """
        WITH changes AS MATERIALIZED (
            SELECT id, tenant, plan_before || ' ' || version_before || ' ' || status_before AS old,
                plan_after || ' ' || version_after || ' ' || status_after AS new,
                lag(plan_after || ' ' || version_after || ' ' || status_after) OVER lines AS known,
                lead(id) OVER lines AS next
            FROM audit
            WHERE status_after IS NOT NULL
            WINDOW lines AS (PARTITION BY tenant ORDER BY id)
        )
        SELECT 'audit_chain', NULL, tenant,
            'expected a change from ' || known || ', found one from ' || coalesce(old, 'nothing')
        FROM changes
        WHERE known IS NOT NULL AND old IS NOT known
        UNION ALL
        SELECT 'audit_chain', NULL, tenant,
            'expected the last change to be to ' || stands || ', found ' || new
        FROM changes
        JOIN (
            SELECT number,
                coalesce(entitled_plan, base_plan) || ' '
                    || iif(entitled_plan IS NULL, base_version, entitled_version) || ' '
                    || CASE
                        WHEN is_deleted THEN 6
                        WHEN manual = 1 THEN 4
                        WHEN manual = 2 THEN 5
                        ELSE coalesce(entitled_status, 0)
                    END AS stands
            FROM tenants
        ) ON number = tenant
        WHERE next IS NULL AND new IS NOT stands
        """
    private static let owners = """
        SELECT 'subscription_owner', NULL, subscriptions.tenant,
            'expected subscription ' || subscriptions.id || ' to be of tenant '
                || customers.tenant || ', as its customer is'
        FROM subscriptions
        JOIN customers ON customers.id = customer AND customers.is_live = subscriptions.is_live
        WHERE customers.tenant IS NOT NULL AND subscriptions.tenant IS NOT customers.tenant
        """
    private static let turns = """
        SELECT 'deadline_kept', NULL, number,
            'expected a deadline of its subscriptions at ' || entitlement_turns
        FROM tenants
        LEFT JOIN deadlines ON at = entitlement_turns AND tenant = number AND event = 4
        WHERE entitlement_turns IS NOT NULL AND at IS NULL
        """
    private static let deadlines = """
        SELECT 'deadline_leads_to_row', NULL, tenant,
            'expected no deadline of its subscriptions at ' || at
        FROM deadlines
        JOIN tenants ON number = tenant
        WHERE event = 4 AND (entitlement_turns IS NOT at OR subject <> 0)
        """
    private static let plans = """
        SELECT 'plan_known', NULL, number,
            'expected plan ' || entitled_plan || ', version ' || entitled_version
                || ', to be there'
        FROM tenants
        LEFT JOIN plans ON plans.id = entitled_plan AND plans.version = entitled_version
        WHERE entitled_plan IS NOT NULL AND plans.id IS NULL AND EXISTS (SELECT 1 FROM plans)
        """
}
