import Core
import Store

extension VerificationCheck {
    /// Adds the ledger up in its order and compares the sums, as they grow and in the end, with
    /// what the rows say.
    mutating func checkLedger() throws(StoreError) {
        var sums: [CounterKey: Usage] = [:]
        var latest: [Int64: Period] = [:]
        // What is folded comes before all else that its counter was charged, but for gauges: their
        // rows stayed where folding passed them, until it learnt to fold them too.
        var foldedGauges: [CounterKey: [Charge]] = [:]
        try database.prepare(CountingInvariantSQL.foldRows).each { row in
            guard row.int(4).magnitude <= UInt64(Limits.ledgerAmountMax) else { return true }
            let key = CounterKey(tenant: row.int(0), metric: row.int(1), period: row.int(2))
            let charge = Charge(
                source: ChargeSource(rawValue: row.int(3)) ?? .plan, amount: row.int(4))
            if key.period == 0 {
                foldedGauges[key, default: []].append(charge)
            } else {
                sums[key] = sums[key, default: .none].adding(charge)
            }
            return true
        }
        let folded = try database.prepare(CountingInvariantSQL.foldedMark).first { $0.int(0) } ?? 0
        try database.prepare(CountingInvariantSQL.ledgerRows).each { row in
            let key = CounterKey(tenant: row.int(0), metric: row.int(1), period: row.int(2))
            if key.period == 0, row.int(9) > folded {
                for charge in foldedGauges.removeValue(forKey: key) ?? [] {
                    sums[key] = sums[key, default: .none].adding(charge)
                }
            }
            // One that is out of all bounds was noted, and is not added: the sum would overflow.
            guard row.int(5).magnitude <= UInt64(Limits.ledgerAmountMax) else { return true }
            let charge = Charge(
                source: ChargeSource(rawValue: row.int(4)) ?? .plan, amount: row.int(5))
            let sum = sums[key, default: .none].adding(charge)
            sums[key] = sum
            checkLedgerRow(row, key, sum: sum.total, latest: &latest)
            return true
        }
        for (key, charges) in foldedGauges {
            for charge in charges { sums[key] = sums[key, default: .none].adding(charge) }
        }
        try compareUsage(with: sums)
        try checkSeals()
    }

    /// A row of folds that cannot be read was noted, and is passed over.
    private mutating func checkSeals() throws(StoreError) {
        try database.prepare(FoldingSQL.allFolds).each { row in
            guard let seal = row.optionalBytes(11), let fold = try? Decoding.fold(row),
                seal != fold.seal
            else { return true }
            note(
                .foldSealed, tenant: fold.key.tenant,
                "led#\(fold.last.rawValue): a column of metric \(fold.key.metric), period"
                    + " \(fold.key.period), \(fold.source.name) is not what was written")
            return true
        }
    }

    private mutating func checkLedgerRow(
        _ row: Statement, _ key: CounterKey, sum: Int64, latest: inout [Int64: Period]
    ) {
        let (job, usedAfter, place) = (
            row.optionalInt(6), row.int(7), "\(LedgerID(rawValue: row.int(9)))"
        )
        if usedAfter != sum {
            note(
                .ledgerRunningSum, job: job, tenant: key.tenant,
                "\(place): expected \(sum) in use after it, found \(usedAfter)")
        }
        guard row.int(3) == LedgerEntry.charge.rawValue else { return }
        if let inForce = row.optionalInt(8), usedAfter > inForce {
            note(
                .chargeWithinLimit, job: job, tenant: key.tenant,
                "\(place): expected at most \(inForce) in use after it, found \(usedAfter)")
        }
        guard key.metric == 1, let period = Period(key: key.period) else { return }
        // A tenant whose periods were made to lie otherwise may begin one that began before.
        if let before = latest[key.tenant], period.startDay < before.startDay,
            period.anchorDay == before.anchorDay
        {
            note(
                .periodNeverBack, job: job, tenant: key.tenant,
                "\(place): expected period \(before) or later, found \(period)")
        }
        latest[key.tenant] = period
    }

    /// Compares a by-tenant index with the rows that it should have.
    mutating func checkIndex(
        _ name: String, has: String, shouldHave: String
    ) throws(StoreError) {
        var expected = try database.prepare(shouldHave).all {
            IndexKey(tenant: $0.int(0), id: $0.int(1))
        }
        expected.sort()
        var next = expected.startIndex
        var missing: [IndexKey] = []
        var unknown: [IndexKey] = []
        try database.prepare(has).each { row in
            let key = IndexKey(tenant: row.int(0), id: row.int(1))
            while next < expected.endIndex, expected[next] < key {
                missing.append(expected[next])
                next += 1
            }
            if next < expected.endIndex, expected[next] == key {
                next += 1
            } else {
                unknown.append(key)
            }
            return true
        }
        missing += expected[next...]
        for key in unknown {
            let id = indexed(key.id, in: name)
            note(.indexRowExists, tenant: key.tenant, "\(name) should not have \(id)")
        }
        for key in missing {
            let id = indexed(key.id, in: name)
            note(.indexComplete, tenant: key.tenant, "\(name) should have \(id)")
        }
    }

    /// What a row of a by-tenant index names.
    private func indexed(_ id: Int64, in name: String) -> String {
        name == "jobs_by_tenant"
            ? JobID(rawValue: id).description : LedgerID(rawValue: id).description
    }

    private mutating func compareUsage(with sums: [CounterKey: Usage]) throws(StoreError) {
        var rest = sums
        let rows = try database.prepare(CountingInvariantSQL.usageRows).all { row in
            (
                CounterKey(tenant: row.int(0), metric: row.int(1), period: row.int(2)),
                Usage(
                    plan: row.int(3), grant: row.int(4), overage: row.int(5),
                    overSoft: row.int(6), unenforced: row.int(7))
            )
        }
        for (key, usage) in rows {
            let sum = rest.removeValue(forKey: key) ?? .none
            if usage != sum { noteUsage(key, expected: sum, found: usage) }
        }
        for (key, sum) in rest where sum != .none {
            noteUsage(key, expected: sum, found: .none)
        }
    }

    private mutating func noteUsage(
        _ key: CounterKey, expected: Usage, found: Usage
    ) {
        note(
            .usageIsLedger, tenant: key.tenant,
            "metric \(key.metric), period \(key.period): expected \(expected.plan) of "
                + "the plan, \(expected.grant) of grants, \(expected.overage) overage, "
                + "\(expected.overSoft) over a soft limit, \(expected.unenforced) unenforced; "
                + "found \(found.plan), \(found.grant), \(found.overage), \(found.overSoft), "
                + "\(found.unenforced)")
    }
}

/// What a counter belongs to.
private struct CounterKey: Hashable {
    let tenant: Int64
    let metric: Int64
    let period: Int64
}

/// A row of a by-tenant index.
private struct IndexKey: Comparable {
    let tenant: Int64
    let id: Int64

    static func < (left: IndexKey, right: IndexKey) -> Bool {
        (left.tenant, left.id) < (right.tenant, right.id)
    }
}
