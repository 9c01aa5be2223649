import StoreSQLite
import Testing

/// One row spoilt, the invariant that this breaks, and what else it cannot help breaking.
struct Damage: CustomTestStringConvertible {
    let invariant: Invariant
    let also: Set<Invariant>
    let sql: String

    init(_ invariant: Invariant, also: Set<Invariant> = [], _ sql: String) {
        self.invariant = invariant
        self.also = also
        self.sql = sql
    }

    var testDescription: String { "\(invariant.rawValue): \(sql)" }

    /// The id of the job of a kind.
    static func job(_ kind: String) -> String {
        "(SELECT jobs.id FROM jobs JOIN lines ON lines.number = jobs.line WHERE kind = '\(kind)')"
    }

    static func attempt(of kind: String) -> String {
        "(SELECT max(id) FROM attempts WHERE job = \(job(kind)))"
    }

    private static func tenant(_ id: String) -> String {
        "(SELECT number FROM tenants WHERE id = '\(id)')"
    }

    private static let reopened =
        "DROP INDEX attempts_open;"
        + "CREATE INDEX attempts_open ON attempts (job) WHERE ended_at IS NULL;"

    static let all =
        file + places + attempts + counting + folds + refunds + terms + outbound + names
        + billing + runner

    private static let file = [
        Damage(
            .fileSound, also: [.rowsReadable],
            "PRAGMA ignore_check_constraints = ON;"
                + "UPDATE jobs SET attempts_max = 1000 WHERE id = \(job("fresh"))"),
        Damage(.schemaOurs, "DROP INDEX keys_by_tenant"),
        Damage(.schemaOurs, "CREATE TABLE theirs (x)"),
        Damage(
            .referenceLeadsToRow,
            "PRAGMA foreign_keys = OFF; UPDATE keys SET tenant = 'nobody' WHERE tenant = 'beta'"),
        Damage(
            .rowsReadable, also: [.schemaOurs],
            "ALTER TABLE idempotency RENAME COLUMN results TO outcomes"),
        Damage(.rowsReadable, "UPDATE jobs SET backoff = '1 2' WHERE id = \(job("fresh"))"),
        Damage(.rowsReadable, "UPDATE keys SET created_at = -99999999999999"),
        Damage(.rowsReadable, "UPDATE plans SET terms = '{}' WHERE id = 'pro'"),
        Damage(.rowsReadable, "UPDATE metrics SET name = 'other' WHERE number = 1"),
        Damage(.rowsReadable, "UPDATE overrides SET created_at = -99999999999999"),
        Damage(.rowsReadable, "UPDATE grants SET created_at = -99999999999999"),
        Damage(.rowsReadable, "UPDATE jobs SET payload = x'' WHERE id = \(job("fresh"))"),
        Damage(.rowsReadable, "UPDATE history SET result = x'7B' WHERE state = 1"),
    ]

    private static let places = [
        Damage(.jobInOnePlace, "DELETE FROM ready WHERE id = \(job("fresh"))"),
        Damage(.jobInOnePlace, "DELETE FROM scheduled WHERE id = \(job("later"))"),
        Damage(.jobInOnePlace, "DELETE FROM history WHERE id = \(job("unstarted"))"),
        Damage(
            .jobInOnePlace,
            "INSERT INTO scheduled SELECT jobs.created_at, ready.id, ready.line, 1, 5, ready.cost"
                + " FROM ready JOIN jobs ON jobs.id = ready.id WHERE ready.id = \(job("fresh"))"),
        Damage(.placeHasJob, "INSERT INTO scheduled VALUES (1, 4711, 1, 1, 5, 1)"),
        Damage(.placeHasJob, "INSERT INTO expiries VALUES (1, 4711)"),
        Damage(
            .placeHasJob, also: [.startedCharged],
            "UPDATE ledger SET job = 4711 WHERE job = \(job("done"))"),
        Damage(
            .openAttemptOnce, also: [.schemaOurs, .jobInOnePlace, .firstAttemptOnce],
            reopened + "INSERT INTO attempts SELECT (SELECT max(id) + 1 FROM attempts), secret,"
                + " job, line, rank, worker, started_at, lease, expires_at, charged_period,"
                + " previous, NULL, NULL, NULL, NULL, NULL, NULL, charge, 0, NULL, NULL, NULL,"
                + " NULL FROM attempts"
                + " WHERE job = \(job("runs"))"),
        Damage(
            .readyMatchesJob,
            "UPDATE ready SET line = (SELECT line FROM jobs WHERE id = \(job("done")))"
                + " WHERE id = \(job("fresh"))"),
        Damage(.readyMatchesJob, "UPDATE ready SET rank = rank + 1 WHERE id = \(job("fresh"))"),
        Damage(.readyMatchesJob, "UPDATE ready SET rank = rank + 1 WHERE id = \(job("back"))"),
        Damage(.readyMatchesJob, "UPDATE ready SET cost = 2 WHERE id = \(job("fresh"))"),
        Damage(
            .scheduledMatchesJob,
            "UPDATE scheduled SET run_at = run_at + 1 WHERE id = \(job("later"))"),
        Damage(
            .scheduledMatchesJob,
            "UPDATE scheduled SET run_at = run_at + 1 WHERE id = \(job("again"))"),
        Damage(.scheduledMatchesJob, "UPDATE scheduled SET line = 1 WHERE id = \(job("later"))"),
        Damage(
            .scheduledMatchesJob, "UPDATE scheduled SET priority = 1 WHERE id = \(job("later"))"),
        Damage(.scheduledMatchesJob, "UPDATE scheduled SET cost = 2 WHERE id = \(job("later"))"),
        Damage(.chargedTrackReturned, "UPDATE ready SET track = 1 WHERE id = \(job("back"))"),
        Damage(.chargedTrackReturned, "UPDATE ready SET track = 0 WHERE id = \(job("fresh"))"),
        Damage(.chargedTrackReturned, "DELETE FROM returned WHERE id = \(job("again"))"),
        Damage(
            .endedNotReturned, also: [.returnedMatchesAttempt],
            "INSERT INTO returned SELECT job, rank, started_at, 1, 0, 0, 0, charged_period, id,"
                + " started_at, NULL, 0 FROM attempts WHERE job = \(job("done"))"),
        Damage(
            .expiryMatchesJob, also: [.expiryKept],
            "UPDATE expiries SET at = at + 1 WHERE id = \(job("fresh"))"),
        Damage(
            .expiryMatchesJob,
            "INSERT INTO expiries SELECT expires_at, id FROM jobs WHERE id = \(job("unstarted"))"),
        Damage(.expiryKept, "DELETE FROM expiries WHERE id = \(job("fresh"))"),
        Damage(.expiryKept, "DELETE FROM expiries WHERE id = \(job("later"))"),
    ]

    private static let attempts = [
        Damage(.attemptMatchesJob, "UPDATE attempts SET line = 1 WHERE job = \(job("runs"))"),
        Damage(.attemptMatchesJob, "UPDATE attempts SET rank = 1 WHERE job = \(job("done"))"),
        Damage(
            .attemptMatchesJob,
            "UPDATE attempts SET rank = 1 WHERE id = \(attempt(of: "reruns"))"),
        Damage(.openAttemptReturned, "DELETE FROM returned WHERE id = \(job("reruns"))"),
        Damage(
            .attemptChain, also: [.openAttemptReturned],
            "UPDATE attempts SET previous = \(attempt(of: "done"))"
                + " WHERE id = \(attempt(of: "reruns"))"),
        Damage(
            .firstAttemptOnce, also: [.openAttemptReturned],
            "UPDATE attempts SET previous = NULL WHERE id = \(attempt(of: "reruns"))"),
        Damage(.attemptEnd, "UPDATE attempts SET run_at_after = 5 WHERE job = \(job("done"))"),
        Damage(.attemptEnd, "UPDATE attempts SET outcome = 2 WHERE job = \(job("done"))"),
        Damage(
            .returnedMatchesAttempt,
            "UPDATE returned SET charged_period = NULL WHERE id = \(job("back"))"),
        Damage(
            .returnedMatchesAttempt,
            "UPDATE returned SET last_attempt = \(attempt(of: "done")) WHERE id = \(job("back"))"),
        Damage(.historyMatchesAttempt, "UPDATE history SET state = 2 WHERE id = \(job("done"))"),
        Damage(.historyMatchesAttempt, "UPDATE history SET state = 3 WHERE id = \(job("done"))"),
        Damage(
            .historyMatchesAttempt,
            "UPDATE history SET charged_period = NULL WHERE id = \(job("done"))"),
        Damage(
            .historyMatchesAttempt,
            "UPDATE history SET last_attempt = \(attempt(of: "first"))"
                + " WHERE id = \(job("done"))"),
        Damage(.countsMatchAttempts, "UPDATE returned SET releases = 2 WHERE id = \(job("back"))"),
        Damage(.countsMatchAttempts, "UPDATE history SET crashes = 1 WHERE id = \(job("done"))"),
        Damage(
            .countsMatchAttempts, "UPDATE history SET attempts = 1 WHERE id = \(job("unstarted"))"),
    ]

    private static let counting = [
        Damage(
            .chargedOnce, also: [.usageIsLedger],
            "INSERT INTO ledger SELECT (SELECT max(id) + 1 FROM ledger), tenant, 1, period, 1, 1, 1, \(job("done")), at,"
                + " used_after + 1, 100, NULL, NULL FROM ledger"
                + " WHERE tenant = \(tenant("acme")) ORDER BY id DESC LIMIT 1"),
        Damage(
            .chargedOnce, "UPDATE attempts SET charge = charge + 1 WHERE job = \(job("done"))"),
        Damage(.startedCharged, "UPDATE jobs SET cost = 2 WHERE id = \(job("done"))"),
        Damage(
            .chargeHasStart, also: [.startedCharged],
            "UPDATE ledger SET job = \(job("unstarted")) WHERE job = \(job("done"))"),
        Damage(
            .chargePeriod, "UPDATE attempts SET charged_period = 202610 WHERE job = \(job("runs"))"),
        Damage(
            .usageIsLedger,
            "UPDATE usage SET used_plan = used_plan + 1 WHERE tenant = \(tenant("acme"))"),
        Damage(
            .usageIsLedger,
            "UPDATE usage SET used_plan = used_plan - 1, overage = 1"
                + " WHERE tenant = \(tenant("acme"))"),
        Damage(.usageIsLedger, "DELETE FROM usage WHERE tenant = \(tenant("acme"))"),
        Damage(
            .ledgerRunningSum,
            "UPDATE ledger SET used_after = used_after + 1 WHERE job = \(job("done"))"),
        Damage(.chargeWithinLimit, "UPDATE ledger SET in_force = 1 WHERE job = \(job("done"))"),
        Damage(
            .periodNeverBack, also: [.usageIsLedger, .ledgerRunningSum, .chargePeriod],
            "UPDATE ledger SET period = 202601 WHERE job = \(job("done"))"),
        Damage(
            .periodIsMonth, also: [.usageIsLedger],
            "UPDATE usage SET period = 202613 WHERE tenant = \(tenant("grown"))"),
        Damage(
            .periodIsMonth, also: [.usageIsLedger],
            "UPDATE usage SET period = 2026113231 WHERE tenant = \(tenant("grown"))"),
        Damage(
            .periodIsMonth, also: [.historyMatchesAttempt, .rowsReadable],
            "UPDATE history SET charged_period = 202600 WHERE id = \(job("done"))"),
        Damage(.periodStored, "DELETE FROM meta WHERE key = 'day'"),
        Damage(.periodStored, "UPDATE meta SET value = 20000 WHERE key = 'day'"),
    ]

    /// A fold of a period that nobody has a counter of.
    private static func fold(sum: Int, excess: String = "NULL", last: Int = 0) -> String {
        "INSERT INTO folds VALUES (\(tenant("acme")), 1, 202601, 1, 1, \(sum), \(excess), 1,"
            + " \(last), 0, zeroblob(32), NULL);"
    }

    private static let folds = [
        Damage(
            .foldInOrder,
            "INSERT INTO meta VALUES ('ledger_folded', (SELECT min(id) FROM ledger))"),
        Damage(.foldInOrder, fold(sum: 0, last: 1)),
        Damage(.usageIsLedger, fold(sum: 1)),
        Damage(.chargeWithinLimit, fold(sum: 0, excess: "1")),
        Damage(
            .foldSealed, fold(sum: 0) + "UPDATE folds SET seal = zeroblob(32)"),
        Damage(.rowsKept, "UPDATE meta SET value = 1 WHERE key = 'folds_kept'"),
        Damage(.rowsKept, "UPDATE meta SET value = 1 WHERE key = 'folded_charges_kept'"),
        Damage(.grantIsLedger, "UPDATE grants SET folded = 1 WHERE source = 'gift'"),
        Damage(
            .rowsReadable,
            fold(sum: 0) + "UPDATE folds SET used_after = -1"),
        Damage(
            .foldedChargeKnown,
            "INSERT INTO folded_charges VALUES (\(job("done")), 0, \(tenant("acme")), 1, 202601, 1,"
                + " 1, 0, 1, NULL, NULL)"),
    ]

    private static let refunds = [
        Damage(
            .refundedOnce,
            "UPDATE history SET start_failures = 0 WHERE id = \(job("broken"));"
                + "UPDATE attempts SET could_not_start = 0 WHERE job = \(job("broken"))"),
        Damage(
            .refundedOnce,
            "UPDATE ledger SET job = \(job("dead")) WHERE entry = 2"),
        Damage(
            .refundedOnce, also: [.usageIsLedger],
            "INSERT INTO ledger SELECT (SELECT max(id) + 1 FROM ledger), tenant, 1, period, 2, 1, -1,"
                + " \(job("broken")), at, used_after - 1, 100, NULL, NULL FROM ledger"
                + " WHERE tenant = \(tenant("acme")) ORDER BY id DESC LIMIT 1"),
        Damage(
            .countsMatchAttempts, also: [.refundedOnce],
            "UPDATE history SET start_failures = 0 WHERE id = \(job("broken"))"),
        Damage(
            .countsMatchAttempts,
            "UPDATE returned SET start_failures = 1"
                + " WHERE id = \(job("back"))"),
    ]

    private static let terms = [
        Damage(
            .grantIsLedger, "UPDATE grants SET remaining = remaining - 1 WHERE source = 'gift'"),
        Damage(
            .grantIsLedger, "UPDATE grants SET remaining = remaining - 1 WHERE source = 'next'"),
        Damage(.grantIsLedger, "UPDATE ledger SET grant_id = NULL WHERE grant_id IS NOT NULL"),
        Damage(.deadlineKept, "DELETE FROM deadlines WHERE event = 1"),
        Damage(.deadlineKept, "DELETE FROM deadlines WHERE event = 2"),
        Damage(.deadlineKept, "DELETE FROM deadlines WHERE event = 3"),
        Damage(
            .deadlineKept, also: [.deadlineLeadsToRow],
            "UPDATE deadlines SET at = at + 1 WHERE event = 3"),
        Damage(
            .deadlineLeadsToRow,
            "INSERT INTO deadlines SELECT at, tenant, 2, 4711 FROM deadlines WHERE event = 2"),
        Damage(
            .deadlineLeadsToRow,
            "INSERT INTO deadlines SELECT at + 1, tenant, 1, subject FROM deadlines"
                + " WHERE event = 1"),
        Damage(.deadlineLeadsToRow, "UPDATE grants SET state = 3 WHERE source = 'gift'"),
        Damage(.deadlineLeadsToRow, "DELETE FROM overrides WHERE until IS NOT NULL"),
        Damage(
            .alertToldOnce, also: [.rowsKept], "DELETE FROM alerts WHERE threshold = 80"),
        Damage(.rowsKept, also: [.usageEventKept], "DELETE FROM usage_events"),
        Damage(.usageEventKept, "UPDATE usage_events SET amount = 0"),
        Damage(.usageEventKept, "UPDATE ledger SET event = 'other' WHERE event = 'event'"),
        Damage(
            .alertToldOnce,
            "INSERT INTO outbox SELECT max(id) + 1, tenant, 'quota.warning', at, data FROM outbox"),
        Damage(
            .planKnown, also: [.auditChain],
            "UPDATE tenants SET base_version = 7 WHERE id = 'idle'"),
        Damage(
            .planKnown, also: [.auditChain],
            "UPDATE tenants SET base_plan = 'gone' WHERE id = 'idle'"),
    ]

    private static let outbound = [
        Damage(.eventHasDelivery, "DELETE FROM deliveries"),
        Damage(
            .deliveryMatchesEvent,
            "UPDATE endpoints SET tenant = \(tenant("beta")) WHERE tenant = \(tenant("grown"))"),
        Damage(.deliveryMatchesEvent, "UPDATE meta SET value = 1 WHERE key = 'outbox_mark'"),
        Damage(.outboundIDKnown, "UPDATE meta SET value = 1 WHERE key = 'last_endpoint'"),
        Damage(.outboundIDKnown, "UPDATE meta SET value = 1 WHERE key = 'last_delivery'"),
        Damage(
            .deletedHasNoEndpoint,
            "INSERT INTO endpoints SELECT id - 1, \(tenant("old")), url, events, state, off_reason,"
                + " secret, old_secret, old_secret_ends_at, failing_since, created_at"
                + " FROM endpoints"),
        Damage(
            .referenceLeadsToRow,
            "PRAGMA foreign_keys = OFF; DELETE FROM endpoints"),
        Damage(.rowsReadable, "UPDATE deliveries SET tries = 4711"),
    ]

    private static let names = [
        Damage(
            .namesNumbered,
            "INSERT INTO tenants (number, id, shard, base_plan, manual, is_deleted, created_at)"
                + " VALUES (99, 'gap', 177, 'free', 0, 0, 0)"),
        Damage(.namesNumbered, "INSERT INTO queues VALUES (99, 'gap')"),
        Damage(.namesNumbered, "INSERT INTO lanes VALUES (99, \(tenant("idle")), 1)"),
        Damage(.namesNumbered, "INSERT INTO lines VALUES (99, 1, 'gap')"),
        Damage(.tenantShard, "UPDATE tenants SET shard = (shard + 1) % 256 WHERE id = 'beta'"),
        Damage(
            .deletedHasNoKey, also: [.auditChain],
            "UPDATE tenants SET is_deleted = 1 WHERE id = 'beta'"),
        Damage(.keyIDKnown, "UPDATE meta SET value = 1 WHERE key = 'last_key'"),
        Damage(.replayReadable, "UPDATE idempotency SET results = x'00'"),
        Damage(
            .indexRowExists,
            "INSERT INTO jobs_by_tenant VALUES (\(tenant("beta")), \(job("done")))"),
        Damage(
            .indexRowExists, "INSERT INTO ledger_by_tenant VALUES (\(tenant("acme")), 4711)"),
        Damage(.indexComplete, "DELETE FROM jobs_by_tenant WHERE id = \(job("done"))"),
        Damage(
            .indexComplete,
            "DELETE FROM ledger_by_tenant WHERE id = (SELECT max(id) FROM ledger_by_tenant)"),
    ]
}
