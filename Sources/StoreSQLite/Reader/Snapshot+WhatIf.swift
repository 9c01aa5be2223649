import Core
import Store

extension Snapshot {
    /// Goes through a period under another plan, charge by charge where the ledger has all of them.
    func whatIf(_ question: WhatIf) throws(StoreError) -> QueryResult {
        guard let row = try open.tenant(question.tenant) else {
            return try found(.tenantUnknown(question.tenant), tenant: nil)
        }
        let past = try usages(of: row)
        guard let period = period(named: question.period, among: past, of: row) else {
            return try found(.periodUnknown(question.period ?? ""), tenant: question.tenant)
        }
        let terms = try terms(of: row)
        let course = try PlanCourse(of: row.number, now: terms.plan.key, in: open)
        let folded = try folds(of: row.number).filter { $0.period == period }
        let entries = try entries(of: period, tenant: row.number)
        var views: [WhatIfView] = []
        for usage in past where usage.period == period {
            let found = entries.filter { $0.metric == usage.metric }
            var view = try view(
                of: usage, found, question, terms: terms, course, tenant: row.number)
            view.isFolded = folded.contains { $0.metric == usage.metric }
            views.append(view)
        }
        return try self.found(
            .whatIf(views.sorted { $0.metric < $1.metric }), tenant: question.tenant)
    }

    /// A metric's period. The tenant's override would have held in place of the other plan's limit
    /// too, and its grants would have been there.
    private func view(
        of past: PastUsage, _ entries: [LedgerView], _ question: WhatIf, terms: TenantTerms,
        _ course: PlanCourse, tenant: Int64
    ) throws(StoreError) -> WhatIfView {
        let metric = past.metric
        let asked =
            question.plan.terms(of: metric) ?? MetricTerms(metric: metric, limit: .unlimited)
        let own = terms.overrides.first { $0.metric == metric }
        let end = min(envelope.now.wall, past.period.end)
        let holds = own.map { $0.createdAt <= end && !$0.isOver(at: end) } ?? false
        let limit = holds ? own?.limit ?? asked.limit : asked.limit
        let overageMax = asked.overagePrice == nil ? 0 : question.overage(of: metric)
        let grants = try grants(
            of: metric, in: past.period, taken: entries, tenant: tenant)
        guard entries.reduce(0, { $0 + $1.amount }) == past.usage.total + past.usage.unenforced
        else {
            let left =
                grants.reduce(0) { $0 + $1.remaining }
                - entries.reduce(0) { sum, entry in
                    sum + (entry.grant == nil ? 0 : entry.amount)
                }
            return WhatIfView(
                past, under: asked, limit: limit, overageMax: overageMax,
                grantLeft: max(0, left))
        }
        var replay = WhatIfReplay(
            past, under: asked, limit: limit, overageMax: overageMax, grants: grants)
        // What began or ended on the way held for a part of it.
        if let own, own.createdAt <= end, !own.isOver(at: past.period.start),
            !holds || own.createdAt > past.period.start
        {
            replay.loseExactness()
        }
        var index = entries.startIndex
        while index < entries.endIndex {
            let entry = entries[index]
            // The rows of one charge, one a source, follow each other.
            let rows = entries[index...].prefix {
                $0.id == entry.id
                    || $0.entry == entry.entry
                        && (entry.job != nil && $0.job == entry.job
                            || entry.event != nil && $0.event == entry.event)
            }
            index += rows.count
            let amount = rows.reduce(0) { $0 + $1.amount }
            let (step, isExact) = try step(
                entry, amount: amount, question.plan, insteadOf: terms.plan, course)
            replay.take(step, at: entry.at)
            if !isExact { replay.loseExactness() }
        }
        return replay.view
    }

    /// What a row of the ledger would have been, and whether that is certain.
    private func step(
        _ entry: LedgerView, amount: Int64, _ plan: Plan, insteadOf present: Plan,
        _ course: PlanCourse
    ) throws(StoreError) -> (WhatIfReplay.Step, isExact: Bool) {
        guard let job = entry.job, entry.metric == .jobs else {
            let isAsked = entry.job == nil && entry.entry == .charge
            return (isAsked ? .consumed(amount) : .reported(amount), true)
        }
        switch entry.entry {
        case .refund: return (.refunded(job), true)
        case .report, .adjust, .folded: return (.reported(amount), true)
        case .charge: break
        }
        let costsTheSame = course.isStraight && plan.terms.costs == present.terms.costs
        guard !costsTheSame || !plan.terms.featuresOfKinds.isEmpty else {
            return (.started(job, cost: amount), true)
        }
        let statement = try open.rarely(JobsSQL.submitted)
        statement.bind(1, job.rawValue)
        guard
            let (line, submitted, time) = try statement.first({ row throws(StoreError) in
                (row.int(0), try Decoding.cost(row.int(1)), try Decoding.time(row.int(2)))
            })
        else { return (.started(job, cost: amount), false) }
        let kind = try open.names(ofLine: line).kind
        let then = try course.plan(at: time).flatMap { catalog.plan($0) }
        // What was asked for beyond the plan's cost would have been asked for again.
        let isRaised = submitted > (then ?? present).cost(ofKind: kind)
        let cost = max(isRaised ? submitted : 0, plan.cost(ofKind: kind))
        return plan.missingFeature(forKind: kind) == nil
            ? (.started(job, cost: cost), then != nil) : (.barred(job, cost: cost), then != nil)
    }

    /// Grants with what they could have given in the period: what is left, unless they were taken
    /// back, and what was taken of them in it.
    private func grants(
        of metric: Metric, in period: Period, taken entries: [LedgerView], tenant: Int64
    ) throws(StoreError) -> [Grant] {
        var taken: [GrantID: Int64] = [:]
        for entry in entries {
            if let grant = entry.grant { taken[grant, default: 0] += entry.amount }
        }
        let all = try grants(ofTenant: tenant, before: nil, limit: Limits.grantsPerTenantMax)
        return all.compactMap { grant in
            guard grant.metric == metric, grant.effectiveAt < envelope.now.wall,
                grant.expiresAt.map({ $0 > period.start }) ?? true
            else { return nil }
            var grant = grant
            let left = grant.state == .revoked ? 0 : grant.remaining
            grant.remaining = left + taken[grant.id, default: 0]
            return grant.remaining > 0 ? grant : nil
        }
    }

    /// What the ledger has of a period, oldest first: the index, then the tail that it has not got;
    /// as far as a look at it may go.
    private func entries(of period: Period, tenant: Int64) throws(StoreError) -> [LedgerView] {
        let floor = IDSource.floor(at: period.start)
        let indexed = try open.indexed(MetaKey.ledgerIndexed)
        var entries: [LedgerView] = []
        open.ledgerOfTenantAbove.bind(1, tenant)
        open.ledgerOfTenantAbove.bind(2, floor)
        open.ledgerOfTenantAbove.bind(3, Int64(Limits.scanRowsMax))
        for id in try open.ledgerOfTenantAbove.all({ $0.int(0) }) where id <= indexed {
            open.ledgerByID.bind(1, id)
            guard let entry = try open.ledgerByID.first(Decoding.ledger),
                entry.period == period
            else { continue }
            entries.append(entry)
        }
        var tail: [LedgerView] = []
        var looks = Limits.scanRowsMax
        open.ledgerBelow.bind(1, Int64.max)
        open.ledgerBelow.bind(2, max(indexed, floor - 1))
        try open.ledgerBelow.each { row throws(StoreError) in
            looks -= 1
            if row.int(1) == tenant {
                let entry = try Decoding.ledger(row)
                if entry.period == period { tail.append(entry) }
            }
            return looks > 0
        }
        return entries + tail.reversed()
    }
}

extension WhatIf {
    /// How much overage is taken as agreed to, in counted units.
    fileprivate func overage(of metric: Metric) -> Int64 {
        guard let overageMax else { return 0 }
        let (units, overflow) = overageMax.multipliedReportingOverflow(by: metric.unitsPerShown)
        return overflow ? Limits.amountMax : min(units, Limits.amountMax)
    }
}
