import Core
import Store

/// Tenants: made, changed, opened and closed, deleted.
extension ModelStore {
    func createTenant(_ create: CreateTenant, _ envelope: Envelope) {
        switch replay(of: envelope) {
        case .none: break
        case .mismatch(let refusal):
            return answer(envelope, .refused(refusal), quotaOf: create.id)
        case .made(.tenant(let id)):
            return answer(envelope, .tenantCreated(view(of: id), isReplay: true), quotaOf: id)
        case .made(.key), .made(.jobs):
            preconditionFailure("a fingerprint belongs to two kinds of requests")
        }
        guard tenants[create.id] == nil else {
            return answer(envelope, .refused(.tenantExists(create.id)), quotaOf: create.id)
        }
        guard catalog.plan(create.plan) != nil else {
            let refusal = Refusal.planUnknown(create.plan, known: catalog.idList)
            return answer(envelope, .refused(refusal))
        }
        tenants[create.id] = ModelTenant(
            id: create.id, name: create.name, email: create.email,
            facts: TenantFacts(basePlan: create.plan), createdAt: now.wall)
        remember(.tenant(create.id), for: envelope)
        answer(
            envelope, .tenantCreated(view(of: create.id), isReplay: false), quotaOf: create.id)
    }

    func updateTenant(_ update: UpdateTenant, _ envelope: Envelope) {
        guard exists(update.id) else {
            return answer(envelope, .refused(.tenantUnknown(update.id)))
        }
        if let plan = update.plan {
            guard catalog.plan(plan) != nil else {
                let refusal = Refusal.planUnknown(plan, known: catalog.idList)
                return answer(envelope, .refused(refusal), quotaOf: update.id)
            }
            tenants[update.id]?.facts.basePlan = plan
        }
        if case .set(let name) = update.name { tenants[update.id]?.name = name }
        if case .set(let email) = update.email { tenants[update.id]?.email = email }
        answer(envelope, .tenant(view(of: update.id)), quotaOf: update.id)
    }

    func setManual(_ manual: ManualStatus, of id: String, _ envelope: Envelope) {
        guard exists(id) else { return answer(envelope, .refused(.tenantUnknown(id))) }
        tenants[id]?.facts.manual = manual
        answer(envelope, .tenant(view(of: id)), quotaOf: id)
    }

    func deleteTenant(_ id: String, force: Bool, _ envelope: Envelope) {
        guard exists(id) else { return answer(envelope, .refused(.tenantUnknown(id))) }
        let running = tenant(id).running
        guard force || running == 0 else {
            return answer(envelope, .refused(.tenantBusy(id, running: running)))
        }
        tenants[id]?.facts.isDeleted = true
        for key in keys.values.sorted(by: { $0.id < $1.id }) where key.grant.tenant == id {
            keys[key.id] = nil
            outcome.directoryChanges.append(.removed(hash: key.hash))
        }
        for job in self.running.keys where self.job(job).tenant == id {
            requestCancel(job)
        }
        answer(envelope, .tenant(view(of: id)))
    }

    func readTenant(_ id: String, _ envelope: Envelope) {
        guard tenants[id] != nil else { return answer(envelope, .refused(.tenantUnknown(id))) }
        answer(envelope, .tenant(view(of: id)), quotaOf: id)
    }

    // MARK: What is known of a tenant

    /// True if there is such a tenant and it was not deleted.
    func exists(_ id: String) -> Bool {
        guard let tenant = tenants[id] else { return false }
        return !tenant.facts.isDeleted
    }

    /// What the gate looks at.
    func gateTenant(_ id: String, in period: Period) -> Gate.Tenant {
        Gate.Tenant(
            facts: tenant(id).facts, usage: usage[id]?[period] ?? .none, period: period)
    }

    func view(of id: String) -> TenantView {
        let tenant = tenant(id)
        return TenantView(
            id: id, name: tenant.name, email: tenant.email, facts: tenant.facts,
            effectivePlan: tenant.facts.plan(in: catalog).id, createdAt: tenant.createdAt,
            waiting: tenant.waiting, running: tenant.running)
    }

    /// The standing of a tenant, or nil if there never was one.
    func quotaView(_ id: String, in period: Period) -> QuotaView? {
        guard let tenant = tenants[id] else { return nil }
        let plan = tenant.facts.plan(in: catalog)
        return QuotaView(
            plan: plan.id, limit: plan.jobLimit, used: (usage[id]?[period] ?? .none).total,
            resetsAt: period.end)
    }
}
