import Core

/// A move of tenants between versions of a plan, and the first tenant that was not yet looked at.
struct PlanMoveProgress {
    /// They are made in the order of their numbers.
    let number: Int64
    let move: PlanMove
    var position = 0
}

extension Engine {
    // MARK: Plans

    /// What is offered when the store opens: a start is refused that would lose a plan in use.
    func offer(_ drafts: [PlanDraft]) throws(StoreError) {
        if let lost = lostPlan(drafts) {
            let users =
                lost.tenants == 1
                ? "tenant '\(lost.such)' is"
                : "\(lost.tenants) tenants, such as '\(lost.such)', are"
            throw StoreError(
                .unfit,
                "\(users) on plan '\(lost.plan)', and the plans that the server was started with"
                    + " have no such plan; put it back, or start with the old plans and put whoever"
                    + " is on it on another first")
        }
        if let kept = catalog.keptType(against: drafts.map(\.terms)) {
            throw StoreError(
                .unfit,
                "metric '\(kept.metric.name)' is a \(kept.type.name) in the plans of before; a type"
                    + " stays, give the metric another name")
        }
        guard
            drafts.contains(where: { planTexts[$0.id] != $0.text })
                || Set(planTexts.keys) != Set(drafts.map(\.id))
        else { return }
        try rows.begin()
        try take(drafts)
        try rows.commit()
    }

    func loadPlans(_ drafts: [PlanDraft], _ envelope: Envelope) throws(StoreError) {
        if let lost = lostPlan(drafts) {
            return try refuse(
                envelope, .planInUse(lost.plan, tenants: lost.tenants, such: lost.such))
        }
        if let kept = catalog.keptType(against: drafts.map(\.terms)) {
            return try refuse(envelope, .metricTypeStays(kept.metric.name, kept.type))
        }
        try take(drafts)
        outcome.catalog = catalog
        try answer(envelope, .plansLoaded(catalog))
    }

    /// A plan that tenants are on and that these drafts have not.
    private func lostPlan(
        _ drafts: [PlanDraft]
    ) -> (plan: String, tenants: Int, such: String)? {
        let kept = Set(drafts.map(\.id))
        guard let lost = book.planUses.keys.map(\.id).filter({ !kept.contains($0) }).min() else {
            return nil
        }
        // Only who is refused waits for a look at every tenant.
        var users = 0
        var such = ""
        for tenant in book.tenants.indices {
            let facts = book.tenants[tenant].facts
            guard !facts.isDeleted, facts.basePlan.id == lost || facts.entitled?.plan?.id == lost
            else { continue }
            if users == 0 { such = book.tenants[tenant].id }
            users += 1
        }
        return (lost, users, such)
    }

    /// Takes these plans on offer. One that changed gets a new version; tenants keep theirs.
    private func take(_ drafts: [PlanDraft]) throws(StoreError) {
        var offered: [Plan] = []
        var older = catalogIsStored ? catalog.everyVersion : []
        for draft in drafts {
            for metric in [Metric.jobs] + draft.terms.others.map(\.metric)
            where metrics.number(of: metric) == nil {
                try rows.insertMetric(number: metrics.add(metric), name: metric.name)
            }
            if let known = planTexts[draft.id], known == draft.text, catalogIsStored,
                let plan = catalog.plan(draft.id)
            {
                // The environment may have given its prices other ids.
                let renewed = Plan(id: plan.id, version: plan.version, terms: draft.terms)
                offered.append(renewed)
            } else {
                let last = older.filter { $0.id == draft.id }.map(\.version).max() ?? 0
                let plan = Plan(id: draft.id, version: last + 1, terms: draft.terms)
                offered.append(plan)
                try rows.offerPlan(PlanRow(plan: plan, text: draft.text, isOffered: true))
            }
        }
        let keys = Set(offered.map(\.key))
        let ids = Set(drafts.map(\.id))
        for id in planTexts.keys.sorted() where !ids.contains(id) { try rows.endOffer(of: id) }
        older.removeAll { keys.contains($0.key) }
        catalog = PlanCatalog(offered, older: older)
        catalogIsStored = true
        planTexts = [:]
        for draft in drafts { planTexts[draft.id] = draft.text }
        // Events that no plan had a price for may have one now.
        guard earliestEventRetry != nil else { return }
        try rows.hurryEvents(to: now.wall)
        earliestEventRetry = now.wall
    }

    func movePlan(_ move: PlanMove, _ envelope: Envelope) throws(StoreError) {
        for version in [move.from, move.to]
        where catalog.plan(PlanVersion(id: move.plan, version: version)) == nil {
            return try refuse(envelope, .planVersionUnknown(move.plan, version: version))
        }
        guard move.from != move.to else { return try answer(envelope, .planMoves(tenants: 0)) }
        let from = PlanVersion(id: move.plan, version: move.from)
        // Moves that wait before it may bring more tenants to where it begins.
        let users = book.planUses[from, default: 0]
        let isWanted = users > 0 || !moves.isEmpty
        // One that has not begun moves all that the same once more would.
        let isRepeated = moves.last.map { $0.move == move && $0.position == 0 } ?? false
        if isWanted, !isRepeated {
            guard moves.count < Limits.planMovesMax else {
                return try refuse(envelope, .tooManyMoves(max: Limits.planMovesMax))
            }
            let number = (moves.last?.number ?? 0) + 1
            try rows.insertMove(move, number: number)
            moves.append(PlanMoveProgress(number: number, move: move))
        }
        try answer(envelope, .planMoves(tenants: users))
    }

    /// Moves some of the tenants that are on their way to another version of their plan.
    func moveTenants() throws(StoreError) {
        var left = limits.movesMax
        // A look at a tenant that is not on its way costs little, but a hundred thousand do not.
        var looks = Limits.renewalLooksPerBatchMax
        while left > 0, looks > 0, let progress = moves.first {
            let from = PlanVersion(id: progress.move.plan, version: progress.move.from)
            guard progress.position < book.tenants.count, book.planUses[from] != nil else {
                try rows.deleteMove(number: progress.number)
                moves.removeFirst()
                continue
            }
            moves[0].position += 1
            looks -= 1
            let tenant = progress.position
            var facts = book.tenants[tenant].facts
            guard !facts.isDeleted, facts.uses(from) else { continue }
            facts.move(
                from: from, to: PlanVersion(id: progress.move.plan, version: progress.move.to))
            try setFacts(facts, tenant: tenant, by: .plansMoved)
            left -= 1
            #if Mutants
                if Mutant.moveLeavesTenantOut.isIn, left == 0 { moves[0].position += 1 }
            #endif
        }
        if !moves.isEmpty { outcome.hasMore = true }
    }

    // MARK: Facts

    /// A tenant's facts are these now: its row is written, its lines open or close by them. What
    /// changes of plan or status is noted in the audit under `cause`; nil is an event's, which has
    /// a line of its own.
    func setFacts(
        _ facts: TenantFacts, tenant: Int, by cause: AuditCause?
    ) throws(StoreError) {
        var facts = facts
        let standpoint = standpoint(tenant: tenant)
        let before = book.tenants[tenant].terms
        var terms = before
        terms.change(facts, catalog: catalog, enforcement: enforcement)
        terms.noteLimits(changedFrom: before)
        facts = terms.facts
        facts.window.change(
            toAnchorDay: facts.wantedAnchorDay(under: terms.plan), on: periods.day)
        terms.change(facts, catalog: catalog, enforcement: enforcement)
        try termsChanged(terms, tenant: tenant)
        try rows.updateTenant(row(tenant: tenant))
        try publishStatus(of: tenant, before: before.facts.status)
        try publishSubscription(of: tenant, before: before.facts.entitled)
        if let cause {
            let isWord = facts.manual != before.facts.manual
            try audit(tenant: tenant, cause, from: standpoint, isWord: isWord)
        }
    }

    /// A tenant's terms are these now: its lines open or close by them.
    func termsChanged(_ terms: TenantTerms, tenant: Int) throws(StoreError) {
        if let rate = terms.plan.terms.rate, rate != book.tenants[tenant].plan.terms.rate {
            book.modifyTenant(tenant) { rate.takeOver(&$0.starts, at: now) }
        }
        book.setTerms(terms, tenant: tenant)
        #if Mutants
            if Mutant.lowerLimitRewritesCounter.isIn { try lowerCounter(tenant: tenant) }
        #endif
        try refreshGate(tenant: tenant)
        retrackUnfit(tenant: tenant)
        #if Mutants
            if Mutant.missedWakeOnUpgrade.isIn { _ = book.takeAwakeLines() }
        #endif
    }

    #if Mutants
        private func lowerCounter(tenant: Int) throws(StoreError) {
            let account = try account(tenant: tenant)
            guard let base = account.base.units, account.usage.plan > base else { return }
            var usage = account.usage
            usage.plan = base
            usages.put(usage, usageKey(tenant: tenant))
        }
    #endif

    /// A limit of the tenant is another: alerts of the old one do not count for it.
    private func limitChanged(tenant: Int, _ terms: TenantTerms) throws(StoreError) {
        var terms = terms
        terms.noteLimits(changedFrom: book.tenants[tenant].terms)
        try termsChanged(terms, tenant: tenant)
        try rows.updateTenant(row(tenant: tenant))
    }

    // MARK: Overrides

    func putOverride(_ put: PutOverride, _ envelope: Envelope) throws(StoreError) {
        guard let tenant = liveTenant(put.tenant) else {
            return try refuse(envelope, .tenantUnknown(put.tenant))
        }
        guard let metric = metrics.number(of: put.metric) else {
            return try refuse(envelope, unknown(put.metric))
        }
        if let until = put.until, until <= now.wall {
            return try refuse(envelope, .overrideEndsTooEarly)
        }
        var terms = book.tenants[tenant].terms
        guard terms.isOverridden(put.metric) || terms.overrides.count < Limits.overridesPerTenantMax
        else {
            return try refuse(
                envelope, .tooManyOverrides(put.tenant, max: Limits.overridesPerTenantMax))
        }
        let override = Override(
            metric: put.metric, limit: put.limit, until: put.until, reason: put.reason,
            createdAt: now.wall)
        try dropOverrideDeadline(of: put.metric, metric, tenant: tenant)
        #if Mutants
            if !Mutant.overrideLostWhenUnlimited.isIn || put.limit != .unlimited {
                terms.put(override)
            }
        #else
            terms.put(override)
        #endif
        try rows.putOverride(override, metric: metric, tenant: Int64(tenant + 1))
        if let until = put.until {
            try setDeadline(
                DeadlineRow(
                    at: until, tenant: Int64(tenant + 1), event: .overrideEnds, subject: metric))
        }
        try limitChanged(tenant: tenant, terms)
        try answer(envelope, .override(override), tenant: tenant)
    }

    func removeOverride(
        of metric: Metric, tenant id: String, _ envelope: Envelope
    ) throws(StoreError) {
        guard let tenant = liveTenant(id) else { return try refuse(envelope, .tenantUnknown(id)) }
        guard let number = metrics.number(of: metric),
            book.tenants[tenant].terms.overrides.contains(where: { $0.metric == metric })
        else { return try refuse(envelope, .overrideUnknown(metric.name)) }
        try dropOverrideDeadline(of: metric, number, tenant: tenant)
        try endOverride(of: metric, number, tenant: tenant)
        try answer(envelope, .done, tenant: tenant)
    }

    private func endOverride(
        of metric: Metric, _ number: Int64, tenant: Int
    ) throws(StoreError) {
        var terms = book.tenants[tenant].terms
        terms.removeOverride(of: metric)
        try rows.deleteOverride(metric: number, tenant: Int64(tenant + 1))
        try limitChanged(tenant: tenant, terms)
    }

    private func dropOverrideDeadline(
        of metric: Metric, _ number: Int64, tenant: Int
    ) throws(StoreError) {
        let old = book.tenants[tenant].terms.overrides.first { $0.metric == metric }
        guard let until = old?.until else { return }
        try dropDeadline(
            DeadlineRow(
                at: until, tenant: Int64(tenant + 1), event: .overrideEnds, subject: number))
    }

    // MARK: Deadlines

    func setDeadline(_ row: DeadlineRow) throws(StoreError) {
        try rows.insertDeadline(row)
        earliestDeadline = min(earliestDeadline ?? row.at, row.at)
    }

    func dropDeadline(_ row: DeadlineRow) throws(StoreError) {
        try rows.deleteDeadline(row)
        if row.at == earliestDeadline { earliestDeadline = try rows.earliestDeadline() }
    }

    /// Does what the tenants' terms do by themselves, before anything else of the batch: what ends
    /// now counts for none of its jobs.
    func fireDeadlines() throws(StoreError) {
        guard let earliest = earliestDeadline, earliest <= now.wall else { return }
        let due = try rows.dueDeadlines(until: now.wall, limit: limits.deadlinesMax)
        for row in due {
            guard row.tenant > 0, row.tenant <= book.tenants.count else {
                throw StoreError(
                    .corrupt, "a deadline is of tenant \(row.tenant), who is not there")
            }
            try rows.deleteDeadline(row)
            let tenant = Int(row.tenant - 1)
            switch row.event {
            case .grantStarts: try turnGrant(row, to: .inForce)
            case .grantEnds: try turnGrant(row, to: .expired)
            case .overrideEnds:
                guard row.subject > 0, row.subject <= metrics.metrics.count else {
                    throw StoreError(
                        .corrupt, "a deadline is of metric \(row.subject), which is not there")
                }
                let metric = metrics.metrics[Int(row.subject - 1)]
                let overrides = book.tenants[tenant].terms.overrides
                guard overrides.contains(where: { $0.metric == metric && $0.until == row.at })
                else {
                    throw StoreError(
                        .corrupt,
                        "a deadline ends the override of \(metric.name) of tenant \(row.tenant) at"
                            + " \(row.at), when none ends")
                }
                try endOverride(of: metric, row.subject, tenant: tenant)
            case .entitlementTurns: try turnEntitlement(tenant: tenant, at: row.at)
            }
        }
        earliestDeadline = try rows.earliestDeadline()
        if due.count == limits.deadlinesMax { outcome.hasMore = true }
    }

    // MARK: Enforcement

    func setEnforcement(_ new: Enforcement, _ envelope: Envelope) throws(StoreError) {
        if new != enforcement {
            enforcement = new
            try rows.putEnforcement(new)
            outcome.enforcement = new
            gateWalk.begin(since: periods.day)
            try renewGates()
        }
        try answer(envelope, .enforcement(new))
    }

    func unknown(_ metric: Metric) -> Refusal {
        .metricUnknown(
            metric.name, known: catalog.metrics.map(\.name).joined(separator: ", "))
    }
}
