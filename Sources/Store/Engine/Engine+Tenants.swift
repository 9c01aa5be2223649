import Core

extension Engine {
    func createTenant(_ create: CreateTenant, _ envelope: Envelope) throws(StoreError) {
        if let replay = try replay(of: envelope) {
            switch replay {
            case .mismatch(let refusal):
                refuse(envelope, refusal)
            case .results:
                guard let tenant = book.tenantIndex(create.id) else {
                    return refuse(envelope, .tenantUnknown(create.id))
                }
                try answer(envelope, .tenantCreated(view(tenant: tenant), isReplay: true))
            }
            return
        }
        guard book.tenantIndex(create.id) == nil else {
            return refuse(envelope, .tenantExists(create.id))
        }
        guard let plan = catalog.plan(create.plan) else {
            return refuse(envelope, .planUnknown(create.plan, known: catalog.idList))
        }
        let tenant = book.addTenant(
            TenantState(
                id: create.id, name: create.name, email: create.email, createdAt: now.wall,
                facts: TenantFacts(basePlan: plan.id), weight: plan.weight))
        try rows.insertTenant(row(tenant: tenant))
        try refreshGate(tenant: tenant)
        try remember(envelope, results: [Int64(tenant + 1)])
        try answer(
            envelope, .tenantCreated(view(tenant: tenant), isReplay: false), tenant: tenant)
    }

    func updateTenant(_ update: UpdateTenant, _ envelope: Envelope) throws(StoreError) {
        guard let tenant = liveTenant(update.id) else {
            return refuse(envelope, .tenantUnknown(update.id))
        }
        if let plan = update.plan {
            guard let plan = catalog.plan(plan) else {
                return refuse(envelope, .planUnknown(plan, known: catalog.idList))
            }
            book.modifyTenant(tenant) { $0.facts.basePlan = plan.id }
        }
        book.modifyTenant(tenant) {
            if case .set(let name) = update.name { $0.name = name }
            if case .set(let email) = update.email { $0.email = email }
        }
        try factsChanged(tenant: tenant)
        try answer(envelope, .tenant(view(tenant: tenant)), tenant: tenant)
    }

    func setManual(
        _ status: ManualStatus, tenant id: String, _ envelope: Envelope
    ) throws(StoreError) {
        guard let tenant = liveTenant(id) else { return refuse(envelope, .tenantUnknown(id)) }
        book.modifyTenant(tenant) { $0.facts.manual = status }
        try factsChanged(tenant: tenant)
        try answer(envelope, .tenant(view(tenant: tenant)), tenant: tenant)
    }

    func deleteTenant(_ id: String, force: Bool, _ envelope: Envelope) throws(StoreError) {
        guard let tenant = liveTenant(id) else { return refuse(envelope, .tenantUnknown(id)) }
        let running = book.tenants[tenant].running
        guard force || running == 0 else {
            return refuse(envelope, .tenantBusy(id, running: running))
        }
        book.modifyTenant(tenant) { $0.facts.isDeleted = true }
        for key in try rows.keys(ofTenant: id) {
            try rows.deleteKey(key.id)
            outcome.directoryChanges.append(.removed(hash: key.hash))
        }
        for lease in leases.all where book.tenant(ofLine: lease.line) == tenant {
            try requestCancel(lease)
        }
        try factsChanged(tenant: tenant)
        deletions.append(Deletion(tenant: tenant))
        try answer(envelope, .tenant(view(tenant: tenant)))
    }

    func readTenant(_ id: String, _ envelope: Envelope) throws(StoreError) {
        guard let tenant = book.tenantIndex(id) else {
            return refuse(envelope, .tenantUnknown(id))
        }
        try answer(envelope, .tenant(view(tenant: tenant)), tenant: tenant)
    }

    func view(tenant index: Int) -> TenantView {
        let tenant = book.tenants[index]
        return TenantView(
            id: tenant.id, name: tenant.name, email: tenant.email, facts: tenant.facts,
            effectivePlan: tenant.facts.plan(in: catalog).id, createdAt: tenant.createdAt,
            waiting: tenant.waiting, running: tenant.running)
    }

    /// Writes a tenant's row and opens or closes its lines by what it says now.
    private func factsChanged(tenant: Int) throws(StoreError) {
        let plan = book.tenants[tenant].facts.plan(in: catalog)
        book.modifyTenant(tenant) { $0.weight = plan.weight }
        try rows.updateTenant(row(tenant: tenant))
        try refreshGate(tenant: tenant)
        #if Mutants
            if Mutant.missedWakeOnUpgrade.isIn { _ = book.takeAwakeLines() }
        #endif
    }

    private func row(tenant index: Int) -> TenantRow {
        let tenant = book.tenants[index]
        return TenantRow(
            number: Int64(index + 1), id: tenant.id, name: tenant.name, email: tenant.email,
            facts: tenant.facts, createdAt: tenant.createdAt)
    }
}
