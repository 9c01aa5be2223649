package import Core
package import Store

extension SQLiteRows {
    package func insertTenant(_ row: TenantRow) throws(StoreError) {
        let statement = db.insertTenant
        statement.bind(2, row.id)
        statement.bind(3, Shard.of(tenant: row.id))
        statement.bind(9, row.createdAt.milliseconds)
        statement.bind(tenant: row)
        try statement.run()
    }

    package func updateTenant(_ row: TenantRow) throws(StoreError) {
        db.updateTenant.bind(tenant: row)
        try db.updateTenant.run()
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

    package func putDay(_ day: Day) throws(StoreError) {
        try putMeta(MetaKey.day, day.number)
    }

    package func putEnforcement(_ enforcement: Enforcement) throws(StoreError) {
        try putMeta(MetaKey.enforcement, Encoding.enforcement(enforcement))
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
    /// The day that charges belong to.
    static let day = "day"
    /// How far limits are enforced.
    static let enforcement = "enforcement"
    /// The greatest id that a key ever had.
    static let lastKey = "last_key"
    /// The greatest job id that `jobs_by_tenant` has.
    static let jobsIndexed = "jobs_indexed"
    /// The greatest ledger id that `ledger_by_tenant` has.
    static let ledgerIndexed = "ledger_indexed"
    /// The greatest ledger id that folding has come to.
    static let ledgerFolded = "ledger_folded"
}

extension Statement {
    /// Binds what may change of a tenant: numbers 1, 4 to 8, and from 10 on.
    fileprivate func bind(tenant row: TenantRow) {
        let facts = row.facts
        bind(1, row.number)
        bind(4, row.name)
        bind(5, row.email)
        bind(6, facts.basePlan.id)
        bind(7, facts.manual.rawValue)
        bind(8, facts.isDeleted ? 1 : 0)
        bind(10, facts.basePlan.version)
        bind(11, facts.onQuota.rawValue)
        bind(12, facts.payAsYouGo ? 1 : 0)
        bind(13, Encoding.spendCaps(facts.spendCaps))
        bind(14, facts.periodMode?.rawValue)
        bind(15, facts.anchorDay)
        bind(16, facts.window.anchorDay)
        bind(17, facts.window.next?.from.number)
        bind(18, facts.window.next?.anchorDay)
        bind(19, facts.limitVersion)
        bind(20, facts.bucket)
        let entitled = facts.entitled
        bind(21, entitled?.status.rawValue)
        bind(22, entitled?.plan?.id)
        bind(23, entitled?.plan?.version)
        bind(24, entitled?.subscription)
        bind(25, entitled?.price)
        bind(26, entitled?.graceUntil?.milliseconds)
        bind(27, entitled?.cancelsAt?.milliseconds)
        bind(28, entitled?.trialEnd?.milliseconds)
        bind(29, entitled?.floorUntil?.milliseconds)
        bind(30, entitled?.nextChange?.milliseconds)
        bind(31, Encoding.counts(facts.limitChanges))
    }
}
