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
        guard catalog.plan(create.plan) != nil else {
            return answer(
                envelope.id, .refused(.planUnknown(create.plan, known: catalog.idList)))
        }
        let made = ModelTenant(
            id: create.id, name: create.name, email: create.email, createdAt: now.wall,
            facts: TenantFacts(basePlan: create.plan))
        tenants.append(made)
        remember(envelope, [Int64(tenants.count)])
        answer(
            envelope.id, .tenantCreated(view(made), isReplay: false), tenant: create.id)
    }

    func updateTenant(_ update: UpdateTenant, _ id: EnvelopeID) {
        guard liveTenant(update.id) != nil else {
            return answer(id, .refused(.tenantUnknown(update.id)))
        }
        if let plan = update.plan, catalog.plan(plan) == nil {
            return answer(id, .refused(.planUnknown(plan, known: catalog.idList)))
        }
        changeTenant(update.id) { tenant in
            if let plan = update.plan { tenant.facts.basePlan = plan }
            if case .set(let name) = update.name { tenant.name = name }
            if case .set(let email) = update.email { tenant.email = email }
        }
        answerTenant(update.id, id)
    }

    func setManual(_ status: ManualStatus, _ tenant: String, _ id: EnvelopeID) {
        guard liveTenant(tenant) != nil else {
            return answer(id, .refused(.tenantUnknown(tenant)))
        }
        changeTenant(tenant) { $0.facts.manual = status }
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
        for (key, row) in keys.sorted(by: { $0.key < $1.key })
        where row.grant.tenant == tenant {
            keys[key] = nil
            outcome.directoryChanges.append(.removed(hash: row.hash))
        }
        for job in running where job.cancelRequestedAt == nil {
            change(job.body.id) { $0.cancelRequestedAt = now.wall }
        }
        changeTenant(tenant) { $0.facts.isDeleted = true }
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
            effectivePlan: tenant.facts.plan(in: catalog).id, createdAt: tenant.createdAt,
            waiting: waiting(tenant.id), running: running(tenant.id).count)
    }

    private func answerTenant(_ tenant: String, _ id: EnvelopeID) {
        guard let row = self.tenant(tenant) else { return }
        answer(id, .tenant(view(row)), tenant: tenant)
    }

    private func changeTenant(_ id: String, _ body: (inout ModelTenant) -> Void) {
        guard let index = tenants.firstIndex(where: { $0.id == id }) else { return }
        body(&tenants[index])
        refreshLanes()
    }
}
