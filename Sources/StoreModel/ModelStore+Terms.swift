import Core
import Store

/// A move of tenants between versions of a plan, and the first tenant that was not yet looked at.
struct ModelMove {
    let move: PlanMove
    var position = 0
}

/// What a tenant's terms do by themselves when a time comes.
struct ModelDeadline {
    let at: Timestamp
    let tenant: Int
    let event: DeadlineEvent
    /// Of equal deadlines the least is first: the grant's id.
    let grant: GrantID?
    let metric: Metric?
}

extension ModelStore {
    // MARK: Plans

    func loadPlans(_ drafts: [PlanDraft], _ id: EnvelopeID) {
        let kept = Set(drafts.map(\.id))
        let lost = tenants.filter {
            !$0.facts.isDeleted && !$0.facts.plansInUse.allSatisfy { kept.contains($0.id) }
        }
        let plans = lost.flatMap(\.facts.plansInUse).map(\.id)
        if let first = plans.filter({ !kept.contains($0) }).min() {
            let users = lost.filter { $0.facts.plansInUse.contains { $0.id == first } }
            return answer(
                id,
                .refused(.planInUse(first, tenants: users.count, such: users.first?.id ?? "")))
        }
        if let kept = catalog.keptType(against: drafts.map(\.terms)) {
            return answer(id, .refused(.metricTypeStays(kept.metric.name, kept.type)))
        }
        let all = catalog.everyVersion
        let offered = drafts.map { draft -> Plan in
            if planTexts[draft.id] == draft.text, let plan = catalog.plan(draft.id) {
                return plan
            }
            let last = all.filter { $0.id == draft.id }.map(\.version).max() ?? 0
            return Plan(id: draft.id, version: last + 1, terms: draft.terms)
        }
        let keys = Set(offered.map(\.key))
        catalog = PlanCatalog(offered, older: all.filter { !keys.contains($0.key) })
        planTexts = Dictionary(uniqueKeysWithValues: drafts.map { ($0.id, $0.text) })
        metrics.formUnion(catalog.metrics)
        billing.hurryEvents(to: now.wall)
        outcome.catalog = catalog
        answer(id, .plansLoaded(catalog))
    }

    func movePlan(_ move: PlanMove, _ id: EnvelopeID) {
        for version in [move.from, move.to]
        where catalog.plan(PlanVersion(id: move.plan, version: version)) == nil {
            return answer(id, .refused(.planVersionUnknown(move.plan, version: version)))
        }
        guard move.from != move.to else { return answer(id, .planMoves(tenants: 0)) }
        let from = PlanVersion(id: move.plan, version: move.from)
        let users = tenants.filter { isOn(from, $0) }
        // One that has not begun moves all that the same once more would.
        let isRepeated = moves.last.map { $0.move == move && $0.position == 0 } ?? false
        if !(users.isEmpty && moves.isEmpty), !isRepeated {
            guard moves.count < Limits.planMovesMax else {
                return answer(id, .refused(.tooManyMoves(max: Limits.planMovesMax)))
            }
            moves.append(ModelMove(move: move))
        }
        answer(id, .planMoves(tenants: users.count))
    }

    /// One move after the other, in each the tenants in the order in which they were made, as many
    /// as a batch may.
    func moveTenants() {
        var left = limits.movesMax
        while left > 0, let progress = moves.first {
            let from = PlanVersion(id: progress.move.plan, version: progress.move.from)
            let rest = tenants.indices.dropFirst(progress.position)
            // Whoever comes to the old version behind the move stays there.
            guard let next = rest.first(where: { isOn(from, tenants[$0]) }) else {
                moves.removeFirst()
                continue
            }
            moves[0].position = next + 1
            var facts = tenants[next].facts
            facts.move(
                from: from, to: PlanVersion(id: progress.move.plan, version: progress.move.to))
            setFacts(facts, tenants[next].id, by: .plansMoved)
            left -= 1
        }
        if !moves.isEmpty { outcome.hasMore = true }
    }

    private func isOn(_ version: PlanVersion, _ tenant: ModelTenant) -> Bool {
        !tenant.facts.isDeleted && tenant.facts.plansInUse.contains(version)
    }

    // MARK: Overrides and grants

    func putOverride(_ put: PutOverride, _ id: EnvelopeID) {
        guard liveTenant(put.tenant) != nil else {
            return answer(id, .refused(.tenantUnknown(put.tenant)))
        }
        guard metrics.contains(put.metric) else {
            return answer(id, .refused(unknown(put.metric)))
        }
        if let until = put.until, until <= now.wall {
            return answer(id, .refused(.overrideEndsTooEarly))
        }
        if let tenant = liveTenant(put.tenant),
            Set(tenant.overrides.map(\.metric) + [put.metric]).count
                > Limits.overridesPerTenantMax
        {
            return answer(
                id,
                .refused(.tooManyOverrides(put.tenant, max: Limits.overridesPerTenantMax)))
        }
        let override = Override(
            metric: put.metric, limit: put.limit, until: put.until, reason: put.reason,
            createdAt: now.wall)
        changeOverrides(put.tenant, of: put.metric) {
            $0.overrides.removeAll { $0.metric == put.metric }
            $0.overrides.append(override)
            $0.overrides.sort { $0.metric < $1.metric }
        }
        answer(id, .override(override), tenant: put.tenant)
    }

    func removeOverride(of metric: Metric, _ name: String, _ id: EnvelopeID) {
        guard let tenant = liveTenant(name) else {
            return answer(id, .refused(.tenantUnknown(name)))
        }
        guard tenant.overrides.contains(where: { $0.metric == metric }) else {
            return answer(id, .refused(.overrideUnknown(metric.name)))
        }
        endOverride(of: metric, name)
        answer(id, .done, tenant: name)
    }

    private func endOverride(of metric: Metric, _ name: String) {
        changeOverrides(name, of: metric) { $0.overrides.removeAll { $0.metric == metric } }
    }

    /// What was told of a limit counts for the next only where it is the same.
    private func changeOverrides(
        _ name: String, of metric: Metric, _ body: (inout ModelTenant) -> Void
    ) {
        changeTenant(name) {
            let before = terms($0).base(of: metric)
            body(&$0)
            if terms($0).base(of: metric) != before {
                $0.facts.limitChanges[metric, default: 0] += 1
            }
        }
    }

    func addGrant(_ add: AddGrant, _ id: EnvelopeID) {
        guard let tenant = liveTenant(add.tenant) else {
            return answer(id, .refused(.tenantUnknown(add.tenant)))
        }
        guard metrics.contains(add.metric) else {
            return answer(id, .refused(unknown(add.metric)))
        }
        if catalog.type(of: add.metric) == .gauge {
            return answer(id, .refused(.metricIsGauge(add.metric.name)))
        }
        if let known = tenant.grants.first(where: { $0.source == add.source }) {
            return answer(id, .grant(known, isNew: false), tenant: tenant.id)
        }
        guard tenant.grants.filter(\.isOpen).count < Limits.grantsPerTenantMax else {
            return answer(
                id, .refused(.tooManyGrants(tenant.id, max: Limits.grantsPerTenantMax)))
        }
        let effectiveAt = max(add.effectiveAt ?? now.wall, now.wall)
        if let expiresAt = add.expiresAt, expiresAt <= effectiveAt {
            return answer(id, .refused(.grantEndsTooEarly))
        }
        let isTakenBack = (try? desk().isTakenBack(source: add.source)) ?? false
        let isPending = effectiveAt > now.wall
        let grant = Grant(
            id: GrantID(rawValue: grantIDs.next(at: now.wall)), metric: add.metric,
            amount: add.amount, remaining: add.amount, source: add.source,
            effectiveAt: effectiveAt, expiresAt: add.expiresAt, priority: add.priority,
            createdAt: now.wall,
            state: isTakenBack ? .revoked : isPending ? .pending : .inForce,
            isTakenBack: isTakenBack)
        changeTenant(tenant.id) { $0.grants.append(grant) }
        answer(id, .grant(grant, isNew: true), tenant: tenant.id)
    }

    func revokeGrant(_ grant: GrantID, _ name: String, _ id: EnvelopeID) {
        guard let tenant = liveTenant(name) else {
            return answer(id, .refused(.tenantUnknown(name)))
        }
        guard let found = tenant.grants.first(where: { $0.id == grant }) else {
            return answer(id, .refused(.grantUnknown(grant.description)))
        }
        guard found.state != .expired else {
            return answer(id, .refused(.grantOver(grant, .expired)))
        }
        turn(grant, name, to: .revoked)
        guard let after = self.tenant(name)?.grants.first(where: { $0.id == grant }) else {
            return
        }
        answer(id, .grant(after, isNew: false), tenant: name)
    }

    func turn(_ grant: GrantID, _ tenant: String, to state: Grant.State) {
        turn(grant, tenant) { $0.turn(to: state) }
    }

    func turn(_ grant: GrantID, _ tenant: String, _ body: (inout Grant) -> Void) {
        changeTenant(tenant) { row in
            guard let index = row.grants.firstIndex(where: { $0.id == grant }) else { return }
            body(&row.grants[index])
        }
    }

    // MARK: Deadlines

    /// Everything that begins or ends by itself, in the order in which it does.
    var deadlines: [ModelDeadline] {
        var found: [ModelDeadline] = []
        for (index, tenant) in tenants.enumerated() {
            for grant in tenant.grants {
                if grant.state == .pending {
                    found.append(
                        ModelDeadline(
                            at: grant.effectiveAt, tenant: index, event: .grantStarts,
                            grant: grant.id, metric: nil))
                }
                if grant.state == .pending || grant.state == .inForce,
                    let expiresAt = grant.expiresAt
                {
                    found.append(
                        ModelDeadline(
                            at: expiresAt, tenant: index, event: .grantEnds, grant: grant.id,
                            metric: nil))
                }
            }
            for override in tenant.overrides {
                guard let until = override.until else { continue }
                found.append(
                    ModelDeadline(
                        at: until, tenant: index, event: .overrideEnds, grant: nil,
                        metric: override.metric))
            }
            if let turns = tenant.facts.entitled?.nextChange {
                found.append(
                    ModelDeadline(
                        at: turns, tenant: index, event: .entitlementTurns, grant: nil,
                        metric: nil))
            }
        }
        return found.sorted {
            ($0.at, $0.tenant, $0.event.rawValue, $0.grant?.rawValue ?? 0)
                < ($1.at, $1.tenant, $1.event.rawValue, $1.grant?.rawValue ?? 0)
        }
    }

    func fireDeadlines() {
        let due = deadlines.filter { $0.at <= now.wall }
        for deadline in due.prefix(limits.deadlinesMax) {
            let tenant = tenants[deadline.tenant].id
            switch deadline.event {
            case .grantStarts:
                if let grant = deadline.grant { turn(grant, tenant, to: .inForce) }
            case .grantEnds:
                if let grant = deadline.grant { turn(grant, tenant, to: .expired) }
            case .overrideEnds:
                if let metric = deadline.metric { endOverride(of: metric, tenant) }
            case .entitlementTurns: entitle(deadline.tenant, fired: true)
            }
        }
        if due.count >= limits.deadlinesMax { outcome.hasMore = true }
    }
}
