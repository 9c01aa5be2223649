/// Queries for rows that break an invariant of charges, usage, names and indexes. They select what
/// those of `PlacesInvariantSQL` do.
enum CountingInvariantSQL {
    static let all = [
        runs, period, periods, numbers, keys, replays, grants, grantDeadlines, overrideDeadlines,
        deadlines, alerts, plans, folds, usageEvents, kept,
    ]

    /// How far the ledger is folded: of charges before that only sums are left.
    private static let folded =
        "coalesce((SELECT value FROM meta WHERE key = 'ledger_folded'), 0)"

    /// One pass over charges and attempts in the order of jobs. Free releases are the first 100.
    /// The rows of one charge follow each other, so their ids are a run of ticks.
    private static let runs = """
        WITH runs AS MATERIALIZED (
            SELECT job, sum(charged) AS charged, sum(charges) AS charges, min(charge) AS charge,
                min(led) AS led, min(pointer) AS pointer, min(tick) AS tick_min,
                max(tick) AS tick_max, sum(refunded) AS refunded, sum(refunds) AS refunds,
                sum(first) AS first, min(period) AS period, sum(ended) AS ended,
                sum(crashed) AS crashed, sum(released) AS released, sum(undone) AS undone,
                sum(died) AS died, sum(unstarted) AS unstarted
            FROM (
                SELECT job, iif(entry = 1, amount, 0) AS charged, entry = 1 AS charges,
                    iif(entry = 1, period, NULL) AS charge, iif(entry = 1, id, NULL) AS led,
                    NULL AS pointer,
                    iif(entry = 1, (id >> 22) * 16384 + (id & 16383), NULL) AS tick,
                    iif(entry = 2, amount, 0) AS refunded, entry = 2 AS refunds, 0 AS first,
                    NULL AS period, 0 AS ended, 0 AS crashed, 0 AS released, 0 AS undone,
                    0 AS died, 0 AS unstarted
                FROM ledger
                WHERE entry IN (1, 2) AND metric = 1 AND job IS NOT NULL
                UNION ALL
                SELECT job, 0, 0, NULL, NULL, charge, NULL, 0, 0, previous IS NULL,
                    charged_period, ended_at IS NOT NULL, outcome IS 4, outcome IS 3,
                    outcome IS 5, outcome IS 6, could_not_start
                FROM attempts
            )
            GROUP BY job
        )
        SELECT
            CASE
                WHEN first > 1 THEN 'first_attempt_once'
                WHEN charges > 0 AND first = 0 THEN 'charge_has_start'
                WHEN charges > 0 AND (tick_max - tick_min <> charges - 1 OR pointer <> led)
                    THEN 'charged_once'
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
        WHERE first <> 1
            OR (pointer IS NULL OR pointer > \(folded))
                AND (charged < jobs.cost
                    OR charges > 0
                        AND (runs.charge IS NOT runs.period
                            OR tick_max - tick_min <> charges - 1 OR pointer <> led))
        UNION ALL
        SELECT 'place_has_job', runs.job, NULL, 'a charge names a job that is not there'
        FROM runs
        WHERE charges > 0 AND runs.job NOT IN (SELECT id FROM jobs)
        UNION ALL
        SELECT 'counts_match_attempts', carried.id, NULL,
            'expected ' || (ended - undone - died - min(released, 100)) || ' attempts, ' || crashed
                || ' crashes, ' || released || ' releases, ' || died || ' deaths, ' || unstarted
                || ' failed starts; found ' || carried.attempts || ', ' || carried.crashes || ', '
                || carried.releases || ', ' || carried.server_deaths || ', '
                || carried.start_failures
        FROM runs
        JOIN (
            SELECT id, attempts, crashes, releases, server_deaths, start_failures FROM returned
            UNION ALL
            SELECT id, attempts, crashes, releases, server_deaths, start_failures FROM history
        ) AS carried ON carried.id = runs.job
        WHERE carried.attempts <> ended - undone - died - min(released, 100)
            OR carried.crashes <> crashed OR carried.releases <> released
            OR carried.server_deaths <> died OR carried.start_failures <> unstarted
        UNION ALL
        SELECT 'refunded_once', runs.job, NULL,
            'expected '
                || iif(history.id IS NULL, 'nothing', 'all of ' || charged)
                || ' to be given back, found ' || -refunded
        FROM runs
        LEFT JOIN history ON history.id = runs.job AND history.state <> 1
            AND history.attempts > 0 AND history.start_failures = history.attempts
            AND history.releases = 0 AND history.server_deaths = 0
        WHERE (pointer IS NULL OR pointer > \(folded))
            AND -refunded <> iif(history.id IS NULL, 0, charged)
        """
    private static let period = """
        SELECT 'period_stored', NULL, NULL,
            'expected a day in period ' || latest || ' or later to be stored, found '
                || coalesce(date(stored * 86400, 'unixepoch'), 'none')
        FROM (
            SELECT
                (
                    SELECT max(CASE WHEN period > 9999999 THEN period / 10000 ELSE period END)
                    FROM ledger
                    WHERE entry = 1 AND metric = 1
                ) AS latest,
                (SELECT value FROM meta WHERE key = 'day') AS stored
        )
        WHERE latest IS NOT NULL
            AND (stored IS NULL
                OR CAST(strftime('%Y%m', stored * 86400, 'unixepoch') AS INTEGER) < latest)
        """
    private static let periods = """
        SELECT 'period_is_month', job, tenant,
            'expected a month, found ' || period || ' in ' || place
        FROM (
            SELECT NULL AS job, tenant, period, 'usage' AS place FROM usage
            UNION ALL SELECT job, tenant, period, 'ledger' FROM ledger
            UNION ALL SELECT NULL, tenant, period, 'folds' FROM folds
            UNION ALL SELECT job, NULL, charged_period, 'attempts' FROM attempts
            UNION ALL SELECT id, NULL, charged_period, 'returned' FROM returned
            UNION ALL SELECT id, NULL, charged_period, 'history' FROM history
        )
        WHERE period <> 0
            AND (period NOT BETWEEN 190001 AND 999912 OR period % 100 NOT BETWEEN 1 AND 12)
            AND (period NOT BETWEEN 1900010101 AND 9999123131
                OR period / 10000 % 100 NOT BETWEEN 1 AND 12
                OR period / 100 % 100 NOT BETWEEN 1 AND 31
                OR period % 100 NOT BETWEEN 1 AND 31)
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

    private static let grants = """
        SELECT 'grant_is_ledger', NULL, grants.tenant,
            'expected grt#' || grants.id || ' to have '
                || (amount - folded - coalesce(taken, 0))
                || ' left, found ' || remaining
        FROM grants
        LEFT JOIN (
            SELECT grant_id, sum(amount) AS taken
            FROM ledger
            WHERE grant_id IS NOT NULL
            GROUP BY grant_id
        ) AS charged ON charged.grant_id = grants.id
        WHERE remaining <> amount - folded - coalesce(taken, 0)
        """
    private static let grantDeadlines = """
        SELECT 'deadline_kept', NULL, grants.tenant,
            'expected a deadline of grt#' || grants.id || ' at '
                || iif(starts.at IS NULL AND state = 0, effective_at, expires_at)
        FROM grants
        LEFT JOIN deadlines AS starts ON starts.at = effective_at
            AND starts.tenant = grants.tenant AND starts.event = 1 AND starts.subject = grants.id
        LEFT JOIN deadlines AS ends ON ends.at = expires_at AND ends.tenant = grants.tenant
            AND ends.event = 2 AND ends.subject = grants.id
        WHERE state = 0 AND starts.at IS NULL
            OR state IN (0, 1) AND expires_at IS NOT NULL AND ends.at IS NULL
        """
    private static let overrideDeadlines = """
        SELECT 'deadline_kept', NULL, overrides.tenant,
            'expected a deadline of the override of metric ' || overrides.metric || ' at '
                || until
        FROM overrides
        LEFT JOIN deadlines ON deadlines.at = until AND deadlines.tenant = overrides.tenant
            AND deadlines.event = 3 AND deadlines.subject = overrides.metric
        WHERE until IS NOT NULL AND deadlines.at IS NULL
        """
    private static let deadlines = """
        SELECT 'deadline_leads_to_row', NULL, deadlines.tenant,
            'expected no deadline of kind ' || event || ' of '
                || iif(event = 3, 'metric ', 'grt#') || subject || ' at ' || at
        FROM deadlines
        LEFT JOIN grants ON grants.id = subject AND grants.tenant = deadlines.tenant
        LEFT JOIN overrides ON overrides.metric = subject
            AND overrides.tenant = deadlines.tenant
        WHERE CASE event
            WHEN 1 THEN grants.state IS NOT 0 OR grants.effective_at IS NOT at
            WHEN 2 THEN grants.state IS NULL OR grants.state > 1 OR grants.expires_at IS NOT at
            WHEN 3 THEN overrides.until IS NOT at
            ELSE FALSE
            END
        """
    private static let alerts = """
        SELECT 'alert_told_once', NULL, tenant,
            'expected at most ' || sum(crossed) || ' events of thresholds, found ' || sum(told)
        FROM (
            SELECT tenant, 1 AS crossed, 0 AS told FROM alerts
            UNION ALL
            SELECT tenant, 0, 1
            FROM outbox
            WHERE type IN ('quota.warning', 'quota.exceeded')
        )
        GROUP BY tenant
        HAVING sum(crossed) < sum(told)
        """
    private static let plans = """
        SELECT 'plan_known', NULL, tenants.number,
            'expected plan ' || base_plan || ', version ' || base_version || ', to be there'
        FROM tenants
        LEFT JOIN plans ON plans.id = base_plan AND plans.version = base_version
        WHERE plans.id IS NULL AND EXISTS (SELECT 1 FROM plans)
        """

    /// Folding goes through the ledger in its order and passes none; but in files of before version
    /// 10 it passed gauges, which have no period. What it keeps of a charge is of a job that had
    /// been started.
    private static let folds = """
        SELECT 'fold_in_order', job, tenant,
            'expected led#' || id || ' to be folded, as all up to led#' || \(folded) || ' are'
        FROM ledger
        WHERE id <= \(folded) AND period <> 0
        UNION ALL
        SELECT 'fold_in_order', NULL, tenant,
            'expected rows up to led#' || \(folded) || ' to be folded, found led#' || last
        FROM folds
        WHERE last > \(folded)
        UNION ALL
        SELECT 'folded_charge_known', job, tenant,
            'expected led#' || folded_charges.id || ' to be of the charge of a first attempt'
        FROM folded_charges
        WHERE NOT EXISTS (
            SELECT 1
            FROM attempts
            WHERE attempts.job = folded_charges.job AND attempts.previous IS NULL
                AND attempts.charge <= folded_charges.id)
            OR folded_charges.id > \(folded)
        UNION ALL
        SELECT 'charge_within_limit', NULL, tenant,
            'expected no folded charge past what was in force, found one by ' || excess
        FROM folds
        WHERE excess > 0
        """

    /// Of an event that is folded in part the rest is there, which is less.
    private static let usageEvents = """
        SELECT 'usage_event_kept', NULL, counted.tenant,
            'expected event ' || counted.event || ' of ' || counted.amount || ' of metric '
                || counted.metric || ', found '
                || coalesce(usage_events.amount || ' of ' || usage_events.metric, 'none')
        FROM (
            SELECT tenant, event, min(metric) AS metric, sum(amount) AS amount
            FROM ledger
            WHERE event IS NOT NULL
            GROUP BY tenant, event
        ) AS counted
        LEFT JOIN usage_events
            ON usage_events.tenant = counted.tenant AND usage_events.id = counted.event
        WHERE usage_events.id IS NULL OR usage_events.metric <> counted.metric
            OR usage_events.amount < counted.amount
        """
    private static let kept = """
        SELECT 'rows_kept', NULL, NULL,
            'expected ' || expected || ' ' || place || ' at least, found ' || found
        FROM (
            SELECT 'alerts' AS place, (SELECT count(*) FROM alerts) AS found,
                (SELECT value FROM meta WHERE key = 'alerts_kept') AS expected
            UNION ALL
            SELECT 'usage events', (SELECT count(*) FROM usage_events),
                (SELECT value FROM meta WHERE key = 'usage_events_kept')
            UNION ALL
            SELECT 'folded rows', (SELECT count(*) FROM folds),
                (SELECT value FROM meta WHERE key = 'folds_kept')
            UNION ALL
            SELECT 'folded charges', (SELECT count(*) FROM folded_charges),
                (SELECT value FROM meta WHERE key = 'folded_charges_kept')
        )
        WHERE found < expected
        """

    // MARK: Read from end to end, and added up by the caller

    static let ledgerRows = """
        SELECT tenant, metric, period, entry, source, amount, job, used_after, in_force, id
        FROM ledger
        ORDER BY id
        """
    static let foldedMark = "SELECT \(folded)"
    static let foldRows = "SELECT tenant, metric, period, source, sum FROM folds"
    static let usageRows = """
        SELECT tenant, metric, period, used_plan, used_grant, overage, over_soft, unenforced
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
