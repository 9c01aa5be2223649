import Core
import Store

extension ModelStore {
    // MARK: Counting

    /// Nil where there is no hard limit to keep.
    func ledgerLimit(_ account: Account) -> Int64? {
        account.isEnforced && account.terms.cap == .hard ? account.inForce : nil
    }

    /// Counts charges, writes them down, and tells of what they cross.
    func count(
        _ charges: [Charge], _ account: Account, _ tenant: ModelTenant, _ entry: LedgerEntry,
        job: JobID? = nil, event: String? = nil
    ) {
        guard !charges.isEmpty else { return }
        let key = key(tenant, account.metric)
        for charge in charges {
            let used = (usages[key] ?? .none).adding(charge)
            usages[key] = used
            ledger.append(
                (
                    tenant.id,
                    LedgerView(
                        id: LedgerID(rawValue: ledgerIDs.next(at: now.wall)), at: now.wall,
                        job: job, metric: account.metric, period: key.period, entry: entry,
                        source: charge.source, amount: charge.amount, usedAfter: used.total,
                        inForce: ledgerLimit(account), grant: charge.grant, event: event)
                ))
            take(charge, tenant.id)
        }
        let after = account.adding(charges)
        for threshold in account.thresholdsCrossed(to: after) {
            tell(threshold, after, key.period, tenant.id)
        }
    }

    private func take(_ charge: Charge, _ tenant: String) {
        changeTenant(tenant) { row in
            guard let index = row.grants.firstIndex(where: { $0.id == charge.grant }) else {
                return
            }
            row.grants[index].remaining -= charge.amount
        }
    }

    private func tell(
        _ threshold: Int64, _ account: Account, _ period: Period?, _ tenant: String
    ) {
        let metric = account.metric
        var isNew = false
        changeTenant(tenant) { row in
            let version = row.facts.limitVersion(of: metric)
            let isKnown = row.alerts.contains {
                $0.metric == metric && $0.period == period && $0.limitVersion == version
                    && $0.threshold == threshold
            }
            if isKnown { return }
            row.alerts.append(
                ModelAlert(
                    metric: metric, period: period, limitVersion: version,
                    threshold: threshold, at: now.wall))
            isNew = true
        }
        guard isNew, let row = self.tenant(tenant) else { return }
        let event = QuotaEvent(
            tenant: tenant, account: account, threshold: threshold, period: self.period(row),
            plan: terms(row).plan.id)
        publish(event.type, tenant, event.data)
    }

    /// Gives back what a job cost that ended without success and of which nothing could start.
    func refund(_ id: JobID) {
        guard let job = jobs[id], let charge = job.charge, job.run.isRefundable,
            job.place != .ended(.succeeded)
        else { return }
        for taken in charge.charges {
            let back = Charge(source: taken.source, amount: -taken.amount, grant: taken.grant)
            let used = (usages[charge.key] ?? .none).adding(back)
            usages[charge.key] = used
            ledger.append(
                (
                    job.tenant,
                    LedgerView(
                        id: LedgerID(rawValue: ledgerIDs.next(at: now.wall)), at: now.wall,
                        job: id, metric: .jobs, period: charge.key.period, entry: .refund,
                        source: taken.source, amount: -taken.amount, usedAfter: used.total,
                        inForce: charge.inForce, grant: taken.grant)
                ))
            take(back, job.tenant)
        }
    }

    /// Counts what an attempt used, and what it ran where a plan names that.
    func report(_ report: AttemptReport, _ attempt: ModelAttempt, isLost: Bool) {
        guard let job = jobs[attempt.job], let owner = tenant(job.tenant) else { return }
        var amounts = report.usage
        if metrics.contains(.computeSeconds) {
            let end = isLost ? attempt.heardSteady : now.steadyMilliseconds
            let ran = min(end - attempt.countedFromSteady, attempt.chargedMost)
            amounts.append(
                AttemptReport.Amount(
                    metric: .computeSeconds, amount: min(report.ranMilliseconds ?? ran, ran)))
        }
        for amount in amounts where metrics.contains(amount.metric) {
            let account = account(tenant(owner.id) ?? owner, amount.metric)
            count(
                account.report(of: min(amount.amount, account.room)), account, owner, .report,
                job: attempt.job)
        }
    }

    // MARK: Usage outside jobs

    func useUnits(_ use: UsageEvents, _ id: EnvelopeID) {
        if liveTenant(use.tenant) != nil { turnIfDue(use.tenant) }
        guard let tenant = liveTenant(use.tenant) else {
            return answer(id, .refused(.tenantUnknown(use.tenant)))
        }
        for event in use.events {
            guard metrics.contains(event.metric), let type = catalog.type(of: event.metric) else {
                return answer(id, .refused(unknown(event.metric)))
            }
            if type == .gauge { return answer(id, .refused(.metricIsGauge(event.metric.name))) }
        }
        if use.mustFit, tenant.facts.status == .suspended {
            return answer(
                id, .refused(.tenantSuspended(use.tenant, tenant.facts.stops)))
        }
        let before = copy()
        var outcomes: [UsageOutcome] = []
        for event in use.events {
            guard let row = self.tenant(use.tenant) else { return }
            guard event.amount > 0 else {
                outcomes.append(.counted)
                continue
            }
            if row.events.contains(event.id) {
                outcomes.append(.duplicate)
                continue
            }
            let account = account(row, event.metric)
            guard event.amount <= account.room else {
                undo(to: before)
                return answer(
                    id,
                    .refused(.amountTooGreat(event.metric.name, used: account.usage.total)))
            }
            let charges =
                use.mustFit
                ? account.admission(of: event.amount) : account.report(of: event.amount)
            guard let charges else {
                undo(to: before)
                let unused = self.account(tenant, event.metric)
                let asked = account.usage.total - unused.usage.total + event.amount
                return answer(
                    id,
                    .refused(
                        .amountExceeds(
                            Gate.refusal(
                                of: asked, account: unused, for: gate(tenant),
                                catalog: catalog))))
            }
            changeTenant(row.id) { $0.events.insert(event.id) }
            count(charges, account, row, use.mustFit ? .charge : .report, event: event.id)
            outcomes.append(.counted)
        }
        answer(id, .unitsUsed(outcomes), tenant: use.tenant)
    }

    /// All of a request's events count or none.
    private func undo(to before: ModelStore) {
        tenants = before.tenants
        usages = before.usages
        ledger = before.ledger
        ledgerIDs = before.ledgerIDs
        lanes = before.lanes
        outbound = before.outbound
    }

    func setGauge(_ metric: Metric, to value: Int64, _ name: String, _ id: EnvelopeID) {
        if liveTenant(name) != nil { turnIfDue(name) }
        guard let tenant = liveTenant(name) else {
            return answer(id, .refused(.tenantUnknown(name)))
        }
        guard metrics.contains(metric), let type = catalog.type(of: metric) else {
            return answer(id, .refused(unknown(metric)))
        }
        guard type == .gauge else { return answer(id, .refused(.metricIsCounter(metric.name))) }
        let account = account(tenant, metric)
        let rise = value - account.usage.plan
        if rise > 0, account.isEnforced, account.terms.cap == .hard,
            let limit = account.base.units, value > limit
        {
            return answer(
                id,
                .refused(
                    .amountExceeds(
                        Gate.refusal(
                            of: rise, account: account, for: gate(tenant), catalog: catalog))))
        }
        if rise != 0 {
            count([Charge(source: .plan, amount: rise)], account, tenant, .adjust)
        }
        answer(id, .gauge(metric, value: value), tenant: name)
    }

    // MARK: Questions

    func checkLimit(_ metric: Metric, _ amount: Int64, _ name: String, _ id: EnvelopeID) {
        if liveTenant(name) != nil { turnIfDue(name) }
        guard let tenant = liveTenant(name) else {
            return answer(id, .refused(.tenantUnknown(name)))
        }
        guard let check = limitCheck(metric, amount, gate(tenant), of: tenant) else {
            return answer(id, .refused(unknown(metric)))
        }
        answer(id, .limitCheck(check), tenant: name)
    }

    /// Nil of a metric that no plan names.
    func limitCheck(
        _ metric: Metric, _ amount: Int64, _ gate: Gate.Tenant, of tenant: ModelTenant
    ) -> LimitCheck? {
        guard metrics.contains(metric), let type = catalog.type(of: metric) else { return nil }
        let hold = Gate.limitHold(
            amount: amount, account: account(tenant, metric), isGauge: type == .gauge,
            for: gate, catalog: catalog)
        return LimitCheck(hold: hold)
    }

    func checkFeature(_ feature: String, _ name: String, _ id: EnvelopeID) {
        if liveTenant(name) != nil { turnIfDue(name) }
        guard let tenant = liveTenant(name) else {
            return answer(id, .refused(.tenantUnknown(name)))
        }
        let hold = Gate.featureHold(feature, terms: terms(tenant), catalog: catalog)
        answer(id, .limitCheck(LimitCheck(hold: hold)), tenant: name)
    }

    func explain(_ job: JobID, _ name: String?, _ id: EnvelopeID) {
        guard let found = jobs[job], name == nil || found.tenant == name else {
            return answer(id, .refused(.jobUnknown(job)))
        }
        turnIfDue(found.tenant)
        answer(
            id, .explanation(explanation(of: found, seesPace: true)),
            tenant: name == nil ? nil : found.tenant)
    }

    func explanation(of job: ModelJob, seesPace: Bool) -> Explanation {
        guard let tenant = tenant(job.tenant) else { preconditionFailure("no tenant") }
        let gate = gate(tenant, seesPace: seesPace)
        let request = job.isWaiting ? request(job, gate.terms.plan) : nil
        let blockers = request.map { Gate.blockers($0, for: gate, catalog: catalog) } ?? []
        return Explanation(
            job: view(job, seesPace: seesPace), blockers: blockers, cost: request?.cost)
    }
}
