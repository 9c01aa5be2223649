import Core

extension Engine {
    /// Every open lease, in the order in which they were given.
    package var openLeases: [OpenLease] {
        leases.all.map { lease in
            OpenLease(
                token: lease.token, job: lease.job, expiresAt: lease.expiresAt,
                heardAt: lease.heartbeatAt, cancelRequestedAt: lease.cancelRequestedAt)
        }
    }

    /// True if something is kept under this idempotency key, however old.
    package func remembers(scope: String, key: String) throws(StoreError) -> Bool {
        try rows.replay(scope: scope, key: key) != nil
    }

    /// True if an event of usage with this id was counted.
    package func remembersEvent(tenant: String, id: String) throws(StoreError) -> Bool {
        guard let tenant = book.tenantIndex(tenant) else { return false }
        return try rows.hasUsageEvent(tenant: Int64(tenant + 1), id: id)
    }

    /// The endpoints that are there, with their secrets, which no query shows.
    package var endpointRows: [EndpointRow] {
        outbound.endpoints.values.map(\.row).filter { $0.state != .removed }
            .sorted { $0.id < $1.id }
    }

    /// The rows of subscriptions and money, for what no query shows.
    package var billingRows: any BillingRowStore { rows }

    /// Checks that memory is what a rebuild from the rows would make of it; the first difference as
    /// a sentence. It reads everything that waits; called between batches, by tests.
    package func memoryFault() throws(StoreError) -> String? {
        let fresh = Engine(beside: self)
        try fresh.rebuild(from: try rows.storedState())
        try fresh.takePace(of: self)
        return try tenantFault(fresh) ?? paceFault(fresh) ?? lineFault(fresh) ?? leaseFault(fresh)
            ?? timeFault(fresh)
            ?? outboundFault(fresh)
    }

    private func tenantFault(_ fresh: Engine) throws(StoreError) -> String? {
        if periods.day != fresh.periods.day {
            return "memory charges to \(periods.day), the rows to \(fresh.periods.day)"
        }
        if ledgerFolded != fresh.ledgerFolded {
            return "memory has the ledger folded up to \(ledgerFolded), the rows up to"
                + " \(fresh.ledgerFolded)"
        }
        if catalog != fresh.catalog || enforcement != fresh.enforcement
            || metrics != fresh.metrics
        {
            return "memory has other plans, metrics or enforcement than the rows"
        }
        if book.tenants.count != fresh.book.tenants.count {
            return "memory has \(book.tenants.count) tenants, rows \(fresh.book.tenants.count)"
        }
        for (tenant, (memory, rows)) in zip(book.tenants, fresh.book.tenants).enumerated() {
            // What was changed for many is not looked at yet.
            var memory = memory
            if isGateBehind(tenant) || isRateBehind(tenant) { memory.takeGate(of: rows) }
            guard memory != rows else { continue }
            let (ours, theirs) = ("\(memory)", "\(rows)")
            let same = max(0, zip(ours, theirs).prefix { $0 == $1 }.count - 60)
            return "tenant \(memory.id) is …\(ours.dropFirst(same).prefix(200)) in memory and"
                + " …\(theirs.dropFirst(same).prefix(200)) in the rows"
        }
        if book.planUses != fresh.book.planUses {
            return "memory has plans in use \(book.planUses), the rows \(fresh.book.planUses)"
        }
        return nil
    }

    /// Takes over how fast tenants have started jobs, which no row has: gates are held by it.
    private func takePace(of other: Engine) throws(StoreError) {
        for tenant in book.tenants.indices {
            let starts = other.book.tenants[tenant].starts
            book.modifyTenant(tenant) { $0.starts = starts }
            if book.tenants[tenant].plan.terms.rate != nil { try showGate(tenant: tenant) }
        }
        for line in book.unknownLines { book.settle(line: line) }
        book.unknownLines = []
    }

    /// True if a rate lets the tenant's next job start and its gate is still to be opened.
    private func isRateBehind(_ tenant: Int) -> Bool {
        rateDeadlines[tenant].map { $0 <= now.steadyMilliseconds } ?? false
    }

    /// Whom a rate holds, and until when.
    private func paceFault(_ fresh: Engine) -> String? {
        for (tenant, memory) in book.tenants.enumerated()
        where !isGateBehind(tenant) && !isRateBehind(tenant) {
            let (ours, theirs) = (rateDeadlines[tenant], fresh.rateDeadlines[tenant])
            guard ours != theirs else { continue }
            return "the rate of tenant \(memory.id) opens at \(String(describing: ours)) in memory"
                + " and at \(String(describing: theirs)) by its starts"
        }
        return nil
    }

    private func lineFault(_ fresh: Engine) -> String? {
        guard book.lanes.count == fresh.book.lanes.count,
            book.lines.count == fresh.book.lines.count
        else { return "memory has other lanes or lines than the rows" }
        for (index, (memory, rows)) in zip(book.lanes, fresh.book.lanes).enumerated()
        where (memory.tenant, memory.queue) != (rows.tenant, rows.queue)
            || memory.lines != rows.lines
        {
            return "lane \(index + 1) is another in the rows"
        }
        for (index, (memory, rows)) in zip(book.lines, fresh.book.lines).enumerated() {
            if (memory.lane, memory.kind) != (rows.lane, rows.kind) {
                return "line \(index + 1) is another in the rows"
            }
            for track in Track.allCases {
                if let fault = Engine.trackFault(memory[track], rows[track]) {
                    return "line \(index + 1), track \(track): \(fault)"
                }
            }
            // A head that is not known yet is taken to cost 1 until it is read.
            let isKnown = memory.fresh.count == 0 || memory.fresh.head != nil
            let tenant = book.tenant(ofLine: index)
            let isExact = isKnown && !isGateBehind(tenant) && !isRateBehind(tenant)
            if isExact, memory.isRunnable != rows.isRunnable {
                return "line \(index + 1) may run: \(memory.isRunnable), rows \(rows.isRunnable)"
            }
        }
        return nil
    }

    private static func trackFault(_ memory: TrackState, _ rows: TrackState) -> String? {
        if memory.count != rows.count {
            return "memory counts \(memory.count) jobs, the rows \(rows.count)"
        }
        if let head = memory.head, head != rows.head {
            return "memory has \(head) first, the rows \(String(describing: rows.head))"
        }
        return nil
    }

    private func leaseFault(_ fresh: Engine) -> String? {
        let memory = leases.all
        let rows = fresh.leases.all
        guard memory.count == rows.count else {
            return "memory has \(memory.count) open leases, the rows \(rows.count)"
        }
        if leases.progress != fresh.leases.progress {
            return "memory has the progress \(leases.progress), the rows \(fresh.leases.progress)"
        }
        // One that a worker's word ended before its turn came is passed over then.
        let open = orphans.filter { leases[$0] != nil }
        if open != fresh.orphans {
            return "memory has \(open) of dead servers, the rows \(fresh.orphans)"
        }
        for (memory, rows) in zip(memory, rows) where memory != rows {
            return "lease \(memory.token.attempt) is \(memory) in memory and \(rows) in the rows"
        }
        return nil
    }

    /// What is due by itself may be looked for too early, never too late.
    private func timeFault(_ fresh: Engine) -> String? {
        for (what, memory, rows) in [
            ("scheduled", earliestScheduled, fresh.earliestScheduled),
            ("expiry", earliestExpiry, fresh.earliestExpiry),
            ("deadline", earliestDeadline, fresh.earliestDeadline),
        ] {
            guard let rows else { continue }
            guard let memory, memory <= rows else {
                return "the earliest \(what) is \(rows), memory waits for "
                    + String(describing: memory)
            }
        }
        // How far a move has come is not kept: it begins anew with the process.
        let (ours, theirs) = (moves.map(\.move), fresh.moves.map(\.move))
        if ours != theirs || moves.map(\.number) != fresh.moves.map(\.number) {
            return "memory has the moves \(ours), the rows \(theirs)"
        }
        let deleting = Set(deletions.map(\.tenant))
        for deletion in fresh.deletions where !deleting.contains(deletion.tenant) {
            return "the jobs of deleted tenant \(deletion.tenant + 1) are forgotten"
        }
        return nil
    }
}

extension TenantState {
    /// Takes over what the gate of `other` says.
    fileprivate mutating func takeGate(of other: TenantState) {
        admitsCharged = other.admitsCharged
        freshBudget = other.freshBudget
        capacity = other.capacity
        starts = other.starts
        terms = other.terms
    }
}
