import Core
package import Store

extension ModelStore: StoreReader {
    package func run(_ envelope: QueryEnvelope) -> QueryResult {
        let batch = now
        now = envelope.now
        defer { now = batch }
        let (rows, tenant) = rows(envelope.query)
        return QueryResult(
            id: envelope.id, rows: rows, quota: (tenant ?? envelope.customer).flatMap(quota))
    }

    private func rows(_ query: Query) -> (Rows, tenant: String?) {
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
        case .log(let filter):
            return (log(filter), filter.tenant)
        case .tenantList(let after, let limit):
            return (tenantList(after: after ?? "", limit: limit), nil)
        case .tenantSummary(let tenant):
            guard let row = self.tenant(tenant) else { return (.tenantUnknown(tenant), nil) }
            return (.tenantSummary(summary(row)), tenant)
        case .tenant(let tenant):
            guard let row = self.tenant(tenant) else { return (.tenantUnknown(tenant), nil) }
            return (.tenant(view(row)), tenant)
        case .explanation(let id, let tenant):
            let job = jobs[id].flatMap { tenant == nil || $0.tenant == tenant ? $0 : nil }
            return (.explanation(job.map { explanation(of: $0, seesPace: false) }), tenant)
        case .limitCheck(let tenant, let metric, let amount):
            guard let row = liveTenant(tenant) else { return (.tenantUnknown(tenant), nil) }
            let gate = gate(row, seesPace: false)
            return (
                limitCheck(metric, amount, gate, of: row).map(Rows.limitCheck)
                    ?? .metricUnknown(metric), tenant
            )
        case .featureCheck(let tenant, let feature):
            guard let row = liveTenant(tenant) else { return (.tenantUnknown(tenant), nil) }
            let hold = Gate.featureHold(feature, terms: terms(row), catalog: catalog)
            return (.limitCheck(LimitCheck(hold: hold)), tenant)
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
            return (usage(of: row, named: asked), tenant)
        case .overrideList(let tenant):
            guard let row = self.tenant(tenant) else { return (.tenantUnknown(tenant), nil) }
            return (.overrides(row.overrides.sorted { $0.metric < $1.metric }), tenant)
        case .grantList(let tenant, let before, let limit):
            guard let row = self.tenant(tenant) else { return (.tenantUnknown(tenant), nil) }
            let older = row.grants.filter { grant in before.map { grant.id < $0 } ?? true }
                .sorted { $0.id > $1.id }
            let page = [Grant](older.prefix(limit))
            return (.grants(page, next: page.count < limit ? nil : page.last?.id), tenant)
        case .outbound(let query): return rows(query)
        case .unenforced, .whatIf:
            // Reports over the same counters, which have tests of their own.
            return (.unavailable, nil)
        case .ledger(let filter):
            guard self.tenant(filter.tenant) != nil else {
                return (.tenantUnknown(filter.tenant), nil)
            }
            return (ledgerList(filter), filter.tenant)
        case .billing(let query):
            return billingRows(query)
        case .directory:
            let entries = keys.sorted { $0.key < $1.key }
                .map { DirectoryEntry(id: $0.key, hash: $0.value.hash, grant: $0.value.grant) }
            return (.directory(entries), nil)
        }
    }

    private func usage(of row: ModelTenant, named name: String?) -> Rows {
        let current = period(row)
        let known = usages.filter { $0.key.tenant == row.id && $0.key.period != nil }
        var wanted = current
        if let name, name != current.description {
            let found = known.keys.compactMap(\.period).first { $0.description == name }
            let lived = row.facts.window.period(
                named: name, from: Day(containing: row.createdAt), through: periods.day)
            guard let found = found ?? lived else { return .periodUnknown(name) }
            wanted = found
        }
        let terms = terms(row)
        let shown = catalog.metrics.filter {
            wanted == current || catalog.type(of: $0) == .counter
        }
        let accounts = shown.map { metric in
            let isGauge = key(row, metric).period == nil
            let key = UsageKey(
                tenant: row.id, metric: metric, period: isGauge ? nil : wanted)
            return terms.account(of: metric, usage: usages[key] ?? .none, at: now.wall)
        }
        let alerts = row.alerts.filter { $0.period == wanted || $0.period == nil }
            .sorted {
                ($0.at, $0.metric, $0.threshold, $0.limitVersion)
                    < ($1.at, $1.metric, $1.threshold, $1.limitVersion)
            }.map { AlertView(metric: $0.metric, threshold: $0.threshold, at: $0.at) }
        let history = known.compactMap { key, usage in
            key.period.map { PastUsage(period: $0, metric: key.metric, usage: usage) }
        }.filter { $0.period < wanted }
            .sorted { ($1.period, $0.metric) < ($0.period, $1.metric) }
        return .usage(
            UsageView(
                period: wanted,
                resetsAt: wanted == current
                    ? row.facts.window.resetsAt(on: periods.day) : wanted.end,
                accounts: accounts, alerts: alerts,
                history: history.wholePeriods(atMost: Limits.usageHistoryMax),
                isOver: wanted != current, tenantSince: row.createdAt))
    }

    private func visible(_ id: JobID, _ tenant: String?) -> JobView? {
        guard let job = jobs[id], tenant == nil || job.tenant == tenant else { return nil }
        return view(job, seesPace: false)
    }

    private func list(_ filter: JobFilter) -> Rows {
        var found: [JobView] = []
        for job in jobs.newestFirst {
            guard filter.before.map({ job.body.id < $0 }) ?? true,
                filter.tenant.map({ job.tenant == $0 }) ?? true,
                filter.queue.map({ job.queue == $0 }) ?? true,
                filter.kind.map({ job.kind == $0 }) ?? true,
                filter.tag.map(job.body.tags.contains) ?? true,
                filter.createdAfter.map({ job.body.createdAt > $0 }) ?? true
            else { continue }
            let view = view(job, seesPace: false)
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
        let page = found.prefix(limit).map(summary)
        return .tenantPage(page, next: found.count > limit ? page.last?.id : nil)
    }

    private func summary(_ tenant: ModelTenant) -> TenantSummary {
        TenantSummary(
            id: tenant.id, name: tenant.name, email: tenant.email, facts: tenant.facts,
            effectivePlan: tenant.facts.plan(in: catalog).key, createdAt: tenant.createdAt)
    }

    private func ledgerList(_ filter: LedgerFilter) -> Rows {
        let found = shownLedger(of: filter.tenant).filter { row in
            filter.before.map { row.id < $0 } ?? true
                && filter.period.map { row.period?.description == $0 } ?? true
                && filter.metric.map { row.metric == $0 } ?? true
        }.sorted { $0.id > $1.id }
        let page = Array(found.prefix(filter.limit))
        return .ledgerPage(page, next: page.count == filter.limit ? page.last?.id : nil)
    }
}

extension ModelStore {
    func rows(_ query: OutboundQuery) -> (Rows, tenant: String?) {
        switch query {
        case .endpoints(let tenant):
            guard liveTenant(tenant) != nil else { return (.tenantUnknown(tenant), nil) }
            let found = endpointsInOrder.filter { $0.tenant == number(tenant) }
            return (.outbound(.endpoints(found.map(EndpointView.init))), tenant)
        case .endpoint(let id, let tenant):
            guard let row = endpoint(id, tenant) else {
                return (.outbound(.endpointUnknown(id)), tenant)
            }
            return (.outbound(.endpoints([EndpointView(row)])), tenant)
        case .deliveries(let filter):
            guard endpoint(filter.endpoint, filter.tenant) != nil else {
                return (.outbound(.endpointUnknown(filter.endpoint)), filter.tenant)
            }
            let found = outbound.deliveries.values.filter { row in
                row.endpoint == filter.endpoint && filter.state.map { $0 == row.state } ?? true
                    && filter.before.map { row.id < $0 } ?? true
            }.sorted { $0.id > $1.id }
            let page = found.prefix(filter.limit).compactMap { row in
                outbound.outbox[row.event].map {
                    DeliveryView(row, type: $0.type, at: $0.at)
                }
            }
            let next = page.count == filter.limit ? page.last?.row.id : nil
            return (.outbound(.deliveries(page, next: next)), filter.tenant)
        }
    }
}
