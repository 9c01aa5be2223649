import Core
import Store

extension Snapshot {
    /// What a tenant has used, now or in the period of this name, and how those before went.
    func usage(tenant: String, named name: String?) throws(StoreError) -> QueryResult {
        guard let row = try open.tenant(tenant) else {
            return try found(.tenantUnknown(tenant), tenant: nil)
        }
        let past = try usages(of: row)
        let current = row.facts.window.period(on: envelope.day)
        guard let period = period(named: name, among: past, of: row) else {
            return try found(.periodUnknown(name ?? ""), tenant: tenant)
        }
        let terms = try terms(of: row)
        var accounts: [Account] = []
        // A gauge has the value of now, which says nothing of a period that is over.
        for metric in catalog.metrics
        where period == current || catalog.type(of: metric) == .counter {
            accounts.append(
                try account(of: metric, terms: terms, tenant: row, period: period))
        }
        open.alertsOfPeriod.bind(1, row.number)
        open.alertsOfPeriod.bind(2, period.key)
        let alerts = try open.alertsOfPeriod.all { row throws(StoreError) in
            AlertView(
                metric: Metric(name: row.text(0)), threshold: row.int(1),
                at: try Decoding.time(row.int(2)))
        }
        let resetsAt =
            period == current ? row.facts.window.resetsAt(on: envelope.day) : period.end
        let before = past.filter { $0.period < period }
            .sorted { ($1.period, $0.metric) < ($0.period, $1.metric) }
        let view = UsageView(
            period: period, resetsAt: resetsAt, accounts: accounts, alerts: alerts,
            history: before.wholePeriods(atMost: Limits.usageHistoryMax), isOver: period != current,
            tenantSince: row.createdAt)
        return try found(.usage(view), tenant: tenant)
    }

    /// The period of this name: the one that runs, one that was counted in, or another that the
    /// tenant has lived in.
    func period(
        named name: String?, among past: [PastUsage], of row: TenantRow
    ) -> Period? {
        let window = row.facts.window
        let current = window.period(on: envelope.day)
        guard let name, current.description != name else { return current }
        if let known = past.first(where: { $0.period.description == name }) { return known.period }
        return window.period(
            named: name, from: Day(containing: row.createdAt), through: envelope.day)
    }

    /// Every counter of a tenant that has a period.
    func usages(of row: TenantRow) throws(StoreError) -> [PastUsage] {
        open.usagesOfTenant.bind(1, row.number)
        return try open.usagesOfTenant.all { row throws(StoreError) in
            (
                Metric(name: row.text(0)), try Decoding.usagePeriod(row.int(1)),
                try Decoding.usage(row, from: 2)
            )
        }.compactMap { metric, period, usage in
            period.map { PastUsage(period: $0, metric: metric, usage: usage) }
        }
    }

    /// How far a wall clock may have been set back when a period's first row was written.
    private static let clockSlackMilliseconds: Int64 = 31 * 86_400_000

    /// The tail that the index has not got, then the index.
    func ledger(_ filter: LedgerFilter) throws(StoreError) -> QueryResult {
        guard let tenant = try open.tenant(filter.tenant) else {
            return try found(.tenantUnknown(filter.tenant), tenant: nil)
        }
        let indexed = try open.indexed(MetaKey.ledgerIndexed)
        let before = filter.before?.rawValue ?? .max
        let keys = filter.period.flatMap { Period.keys(named: $0) }
        // Nothing is charged to a period long before it begins.
        let floor = filter.period.flatMap { Period.startDay(named: $0) }.map {
            IDSource.floor(at: $0.start.adding(-Snapshot.clockSlackMilliseconds))
        }
        var items: [LedgerView] = []
        var scan = Scan(limit: filter.limit)
        open.ledgerBelow.bind(1, before)
        open.ledgerBelow.bind(2, indexed)
        try open.ledgerBelow.each { row throws(StoreError) in
            if let floor, row.int(0) < floor { return false }
            let isOurs =
                row.int(1) == tenant.number && (keys?.contains(row.int(2)) ?? true)
            if isOurs {
                let view = try Decoding.ledger(row)
                if filter.metric.map({ $0 == view.metric }) ?? true { items.append(view) }
            }
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
                if let floor, id < floor { break }
                open.ledgerByID.bind(1, id)
                guard let view = try open.ledgerByID.first(Decoding.ledger) else { continue }
                if keys.map({ $0.contains(view.period?.key ?? 0) }) ?? true,
                    filter.metric.map({ $0 == view.metric }) ?? true
                {
                    items.append(view)
                }
                guard scan.goesOn(after: id, taken: items.count) else { break }
            }
        }
        // Folded rows stand where the last of those stood that they are in place of.
        let end = scan.stoppedAt ?? 0
        items += try folds(of: tenant.number).filter { fold in
            fold.id.rawValue < before && fold.id.rawValue > end
                && keys.map { $0.contains(fold.period?.key ?? 0) } ?? true
                && filter.metric.map { $0 == fold.metric } ?? true
        }
        items.sort { $0.id > $1.id }
        var next = scan.stoppedAt.map(LedgerID.init(rawValue:))
        if items.count >= filter.limit {
            items.removeLast(items.count - filter.limit)
            next = items.last?.id
        }
        return try found(.ledgerPage(items, next: next), tenant: filter.tenant)
    }

    /// Every folded row of a tenant.
    func folds(of tenant: Int64) throws(StoreError) -> [LedgerView] {
        open.foldsOfTenant.bind(1, tenant)
        return try open.foldsOfTenant.all { row throws(StoreError) in
            let fold = try Decoding.fold(row)
            return LedgerView(
                id: fold.last, at: fold.at, job: nil, metric: Metric(name: row.text(12)),
                period: try Decoding.usagePeriod(fold.key.period), entry: .folded,
                source: fold.source, amount: fold.sum, usedAfter: fold.usedAfter, inForce: nil,
                fold: fold.figures)
        }
    }

    // MARK: Questions

    func limitCheck(
        _ metric: Metric, amount: Int64, tenant id: String
    ) throws(StoreError) -> QueryResult {
        guard let row = try open.tenant(id), !row.facts.isDeleted, let gate = try gate(id) else {
            return try found(.tenantUnknown(id), tenant: nil)
        }
        guard let type = catalog.type(of: metric), try open.number(of: metric) != nil else {
            return try found(.metricUnknown(metric), tenant: id)
        }
        let account = try account(of: metric, terms: gate.terms, tenant: row)
        let hold = Gate.limitHold(
            amount: amount, account: account, isGauge: type == .gauge, for: gate,
            catalog: catalog)
        return try found(.limitCheck(LimitCheck(hold: hold)), tenant: id)
    }

    func featureCheck(_ feature: String, tenant id: String) throws(StoreError) -> QueryResult {
        guard let row = try open.tenant(id), !row.facts.isDeleted, let gate = try gate(id) else {
            return try found(.tenantUnknown(id), tenant: nil)
        }
        let hold = Gate.featureHold(feature, terms: gate.terms, catalog: catalog)
        return try found(.limitCheck(LimitCheck(hold: hold)), tenant: id)
    }

    // MARK: What changes a limit

    func overrideList(tenant: String) throws(StoreError) -> QueryResult {
        guard let row = try open.tenant(tenant) else {
            return try found(.tenantUnknown(tenant), tenant: nil)
        }
        open.overridesOfTenant.bind(1, row.number)
        let overrides = try open.overridesOfTenant.all(Decoding.override).map(\.override)
        return try found(.overrides(overrides), tenant: tenant)
    }

    func grantList(
        tenant: String, before: GrantID?, limit: Int
    ) throws(StoreError) -> QueryResult {
        guard let row = try open.tenant(tenant) else {
            return try found(.tenantUnknown(tenant), tenant: nil)
        }
        let grants = try grants(ofTenant: row.number, before: before, limit: limit)
        let next = grants.count < limit ? nil : grants.last?.id
        return try found(.grants(grants, next: next), tenant: tenant)
    }

    /// The newest grants below an id.
    func grants(
        ofTenant tenant: Int64, before: GrantID?, limit: Int
    ) throws(StoreError) -> [Grant] {
        open.grantsOfTenant.bind(1, tenant)
        open.grantsOfTenant.bind(2, before?.rawValue ?? .max)
        open.grantsOfTenant.bind(3, Int64(limit))
        return try open.grantsOfTenant.all(Decoding.grant).map(\.grant)
    }

    /// What was let pass while limits were not enforced, in the order of tenants' numbers.
    func unenforced(after cursor: String?, limit: Int) throws(StoreError) -> QueryResult {
        let start = (cursor ?? "").split(separator: ".").compactMap { Int64($0) }
        let (tenant, period, metric) =
            start.count == 3 ? (start[0], start[1], start[2]) : (0, 0, 0)
        open.unenforcedAfter.bind(1, tenant)
        open.unenforcedAfter.bind(2, period)
        open.unenforcedAfter.bind(3, metric)
        open.unenforcedAfter.bind(4, Int64(limit + 1))
        var last = ""
        var items: [UnenforcedView] = []
        var next: String?
        try open.unenforcedAfter.each { row throws(StoreError) in
            if items.count == limit {
                next = last
                return false
            }
            last = "\(row.int(4)).\(row.int(1)).\(row.int(5))"
            if let period = try Decoding.usagePeriod(row.int(1)) {
                items.append(
                    UnenforcedView(
                        tenant: row.text(0), period: period, metric: Metric(name: row.text(2)),
                        units: row.int(3)))
            }
            return true
        }
        return try found(.unenforcedPage(items, next: next), tenant: nil)
    }
}
