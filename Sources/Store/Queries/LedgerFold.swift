package import Core
import Crypto

/// What is known of the rows of the ledger that a folded one stands for, beside their sum.
package struct LedgerFold: Hashable, Sendable {
    package private(set) var count: Int64
    /// The most that the use after a charge was above what was in force, which is never more than
    /// 0; nil where none of them was held to a limit.
    package private(set) var excess: Int64?
    /// SHA-256, row by row in the order of ids: of the hash so far and the next row's text.
    package private(set) var hash: [UInt8]

    /// Figures of so many rows; of none, unless they are given.
    package init(
        count: Int64 = 0, excess: Int64? = nil,
        hash: [UInt8] = Array(repeating: 0, count: SHA256.byteCount)
    ) {
        self.count = count
        self.excess = excess
        self.hash = hash
    }

    /// A row of the ledger, but for what all that are folded together have in common.
    package struct Line {
        let id: LedgerID
        let at: Timestamp
        let job: JobID?
        let entry: LedgerEntry
        let amount: Int64
        let usedAfter: Int64
        let inForce: Int64?
        let grant: GrantID?
        let event: String?

        /// A row with these columns.
        package init(
            id: LedgerID, at: Timestamp, job: JobID?, entry: LedgerEntry, amount: Int64,
            usedAfter: Int64, inForce: Int64?, grant: GrantID?, event: String?
        ) {
            self.id = id
            self.at = at
            self.job = job
            self.entry = entry
            self.amount = amount
            self.usedAfter = usedAfter
            self.inForce = inForce
            self.grant = grant
            self.event = event
        }

        /// Its columns in this order, numbers as they are stored.
        fileprivate var text: String {
            [
                id.description, at.description, job?.description ?? "", entry.name, "\(amount)",
                "\(usedAfter)", inForce.map { "\($0)" } ?? "", grant?.description ?? "",
                event ?? "",
            ].joined(separator: ",")
        }
    }

    /// One more row.
    package mutating func take(_ line: Line) {
        count += 1
        if line.entry == .charge, let inForce = line.inForce {
            excess = max(excess ?? .min, line.usedAfter - inForce)
        }
        hash = SHA256.hash(hash + line.text.utf8)
    }
}
