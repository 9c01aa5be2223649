/// Queries for rows that break an invariant of charges, usage, names and indexes. They select what
/// those of `PlacesInvariantSQL` do.
enum CountingInvariantSQL {
    static let all = [
        runs, period, periods, numbers, keys, replays,
    ]

    /// One pass over charges and attempts in the order of jobs. Free releases are the first 100.
    private static let runs = """
        WITH runs AS MATERIALIZED (
            SELECT job, sum(charged) AS charged, sum(charges) AS charges, min(charge) AS charge,
                sum(first) AS first, min(period) AS period, sum(ended) AS ended,
                sum(crashed) AS crashed, sum(released) AS released, sum(undone) AS undone,
                sum(died) AS died
            FROM (
                SELECT job, amount AS charged, 1 AS charges, period AS charge, 0 AS first,
                    NULL AS period, 0 AS ended, 0 AS crashed, 0 AS released, 0 AS undone,
                    0 AS died
                FROM ledger
                WHERE entry = 1 AND metric = 1
                UNION ALL
                SELECT job, 0, 0, NULL, previous IS NULL, charged_period, ended_at IS NOT NULL,
                    outcome IS 4, outcome IS 3, outcome IS 5, outcome IS 6
                FROM attempts
            )
            GROUP BY job
        )
        SELECT
            CASE
                WHEN first > 1 THEN 'first_attempt_once'
                WHEN charged > 0 AND first = 0 THEN 'charge_has_start'
                WHEN charged > jobs.cost THEN 'charged_once'
                WHEN charged < jobs.cost THEN 'started_charged'
                ELSE 'charge_period'
            END,
            jobs.id, NULL,
            'expected a charge of ' || jobs.cost || ' in period ' || coalesce(runs.period, 'none')
                || ' at one first attempt; found ' || charged || ' in ' || charges
                || ' charges in period ' || coalesce(runs.charge, 'none') || ' and ' || first
                || ' first attempts'
        FROM runs
        JOIN jobs ON jobs.id = runs.job
        WHERE first <> 1 OR charged <> jobs.cost
            OR charges > 0 AND runs.charge IS NOT runs.period
        UNION ALL
        SELECT 'place_has_job', runs.job, NULL, 'a charge names a job that is not there'
        FROM runs
        WHERE charges > 0 AND (runs.job IS NULL OR runs.job NOT IN (SELECT id FROM jobs))
        UNION ALL
        SELECT 'counts_match_attempts', carried.id, NULL,
            'expected ' || (ended - undone - died - min(released, 100)) || ' attempts, ' || crashed
                || ' crashes, ' || released || ' releases, ' || died || ' deaths; found '
                || carried.attempts || ', ' || carried.crashes || ', ' || carried.releases || ', '
                || carried.server_deaths
        FROM runs
        JOIN (
            SELECT id, attempts, crashes, releases, server_deaths FROM returned
            UNION ALL SELECT id, attempts, crashes, releases, server_deaths FROM history
        ) AS carried ON carried.id = runs.job
        WHERE carried.attempts <> ended - undone - died - min(released, 100)
            OR carried.crashes <> crashed OR carried.releases <> released
            OR carried.server_deaths <> died
        """
    private static let period = """
        SELECT 'period_stored', NULL, NULL,
            'expected period ' || latest || ' or later to be stored, found '
                || coalesce(stored, 'none')
        FROM (
            SELECT (SELECT max(period) FROM ledger WHERE entry = 1 AND metric = 1) AS latest,
                (SELECT value FROM meta WHERE key = 'period') AS stored
        )
        WHERE latest IS NOT NULL AND (stored IS NULL OR stored < latest)
        """
    private static let periods = """
        SELECT 'period_is_month', job, tenant,
            'expected a month, found ' || period || ' in ' || place
        FROM (
            SELECT NULL AS job, tenant, period, 'usage' AS place FROM usage
            UNION ALL SELECT job, tenant, period, 'ledger' FROM ledger
            UNION ALL SELECT job, NULL, charged_period, 'attempts' FROM attempts
            UNION ALL SELECT id, NULL, charged_period, 'returned' FROM returned
            UNION ALL SELECT id, NULL, charged_period, 'history' FROM history
            UNION ALL SELECT NULL, NULL, value, 'meta' FROM meta WHERE key = 'period'
        )
        WHERE period NOT BETWEEN 190001 AND 999912 OR period % 100 NOT BETWEEN 1 AND 12
        """
    private static let numbers = """
        SELECT 'names_numbered', NULL, NULL,
            'expected ' || count || ' ' || place || ' numbered from 1 to ' || count || ', found '
                || least || ' to ' || greatest
        FROM (
            SELECT 'tenants' AS place, count(*) AS count, min(number) AS least,
                max(number) AS greatest
            FROM tenants
            UNION ALL SELECT 'queues', count(*), min(number), max(number) FROM queues
            UNION ALL SELECT 'lanes', count(*), min(number), max(number) FROM lanes
            UNION ALL SELECT 'lines', count(*), min(number), max(number) FROM lines
        )
        WHERE count > 0 AND (least <> 1 OR greatest <> count)
        """
    private static let keys = """
        SELECT 'deleted_has_no_key', NULL, tenants.number, 'found key#' || keys.id
        FROM keys
        JOIN tenants ON tenants.id = keys.tenant
        WHERE tenants.is_deleted = 1
        UNION ALL
        SELECT 'key_id_known', NULL, NULL,
            'expected at most '
                || coalesce('key#' || (SELECT value FROM meta WHERE key = 'last_key'), 'none')
                || ', found key#' || id
        FROM keys
        WHERE id > coalesce((SELECT value FROM meta WHERE key = 'last_key'), 0)
        """
    /// Eight bytes for each result. Whether it is a job, a key or a tenant no row says, and a key
    /// may be revoked since: what it leads to cannot be checked.
    private static let replays = """
        SELECT 'replay_readable', NULL, NULL,
            'expected eight bytes a result under ' || key || ' of ' || scope || ', found '
                || length(results)
        FROM idempotency
        WHERE length(results) = 0 OR length(results) % 8 <> 0
        """

    // MARK: Read from end to end, and added up by the caller

    static let ledgerRows = """
        SELECT tenant, metric, period, entry, source, amount, job, used_after, in_force, id
        FROM ledger
        ORDER BY id
        """
    static let usageRows = """
        SELECT tenant, metric, period, used_plan, used_grant, overage
        FROM usage
        """
    /// The rows that a by-tenant index should have, and those that it has.
    static let jobKeys = """
        SELECT lanes.tenant, jobs.id
        FROM jobs
        JOIN lines ON lines.number = jobs.line
        JOIN lanes ON lanes.number = lines.lane
        WHERE jobs.id <= coalesce((SELECT value FROM meta WHERE key = 'jobs_indexed'), 0)
        """
    static let ledgerKeys = """
        SELECT tenant, id
        FROM ledger
        WHERE id <= coalesce((SELECT value FROM meta WHERE key = 'ledger_indexed'), 0)
        """
    static let jobIndex = "SELECT tenant, id FROM jobs_by_tenant ORDER BY tenant, id"
    static let ledgerIndex = "SELECT tenant, id FROM ledger_by_tenant ORDER BY tenant, id"
}
