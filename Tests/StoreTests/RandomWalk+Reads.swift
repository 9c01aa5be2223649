import Core
import Store

/// What can be read of the two stores, side by side.
extension RandomWalk {
    /// Compares all that can be read, and a list by a filter drawn at random.
    mutating func compareReads() throws {
        var queries: [Query] = [.directory, .keyList(tenant: nil)]
        for tenant in WalkGenerator.tenants {
            queries += [
                .usage(tenant: tenant, period: nil), .keyList(tenant: tenant),
                .jobs(generator.jobs.suffix(3), tenant: tenant),
            ]
        }
        for query in queries {
            try compare(read(query, left), read(query, right), "\(query)")
        }
        try compare(tenants(left), tenants(right), "the list of tenants")
        for tenant in WalkGenerator.tenants {
            try compare(ledger(tenant, left), ledger(tenant, right), "\(tenant)'s ledger")
        }
        var filter = JobFilter()
        filter.limit = 7
        let all = try jobs(filter, left)
        try compare(all, jobs(filter, right), "the list of jobs")
        for state in JobState.allCases where all.contains(where: { $0.contains(state.name) }) {
            marks.insert(state.name)
        }
        for code in ["quota_exhausted", "tenant_paused", "tenant_suspended", "crash_loop"]
        where all.contains(where: { $0.contains(code) }) {
            marks.insert(code)
        }
        filter = drawFilter()
        try compare(jobs(filter, left), jobs(filter, right), "jobs by \(filter)")
    }

    private mutating func drawFilter() -> JobFilter {
        var filter = JobFilter()
        filter.limit = 3
        if generator.once(in: 3) { filter.tenant = generator.tenant() }
        if generator.once(in: 3) { filter.queue = "mail" }
        if generator.once(in: 3) { filter.kind = "b" }
        if generator.once(in: 4) { filter.tag = "t1" }
        if generator.once(in: 3) { filter.isHeld = true }
        if generator.once(in: 3) {
            filter.state = JobState.allCases[generator.number(0...(JobState.allCases.count - 1))]
        }
        if generator.once(in: 3) {
            filter.createdAfter = now.wall.adding(-generator.milliseconds(0...60_000))
        }
        return filter
    }

    private func run(_ query: Query, _ side: WalkSide) throws -> QueryResult {
        try side.subject.reader.run(
            QueryEnvelope(
                id: EnvelopeID(rawValue: 0), query: query, now: now,
                period: side.subject.store.period))
    }

    private func read(_ query: Query, _ side: WalkSide) throws -> [String] {
        let result = try run(query, side)
        if case .tenantUnknown = result.rows { return [Trace.text(result.rows)] }
        return [Trace.text(result.rows), result.quota.map(Trace.text) ?? "-"]
    }

    private func jobs(_ filter: JobFilter, _ side: WalkSide) throws -> [String] {
        var filter = filter
        var found: [String] = []
        while true {
            let rows = try run(.jobList(filter), side).rows
            guard case .jobPage(let page, let next) = rows else { return [Trace.text(rows)] }
            found += page.map(Trace.text)
            guard let next else { return found }
            filter.before = next
        }
    }

    private func ledger(_ tenant: String, _ side: WalkSide) throws -> [String] {
        var filter = LedgerFilter(tenant: tenant)
        var found: [String] = []
        while true {
            let rows = try run(.ledger(filter), side).rows
            found.append(Trace.text(rows))
            guard case .ledgerPage(_, let next?) = rows else { return found }
            filter.before = next
        }
    }

    private func tenants(_ side: WalkSide) throws -> [String] {
        var after: String?
        var found: [String] = []
        while true {
            let rows = try run(.tenantList(after: after, limit: 2), side).rows
            guard case .tenantPage(let page, let next) = rows else { return [Trace.text(rows)] }
            found += page.map { Trace.text(.tenantPage([$0], next: nil)) }
            guard let next else { return found }
            after = next
        }
    }
}
