package import Core
import Store

extension ModelStore {
    /// The other store has folded its ledger up to this row: from now on this one shows it so. It
    /// keeps every row. The first row that should not have been folded yet, as a sentence.
    package func fold(through id: LedgerID) -> String? {
        guard id != ledgerFolded else { return nil }
        defer { ledgerFolded = id }
        guard id > ledgerFolded else { return "the ledger was folded up to \(ledgerFolded)" }
        for (tenant, row) in ledger where row.id > ledgerFolded && row.id <= id {
            // A gauge has no period; the clock may have been wrong when it was set.
            let month = Period(containing: row.at)
            guard row.period != nil || row.at < day.end else { continue }
            if (row.period ?? month).endDay.number + 35 > day.number {
                return "row \(row.id) is folded on \(day.date)"
            }
            if let event = row.event { forget(event, of: tenant, foldedThrough: id) }
        }
        return nil
    }

    /// An event of usage is known as long as a row of the ledger is of it.
    private func forget(_ event: String, of tenant: String, foldedThrough id: LedgerID) {
        let isLeft = ledger.contains {
            $0.row.id > id && $0.tenant == tenant && $0.row.event == event
        }
        guard !isLeft, let index = tenants.firstIndex(where: { $0.id == tenant }) else { return }
        tenants[index].events.remove(event)
    }

    /// The last row that is shown folded, or has been passed.
    package var folded: LedgerID { ledgerFolded }

    /// True if a charge is folded of a job that has not ended.
    package var hasFoldedOpenCharge: Bool {
        ledger.contains { _, row in
            isFolded(row) && row.entry == .charge
                && row.job.map { jobs[$0]?.finishedAt == nil } ?? false
        }
    }

    /// A tenant's ledger as it is shown: what is folded is one row of each kind.
    func shownLedger(of tenant: String) -> [LedgerView] {
        let rows = ledger.filter { $0.tenant == tenant }.map(\.row)
        let folds = Dictionary(grouping: rows.filter(isFolded)) { row in
            [row.metric.name, row.period?.description ?? "", row.source.name]
        }
        return rows.filter { !isFolded($0) } + folds.values.compactMap(Self.folded)
    }

    private func isFolded(_ row: LedgerView) -> Bool {
        row.id <= ledgerFolded
    }

    /// One row in place of these, which are in the order in which they were written.
    private static func folded(_ rows: [LedgerView]) -> LedgerView? {
        guard let last = rows.last else { return nil }
        var figures = LedgerFold()
        for row in rows {
            figures.take(
                LedgerFold.Line(
                    id: row.id, at: row.at, job: row.job, entry: row.entry, amount: row.amount,
                    usedAfter: row.usedAfter, inForce: row.inForce, grant: row.grant,
                    event: row.event))
        }
        return LedgerView(
            id: last.id, at: last.at, job: nil, metric: last.metric, period: last.period,
            entry: .folded, source: last.source, amount: rows.reduce(0) { $0 + $1.amount },
            usedAfter: last.usedAfter, inForce: nil, fold: figures)
    }
}
