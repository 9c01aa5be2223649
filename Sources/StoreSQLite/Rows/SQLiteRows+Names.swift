package import Core
package import Store

extension SQLiteRows {
    package func insertTenant(_ row: TenantRow) throws(StoreError) {
        let statement = db.insertTenant
        statement.bind(1, row.number)
        statement.bind(2, row.id)
        statement.bind(3, Shard.of(tenant: row.id))
        statement.bind(4, row.name)
        statement.bind(5, row.email)
        statement.bind(6, row.facts.basePlan)
        statement.bind(7, row.facts.manual.rawValue)
        statement.bind(8, row.facts.isDeleted ? 1 : 0)
        statement.bind(9, row.createdAt.milliseconds)
        try statement.run()
    }

    package func updateTenant(_ row: TenantRow) throws(StoreError) {
        let statement = db.updateTenant
        statement.bind(1, row.number)
        statement.bind(2, row.name)
        statement.bind(3, row.email)
        statement.bind(4, row.facts.basePlan)
        statement.bind(5, row.facts.manual.rawValue)
        statement.bind(6, row.facts.isDeleted ? 1 : 0)
        try statement.run()
    }

    package func insertQueue(number: Int64, name: String) throws(StoreError) {
        db.insertQueue.bind(1, number)
        db.insertQueue.bind(2, name)
        try db.insertQueue.run()
    }

    package func insertLane(number: Int64, tenant: Int64, queue: Int64) throws(StoreError) {
        db.insertLane.bind(1, number)
        db.insertLane.bind(2, tenant)
        db.insertLane.bind(3, queue)
        try db.insertLane.run()
    }

    package func insertLine(number: Int64, lane: Int64, kind: String) throws(StoreError) {
        db.insertLine.bind(1, number)
        db.insertLine.bind(2, lane)
        db.insertLine.bind(3, kind)
        try db.insertLine.run()
    }

    package func insertKey(_ row: KeyRow) throws(StoreError) {
        let statement = db.insertKey
        statement.bind(1, row.id.rawValue)
        statement.bind(2, row.hash)
        statement.bind(3, row.grant.scope.rawValue)
        statement.bind(4, row.grant.tenant)
        statement.bind(5, Encoding.names(row.grant.queues))
        statement.bind(6, Encoding.names(row.grant.tenants))
        statement.bind(7, row.createdAt.milliseconds)
        try statement.run()
        // Keys are deleted, and the id of one that is gone must not come again.
        try putMeta(MetaKey.lastKey, row.id.rawValue)
    }

    package func key(_ id: KeyID) throws(StoreError) -> KeyRow? {
        db.keyByID.bind(1, id.rawValue)
        return try db.keyByID.first(Decoding.key)
    }

    package func keys(ofTenant tenant: String?) throws(StoreError) -> [KeyRow] {
        guard let tenant else { return try db.keysOfNoTenant.all(Decoding.key) }
        db.keysOfTenant.bind(1, tenant)
        return try db.keysOfTenant.all(Decoding.key)
    }

    package func allKeys() throws(StoreError) -> [KeyRow] {
        try db.database.prepare(NamesSQL.allKeys).all(Decoding.key)
    }

    package func deleteKey(_ id: KeyID) throws(StoreError) {
        db.deleteKey.bind(1, id.rawValue)
        try db.deleteKey.run()
    }

    package func putPeriod(_ period: Period) throws(StoreError) {
        try putMeta(MetaKey.period, period.key)
    }

    func putMeta(_ key: String, _ value: Int64) throws(StoreError) {
        db.putMeta.bind(1, key)
        db.putMeta.bind(2, value)
        try db.putMeta.run()
    }

    func meta(_ key: String) throws(StoreError) -> Int64? {
        db.meta.bind(1, key)
        return try db.meta.first { $0.int(0) }
    }
}

/// The rows of `meta`.
enum MetaKey {
    /// The period that charges go to.
    static let period = "period"
    /// The greatest id that a key ever had.
    static let lastKey = "last_key"
    /// The greatest job id that `jobs_by_tenant` has.
    static let jobsIndexed = "jobs_indexed"
    /// The greatest ledger id that `ledger_by_tenant` has.
    static let ledgerIndexed = "ledger_indexed"
}
