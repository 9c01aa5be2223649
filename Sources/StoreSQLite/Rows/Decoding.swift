import Core
import Store

/// Makes values of columns. What is stored was checked when it was written; a value that no row
/// of ours can hold stops the program before it can spread.
enum Decoding {
    static func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    static func time(_ milliseconds: Int64?) -> Timestamp? { milliseconds.map(time) }

    static func period(_ key: Int64?) -> Period? {
        guard let key else { return nil }
        guard let period = Period(key: key) else { corrupt("period", key) }
        return period
    }

    static func track(_ value: Int64) -> Track {
        guard let track = Track(rawValue: value) else { corrupt("track", value) }
        return track
    }

    static func tenant(_ row: Statement) -> TenantRow {
        guard let manual = ManualStatus(rawValue: row.int(5)) else {
            corrupt("manual status", row.int(5))
        }
        return TenantRow(
            number: row.int(0), id: row.text(1), name: row.optionalText(2),
            email: row.optionalText(3),
            facts: TenantFacts(
                basePlan: row.text(4), manual: manual, isDeleted: row.int(6) == 1),
            createdAt: time(row.int(7)))
    }

    static func key(_ row: Statement) -> KeyRow {
        guard let scope = KeyScope(rawValue: row.int(2)) else { corrupt("scope", row.int(2)) }
        return KeyRow(
            id: KeyID(rawValue: row.int(0)), hash: row.bytes(1),
            grant: KeyGrant(
                scope: scope, tenant: row.optionalText(3), queues: names(row.optionalText(4)),
                tenants: names(row.optionalText(5))),
            createdAt: time(row.int(6)))
    }

    static func job(_ row: Statement) -> JobRow {
        let createdAt = time(row.int(2))
        return JobRow(
            line: row.int(1),
            body: JobBody(
                id: JobID(rawValue: row.int(0)), createdAt: createdAt,
                readyAt: time(row.optionalInt(3)) ?? createdAt,
                expiresAt: time(row.optionalInt(4)), priority: Int(row.int(5)),
                attemptsMax: Int(row.int(6)),
                backoff: row.optionalText(8).map(backoff) ?? .standard,
                timeoutMilliseconds: row.int(7), tags: names(row.optionalText(9)) ?? [],
                cost: row.int(10), payload: row.bytes(11)))
    }

    static func scheduled(_ row: Statement) -> ScheduledRow {
        ScheduledRow(
            runAt: time(row.int(0)), id: JobID(rawValue: row.int(1)), line: row.int(2),
            track: track(row.int(3)), priority: Int(row.int(4)), cost: row.int(5))
    }

    static func returned(_ row: Statement) -> ReturnedRow {
        ReturnedRow(
            id: JobID(rawValue: row.int(0)), rank: row.int(1), readyAt: time(row.int(2)),
            run: run(row, from: 3), chargedPeriod: period(row.optionalInt(7)),
            lastAttempt: AttemptID(rawValue: row.int(8)), startedAt: time(row.optionalInt(9)),
            error: row.optionalBytes(10))
    }

    static func history(_ row: Statement) -> HistoryRow {
        guard let end = JobEnd(rawValue: row.int(1)) else { corrupt("job state", row.int(1)) }
        return HistoryRow(
            id: JobID(rawValue: row.int(0)), end: end, run: run(row, from: 2),
            startedAt: time(row.optionalInt(6)), finishedAt: time(row.int(7)),
            chargedPeriod: period(row.optionalInt(8)),
            lastAttempt: row.optionalInt(9).map(AttemptID.init(rawValue:)),
            cancelRequestedAt: time(row.optionalInt(10)), result: row.optionalBytes(11),
            error: row.optionalBytes(12))
    }

    static func attempt(_ row: Statement) -> AttemptRow {
        var end: AttemptEnd?
        if let endedAt = row.optionalInt(12) {
            guard let outcome = AttemptOutcome(rawValue: row.int(13)),
                let state = StateCode.state(row.int(14))
            else { corrupt("attempt outcome", row.int(13)) }
            end = AttemptEnd(
                outcome: outcome, at: time(endedAt), stateAfter: state,
                runAtAfter: time(row.optionalInt(15)), error: row.optionalBytes(16))
        }
        return AttemptRow(
            token: LeaseToken(
                attempt: AttemptID(rawValue: row.int(0)),
                secret: UInt64(bitPattern: row.int(1))),
            job: JobID(rawValue: row.int(2)), line: row.int(3), rank: row.int(4),
            worker: row.text(5), startedAt: time(row.int(6)), leaseMilliseconds: row.int(7),
            expiresAt: time(row.int(8)), chargedPeriod: period(row.optionalInt(9)),
            previous: row.optionalInt(10).map(AttemptID.init(rawValue:)),
            cancelRequestedAt: time(row.optionalInt(11)), end: end)
    }

    static func usage(_ row: Statement, from column: Int32) -> Usage {
        Usage(
            plan: row.int(column), grant: row.int(column + 1), overage: row.int(column + 2))
    }

    static func ledger(_ row: Statement) -> LedgerView {
        guard let entry = LedgerEntry(rawValue: row.int(3)),
            let source = ChargeSource(rawValue: row.int(4)),
            let period = period(row.int(2))
        else { corrupt("ledger row", row.int(0)) }
        return LedgerView(
            id: LedgerID(rawValue: row.int(0)), at: time(row.int(7)),
            job: row.optionalInt(6).map(JobID.init(rawValue:)), metric: .jobs, period: period,
            entry: entry, source: source, amount: row.int(5), usedAfter: row.int(8),
            inForce: row.optionalInt(9))
    }

    /// The names that `Encoding.names` joined.
    static func names(_ text: String?) -> [String]? {
        guard let text else { return nil }
        if text.isEmpty { return [] }
        return text.utf8.split(separator: Encoding.separator, omittingEmptySubsequences: false)
            .map { String($0) ?? "" }
    }

    private static func run(_ row: Statement, from column: Int32) -> JobRun {
        var run = JobRun()
        run.attempts = Int(row.int(column))
        run.crashes = Int(row.int(column + 1))
        run.serverDeaths = Int(row.int(column + 2))
        run.releases = Int(row.int(column + 3))
        return run
    }

    private static func backoff(_ text: String) -> Backoff {
        let parts = text.split(separator: " ").compactMap { Int64($0) }
        guard parts.count == 4, let growth = Backoff.Growth(rawValue: parts[0]) else {
            preconditionFailure("the stored backoff '\(text)' is not one of ours")
        }
        return Backoff(
            growth: growth, baseMilliseconds: parts[1], maxMilliseconds: parts[2],
            jitterPermille: parts[3])
    }

    private static func corrupt(_ what: String, _ value: Int64) -> Never {
        preconditionFailure("the stored \(what) \(value) is none that this program writes")
    }
}
