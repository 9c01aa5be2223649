import Core
package import Store

extension ModelStore: StoreReader {
    package func run(_ envelope: QueryEnvelope) throws(StoreError) -> QueryResult {
        let tenant = envelope.query.tenant
        let quota = tenant.flatMap { quotaView($0, in: envelope.period) }
        if let tenant, !isReadable(tenant, by: envelope.query) {
            return QueryResult(id: envelope.id, rows: .tenantUnknown(tenant))
        }
        return QueryResult(id: envelope.id, rows: rows(envelope), quota: quota)
    }

    /// Usage and ledger of a deleted tenant stay.
    private func isReadable(_ tenant: String, by query: Query) -> Bool {
        switch query {
        case .usage, .ledger: tenants[tenant] != nil
        case .job, .jobs, .jobList, .tenantList, .keyList, .directory: exists(tenant)
        }
    }

    private func rows(_ envelope: QueryEnvelope) -> Rows {
        switch envelope.query {
        case .job(let id, let tenant):
            return .job(visible(id, to: tenant, in: envelope.period))
        case .jobs(let ids, let tenant):
            return .jobs(ids.map { visible($0, to: tenant, in: envelope.period) })
        case .jobList(let filter):
            return jobPage(filter, in: envelope.period)
        case .tenantList(let after, let limit):
            return tenantPage(after: after, limit: limit)
        case .keyList(let tenant):
            let found = keys.values.filter { $0.grant.tenant == tenant }.sorted { $0.id < $1.id }
            return .keys(
                found.map { KeyView(id: $0.id, grant: $0.grant, createdAt: $0.createdAt) })
        case .usage(let tenant, let period):
            let period = period ?? envelope.period
            return .usage(
                UsageView(
                    period: period, usage: usage[tenant]?[period] ?? .none,
                    limit: self.tenant(tenant).facts.plan(in: catalog).jobLimit))
        case .ledger(let filter):
            return ledgerPage(filter)
        case .directory:
            let found = keys.values.sorted { $0.id < $1.id }
            return .directory(
                found.map { DirectoryEntry(id: $0.id, hash: $0.hash, grant: $0.grant) })
        }
    }

    // MARK: Jobs

    private func visible(_ id: JobID, to tenant: String?, in period: Period) -> JobView? {
        guard let job = jobs[id], tenant == nil || job.tenant == tenant else { return nil }
        return view(of: id, in: period)
    }

    /// Newest first. There may be more below the last one looked at.
    private func jobPage(_ filter: JobFilter, in period: Period) -> Rows {
        var found: [JobView] = []
        for id in jobs.keys.sorted(by: >) {
            if let before = filter.before, id >= before { continue }
            if found.count == filter.limit { return .jobPage(found, next: found.last?.id) }
            let view = view(of: id, in: period)
            if filter.matches(view) { found.append(view) }
        }
        return .jobPage(found, next: nil)
    }

    func state(of id: JobID) -> JobState {
        if let end = ended[id] { return end.state }
        if running[id] != nil { return .running }
        return scheduled[id] != nil ? .scheduled : .ready
    }

    /// A job as answers show it. What is said of its hold is so in `period`.
    func view(of id: JobID, in period: Period) -> JobView {
        let job = job(id)
        let state = state(of: id)
        let isUnderWay = state == .running || ended[id] != nil
        var view = JobView(
            body: job.body, tenant: job.tenant, kind: job.kind, queue: job.queue, state: state)
        if state == .ready {
            view.hold = Gate.hold(
                job.isCharged ? .charged : .fresh(cost: job.body.cost),
                for: gateTenant(job.tenant, in: period), catalog: catalog)
        }
        view.attempt = job.run.attempts
        view.crashCount = job.run.crashes
        view.runAt = job.runAt
        view.startedAt = isUnderWay ? job.startedAt : nil
        view.finishedAt = job.finishedAt
        view.result = job.result
        view.error = job.error
        view.chargedPeriod = job.chargedPeriod
        view.cancelRequestedAt = job.cancelRequestedAt
        return view
    }

    // MARK: Other lists

    private func tenantPage(after: String?, limit: Int) -> Rows {
        var found: [TenantSummary] = []
        for id in tenants.keys.sorted() where exists(id) {
            if let after, id <= after { continue }
            if found.count == limit { return .tenantPage(found, next: found.last?.id) }
            let tenant = tenant(id)
            found.append(
                TenantSummary(
                    id: id, name: tenant.name, email: tenant.email, facts: tenant.facts,
                    effectivePlan: tenant.facts.plan(in: catalog).id,
                    createdAt: tenant.createdAt))
        }
        return .tenantPage(found, next: nil)
    }

    private func ledgerPage(_ filter: LedgerFilter) -> Rows {
        var found: [LedgerView] = []
        for row in ledger.reversed() where row.tenant == filter.tenant {
            if let before = filter.before, row.view.id >= before { continue }
            if let period = filter.period, row.view.period != period { continue }
            if found.count == filter.limit { return .ledgerPage(found, next: found.last?.id) }
            found.append(row.view)
        }
        return .ledgerPage(found, next: nil)
    }
}

extension Query {
    /// The tenant that the query names.
    fileprivate var tenant: String? {
        switch self {
        case .job(_, let tenant), .keyList(let tenant): tenant
        case .jobs(_, let tenant), .usage(let tenant, _): tenant
        case .jobList(let filter): filter.tenant
        case .ledger(let filter): filter.tenant
        case .tenantList, .directory: nil
        }
    }
}

extension JobFilter {
    fileprivate func matches(_ job: JobView) -> Bool {
        if let tenant, job.tenant != tenant { return false }
        if let state, job.state != state { return false }
        if let queue, job.queue != queue { return false }
        if let kind, job.kind != kind { return false }
        if let tag, !job.tags.contains(tag) { return false }
        if let createdAfter, job.createdAt <= createdAfter { return false }
        return !isHeld || (job.state == .ready && job.hold != nil)
    }
}
