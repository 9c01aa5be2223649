package import Core
import Crypto

/// A row of `folds`: what the rows of the ledger came to that it stands for, which are gone.
package struct FoldRow: Hashable, Sendable {
    package let key: UsageKey
    package let source: ChargeSource
    package private(set) var figures: LedgerFold
    /// Σ of their amounts.
    package private(set) var sum: Int64
    /// What the last of them says was in use after it.
    package private(set) var usedAfter: Int64
    /// The last of them, and when it was written.
    package private(set) var last: LedgerID
    package private(set) var at: Timestamp

    package var count: Int64 { figures.count }
    package var excess: Int64? { figures.excess }
    package var hash: [UInt8] { figures.hash }

    /// A row as it is stored.
    package init(
        key: UsageKey, source: ChargeSource, figures: LedgerFold, sum: Int64, usedAfter: Int64,
        last: LedgerID, at: Timestamp
    ) {
        self.key = key
        self.source = source
        self.figures = figures
        self.sum = sum
        self.usedAfter = usedAfter
        self.last = last
        self.at = at
    }

    /// A row that `row` is the first to go into.
    init(before row: LedgerRow) {
        self.init(
            key: row.key, source: row.source, figures: LedgerFold(), sum: 0, usedAfter: 0,
            last: row.id, at: row.at)
    }

    /// SHA-256 of all its columns, which tells whether one of them was changed since.
    package var seal: [UInt8] {
        let columns = [
            "\(key.tenant)", "\(key.metric)", "\(key.period)", "\(source.rawValue)", "\(count)",
            "\(sum)", excess.map { "\($0)" } ?? "", "\(usedAfter)", "\(last.rawValue)",
            "\(at.milliseconds)",
        ]
        return SHA256.hash(hash + columns.joined(separator: ",").utf8)
    }

    /// One more row, which comes after the others, is gone.
    mutating func take(_ row: LedgerRow) throws(StoreError) {
        guard row.key == key, row.source == source, count == 0 || row.id > last else {
            throw StoreError(
                .corrupt, "row \(row.id) is not the next of its fold, which ends with \(last)")
        }
        figures.take(
            LedgerFold.Line(
                id: row.id, at: row.at, job: row.job, entry: row.entry, amount: row.amount,
                usedAfter: row.usedAfter, inForce: row.inForce, grant: row.grant,
                event: row.event))
        sum += row.amount
        usedAfter = row.usedAfter
        last = row.id
        at = row.at
    }
}
