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
        let indexed = tenantNumber == nil ? 0 : try open.meta(MetaKey.jobsIndexed)
        var items: [JobView] = []
        var scan = Scan(limit: filter.limit)
        let tail = try tail(below: before, above: max(indexed, floor - 1), scan: scan)
        for row in tail where scan.stoppedAt == nil {
            if let view = try match(row, filter) { items.append(view) }
            _ = scan.goesOn(after: row.body.id.rawValue, taken: items.count)
        }
        if let tenantNumber, scan.stoppedAt == nil {
            for id in try indexedIDs(
                tenant: tenantNumber, below: min(before, indexed + 1), scan: scan)
            where id >= floor {
                open.jobByID.bind(1, id)
                guard let row = try open.jobByID.first(Decoding.job) else { continue }
                if let view = try match(row, filter) { items.append(view) }
                guard scan.goesOn(after: id, taken: items.count) else { break }
            }
        }
        let next = scan.stoppedAt.map(JobID.init(rawValue:))
        return try found(.jobPage(items, next: next), tenant: filter.tenant)
    }

    private func tail(
        below before: Int64, above floor: Int64, scan: Scan
    ) throws(StoreError) -> [JobRow] {
        open.jobsBelow.bind(1, before)
        open.jobsBelow.bind(2, floor)
        var rows: [JobRow] = []
        try open.jobsBelow.each { row in
            rows.append(Decoding.job(row))
            return rows.count < scan.rowsLeft
        }
        return rows
    }

    private func indexedIDs(
        tenant: Int64, below before: Int64, scan: Scan
    ) throws(StoreError) -> [Int64] {
        open.jobsOfTenantBelow.bind(1, tenant)
        open.jobsOfTenantBelow.bind(2, before)
        var ids: [Int64] = []
        try open.jobsOfTenantBelow.each { row in
            ids.append(row.int(0))
            return ids.count < scan.rowsLeft
        }
        return ids
    }

    /// The job's view if the filter takes it; what needs no further row is looked at first.
    private func match(_ row: JobRow, _ filter: JobFilter) throws(StoreError) -> JobView? {
        let names = try open.names(ofLine: row.line)
        if let tenant = filter.tenant, names.tenant != tenant { return nil }
        if let queue = filter.queue, names.queue != queue { return nil }
        if let kind = filter.kind, names.kind != kind { return nil }
        if let tag = filter.tag, !row.body.tags.contains(tag) { return nil }
        if let after = filter.createdAfter, row.body.createdAt <= after { return nil }
        let view = try view(row, names: names)
        if let state = filter.state, view.state != state { return nil }
        if filter.isHeld, view.hold == nil { return nil }
        return view
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
            return view
        }
        open.returnedByID.bind(1, id)
        let returned = try open.returnedByID.first(Decoding.returned)
        if let returned { view.carry(returned) }
        open.openAttemptOfJob.bind(1, id)
        if let attempt = try open.openAttemptOfJob.first(Decoding.attempt) {
            view.run(attempt)
            return view
        }
        open.readyTrack.bind(1, row.line)
        open.readyTrack.bind(2, returned?.rank ?? row.body.rank)
        open.readyTrack.bind(3, id)
        guard let track = try open.readyTrack.first({ Decoding.track($0.int(0)) }) else {
            return view
        }
        view.state = .ready
        if let gate = try gate(names.tenant) {
            let request: Gate.Request =
                track == .charged ? .charged : .fresh(cost: row.body.cost)
            view.hold = Gate.hold(request, for: gate, catalog: catalog)
        }
        return view
    }
}

extension JobView {
    /// What earlier attempts left.
    fileprivate mutating func carry(_ returned: ReturnedRow) {
        runAt = returned.readyAt
        attempt = returned.run.attempts
        crashCount = returned.run.crashes
        startedAt = returned.startedAt
        error = returned.error
        chargedPeriod = returned.chargedPeriod
    }

    /// The attempt that runs now.
    fileprivate mutating func run(_ open: AttemptRow) {
        state = .running
        attempt += 1
        startedAt = open.startedAt
        chargedPeriod = open.chargedPeriod
        cancelRequestedAt = open.cancelRequestedAt
    }
}
