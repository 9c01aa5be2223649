import Core

extension Engine {
    /// Folds some rows of the ledger whose period was closed long ago (SEMANTICS §1.10), and
    /// forgets the ids of usage outside jobs that they are of. It goes through the ledger in the
    /// order of ids and stops at the first row that is too young, so that all that were folded come
    /// before all that were not.
    func foldLedger(isIdle: Bool) throws(StoreError) {
        let added = newLedgerRows
        newLedgerRows = 0
        guard periods.day.number >= foldsFromDay else { return }
        // Under load a slice takes more than a batch adds, or what is old would only grow.
        let limit = isIdle ? limits.foldsMax : max(1, limits.foldsMax / 4) + added
        // One row more tells whether the last of the slice is the last of its event.
        let found = try rows.ledger(after: ledgerFolded, limit: limit + 1)
        var folds: [FoldKey: FoldRow] = [:]
        var through = ledgerFolded
        for (index, row) in found.prefix(limit).enumerated() {
            foldsFromDay = try closingDay(of: row) + Limits.foldDays
            guard periods.day.number >= foldsFromDay else { break }
            try fold(row, into: &folds)
            let next = index + 1 < found.count ? found[index + 1] : nil
            if let event = row.event, next?.event != event || next?.key != row.key {
                try rows.deleteUsageEvent(tenant: row.key.tenant, id: event)
            }
            through = row.id
        }
        for fold in folds.values { try rows.putFold(fold) }
        if through != ledgerFolded {
            ledgerFolded = through
            try rows.putLedgerFolded(through)
        }
        guard periods.day.number >= foldsFromDay else { return }
        if found.count > limit {
            outcome.hasMore = true
        } else {
            foldsFromDay = periods.day.number + 1
        }
    }

    /// The day on which the period of a row was over. Gauges have none: theirs is the month that
    /// they were set in, or long ago where the wall clock was ahead of all days then.
    private func closingDay(of row: LedgerRow) throws(StoreError) -> Int64 {
        guard row.key.period == 0 else {
            guard let period = Period(key: row.key.period) else {
                throw StoreError(
                    .corrupt, "ledger row \(row.id) is of period \(row.key.period)")
            }
            return period.endDay.number
        }
        let day = Day(containing: row.at)
        return day > periods.day ? 0 : Period(containing: day).endDay.number
    }

    private func fold(
        _ row: LedgerRow, into folds: inout [FoldKey: FoldRow]
    ) throws(StoreError) {
        let key = FoldKey(usage: row.key, source: row.source)
        var known = folds[key]
        if known == nil { known = try rows.fold(row.key, row.source) }
        var fold = known ?? FoldRow(before: row)
        try fold.take(row)
        folds[key] = fold
        // A job that still waits for its next attempt may get back what it cost.
        if row.entry == .charge, let job = row.job, try rows.history(job) == nil {
            try rows.insertFoldedCharge(row, of: job)
        }
        if let grant = row.grant { try rows.foldGrant(grant, by: row.amount) }
        try rows.deleteLedger(row)
    }

    /// What a folded row stands for.
    private struct FoldKey: Hashable {
        let usage: UsageKey
        let source: ChargeSource
    }
}
