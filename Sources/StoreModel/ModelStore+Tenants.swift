import Core
import Store

extension ModelStore {
    enum Remembered {
        case results([Int64])
        case mismatch(Refusal)
    }

    func remembered(_ envelope: Envelope) -> Remembered? {
        guard let request = envelope.idempotency,
            let row = replays[ReplayKey(scope: request.scope, key: request.key)],
            now.wall.since(row.createdAt) <= Limits.idempotencyMillisecondsKept
        else { return nil }
        return row.fingerprint == request.fingerprint
            ? .results(row.results) : .mismatch(.idempotencyMismatch(key: request.key))
    }

    func remember(_ envelope: Envelope, _ results: [Int64]) {
        guard let request = envelope.idempotency else { return }
        lastReplay += 1
        replays[ReplayKey(scope: request.scope, key: request.key)] = ModelReplay(
            fingerprint: request.fingerprint, results: results, createdAt: now.wall,
            order: lastReplay)
    }

    func createTenant(_ create: CreateTenant, _ envelope: Envelope) {
        switch remembered(envelope) {
        case .mismatch(let refusal): return answer(envelope.id, .refused(refusal))
        case .results:
            guard let tenant = tenant(create.id) else {
                return answer(envelope.id, .refused(.tenantUnknown(create.id)))
            }
            return answer(envelope.id, .tenantCreated(view(tenant), isReplay: true))
        case nil: break
        }
        guard tenant(create.id) == nil else {
            return answer(envelope.id, .refused(.tenantExists(create.id)))
        }
        guard let plan = catalog.plan(create.plan) else {
            return answer(
                envelope.id, .refused(.planUnknown(create.plan, known: catalog.idList)))
        }
        var facts = TenantFacts(basePlan: plan.key)
        facts.bucket = create.bucket
        facts.anchorDay = Int64(Day(containing: now.wall).date.day)
        if let refusal = take(create.choices, &facts, plan) {
            return answer(envelope.id, .refused(refusal))
        }
        facts.window = PeriodWindow(anchorDay: facts.wantedAnchorDay(under: plan))
        let made = ModelTenant(
            id: create.id, name: create.name, email: create.email, createdAt: now.wall,
            facts: facts)
        tenants.append(made)
        audit(tenants.count - 1, .tenantCreated, from: nil)
        remember(envelope, [Int64(tenants.count)])
        answer(
            envelope.id, .tenantCreated(view(made), isReplay: false), tenant: create.id)
    }

    func updateTenant(_ update: UpdateTenant, _ id: EnvelopeID) {
        guard let row = liveTenant(update.id) else {
            return answer(id, .refused(.tenantUnknown(update.id)))
        }
        guard let index = tenants.firstIndex(where: { $0.id == update.id }) else { return }
        var facts = row.facts
        if let plan = update.plan {
            guard let plan = catalog.plan(plan) else {
                return answer(id, .refused(.planUnknown(plan, known: catalog.idList)))
            }
            facts.basePlan = plan.key
        }
        var ahead = facts
        if update.plan != nil, let entitlement = entitlement(index, facts) {
            ahead.entitled = Entitled(entitlement, after: facts.entitled, in: catalog)
        }
        if let refusal = take(update.choices, &facts, ahead.plan(in: catalog)) {
            return answer(id, .refused(refusal))
        }
        let before = standpoint(index)
        setFacts(facts, update.id, by: nil)
        if facts.basePlan != row.facts.basePlan { entitle(index) }
        let isOtherPlan = facts.basePlan != row.facts.basePlan
        audit(index, .tenantChanged, from: before, isWord: isOtherPlan)
        changeTenant(update.id) { tenant in
            if case .set(let name) = update.name { tenant.name = name }
            if case .set(let email) = update.email { tenant.email = email }
        }
        answerTenant(update.id, id)
    }

    func setManual(_ status: ManualStatus, _ tenant: String, _ id: EnvelopeID) {
        guard liveTenant(tenant) != nil else {
            return answer(id, .refused(.tenantUnknown(tenant)))
        }
        changeFacts(tenant, by: .statusSet) { $0.manual = status }
        answerTenant(tenant, id)
    }

    func deleteTenant(_ tenant: String, _ force: Bool, _ id: EnvelopeID) {
        guard liveTenant(tenant) != nil else {
            return answer(id, .refused(.tenantUnknown(tenant)))
        }
        let running = running(tenant)
        guard force || running.isEmpty else {
            return answer(id, .refused(.tenantBusy(tenant, running: running.count)))
        }
        let index = tenants.firstIndex { $0.id == tenant } ?? 0
        if !force, let live = counting(index).first(where: { !$0.state.isOver }) {
            return answer(id, .refused(.tenantSubscribed(tenant, subscription: live.id)))
        }
        for (key, row) in keys.sorted(by: { $0.key < $1.key })
        where row.grant.tenant == tenant {
            keys[key] = nil
            outcome.directoryChanges.append(.removed(hash: row.hash))
        }
        for job in running where job.cancelRequestedAt == nil {
            requestCancel(job)
        }
        removeEndpoints(of: tenant)
        changeFacts(tenant, by: .tenantDeleted) {
            $0.isDeleted = true
            $0.entitled?.nextChange = nil
        }
        guard let row = self.tenant(tenant) else { return }
        answer(id, .tenant(view(row)))
    }

    func readTenant(_ tenant: String, _ id: EnvelopeID) {
        guard self.tenant(tenant) != nil else {
            return answer(id, .refused(.tenantUnknown(tenant)))
        }
        answerTenant(tenant, id)
    }

    func createKey(_ create: CreateKey, _ envelope: Envelope) {
        switch remembered(envelope) {
        case .mismatch(let refusal): return answer(envelope.id, .refused(refusal))
        case .results(let results):
            let id = KeyID(rawValue: results.first ?? 0)
            return answer(envelope.id, .keyCreated(id, isReplay: true))
        case nil: break
        }
        let tenant = create.grant.tenant
        let named = [tenant].compactMap(\.self) + (create.grant.tenants ?? [])
        if let unknown = named.first(where: { liveTenant($0) == nil }) {
            return answer(envelope.id, .refused(.tenantUnknown(unknown)))
        }
        let most = tenant == nil ? Limits.keysOfNoTenantMax : Limits.keysPerTenantMax
        guard keys.values.filter({ $0.grant.tenant == tenant }).count < most else {
            return answer(envelope.id, .refused(.tooManyKeys(tenant ?? "", max: most)))
        }
        let id = KeyID(rawValue: keyIDs.next(at: now.wall))
        keys[id] = (create.hash, create.grant, now.wall)
        remember(envelope, [id.rawValue])
        outcome.directoryChanges.append(
            .added(DirectoryEntry(id: id, hash: create.hash, grant: create.grant)))
        answer(envelope.id, .keyCreated(id, isReplay: false))
    }

    func revokeKey(_ key: KeyID, _ tenant: String?, _ id: EnvelopeID) {
        guard let row = keys[key], tenant == nil || row.grant.tenant == tenant else {
            return answer(id, .refused(.keyUnknown(key)))
        }
        keys[key] = nil
        outcome.directoryChanges.append(.removed(hash: row.hash))
        answer(id, .done)
    }

    func view(_ tenant: ModelTenant) -> TenantView {
        TenantView(
            id: tenant.id, name: tenant.name, email: tenant.email, facts: tenant.facts,
            effectivePlan: tenant.facts.plan(in: catalog).key, createdAt: tenant.createdAt,
            waiting: waiting(tenant.id), running: running(tenant.id).count)
    }

    private func answerTenant(_ tenant: String, _ id: EnvelopeID) {
        guard let row = self.tenant(tenant) else { return }
        answer(id, .tenant(view(row)), tenant: tenant)
    }

    func changeTenant(
        _ id: String, _ body: (inout ModelTenant) -> Void
    ) {
        guard let index = tenants.firstIndex(where: { $0.id == id }) else { return }
        body(&tenants[index])
    }

    private func changeFacts(
        _ id: String, by cause: AuditCause, _ body: (inout TenantFacts) -> Void
    ) {
        guard var facts = tenant(id)?.facts else { return }
        body(&facts)
        setFacts(facts, id, by: cause)
    }

    /// A plan that is another makes the limits others, and may make periods lie otherwise.
    func setFacts(_ new: TenantFacts, _ id: String, by cause: AuditCause?) {
        guard let before = tenant(id)?.facts,
            let index = tenants.firstIndex(where: { $0.id == id })
        else { return }
        let stood = standpoint(index)
        var facts = new
        let plan = facts.plan(in: catalog)
        let planBefore = before.plan(in: catalog)
        if plan.id != planBefore.id {
            facts.limitVersion += 1
        } else {
            let overridden = Set(tenants[index].overrides.map(\.metric))
            for metric in metrics.subtracting(overridden)
            where plan.terms(of: metric)?.limit ?? .unlimited
                != planBefore.terms(of: metric)?.limit ?? .unlimited
            {
                facts.limitChanges[metric, default: 0] += 1
            }
        }
        facts.window.change(
            toAnchorDay: facts.wantedAnchorDay(under: plan), on: periods.day)
        let rateBefore = before.plan(in: catalog).terms.rate
        changeTenant(id) {
            $0.facts = facts
            guard let rate = plan.terms.rate, rate != rateBefore else { return }
            rate.takeOver(&$0.starts, at: now)
        }
        if let cause { audit(index, cause, from: stood, isWord: facts.manual != before.manual) }
        if facts.status != before.status {
            let event = StatusEvent(tenant: id, before: before.status, after: facts.status)
            publish(.tenantStatusChanged, id, event.data)
        }
        if SubscriptionEvent.isTold(from: before.entitled, to: facts.entitled) {
            let event = SubscriptionEvent(tenant: id, facts: facts, catalog: catalog)
            publish(.subscriptionChanged, id, event.data)
        }
    }

    private func take(
        _ choices: TenantChoices, _ facts: inout TenantFacts, _ plan: Plan
    ) -> Refusal? {
        facts.onQuota = choices.onQuota ?? facts.onQuota
        facts.periodMode = choices.period ?? facts.periodMode
        let isSold = ([plan.terms.jobs] + plan.terms.others).contains { $0.overagePrice != nil }
        if choices.payAsYouGo == true, !isSold {
            return .overageNotSold(plan: plan.id, metric: Metric.jobs.name)
        }
        facts.payAsYouGo = choices.payAsYouGo ?? facts.payAsYouGo
        if choices.spendCaps != nil { facts.spendCaps = OverageCaps() }
        for (metric, cap) in (choices.spendCaps ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard metrics.contains(metric) else { return unknown(metric) }
            guard plan.terms(of: metric)?.overagePrice != nil else {
                return .overageNotSold(plan: plan.id, metric: metric.name)
            }
            facts.spendCaps[metric] = cap
        }
        return nil
    }

    func unknown(_ metric: Metric) -> Refusal {
        .metricUnknown(
            metric.name, known: catalog.metrics.map(\.name).joined(separator: ", "))
    }
}
