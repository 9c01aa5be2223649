import Core

extension Engine {
    // MARK: Counters

    /// The period that a tenant's charges go to now.
    func period(tenant: Int) -> Period {
        periods.period(of: book.tenants[tenant].terms.facts.window)
    }

    func resetsAt(tenant: Int) -> Timestamp {
        book.tenants[tenant].terms.facts.window.resetsAt(on: periods.day)
    }

    /// Names a tenant's counter of now; `jobs` unless another metric is named.
    func usageKey(tenant: Int, metric: Metric = .jobs) -> UsageKey {
        guard metric != .jobs else {
            return UsageKey(
                tenant: Int64(tenant + 1), metric: MetricBook.jobs,
                period: period(tenant: tenant).key)
        }
        guard let number = metrics.number(of: metric) else {
            preconditionFailure("metric \(metric.name) has no number")
        }
        return UsageKey(
            tenant: Int64(tenant + 1), metric: number,
            period: catalog.type(of: metric) == .gauge ? 0 : period(tenant: tenant).key)
    }

    /// The tenant's account of a metric, as this batch has left it so far.
    func account(tenant: Int, of metric: Metric = .jobs) throws(StoreError) -> Account {
        if gateWalk.isUnderWay, hasOldMode(tenant) { try refreshGate(tenant: tenant) }
        let usage = try usages.usage(usageKey(tenant: tenant, metric: metric), rows: rows)
        #if Mutants
            if Mutant.endedGrantAdmits.isIn {
                return book.tenants[tenant].terms.account(of: metric, usage: usage)
            }
        #endif
        return book.tenants[tenant].terms.account(of: metric, usage: usage, at: now.wall)
    }

    // MARK: The gate

    /// A tenant as the gate sees it who decides something by it: what its subscriptions come to by
    /// now is done before.
    func gateTenant(_ tenant: Int) throws(StoreError) -> Gate.Tenant {
        try turnIfDue(tenant: tenant)
        return try gateAsItIs(tenant)
    }

    /// The same without a look at what is due.
    private func gateAsItIs(_ tenant: Int) throws(StoreError) -> Gate.Tenant {
        // Whoever looks at a gate before its turn has come does what the turn would have done.
        if gateWalk.isUnderWay, hasOldMode(tenant) { try refreshGate(tenant: tenant) }
        let terms = book.tenants[tenant].terms
        var usedUp: [Account] = []
        for metric in terms.closingMetrics(in: catalog) {
            let account = try account(tenant: tenant, of: metric)
            if account.isUsedUp { usedUp.append(account) }
        }
        return Gate.Tenant(
            terms: terms, period: period(tenant: tenant),
            resetsAt: resetsAt(tenant: tenant), jobs: try gateAccount(tenant: tenant),
            usedUp: usedUp, running: book.tenants[tenant].running,
            rateOpensAt: rateOpensAt(tenant: tenant))
    }

    /// What the gate decides by: the counter as this batch has left it so far.
    private func gateAccount(tenant: Int) throws(StoreError) -> Account {
        #if Mutants
            if Mutant.gateOutsideTransaction.isIn {
                let usage = try rows.usage(usageKey(tenant: tenant))
                return book.tenants[tenant].terms.account(
                    of: .jobs, usage: usage, at: now.wall)
            }
        #endif
        return try account(tenant: tenant)
    }

    private func rateOpensAt(tenant: Int) -> Timestamp? {
        guard let rate = book.tenants[tenant].terms.plan.terms.rate,
            let opens = rate.opensSteadyMilliseconds(book.tenants[tenant].starts, at: now)
        else { return nil }
        return now.wall.adding(opens - now.steadyMilliseconds)
    }

    /// Opens or closes the tenant's lines by what the gate says now.
    func refreshGate(tenant: Int) throws(StoreError) {
        if hasOldMode(tenant) {
            var terms = book.tenants[tenant].terms
            terms.change(terms.facts, catalog: catalog, enforcement: enforcement)
            book.setTerms(terms, tenant: tenant)
        }
        setGate(tenant: tenant, try gateAsItIs(tenant))
        try findHeads()
    }

    /// The same where no row may be written: during a start.
    func showGate(tenant: Int) throws(StoreError) {
        setGate(tenant: tenant, try gateAsItIs(tenant))
    }

    private func setGate(tenant: Int, _ gate: Gate.Tenant) {
        let before = book.tenants[tenant].capacity
        let capacity = gate.capacity
        book.setGate(
            tenant: tenant, admitsCharged: Gate.admitsCharged(for: gate),
            freshBudget: Gate.freshBudget(for: gate), capacity: capacity)
        if capacity > before { retrackUnfit(tenant: tenant) }
        if let opens = gate.rateOpensAt, gate.terms.isEnforced {
            rateDeadlines.set(
                tenant, at: now.steadyMilliseconds + max(1, opens.since(now.wall)))
        } else {
            rateDeadlines.remove(tenant)
        }
    }

    /// A job of the tenant began.
    func noteStart(tenant: Int) {
        guard let rate = book.tenants[tenant].plan.terms.rate else { return }
        book.modifyTenant(tenant) { rate.started(&$0.starts, at: now) }
    }

    /// True if the tenant's plan holds it by what runs or how fast it starts.
    func hasPace(tenant: Int) -> Bool {
        let terms = book.tenants[tenant].plan.terms
        return terms.runningMax != nil || terms.rate != nil
    }

    /// The gates of tenants whose rate lets the next start pass by now, some in each batch.
    func openByRate() throws(StoreError) {
        var left = limits.renewalsMax
        while left > 0, let tenant = rateDeadlines.due(at: now.steadyMilliseconds) {
            rateDeadlines.remove(tenant)
            try refreshGate(tenant: tenant)
            left -= 1
        }
        if rateDeadlines.due(at: now.steadyMilliseconds) != nil { outcome.hasMore = true }
    }

    // MARK: What changes for many

    /// Rolls the day when its time has come. Tenants whose period ended and whose gate is not wide
    /// open are looked at anew, some in each batch; the others find the fresh counter themselves.
    func observeDay() throws(StoreError) {
        let before = periods.day
        guard periods.observe(now) else { return }
        try rows.putDay(periods.day)
        gateWalk.begin(since: before)
    }

    /// A wall clock that goes back to before an end that nobody has taken note of makes what ended
    /// hold again: gates that were closed by it are looked at anew.
    func observeWall(before: Timestamp) {
        guard now.wall < before, let earliest = earliestDeadline, earliest <= before else { return }
        gateWalk.begin(since: periods.day, backFrom: before)
    }

    /// Looks at some of the gates that are to be looked at anew, as many as the batch still may
    /// however often it is asked to. To pass over a tenant costs little, but a hundred thousand do
    /// not.
    func renewGates() throws(StoreError) {
        guard gateWalk.isUnderWay else { return }
        let day = gateWalk.earliestDay(orElse: periods.day)
        while renewalsLeft > 0, renewalLooksLeft > 0,
            let tenant = gateWalk.next(of: book.tenants.count)
        {
            renewalLooksLeft -= 1
            guard needsRenewal(tenant, since: day) else { continue }
            try refreshGate(tenant: tenant)
            renewalsLeft -= 1
        }
        if gateWalk.isUnderWay { outcome.hasMore = true }
    }

    /// True if the tenant's gate may still be as it was before something changed for many, or
    /// before something ended that is to be noted.
    func isGateBehind(_ tenant: Int) -> Bool {
        book.tenants[tenant].terms.isOverdue(at: now.wall)
            || gateWalk.isAhead(tenant)
                && needsRenewal(tenant, since: gateWalk.earliestDay(orElse: periods.day))
    }

    private func needsRenewal(_ tenant: Int, since day: Day) -> Bool {
        let terms = book.tenants[tenant].terms
        if hasOldMode(tenant) || terms.isOverdue(at: gateWalk.latestWall(orElse: now.wall)) {
            return true
        }
        guard !book.tenants[tenant].admitsCharged || book.tenants[tenant].freshBudget < .max
        else { return false }
        let window = terms.facts.window
        return window.period(on: day) != window.period(on: periods.day)
    }

    /// True if limits are enforced upon the tenant in another way since its gate was looked at.
    func hasOldMode(_ tenant: Int) -> Bool {
        book.tenants[tenant].terms.mode
            != enforcement.mode(bucket: book.tenants[tenant].terms.facts.bucket)
    }

    // MARK: What can never be admitted

    /// More can be admitted than before: jobs that wait apart may not have to any longer.
    func retrackUnfit(tenant: Int) {
        #if Mutants
            if Mutant.unfitStaysApart.isIn { return }
        #endif
        for line in book.tenants[tenant].lanes.flatMap({ book.lanes[$0].lines })
        where book.lines[line].unfit.count > 0 { unfitLines[line] = .some(nil) }
    }

    /// Moves waiting jobs that can be admitted now back among the others.
    func retrack() throws(StoreError) {
        var left = limits.retracksMax
        while left > 0, let line = unfitLines.keys.min() {
            let after = unfitLines[line] ?? nil
            let heads = try rows.ready(
                line: Int64(line + 1), track: .unfit, after: after, limit: left)
            for head in heads
            where book.lines[line].cost(of: head.cost) <= book.capacity(ofLine: line) {
                try move(head, line: line, from: .unfit, to: .fresh)
                try findHeads()
            }
            if heads.count < left {
                unfitLines[line] = nil
            } else {
                unfitLines[line] = .some(heads.last)
            }
            left -= heads.count + 1
        }
        if !unfitLines.isEmpty { outcome.hasMore = true }
    }

    /// Reads the first jobs of lines of which nobody can say without whether they may run, and puts
    /// those apart that can never be admitted.
    func findHeads() throws(StoreError) {
        while let line = book.unknownLines.popLast() {
            while let head = try head(line: line, track: .fresh),
                book.lines[line].cost(of: head.cost) > book.capacity(ofLine: line)
            {
                guard parksLeft > 0 else {
                    // The rest is for the next batch; until then the line is closed.
                    unparkedLines.insert(line)
                    outcome.hasMore = true
                    break
                }
                parksLeft -= 1
                try move(head, line: line, from: .fresh, to: .unfit)
            }
            book.settle(line: line)
        }
    }

    /// Goes on with the lines that the batch before had not the time for.
    func parkTheRest() throws(StoreError) {
        guard !unparkedLines.isEmpty else { return }
        book.unknownLines += unparkedLines.sorted()
        unparkedLines = []
        try findHeads()
    }

    /// Puts a job on another track of its line, where it keeps its place.
    private func move(
        _ head: Head, line: Int, from: Track, to: Track
    ) throws(StoreError) {
        let number = Int64(line + 1)
        try rows.deleteReady(
            ReadyRow(line: number, track: from, rank: head.rank, id: head.id, cost: head.cost))
        try rows.insertReady(
            ReadyRow(line: number, track: to, rank: head.rank, id: head.id, cost: head.cost))
        book.remove(head.id, line: line, track: from)
        book.insert(head, line: line, track: to)
    }
}
