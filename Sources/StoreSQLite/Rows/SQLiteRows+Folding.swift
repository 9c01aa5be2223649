package import Core
package import Store

extension SQLiteRows {
    package func ledger(after id: LedgerID, limit: Int) throws(StoreError) -> [LedgerRow] {
        db.ledgerAfter.bind(1, id.rawValue)
        db.ledgerAfter.bind(2, Int64(limit))
        return try db.ledgerAfter.all(Decoding.ledgerRow)
    }

    package func deleteLedger(_ row: LedgerRow) throws(StoreError) {
        db.deleteLedger.bind(1, row.id.rawValue)
        try db.deleteLedger.run()
        // One that the index has not got yet will not come into it.
        db.deleteLedgerKey.bind(1, row.key.tenant)
        db.deleteLedgerKey.bind(2, row.id.rawValue)
        try db.deleteLedgerKey.run()
    }

    package func fold(_ key: UsageKey, _ source: ChargeSource) throws(StoreError) -> FoldRow? {
        db.fold.bind(1, key.tenant)
        db.fold.bind(2, key.metric)
        db.fold.bind(3, key.period)
        db.fold.bind(4, source.rawValue)
        return try db.fold.first(Decoding.fold)
    }

    package func putFold(_ row: FoldRow) throws(StoreError) {
        if try fold(row.key, row.source) == nil { kept.add(.folds) }
        let statement = db.putFold
        statement.bind(1, row.key.tenant)
        statement.bind(2, row.key.metric)
        statement.bind(3, row.key.period)
        statement.bind(4, row.source.rawValue)
        statement.bind(5, row.count)
        statement.bind(6, row.sum)
        statement.bind(7, row.excess)
        statement.bind(8, row.usedAfter)
        statement.bind(9, row.last.rawValue)
        statement.bind(10, row.at.milliseconds)
        statement.bind(11, row.hash)
        statement.bind(12, row.seal)
        try statement.run()
    }

    package func insertFoldedCharge(_ row: LedgerRow, of job: JobID) throws(StoreError) {
        let statement = db.insertFoldedCharge
        statement.bind(1, job.rawValue)
        statement.bind(2, row.id.rawValue)
        statement.bind(3, row.key.tenant)
        statement.bind(4, row.key.metric)
        statement.bind(5, row.key.period)
        statement.bind(6, row.source.rawValue)
        statement.bind(7, row.amount)
        statement.bind(8, row.at.milliseconds)
        statement.bind(9, row.usedAfter)
        statement.bind(10, row.inForce)
        statement.bind(11, row.grant?.rawValue)
        try statement.run()
        kept.add(.foldedCharges)
    }

    package func foldGrant(_ id: GrantID, by amount: Int64) throws(StoreError) {
        db.foldGrant.bind(1, id.rawValue)
        db.foldGrant.bind(2, amount)
        try db.foldGrant.run()
    }

    package func putLedgerFolded(_ id: LedgerID) throws(StoreError) {
        try putMeta(MetaKey.ledgerFolded, id.rawValue)
    }
}
