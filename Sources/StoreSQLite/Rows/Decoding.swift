import Core
import Store

/// Makes values of columns. What is stored was checked when it was written; a value that no row
/// of ours can hold is the end of what asked for it, before it can spread.
enum Decoding {
    /// The years 1 to 9999, which have a text.
    private static let times = -62_135_596_800_000...Timestamp.latest.milliseconds
    /// More attempts, releases and deaths than any job has.
    static let counts = 0...1_000_000 as ClosedRange<Int64>
    /// What a counter can come to, far from where sums overflow.
    static let amounts = 0...Limits.amountMax

    static let versions = 1...(1 << 53) as ClosedRange<Int64>
    private static let days = 1...31 as ClosedRange<Int64>
    private static let priorities = 0...9 as ClosedRange<Int64>

    static func time(_ milliseconds: Int64) throws(StoreError) -> Timestamp {
        Timestamp(milliseconds: try bounded(milliseconds, times, "time"))
    }

    static func time(_ milliseconds: Int64?) throws(StoreError) -> Timestamp? {
        guard let milliseconds else { return nil }
        return try time(milliseconds)
    }

    static func period(_ key: Int64?) throws(StoreError) -> Period? {
        guard let key else { return nil }
        guard let period = Period(key: key) else { throw corrupt("period", "\(key)") }
        return period
    }

    static func track(_ value: Int64) throws(StoreError) -> Track {
        guard let track = Track(rawValue: value) else { throw corrupt("track", "\(value)") }
        return track
    }

    static func cost(_ value: Int64) throws(StoreError) -> Int64 {
        try bounded(value, 0...Limits.costMax, "cost")
    }

    static func tenant(_ row: Statement) throws(StoreError) -> TenantRow {
        TenantRow(
            number: row.int(0), id: row.text(1), name: row.optionalText(2),
            email: row.optionalText(3), facts: try facts(row), createdAt: try time(row.int(7)))
    }

    private static func facts(_ row: Statement) throws(StoreError) -> TenantFacts {
        guard let manual = ManualStatus(rawValue: row.int(5)) else {
            throw corrupt("manual status", "\(row.int(5))")
        }
        guard let onQuota = QuotaAnswer(rawValue: row.int(9)) else {
            throw corrupt("answer to a quota", "\(row.int(9))")
        }
        var facts = TenantFacts(
            basePlan: PlanVersion(
                id: row.text(4), version: try bounded(row.int(8), versions, "plan's version")))
        facts.manual = manual
        facts.isDeleted = row.int(6) == 1
        facts.onQuota = onQuota
        facts.payAsYouGo = row.int(10) == 1
        facts.spendCaps = try spendCaps(row.optionalText(11))
        if let mode = row.optionalInt(12) {
            guard let mode = PeriodMode(rawValue: mode) else {
                throw corrupt("kind of period", "\(mode)")
            }
            facts.periodMode = mode
        }
        facts.anchorDay = try bounded(row.int(13), days, "anchor's day")
        var next: PeriodWindow.Change?
        if let from = row.optionalInt(15) {
            next = PeriodWindow.Change(
                anchorDay: try anchorDay(row.optionalInt(16)), from: try day(from))
        }
        facts.window = PeriodWindow(anchorDay: try anchorDay(row.optionalInt(14)), next: next)
        facts.limitVersion = try bounded(row.int(17), versions, "limit's version")
        facts.bucket = try bounded(row.int(18), 0...99, "bucket")
        facts.entitled = try entitled(row, from: 19)
        facts.limitChanges = try counts(row.optionalText(29))
        return facts
    }

    private static func anchorDay(_ value: Int64?) throws(StoreError) -> Int64? {
        guard let value else { return nil }
        return try bounded(value, days, "anchor's day")
    }

    static func day(_ number: Int64) throws(StoreError) -> Day {
        guard let day = Day(number: number) else { throw corrupt("day", "\(number)") }
        return day
    }

    /// The pairs that `Encoding.spendCaps` joined.
    private static func spendCaps(_ text: String?) throws(StoreError) -> OverageCaps {
        var caps = OverageCaps()
        for (metric, cap) in try pairs(text, "spend cap") { caps[metric] = cap }
        return caps
    }

    /// The pairs that `Encoding.counts` joined.
    private static func counts(_ text: String?) throws(StoreError) -> MetricCounts {
        var counts = MetricCounts()
        for (metric, count) in try pairs(text, "changes of a limit") {
            counts[metric, default: 0] = count
        }
        return counts
    }

    private static func pairs(
        _ text: String?, _ what: StaticString
    ) throws(StoreError) -> [(Metric, Int64)] {
        var pairs: [(Metric, Int64)] = []
        for pair in (text ?? "").split(separator: " ") {
            let parts = pair.split(separator: "=")
            guard parts.count == 2, let units = Int64(parts[1]), amounts.contains(units) else {
                throw corrupt(what, "'\(pair)'")
            }
            pairs.append((Metric(name: String(parts[0])), units))
        }
        return pairs
    }

    static func key(_ row: Statement) throws(StoreError) -> KeyRow {
        guard let scope = KeyScope(rawValue: row.int(2)) else {
            throw corrupt("scope", "\(row.int(2))")
        }
        return KeyRow(
            id: KeyID(rawValue: row.int(0)), hash: row.bytes(1),
            grant: KeyGrant(
                scope: scope, tenant: row.optionalText(3), queues: names(row.optionalText(4)),
                tenants: names(row.optionalText(5))),
            createdAt: try time(row.int(6)))
    }

    static func job(_ row: Statement) throws(StoreError) -> JobRow {
        let createdAt = try time(row.int(2))
        return JobRow(
            line: row.int(1),
            body: JobBody(
                id: JobID(rawValue: row.int(0)), createdAt: createdAt,
                readyAt: try time(row.optionalInt(3)) ?? createdAt,
                expiresAt: try time(row.optionalInt(4)),
                priority: Int(try bounded(row.int(5), priorities, "priority")),
                attemptsMax: Int(
                    try bounded(row.int(6), 1...Int64(Limits.attemptsMax), "max_attempts")),
                backoff: try backoff(row.optionalText(8)),
                timeoutMilliseconds: try bounded(
                    row.int(7), 0...Limits.timeoutMillisecondsMax, "timeout"),
                tags: names(row.optionalText(9)) ?? [],
                cost: try cost(row.int(10)), payload: row.bytes(11)))
    }

    static func scheduled(_ row: Statement) throws(StoreError) -> ScheduledRow {
        ScheduledRow(
            runAt: try time(row.int(0)), id: JobID(rawValue: row.int(1)), line: row.int(2),
            track: try track(row.int(3)),
            priority: Int(try bounded(row.int(4), priorities, "priority")),
            cost: try cost(row.int(5)))
    }

    static func returned(_ row: Statement) throws(StoreError) -> ReturnedRow {
        ReturnedRow(
            id: JobID(rawValue: row.int(0)), rank: row.int(1), readyAt: try time(row.int(2)),
            run: try run(row, from: 3, startFailures: 11),
            chargedPeriod: try period(row.optionalInt(7)),
            lastAttempt: AttemptID(rawValue: row.int(8)), startedAt: try time(row.optionalInt(9)),
            error: row.optionalBytes(10))
    }

    static func history(_ row: Statement) throws(StoreError) -> HistoryRow {
        guard let end = JobEnd(rawValue: row.int(1)) else {
            throw corrupt("job state", "\(row.int(1))")
        }
        return HistoryRow(
            id: JobID(rawValue: row.int(0)), end: end,
            run: try run(row, from: 2, startFailures: 13),
            startedAt: try time(row.optionalInt(6)), finishedAt: try time(row.int(7)),
            chargedPeriod: try period(row.optionalInt(8)),
            lastAttempt: row.optionalInt(9).map(AttemptID.init(rawValue:)),
            cancelRequestedAt: try time(row.optionalInt(10)), result: row.optionalBytes(11),
            error: row.optionalBytes(12))
    }

    static func attempt(_ row: Statement) throws(StoreError) -> AttemptRow {
        var end: AttemptEnd?
        if let endedAt = row.optionalInt(12) {
            // The number of a failure, with a mark: it is older than the outcome.
            let number =
                row.int(21) == 1 && row.int(13) == AttemptOutcome.failed.rawValue
                ? AttemptOutcome.timedOut.rawValue : row.int(13)
            guard let outcome = AttemptOutcome(rawValue: number),
                let state = StateCode.state(row.int(14))
            else { throw corrupt("attempt outcome", "\(row.int(13))") }
            end = AttemptEnd(
                outcome: outcome, at: try time(endedAt), stateAfter: state,
                runAtAfter: try time(row.optionalInt(15)), error: row.optionalBytes(16),
                couldNotStart: row.int(18) == 1)
        }
        return AttemptRow(
            token: LeaseToken(
                attempt: AttemptID(rawValue: row.int(0)),
                secret: UInt64(bitPattern: row.int(1))),
            job: JobID(rawValue: row.int(2)), line: row.int(3), rank: row.int(4),
            worker: row.text(5), startedAt: try time(row.int(6)),
            leaseMilliseconds: try bounded(
                row.int(7), 1...Limits.leaseMillisecondsMax, "lease"),
            expiresAt: try time(row.int(8)), heardAt: try time(row.optionalInt(19)),
            ranMilliseconds: try row.optionalInt(22).map { ran throws(StoreError) in
                try bounded(ran, 0...(.max), "time run")
            },
            chargedPeriod: try period(row.optionalInt(9)),
            charge: row.optionalInt(17).map(LedgerID.init(rawValue:)),
            previous: row.optionalInt(10).map(AttemptID.init(rawValue:)),
            cancelRequestedAt: try time(row.optionalInt(11)), end: end,
            boot: row.optionalInt(20))
    }

    static func usage(_ row: Statement, from column: Int32) throws(StoreError) -> Usage {
        Usage(
            plan: try bounded(row.int(column), amounts, "usage"),
            grant: try bounded(row.int(column + 1), amounts, "usage"),
            overage: try bounded(row.int(column + 2), amounts, "usage"),
            overSoft: try bounded(row.int(column + 3), amounts, "usage"),
            unenforced: try bounded(row.int(column + 4), amounts, "usage"))
    }

    static func ledger(_ row: Statement) throws(StoreError) -> LedgerView {
        guard let entry = LedgerEntry(rawValue: row.int(3)),
            let source = ChargeSource(rawValue: row.int(4))
        else { throw corrupt("ledger row", "\(row.int(0))") }
        return LedgerView(
            id: LedgerID(rawValue: row.int(0)), at: try time(row.int(7)),
            job: row.optionalInt(6).map(JobID.init(rawValue:)),
            metric: Metric(name: row.text(12)), period: try usagePeriod(row.int(2)),
            entry: entry, source: source,
            amount: try bounded(
                row.int(5), -Limits.ledgerAmountMax...Limits.ledgerAmountMax, "amount"),
            usedAfter: try bounded(row.int(8), amounts, "usage"),
            inForce: try inForce(row.optionalInt(9)),
            grant: row.optionalInt(10).map(GrantID.init(rawValue:)),
            event: row.optionalText(11))
    }

    static func fold(_ row: Statement) throws(StoreError) -> FoldRow {
        guard let source = ChargeSource(rawValue: row.int(3)) else {
            throw corrupt("fold", "\(row.int(0))")
        }
        let period = try usagePeriod(row.int(2))
        return FoldRow(
            key: UsageKey(tenant: row.int(0), metric: row.int(1), period: period?.key ?? 0),
            source: source,
            figures: LedgerFold(
                count: try bounded(row.int(4), 1...Limits.amountMax, "count"),
                excess: row.optionalInt(6), hash: row.bytes(10)),
            sum: try bounded(
                row.int(5), -Limits.ledgerAmountMax...Limits.ledgerAmountMax, "sum"),
            usedAfter: try bounded(row.int(7), amounts, "usage"),
            last: LedgerID(rawValue: row.int(8)), at: try time(row.int(9)))
    }

    /// What was in force at a charge, if that is known.
    private static func inForce(_ value: Int64?) throws(StoreError) -> Int64? {
        guard let value else { return nil }
        return try bounded(value, 0...Int64.max, "limit in force")
    }

    /// A row of the ledger as it was written: `CountingSQL.chargeFrom`.
    static func ledgerRow(_ row: Statement) throws(StoreError) -> LedgerRow {
        guard let entry = LedgerEntry(rawValue: row.int(4)),
            let source = ChargeSource(rawValue: row.int(5))
        else { throw corrupt("ledger row", "\(row.int(0))") }
        return LedgerRow(
            id: LedgerID(rawValue: row.int(0)),
            key: UsageKey(tenant: row.int(1), metric: row.int(2), period: row.int(3)),
            entry: entry, source: source,
            amount: try bounded(
                row.int(6), -Limits.ledgerAmountMax...Limits.ledgerAmountMax, "amount"),
            job: row.optionalInt(7).map(JobID.init(rawValue:)), at: try time(row.int(8)),
            usedAfter: try bounded(row.int(9), amounts, "usage"),
            inForce: try inForce(row.optionalInt(10)),
            grant: row.optionalInt(11).map(GrantID.init(rawValue:)),
            event: row.optionalText(12))
    }

    /// The period of a counter: 0 is none, of a gauge.
    static func usagePeriod(_ key: Int64) throws(StoreError) -> Period? {
        key == 0 ? nil : try period(key)
    }

    /// A tenant's number and its override.
    static func override(
        _ row: Statement
    ) throws(StoreError) -> (tenant: Int64, override: Override) {
        var limit = Limit.unlimited
        if let units = row.optionalInt(2) {
            limit = .units(try bounded(units, amounts, "override"))
        }
        return (
            row.int(0),
            Override(
                metric: Metric(name: row.text(1)), limit: limit,
                until: try time(row.optionalInt(3)), reason: row.optionalText(4),
                createdAt: try time(row.int(5)))
        )
    }

    /// A tenant's number and its grant.
    static func grant(_ row: Statement) throws(StoreError) -> (tenant: Int64, grant: Grant) {
        guard let state = Grant.State(rawValue: row.int(10)) else {
            throw corrupt("state of a grant", "\(row.int(10))")
        }
        let isTakenBack = row.int(11) == 1
        if isTakenBack, state != .revoked {
            throw corrupt("state of a grant that was taken back", state.name)
        }
        let amount = try bounded(row.int(3), amounts, "grant")
        return (
            row.int(0),
            Grant(
                id: GrantID(rawValue: row.int(1)), metric: Metric(name: row.text(2)),
                amount: amount,
                remaining: try bounded(row.int(4), 0...amount, "rest of a grant"),
                source: row.text(5), effectiveAt: try time(row.int(6)),
                expiresAt: try time(row.optionalInt(7)), priority: row.int(8),
                createdAt: try time(row.int(9)), state: state, isTakenBack: isTakenBack)
        )
    }

    static func deadline(_ row: Statement) throws(StoreError) -> DeadlineRow {
        guard let event = DeadlineEvent(rawValue: row.int(2)) else {
            throw corrupt("event of a deadline", "\(row.int(2))")
        }
        return DeadlineRow(
            at: try time(row.int(0)), tenant: row.int(1), event: event, subject: row.int(3))
    }

    static func enforcement(_ value: Int64?) throws(StoreError) -> Enforcement {
        guard let value else { return .full }
        guard let mode = Enforcement.Mode(rawValue: value / 1_000),
            (0...100).contains(value % 1_000)
        else { throw corrupt("enforcement", "\(value)") }
        return Enforcement(mode: mode, percent: value % 1_000)
    }

    /// The names that `Encoding.names` joined.
    static func names(_ text: String?) -> [String]? {
        guard let text else { return nil }
        if text.isEmpty { return [] }
        return text.utf8.split(separator: Encoding.separator, omittingEmptySubsequences: false)
            .map { String($0) ?? "" }
    }

    private static func run(
        _ row: Statement, from column: Int32, startFailures: Int32
    ) throws(StoreError) -> JobRun {
        var run = JobRun()
        run.attempts = Int(try bounded(row.int(column), counts, "count"))
        run.crashes = Int(try bounded(row.int(column + 1), counts, "count"))
        run.serverDeaths = Int(try bounded(row.int(column + 2), counts, "count"))
        run.releases = Int(try bounded(row.int(column + 3), counts, "count"))
        run.startFailures = Int(try bounded(row.int(startFailures), counts, "count"))
        return run
    }

    private static func backoff(_ text: String?) throws(StoreError) -> Backoff {
        guard let text else { return .standard }
        let parts = text.split(separator: " ").compactMap { Int64($0) }
        guard parts.count == 4, let growth = Backoff.Growth(rawValue: parts[0]),
            parts[1] >= 0, parts[2] >= 0, (0...1_000).contains(parts[3])
        else { throw corrupt("backoff", "'\(text)'") }
        return Backoff(
            growth: growth, baseMilliseconds: parts[1], maxMilliseconds: parts[2],
            jitterPermille: parts[3])
    }

    static func bounded(
        _ value: Int64, _ range: ClosedRange<Int64>, _ what: StaticString
    ) throws(StoreError) -> Int64 {
        guard range.contains(value) else { throw corrupt(what, "\(value)") }
        return value
    }

    static func corrupt(_ what: StaticString, _ value: String) -> StoreError {
        StoreError(.corrupt, "the stored \(what) \(value) is none that this program writes")
    }
}
