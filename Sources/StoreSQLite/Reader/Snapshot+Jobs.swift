import Core
import Store

extension Snapshot {
    /// A job by id, where the tenant may see it.
    func job(_ id: JobID, tenant: String?) throws(StoreError) -> JobView? {
        open.jobByID.bind(1, id.rawValue)
        guard let row = try open.jobByID.first(Decoding.job) else { return nil }
        let names = try open.names(ofLine: row.line)
        guard tenant == nil || names.tenant == tenant else { return nil }
        return try view(row, names: names)
    }

    /// What keeps a job from starting, where the tenant may see it.
    func explanation(_ id: JobID, tenant: String?) throws(StoreError) -> Explanation? {
        guard let view = try job(id, tenant: tenant) else { return nil }
        guard [.ready, .scheduled].contains(view.state) else {
            return Explanation(job: view, blockers: [])
        }
        guard let gate = try gate(view.tenant) else {
            throw StoreError(.corrupt, "tenant \(view.tenant) has job \(id) but no row")
        }
        let isCharged = view.chargedPeriod != nil
        let cost = isCharged ? nil : max(view.cost, gate.terms.plan.cost(ofKind: view.kind))
        let request = request(kind: view.kind, cost: cost)
        return Explanation(
            job: view, blockers: Gate.blockers(request, for: gate, catalog: catalog), cost: cost)
    }

    /// What the gate is asked; no cost of what is paid for.
    private func request(kind: String, cost: Int64?) -> Gate.Request {
        cost.map { .fresh(kind: kind, cost: $0) } ?? .charged(kind: kind)
    }

    /// Newest first: the tail that the by-tenant index has not got, then the index.
    func jobList(_ filter: JobFilter) throws(StoreError) -> QueryResult {
        let before = filter.before?.rawValue ?? .max
        let floor = filter.createdAfter.map(IDSource.floor(at:)) ?? 0
        var tenantNumber: Int64?
        if let tenant = filter.tenant {
            guard let row = try open.tenant(tenant), !row.facts.isDeleted else {
                return try found(.tenantUnknown(tenant), tenant: nil)
            }
            tenantNumber = row.number
        }
        let indexed = tenantNumber == nil ? 0 : try open.indexed(MetaKey.jobsIndexed)
        var page = Page(scan: Scan(limit: filter.limit))
        let tail = try keys(open.jobKeysBelow, before, max(indexed, floor - 1), page.scan)
        try take(tail, filter, into: &page)
        if let tenantNumber, page.scan.stoppedAt == nil {
            let older = try keys(
                open.jobsOfTenantBelow, min(before, indexed + 1), tenantNumber, page.scan)
            try take(older.filter { $0.id >= floor }, filter, into: &page)
        }
        let next = page.scan.stoppedAt.map(JobID.init(rawValue:))
        return try found(.jobPage(page.items, next: next), tenant: filter.tenant)
    }

    /// A page that is being filled.
    private struct Page {
        var items: [JobView] = []
        var scan: Scan
    }

    /// Ids and lines alone, so that a long scan holds no payloads.
    private func keys(
        _ statement: Statement, _ before: Int64, _ second: Int64, _ scan: Scan
    ) throws(StoreError) -> [(id: Int64, line: Int64?)] {
        statement.bind(1, before)
        statement.bind(2, second)
        var keys: [(id: Int64, line: Int64?)] = []
        try statement.each { row in
            keys.append((row.int(0), row.optionalInt(1)))
            return keys.count < scan.rowsLeft
        }
        return keys
    }

    private func take(
        _ keys: [(id: Int64, line: Int64?)], _ filter: JobFilter, into page: inout Page
    ) throws(StoreError) {
        for key in keys where page.scan.stoppedAt == nil {
            guard try mayShow(key, filter), let view = try view(of: key.id, filter) else {
                _ = page.scan.goesOn(after: key.id, taken: page.items.count)
                continue
            }
            let isShown =
                filter.state.map { view.state == $0 } ?? true
                && !(filter.isHeld && view.hold == nil)
            if isShown { page.items.append(view) }
            let bytes = view.payload.count + (view.result?.count ?? 0)
            _ = page.scan.goesOn(
                after: key.id, taken: page.items.count, bytes: isShown ? bytes : 0,
                unshownBytes: isShown ? 0 : bytes)
        }
    }

    /// False where what stands before a job's payload says that the filter does not take it.
    private func mayShow(
        _ key: (id: Int64, line: Int64?), _ filter: JobFilter
    ) throws(StoreError) -> Bool {
        if let line = key.line, !matches(try open.names(ofLine: line), filter) { return false }
        let needsNames = key.line == nil && (filter.queue ?? filter.kind) != nil
        guard needsNames || filter.tag != nil || filter.createdAfter != nil else { return true }
        open.listedByID.bind(1, key.id)
        guard
            let (line, createdAt, tags) = try open.listedByID.first({ row throws(StoreError) in
                (
                    row.int(0), try Decoding.time(row.int(1)),
                    Decoding.names(row.optionalText(2)) ?? []
                )
            })
        else { return false }
        return matches(try open.names(ofLine: line), filter)
            && filter.tag.map(tags.contains) ?? true
            && filter.createdAfter.map { createdAt > $0 } ?? true
    }

    /// A job that the filter may take, and of its tenant by the job's own row: the index that led
    /// here may be damaged, and must not show one tenant what is another's.
    private func view(of id: Int64, _ filter: JobFilter) throws(StoreError) -> JobView? {
        open.jobByID.bind(1, id)
        guard let row = try open.jobByID.first(Decoding.job) else { return nil }
        let names = try open.names(ofLine: row.line)
        return matches(names, filter) ? try view(row, names: names) : nil
    }

    private func matches(_ names: LineNames, _ filter: JobFilter) -> Bool {
        filter.tenant.map { names.tenant == $0 } ?? true
            && filter.queue.map { names.queue == $0 } ?? true
            && filter.kind.map { names.kind == $0 } ?? true
    }

    /// Puts a job together from the places where it can be.
    private func view(_ row: JobRow, names: LineNames) throws(StoreError) -> JobView {
        let id = row.body.id.rawValue
        var view = JobView(
            body: row.body, tenant: names.tenant, kind: names.kind, queue: names.queue,
            state: .scheduled)
        open.historyByID.bind(1, id)
        if let history = try open.historyByID.first(Decoding.history) {
            view.finish(by: history)
            if let attempt = history.lastAttempt {
                view.takeLast(try progress(of: id), of: attempt)
            }
            return view
        }
        open.returnedByID.bind(1, id)
        let returned = try open.returnedByID.first(Decoding.returned)
        if let returned { view.carry(returned) }
        open.openAttemptOfJob.bind(1, id)
        if let attempt = try open.openAttemptOfJob.first(Decoding.attempt) {
            view.run(attempt)
            view.takeLast(try progress(of: id), of: attempt.token.attempt)
            return view
        }
        open.readyTrack.bind(1, row.line)
        open.readyTrack.bind(2, returned?.rank ?? row.body.rank)
        open.readyTrack.bind(3, id)
        guard
            let track = try open.readyTrack.first({ row throws(StoreError) in
                try Decoding.track(row.int(0))
            })
        else {
            return view
        }
        view.state = .ready
        if let gate = try gate(names.tenant) {
            let cost = max(row.body.cost, gate.terms.plan.cost(ofKind: names.kind))
            let request = request(kind: names.kind, cost: track == .charged ? nil : cost)
            view.hold = Gate.hold(request, for: gate, catalog: catalog)
        }
        return view
    }
}

extension JobView {
    /// The attempt that runs now.
    fileprivate mutating func run(_ open: AttemptRow) {
        state = .running
        attempt += 1
        startedAt = open.startedAt
        chargedPeriod = open.chargedPeriod
        cancelRequestedAt = open.cancelRequestedAt
    }
}
