import Core
package import Store

extension ModelStore: StoreReader {
    package func run(_ envelope: QueryEnvelope) -> QueryResult {
        let (rows, tenant) = rows(envelope.query, period: envelope.period)
        return QueryResult(id: envelope.id, rows: rows, quota: tenant.flatMap(quota))
    }

    private func rows(_ query: Query, period: Period) -> (Rows, tenant: String?) {
        switch query {
        case .job(let id, let tenant):
            return (.job(visible(id, tenant)), tenant)
        case .jobs(let ids, let tenant):
            return (.jobs(ids.map { visible($0, tenant) }), tenant)
        case .jobList(let filter):
            if let tenant = filter.tenant, liveTenant(tenant) == nil {
                return (.tenantUnknown(tenant), nil)
            }
            return (list(filter), filter.tenant)
        case .tenantList(let after, let limit):
            return (tenantList(after: after ?? "", limit: limit), nil)
        case .keyList(let tenant):
            if let tenant, liveTenant(tenant) == nil { return (.tenantUnknown(tenant), nil) }
            let found = keys.filter { $0.value.grant.tenant == tenant }
                .sorted { $0.key < $1.key }
                .map {
                    KeyView(id: $0.key, grant: $0.value.grant, createdAt: $0.value.createdAt)
                }
            return (.keys(found), tenant)
        case .usage(let tenant, let asked):
            guard let row = self.tenant(tenant) else { return (.tenantUnknown(tenant), nil) }
            let wanted = asked ?? period
            let view = UsageView(
                period: wanted,
                usage: usages[UsageKey(tenant: tenant, period: wanted)] ?? .none,
                limit: row.facts.plan(in: catalog).jobLimit)
            return (.usage(view), tenant)
        case .ledger(let filter):
            guard self.tenant(filter.tenant) != nil else {
                return (.tenantUnknown(filter.tenant), nil)
            }
            return (ledgerList(filter), filter.tenant)
        case .directory:
            let entries = keys.sorted { $0.key < $1.key }
                .map { DirectoryEntry(id: $0.key, hash: $0.value.hash, grant: $0.value.grant) }
            return (.directory(entries), nil)
        }
    }

    private func visible(_ id: JobID, _ tenant: String?) -> JobView? {
        guard let job = jobs[id], tenant == nil || job.tenant == tenant else { return nil }
        return view(job)
    }

    private func list(_ filter: JobFilter) -> Rows {
        var found: [JobView] = []
        for job in jobs.values.sorted(by: { $0.body.id > $1.body.id }) {
            guard filter.before.map({ job.body.id < $0 }) ?? true,
                filter.tenant.map({ job.tenant == $0 }) ?? true,
                filter.queue.map({ job.queue == $0 }) ?? true,
                filter.kind.map({ job.kind == $0 }) ?? true,
                filter.tag.map(job.body.tags.contains) ?? true,
                filter.createdAfter.map({ job.body.createdAt > $0 }) ?? true
            else { continue }
            let view = view(job)
            guard filter.state.map({ view.state == $0 }) ?? true,
                !filter.isHeld || view.hold != nil
            else { continue }
            found.append(view)
            if found.count == filter.limit { return .jobPage(found, next: job.body.id) }
        }
        return .jobPage(found, next: nil)
    }

    private func tenantList(after: String, limit: Int) -> Rows {
        let found = tenants.filter { !$0.facts.isDeleted && $0.id > after }
            .sorted { $0.id < $1.id }
        let page = found.prefix(limit).map {
            TenantSummary(
                id: $0.id, name: $0.name, email: $0.email, facts: $0.facts,
                effectivePlan: $0.facts.plan(in: catalog).id, createdAt: $0.createdAt)
        }
        return .tenantPage(page, next: found.count > limit ? page.last?.id : nil)
    }

    private func ledgerList(_ filter: LedgerFilter) -> Rows {
        let found = ledger.filter { tenant, row in
            tenant == filter.tenant && filter.before.map { row.id < $0 } ?? true
                && filter.period.map { row.period == $0 } ?? true
        }.map(\.row).sorted { $0.id > $1.id }
        let page = Array(found.prefix(filter.limit))
        return .ledgerPage(page, next: page.count == filter.limit ? page.last?.id : nil)
    }
}
