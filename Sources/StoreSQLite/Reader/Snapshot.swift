import Core
import Store

/// One query on one snapshot. What it learns of tenants it keeps until it is answered.
final class Snapshot {
    let open: OpenReader
    let envelope: QueryEnvelope
    let catalog: PlanCatalog
    private var gates: [String: Gate.Tenant] = [:]

    init(open: OpenReader, envelope: QueryEnvelope, catalog: PlanCatalog) {
        self.open = open
        self.envelope = envelope
        self.catalog = catalog
    }

    func result() throws(StoreError) -> QueryResult {
        switch envelope.query {
        case .job(let id, let tenant):
            return try found(.job(try job(id, tenant: tenant)), tenant: tenant)
        case .jobs(let ids, let tenant):
            var views: [JobView?] = []
            for id in ids { views.append(try job(id, tenant: tenant)) }
            return try found(.jobs(views), tenant: tenant)
        case .jobList(let filter):
            return try jobList(filter)
        case .tenantList(let after, let limit):
            return try tenantList(after: after ?? "", limit: limit)
        case .keyList(let tenant):
            return try keyList(tenant: tenant)
        case .usage(let tenant, let period):
            return try usage(tenant: tenant, period: period ?? envelope.period)
        case .ledger(let filter):
            return try ledger(filter)
        case .directory:
            let entries = try open.allKeys.all(Decoding.key).map {
                DirectoryEntry(id: $0.id, hash: $0.hash, grant: $0.grant)
            }
            return try found(.directory(entries), tenant: nil)
        }
    }

    // MARK: What the queries share

    func found(_ rows: Rows, tenant: String?) throws(StoreError) -> QueryResult {
        var quota: QuotaView?
        if let tenant, let gate = try gate(tenant) {
            let plan = gate.facts.plan(in: catalog)
            quota = QuotaView(
                plan: plan.id, limit: plan.jobLimit, used: gate.usage.total,
                resetsAt: gate.period.end)
        }
        return QueryResult(id: envelope.id, rows: rows, quota: quota)
    }

    /// A tenant as the gate sees it, or nil if there is none.
    func gate(_ id: String) throws(StoreError) -> Gate.Tenant? {
        if let gate = gates[id] { return gate }
        guard let row = try open.tenant(id) else { return nil }
        let gate = Gate.Tenant(
            facts: row.facts, usage: try open.usage(tenant: row.number, period: envelope.period),
            period: envelope.period)
        gates[id] = gate
        return gate
    }

    // MARK: Tenants, keys, usage

    private func tenantList(after: String, limit: Int) throws(StoreError) -> QueryResult {
        open.liveTenantsAfter.bind(1, after)
        open.liveTenantsAfter.bind(2, Int64(limit + 1))
        let rows = try open.liveTenantsAfter.all(Decoding.tenant)
        let page = rows.prefix(limit).map {
            TenantSummary(
                id: $0.id, name: $0.name, email: $0.email, facts: $0.facts,
                effectivePlan: $0.facts.plan(in: catalog).id, createdAt: $0.createdAt)
        }
        let next = rows.count > limit ? page.last?.id : nil
        return try found(.tenantPage(page, next: next), tenant: nil)
    }

    private func keyList(tenant: String?) throws(StoreError) -> QueryResult {
        let rows: [KeyRow]
        if let tenant {
            guard let row = try open.tenant(tenant), !row.facts.isDeleted else {
                return try found(.tenantUnknown(tenant), tenant: nil)
            }
            open.keysOfTenant.bind(1, tenant)
            rows = try open.keysOfTenant.all(Decoding.key)
        } else {
            rows = try open.keysOfNoTenant.all(Decoding.key)
        }
        let views = rows.map { KeyView(id: $0.id, grant: $0.grant, createdAt: $0.createdAt) }
        return try found(.keys(views), tenant: tenant)
    }

    private func usage(tenant: String, period: Period) throws(StoreError) -> QueryResult {
        guard let row = try open.tenant(tenant) else {
            return try found(.tenantUnknown(tenant), tenant: nil)
        }
        let view = UsageView(
            period: period, usage: try open.usage(tenant: row.number, period: period),
            limit: row.facts.plan(in: catalog).jobLimit)
        return try found(.usage(view), tenant: tenant)
    }

    /// The tail that the index has not got, then the index.
    private func ledger(_ filter: LedgerFilter) throws(StoreError) -> QueryResult {
        guard let tenant = try open.tenant(filter.tenant) else {
            return try found(.tenantUnknown(filter.tenant), tenant: nil)
        }
        let indexed = try open.meta(MetaKey.ledgerIndexed)
        let before = filter.before?.rawValue ?? .max
        var items: [LedgerView] = []
        var scan = Scan(limit: filter.limit)
        open.ledgerBelow.bind(1, before)
        open.ledgerBelow.bind(2, indexed)
        try open.ledgerBelow.each { row throws(StoreError) in
            let isOurs =
                row.int(1) == tenant.number
                && (filter.period == nil || row.int(2) == filter.period?.key)
            if isOurs { items.append(try Decoding.ledger(row)) }
            return scan.goesOn(after: row.int(0), taken: items.count)
        }
        if scan.stoppedAt == nil {
            open.ledgerOfTenantBelow.bind(1, tenant.number)
            open.ledgerOfTenantBelow.bind(2, min(before, indexed + 1))
            var ids: [Int64] = []
            try open.ledgerOfTenantBelow.each { row in
                ids.append(row.int(0))
                return ids.count < scan.rowsLeft
            }
            for id in ids {
                open.ledgerByID.bind(1, id)
                guard let view = try open.ledgerByID.first(Decoding.ledger) else { continue }
                if filter.period == nil || view.period == filter.period { items.append(view) }
                guard scan.goesOn(after: id, taken: items.count) else { break }
            }
        }
        let next = scan.stoppedAt.map(LedgerID.init(rawValue:))
        return try found(.ledgerPage(items, next: next), tenant: filter.tenant)
    }
}

/// How far a list has looked, and whether it goes on.
struct Scan {
    private let limit: Int
    private(set) var rowsLeft = Limits.scanRowsMax
    private var bytesLeft = Limits.listPageBytesMax
    /// The last id that was looked at, if the scan stopped there.
    private(set) var stoppedAt: Int64?

    init(limit: Int) {
        self.limit = limit
    }

    /// True if the next row may be looked at too. `bytes` is what was taken along with this one.
    mutating func goesOn(after id: Int64, taken: Int, bytes: Int = 0) -> Bool {
        rowsLeft -= 1
        bytesLeft -= bytes
        if taken >= limit || rowsLeft <= 0 || bytesLeft <= 0 { stoppedAt = id }
        return stoppedAt == nil
    }
}
