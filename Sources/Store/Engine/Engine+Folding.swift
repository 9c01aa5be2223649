import Core

extension Engine {
    /// Folds some rows of the ledger whose period was closed long ago (SEMANTICS §1.10). It goes
    /// through the ledger in the order of ids and stops at the first row that is too young, so that
    /// all that were folded come before all that were not; rows of gauges have no period and stay.
    func foldLedger(isIdle: Bool) throws(StoreError) {
        let added = newLedgerRows
        newLedgerRows = 0
        guard periods.day.number >= foldsFromDay else { return }
        // Under load a slice takes more than a batch adds, or what is old would only grow.
        let limit = isIdle ? limits.foldsMax : max(1, limits.foldsMax / 4) + added
        let found = try rows.ledger(after: ledgerFolded, limit: limit)
        var folds: [FoldKey: FoldRow] = [:]
        var through = ledgerFolded
        for row in found {
            if row.key.period != 0 {
                guard let period = Period(key: row.key.period) else {
                    throw StoreError(
                        .corrupt, "ledger row \(row.id) is of period \(row.key.period)")
                }
                foldsFromDay = period.endDay.number + Limits.foldDays
                guard periods.day.number >= foldsFromDay else { break }
                try fold(row, into: &folds)
            }
            through = row.id
        }
        for fold in folds.values { try rows.putFold(fold) }
        if through != ledgerFolded {
            ledgerFolded = through
            try rows.putLedgerFolded(through)
        }
        guard periods.day.number >= foldsFromDay else { return }
        if found.count == limit {
            outcome.hasMore = true
        } else {
            foldsFromDay = periods.day.number + 1
        }
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
