import Core
import Store

/// One query on one snapshot. What it learns of tenants it keeps until it is answered.
final class Snapshot {
    let open: OpenReader
    let envelope: QueryEnvelope
    private var gates: [String: Gate.Tenant] = [:]

    init(open: OpenReader, envelope: QueryEnvelope) {
        self.open = open
        self.envelope = envelope
    }

    var catalog: PlanCatalog { envelope.catalog }

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
        case .log(let filter):
            return try log(filter)
        case .tenantList(let after, let limit):
            return try tenantList(after: after ?? "", limit: limit)
        case .tenantSummary(let id):
            return try tenantSummary(id)
        case .tenant(let id):
            return try tenant(id)
        case .explanation(let id, let tenant):
            return try found(.explanation(try explanation(id, tenant: tenant)), tenant: tenant)
        case .limitCheck(let tenant, let metric, let amount):
            return try limitCheck(metric, amount: amount, tenant: tenant)
        case .featureCheck(let tenant, let feature):
            return try featureCheck(feature, tenant: tenant)
        case .keyList(let tenant):
            return try keyList(tenant: tenant)
        case .usage(let tenant, let period):
            return try usage(tenant: tenant, named: period)
        case .ledger(let filter):
            return try ledger(filter)
        case .overrideList(let tenant):
            return try overrideList(tenant: tenant)
        case .grantList(let tenant, let before, let limit):
            return try grantList(tenant: tenant, before: before, limit: limit)
        case .unenforced(let after, let limit):
            return try unenforced(after: after, limit: limit)
        case .whatIf(let question):
            return try whatIf(question)
        case .outbound(let query):
            return try outbound(query)
        case .billing(let query):
            return try billing(query)
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
        if let tenant = tenant ?? envelope.customer, let gate = try gate(tenant) {
            quota = QuotaView(
                plan: gate.terms.plan.id, account: gate.jobs, resetsAt: gate.resetsAt)
        }
        return QueryResult(id: envelope.id, rows: rows, quota: quota)
    }

    /// A tenant as the gate sees it, or nil if there is none. No row has the pace of its starts.
    func gate(_ id: String) throws(StoreError) -> Gate.Tenant? {
        if let gate = gates[id] { return gate }
        guard let row = try open.tenant(id) else { return nil }
        let terms = try terms(of: row)
        let window = row.facts.window
        var usedUp: [Account] = []
        for metric in terms.closingMetrics(in: catalog) {
            let account = try account(of: metric, terms: terms, tenant: row)
            if account.isUsedUp { usedUp.append(account) }
        }
        let hasMost = terms.plan.terms.runningMax != nil
        let gate = Gate.Tenant(
            terms: terms, period: window.period(on: envelope.day),
            resetsAt: window.resetsAt(on: envelope.day),
            jobs: try account(of: .jobs, terms: terms, tenant: row), usedUp: usedUp,
            running: hasMost ? try open.running(tenant: row.number) : 0)
        gates[id] = gate
        return gate
    }

    /// What a tenant may use, with its overrides and the grants that are not over.
    func terms(of row: TenantRow) throws(StoreError) -> TenantTerms {
        open.overridesOfTenant.bind(1, row.number)
        open.openGrantsOfTenant.bind(1, row.number)
        return TenantTerms(
            facts: row.facts, catalog: catalog, enforcement: envelope.enforcement,
            overrides: try open.overridesOfTenant.all(Decoding.override).map(\.override),
            grants: try open.openGrantsOfTenant.all(Decoding.grant).map(\.grant))
    }

    /// A tenant's account of a metric, of now or of a period that is named.
    func account(
        of metric: Metric, terms: TenantTerms, tenant row: TenantRow, period: Period? = nil
    ) throws(StoreError) -> Account {
        var usage = Usage.none
        if let number = try open.number(of: metric) {
            let isGauge = metric != .jobs && catalog.type(of: metric) == .gauge
            let period = period ?? row.facts.window.period(on: envelope.day)
            usage = try open.usage(
                UsageKey(tenant: row.number, metric: number, period: isGauge ? 0 : period.key))
        }
        return terms.account(of: metric, usage: usage, at: envelope.now.wall)
    }

    // MARK: Tenants, keys, usage

    private func tenantList(after: String, limit: Int) throws(StoreError) -> QueryResult {
        open.liveTenantsAfter.bind(1, after)
        open.liveTenantsAfter.bind(2, Int64(limit + 1))
        let rows = try open.liveTenantsAfter.all(Decoding.tenant)
        let page = rows.prefix(limit).map(summary)
        let next = rows.count > limit ? page.last?.id : nil
        return try found(.tenantPage(page, next: next), tenant: nil)
    }

    private func summary(_ row: TenantRow) -> TenantSummary {
        TenantSummary(
            id: row.id, name: row.name, email: row.email, facts: row.facts,
            effectivePlan: row.facts.plan(in: catalog).key, createdAt: row.createdAt)
    }

    private func tenantSummary(_ id: String) throws(StoreError) -> QueryResult {
        guard let row = try open.tenant(id) else {
            return try found(.tenantUnknown(id), tenant: nil)
        }
        return try found(.tenantSummary(summary(row)), tenant: id)
    }

    private func tenant(_ id: String) throws(StoreError) -> QueryResult {
        guard let row = try open.tenant(id) else {
            return try found(.tenantUnknown(id), tenant: nil)
        }
        let view = TenantView(
            id: row.id, name: row.name, email: row.email, facts: row.facts,
            effectivePlan: row.facts.plan(in: catalog).key, createdAt: row.createdAt,
            waiting: try open.waiting(tenant: row.number),
            running: try open.running(tenant: row.number))
        return try found(.tenant(view), tenant: id)
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
}

/// How far a list has looked, and whether it goes on.
struct Scan {
    private let limit: Int
    private(set) var rowsLeft = Limits.scanRowsMax
    private var bytesLeft = Limits.listPageBytesMax
    private var unshownBytesLeft = Limits.scanBytesMax
    /// The last id that was looked at, if the scan stopped there.
    private(set) var stoppedAt: Int64?

    init(limit: Int) {
        self.limit = limit
    }

    /// True if the next row may be looked at too. `bytes` is what was taken along with this one,
    /// `unshownBytes` what was read of one that was not taken.
    mutating func goesOn(
        after id: Int64, taken: Int, bytes: Int = 0, unshownBytes: Int = 0
    ) -> Bool {
        rowsLeft -= 1
        bytesLeft -= bytes
        unshownBytesLeft -= unshownBytes
        if taken >= limit || rowsLeft <= 0 || bytesLeft <= 0 || unshownBytesLeft <= 0 {
            stoppedAt = id
        }
        return stoppedAt == nil
    }
}
