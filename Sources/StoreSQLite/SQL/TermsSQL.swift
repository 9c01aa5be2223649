/// Plans, overrides, grants, deadlines: what decides how much a tenant may use.
enum TermsSQL {
    static let allMetrics = "SELECT number, name FROM metrics ORDER BY number"
    static let metricByName = "SELECT number FROM metrics WHERE name = ?1"
    static let insertMetric = "INSERT INTO metrics (number, name) VALUES (?1, ?2)"

    static let allPlans = """
        SELECT id, version, terms, is_offered
        FROM plans
        ORDER BY id, version
        """
    static let endOffer = "UPDATE plans SET is_offered = 0 WHERE id = ?1"
    static let putPlan = """
        INSERT INTO plans (id, version, terms, is_offered)
        VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (id, version) DO UPDATE SET is_offered = excluded.is_offered
        """

    static let allMoves = """
        SELECT number, plan, from_version, to_version
        FROM plan_moves
        ORDER BY number
        """
    static let insertMove = """
        INSERT INTO plan_moves (number, plan, from_version, to_version)
        VALUES (?1, ?2, ?3, ?4)
        """
    static let deleteMove = "DELETE FROM plan_moves WHERE number = ?1"

    private static let overrides = """
        SELECT overrides.tenant, metrics.name, units, until, reason, created_at
        FROM overrides
        JOIN metrics ON metrics.number = overrides.metric
        """
    static let allOverrides = "\(overrides) ORDER BY overrides.tenant, overrides.metric"
    static let overridesOfTenant = "\(overrides) WHERE tenant = ?1 ORDER BY metrics.name"
    static let putOverride = """
        INSERT OR REPLACE INTO overrides (tenant, metric, units, until, reason, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """
    static let deleteOverride = "DELETE FROM overrides WHERE tenant = ?1 AND metric = ?2"

    private static let grants = """
        SELECT grants.tenant, grants.id, metrics.name, amount, remaining, source, effective_at,
            expires_at, priority, created_at, state, is_taken_back
        FROM grants
        JOIN metrics ON metrics.number = grants.metric
        """
    static let openGrants = """
        \(grants)
        WHERE state IN (0, 1) AND remaining > 0
        ORDER BY grants.tenant, grants.id
        """
    static let openGrantsOfTenant = """
        \(grants)
        WHERE tenant = ?1 AND state IN (0, 1) AND remaining > 0
        ORDER BY grants.id
        """
    static let allGrants = "\(grants) ORDER BY grants.id"
    static let grantsOfTenant =
        "\(grants) WHERE tenant = ?1 AND +grants.id < ?2 ORDER BY grants.id DESC LIMIT ?3"
    static let grantByID = "\(grants) WHERE grants.id = ?1 AND tenant = ?2"
    static let grantBySource = "\(grants) WHERE source = ?1 AND tenant = ?2"
    static let grantsOfSource = "\(grants) WHERE source = ?1 ORDER BY grants.id"
    static let insertGrant = """
        INSERT INTO grants
            (id, tenant, metric, amount, remaining, source, effective_at, expires_at, priority,
             created_at, state, is_taken_back)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """
    static let updateGrant =
        "UPDATE grants SET remaining = ?2, state = ?3, is_taken_back = ?4 WHERE id = ?1"
    static let lastGrant = "SELECT max(id) FROM grants"

    static let insertDeadline = """
        INSERT INTO deadlines (at, tenant, event, subject)
        VALUES (?1, ?2, ?3, ?4)
        """
    static let deleteDeadline = """
        DELETE FROM deadlines
        WHERE at = ?1 AND tenant = ?2 AND event = ?3 AND subject = ?4
        """
    static let dueDeadlines = """
        SELECT at, tenant, event, subject
        FROM deadlines
        WHERE at <= ?1
        ORDER BY at, tenant, event, subject
        LIMIT ?2
        """
    static let earliestDeadline = "SELECT at FROM deadlines ORDER BY at LIMIT 1"

    static let insertAlert = """
        INSERT OR IGNORE INTO alerts (tenant, metric, period, limit_version, threshold, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """
    static let alertsOfPeriod = """
        SELECT metrics.name, threshold, at
        FROM alerts
        JOIN metrics ON metrics.number = alerts.metric
        WHERE tenant = ?1 AND period IN (?2, 0)
        ORDER BY at, metrics.name, threshold, limit_version
        """
    static let hasUsageEvent = "SELECT 1 FROM usage_events WHERE tenant = ?1 AND id = ?2"
    static let insertUsageEvent = """
        INSERT OR IGNORE INTO usage_events (tenant, id, metric, amount, at)
        VALUES (?1, ?2, ?3, ?4, ?5)
        """
    static let deleteUsageEvent = "DELETE FROM usage_events WHERE tenant = ?1 AND id = ?2"
}
