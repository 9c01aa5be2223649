/// Usage, ledger, replays and the by-tenant indexes.
enum CountingSQL {
    static let usage = """
        SELECT used_plan, used_grant, overage, over_soft, unenforced
        FROM usage
        WHERE tenant = ?1 AND metric = ?2 AND period = ?3
        """
    static let usagesOfPeriod = """
        SELECT tenant, metric, used_plan, used_grant, overage, over_soft, unenforced
        FROM usage
        WHERE period = ?1
        """
    /// Every counter of a tenant, period by period where that matters.
    static let usagesOfTenant = """
        SELECT metrics.name, period, used_plan, used_grant, overage, over_soft, unenforced
        FROM usage
        JOIN metrics ON metrics.number = usage.metric
        WHERE tenant = ?1
        """
    static let unenforcedAfter = """
        SELECT tenants.id, usage.period, metrics.name, usage.unenforced, usage.tenant,
            usage.metric
        FROM usage INDEXED BY usage_unenforced
        JOIN tenants ON tenants.number = usage.tenant
        JOIN metrics ON metrics.number = usage.metric
        WHERE usage.unenforced > 0
            AND (usage.tenant, usage.period, usage.metric) > (?1, ?2, ?3)
        ORDER BY usage.tenant, usage.period, usage.metric
        LIMIT ?4
        """
    static let putUsage = """
        INSERT INTO usage
            (tenant, metric, period, used_plan, used_grant, overage, over_soft, unenforced)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (tenant, metric, period) DO UPDATE
        SET used_plan = excluded.used_plan, used_grant = excluded.used_grant,
            overage = excluded.overage, over_soft = excluded.over_soft,
            unenforced = excluded.unenforced
        """

    static let insertLedger = """
        INSERT INTO ledger
            (id, tenant, metric, period, entry, source, amount, job, at, used_after, in_force,
             grant_id, event)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        """
    static let ledgerColumns = """
        id, tenant, period, entry, source, amount, job, at, used_after, in_force, grant_id, event,
        (SELECT name FROM metrics WHERE number = ledger.metric)
        """
    static let ledgerByID = "SELECT \(ledgerColumns) FROM ledger WHERE id = ?1"
    /// A charge's rows follow each other.
    static let chargeFrom = """
        SELECT id, tenant, metric, period, entry, source, amount, job, at, used_after, in_force,
            grant_id, event
        FROM ledger
        WHERE id >= ?1
        ORDER BY id
        """
    static let lastLedger = "SELECT max(id) FROM ledger"
    static let ledgerBelow = """
        SELECT \(ledgerColumns)
        FROM ledger
        WHERE id < ?1 AND id > ?2
        ORDER BY id DESC
        """

    static let replay = """
        SELECT fingerprint, created_at, results
        FROM idempotency
        WHERE scope = ?1 AND key = ?2
        """
    /// A number is the time in its upper bits, so numbers are in the order of time even where the
    /// clock went back, and a place among those of the same millisecond.
    static let insertReplay = """
        INSERT OR REPLACE INTO idempotency
            (number, scope, key, fingerprint, created_at, results)
        VALUES (
            ifnull(
                (SELECT number FROM idempotency
                 WHERE number >= ?4 << 20 AND number < (?4 + 1) << 20
                 ORDER BY number DESC LIMIT 1),
                (?4 << 20) - 1) + 1,
            ?1, ?2, ?3, ?4, ?5)
        """
    /// Files of before have numbers that tell no time, hence the second look.
    static let pruneReplays = """
        DELETE FROM idempotency
        WHERE number IN (
            SELECT number FROM idempotency
            WHERE number < ?1 << 20 AND created_at < ?1
            ORDER BY number
            LIMIT ?2)
        """

    static let jobKeysAfter = """
        SELECT line, id
        FROM jobs
        WHERE id > ?1
        ORDER BY id
        LIMIT ?2
        """
    static let insertJobKey = "INSERT INTO jobs_by_tenant (tenant, id) VALUES (?1, ?2)"
    static let jobsOfTenantBelow = """
        SELECT id, NULL
        FROM jobs_by_tenant
        WHERE tenant = ?2 AND id < ?1
        ORDER BY id DESC
        """
    static let ledgerKeysAfter = """
        SELECT tenant, id
        FROM ledger
        WHERE id > ?1
        ORDER BY id
        LIMIT ?2
        """
    /// What a tenant was charged from an id on, in order; the index has ids up to ?3.
    static let ledgerOfTenantAbove = """
        SELECT id
        FROM ledger_by_tenant
        WHERE tenant = ?1 AND id >= ?2
        ORDER BY id
        LIMIT ?3
        """
    static let insertLedgerKey = "INSERT INTO ledger_by_tenant (tenant, id) VALUES (?1, ?2)"
    static let ledgerOfTenantBelow = """
        SELECT id
        FROM ledger_by_tenant
        WHERE tenant = ?1 AND id < ?2
        ORDER BY id DESC
        """
}
