import Core

extension Engine {
    /// Counts charges in a tenant's counter, writes them to the ledger, and tells of what they
    /// cross. Returns the first row of the ledger, if there is one.
    @discardableResult
    func count(
        _ charges: [Charge], account: Account, tenant: Int, entry: LedgerEntry,
        job: JobID? = nil, event: String? = nil
    ) throws(StoreError) -> LedgerID? {
        guard !charges.isEmpty else { return nil }
        #if Mutants
            let charges = Mutant.observeWritesOverage.isIn ? billed(charges) : charges
        #endif
        let key = usageKey(tenant: tenant, metric: account.metric)
        // Where there is no hard limit to keep, there is none that the ledger could be held to.
        let inForce = account.isEnforced && account.terms.cap == .hard ? account.inForce : nil
        var usage = account.usage
        var first: LedgerID?
        for charge in charges {
            usage = usage.adding(charge)
            let id = LedgerID(rawValue: ledgerIDs.next(at: now.wall))
            first = first ?? id
            try rows.insertLedger(
                LedgerRow(
                    id: id, key: key, entry: entry, source: charge.source,
                    amount: charge.amount, job: job, at: now.wall, usedAfter: usage.total,
                    inForce: inForce, grant: charge.grant, event: event))
            noteLedgerRow()
        }
        try takeGrants(charges, tenant: tenant)
        usages.put(usage, key)
        if account.isEnforced, account.limit.units != nil {
            try alert(account, after: account.adding(charges), key: key, tenant: tenant)
        }
        return first
    }

    #if Mutants
        private func billed(_ charges: [Charge]) -> [Charge] {
            charges.map {
                $0.source == .unenforced ? Charge(source: .overage, amount: $0.amount) : $0
            }
        }
    #endif

    /// Tells once of each threshold that is crossed.
    private func alert(
        _ before: Account, after: Account, key: UsageKey, tenant: Int
    ) throws(StoreError) {
        for threshold in before.thresholdsCrossed(to: after) {
            let isNew = try rows.insertAlert(
                AlertRow(
                    key: key,
                    limitVersion: book.tenants[tenant].facts.limitVersion(of: after.metric),
                    threshold: threshold, at: now.wall))
            #if Mutants
                guard isNew || Mutant.alertTwice.isIn else { continue }
            #else
                guard isNew else { continue }
            #endif
            let event = QuotaEvent(
                tenant: book.tenants[tenant].id, account: after, threshold: threshold,
                period: period(tenant: tenant), plan: book.tenants[tenant].plan.id)
            try publish(event.type, tenant: tenant) { event.data }
        }
    }

    // MARK: Refunds

    /// Gives back what a job cost of which no attempt could start, to the period and the sources
    /// that it was taken from.
    func refund(_ run: JobRun, lastAttempt: AttemptID, tenant: Int) throws(StoreError) {
        guard run.isRefundable else { return }
        var attempt = try rows.attempt(lastAttempt)
        while let later = attempt, let previous = later.previous {
            // Attempts are numbered as they begin: another order is damage, and may be a ring.
            guard previous < later.token.attempt else {
                throw StoreError(
                    .corrupt,
                    "attempt \(later.token.attempt) follows \(previous), which came after it")
            }
            attempt = try rows.attempt(previous)
        }
        guard let attempt, let first = attempt.charge else { return }
        var taken = try rows.charge(from: first, of: attempt.job)
        #if Mutants
            if Mutant.refundTwice.isIn { taken += taken.filter { $0.grant == nil } }
        #endif
        for row in taken {
            var usage = try usages.usage(row.key, rows: rows)
            usage[row.source] -= row.amount
            #if Mutants
                if Mutant.refundTwice.isIn { usage[row.source] = max(0, usage[row.source]) }
            #endif
            guard usage[row.source] >= 0 else {
                throw StoreError(
                    .corrupt,
                    "a refund of \(row.amount) for job \(attempt.job) is more than was used")
            }
            usages.put(usage, row.key)
            try rows.insertLedger(
                LedgerRow(
                    id: LedgerID(rawValue: ledgerIDs.next(at: now.wall)), key: row.key,
                    entry: .refund, source: row.source, amount: -row.amount, job: attempt.job,
                    at: now.wall, usedAfter: usage.total, inForce: row.inForce,
                    grant: row.grant))
            noteLedgerRow()
            if let grant = row.grant {
                try changeGrant(grant, by: row.amount, tenant: tenant)
            }
        }
        try refreshGate(tenant: tenant)
    }

    // MARK: What attempts report

    /// Counts what an attempt used, whatever the limits: it has happened.
    func count(
        _ report: AttemptReport, of lease: Lease, isLost: Bool = false
    ) throws(StoreError) {
        let tenant = book.tenant(ofLine: lease.line)
        var amounts = report.usage
        if metrics.number(of: .computeSeconds) != nil {
            let leased = leases.millisecondsHeld(
                lease.token.attempt, untilHeard: isLost, at: now)
            amounts.append(
                AttemptReport.Amount(
                    metric: .computeSeconds,
                    amount: min(report.ranMilliseconds ?? leased, leased)))
        }
        guard !amounts.isEmpty else { return }
        for amount in amounts where metrics.number(of: amount.metric) != nil {
            let account = try account(tenant: tenant, of: amount.metric)
            let counted = min(amount.amount, account.room)
            try count(
                account.report(of: counted), account: account, tenant: tenant, entry: .report,
                job: lease.job)
        }
        try refreshGate(tenant: tenant)
    }

    // MARK: Usage outside jobs

    func useUnits(_ use: UsageEvents, _ envelope: Envelope) throws(StoreError) {
        guard let tenant = liveTenant(use.tenant) else {
            return try refuse(envelope, .tenantUnknown(use.tenant))
        }
        let gate = try gateTenant(tenant)
        for event in use.events {
            guard metrics.number(of: event.metric) != nil,
                catalog.type(of: event.metric) != nil
            else { return try refuse(envelope, unknown(event.metric)) }
            guard catalog.type(of: event.metric) == .counter else {
                return try refuse(envelope, .metricIsGauge(event.metric.name))
            }
        }
        if let refusal = try refusal(of: use, gate: gate, tenant: tenant) {
            return try refuse(envelope, refusal)
        }
        var outcomes: [UsageOutcome] = []
        for event in use.events {
            guard let metric = metrics.number(of: event.metric) else { continue }
            // What comes to nothing may come twice: no row of the ledger would end its id one day.
            guard event.amount > 0 else {
                outcomes.append(.counted)
                continue
            }
            guard
                try rows.insertUsageEvent(
                    tenant: Int64(tenant + 1), id: event.id, metric: metric,
                    amount: event.amount, at: now.wall)
            else {
                outcomes.append(.duplicate)
                continue
            }
            let account = try account(tenant: tenant, of: event.metric)
            let charges =
                use.mustFit
                ? admission(of: event.amount, account, tenant: tenant)
                : account.report(of: event.amount)
            guard let charges else {
                throw StoreError(
                    .corrupt, "\(event.amount) of \(event.metric.name) fitted and does not")
            }
            try count(
                charges, account: account, tenant: tenant,
                entry: use.mustFit ? .charge : .report, event: event.id)
            outcomes.append(.counted)
        }
        try refreshGate(tenant: tenant)
        try answer(envelope, .unitsUsed(outcomes), tenant: tenant)
    }

    /// The account of a metric after the events of the request that were looked at already.
    private func account(
        tenant: Int, of metric: Metric, after accounts: [Metric: Account]
    ) throws(StoreError) -> Account {
        #if Mutants
            if Mutant.consumeOutsideTransaction.isIn {
                let usage = try rows.usage(usageKey(tenant: tenant, metric: metric))
                return book.tenants[tenant].terms.account(
                    of: metric, usage: usage, at: now.wall)
            }
        #endif
        if let known = accounts[metric] { return known }
        return try account(tenant: tenant, of: metric)
    }

    private func admission(
        of amount: Int64, _ account: Account, tenant: Int
    ) -> [Charge]? {
        #if Mutants
            if Mutant.consumeOutsideTransaction.isIn {
                return account.admission(of: amount) ?? account.report(of: amount)
            }
        #endif
        return account.admission(of: amount)
    }

    /// Why these events cannot be counted, or nil. All of them are looked at before the first row
    /// is written; those that were counted before take no room.
    private func refusal(
        of use: UsageEvents, gate: Gate.Tenant, tenant: Int
    ) throws(StoreError) -> Refusal? {
        if use.mustFit, gate.terms.facts.status == .suspended {
            return .tenantSuspended(use.tenant, gate.terms.facts.stops)
        }
        var accounts: [Metric: Account] = [:]
        var seen = Set<String>()
        // An id is taken by what counts, so that what comes to nothing leaves it to another.
        for event in use.events where event.amount > 0 {
            guard seen.insert(event.id).inserted,
                try !rows.hasUsageEvent(tenant: Int64(tenant + 1), id: event.id)
            else { continue }
            let account = try account(tenant: tenant, of: event.metric, after: accounts)
            guard event.amount <= account.room else {
                return .amountTooGreat(event.metric.name, used: account.usage.total)
            }
            if use.mustFit {
                guard let charges = account.admission(of: event.amount) else {
                    // Nothing of the request is used: all of it was asked for.
                    let unused = try self.account(tenant: tenant, of: event.metric)
                    let asked = account.usage.total - unused.usage.total + event.amount
                    return .amountExceeds(
                        Gate.refusal(of: asked, account: unused, for: gate, catalog: catalog))
                }
                accounts[event.metric] = account.adding(charges)
            } else {
                accounts[event.metric] = account.adding(account.report(of: event.amount))
            }
        }
        return nil
    }

    func setGauge(
        _ metric: Metric, value: Int64, tenant id: String, _ envelope: Envelope
    ) throws(StoreError) {
        guard let tenant = liveTenant(id) else { return try refuse(envelope, .tenantUnknown(id)) }
        let gate = try gateTenant(tenant)
        guard metrics.number(of: metric) != nil, let type = catalog.type(of: metric) else {
            return try refuse(envelope, unknown(metric))
        }
        guard type == .gauge else { return try refuse(envelope, .metricIsCounter(metric.name)) }
        let account = try account(tenant: tenant, of: metric)
        let rise = value - account.usage.plan
        if rise > 0, account.isEnforced, account.terms.cap == .hard,
            let limit = account.base.units, value > limit
        {
            return try refuse(
                envelope,
                .amountExceeds(
                    Gate.refusal(of: rise, account: account, for: gate, catalog: catalog)))
        }
        if rise != 0 {
            try count(
                [Charge(source: .plan, amount: rise)], account: account, tenant: tenant,
                entry: .adjust)
        }
        try answer(envelope, .gauge(metric, value: value), tenant: tenant)
    }

    // MARK: Questions

    func checkLimit(
        _ metric: Metric, amount: Int64, tenant id: String, _ envelope: Envelope
    ) throws(StoreError) {
        guard let tenant = liveTenant(id) else { return try refuse(envelope, .tenantUnknown(id)) }
        let gate = try gateTenant(tenant)
        guard metrics.number(of: metric) != nil, let type = catalog.type(of: metric) else {
            return try refuse(envelope, unknown(metric))
        }
        let account = try account(tenant: tenant, of: metric)
        let hold = Gate.limitHold(
            amount: amount, account: account, isGauge: type == .gauge, for: gate,
            catalog: catalog)
        try answer(envelope, .limitCheck(LimitCheck(hold: hold)), tenant: tenant)
    }

    func checkFeature(
        _ feature: String, tenant id: String, _ envelope: Envelope
    ) throws(StoreError) {
        guard let tenant = liveTenant(id) else { return try refuse(envelope, .tenantUnknown(id)) }
        // By the mode of now, as the submit that may follow.
        let terms = try gateTenant(tenant).terms
        let hold = Gate.featureHold(feature, terms: terms, catalog: catalog)
        try answer(envelope, .limitCheck(LimitCheck(hold: hold)), tenant: tenant)
    }

    func explain(
        _ id: JobID, tenant name: String?, _ envelope: Envelope
    ) throws(StoreError) {
        guard let row = try job(id) else { return try refuse(envelope, .jobUnknown(id)) }
        let line = Int(row.line - 1)
        let tenant = book.tenant(ofLine: line)
        guard name == nil || book.tenants[tenant].id == name else {
            return try refuse(envelope, .jobUnknown(id))
        }
        let gate = try gateTenant(tenant)
        var blockers: [Hold] = []
        var cost: Int64?
        let view: JobView
        if let lease = leases[job: id] {
            view = self.view(body: row.body, lease: lease)
        } else if let history = try rows.history(id) {
            view = try self.view(row: row, history: history)
        } else {
            let returned = try rows.returned(id)
            guard let place = try waitingPlace(row, returned: returned) else {
                throw StoreError(
                    .corrupt, "job \(id) is nowhere: not ready, scheduled or ended")
            }
            let kind = book.lines[line].kind
            if place.track != .charged { cost = book.lines[line].cost(of: row.body.cost) }
            let request: Gate.Request =
                cost.map { .fresh(kind: kind, cost: $0) } ?? .charged(kind: kind)
            blockers = Gate.blockers(request, for: gate, catalog: catalog)
            var waiting = self.view(
                body: row.body, line: line, state: place.isReady ? .ready : .scheduled)
            if let returned { waiting.carry(returned) }
            if place.isReady { waiting.hold = Gate.shown(of: blockers) }
            view = waiting
        }
        try answer(
            envelope, .explanation(Explanation(job: view, blockers: blockers, cost: cost)),
            tenant: name == nil ? nil : tenant)
    }
}
