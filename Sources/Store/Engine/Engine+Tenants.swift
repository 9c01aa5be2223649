import Core

extension Engine {
    func createTenant(_ create: CreateTenant, _ envelope: Envelope) throws(StoreError) {
        if let replay = try replay(of: envelope) {
            switch replay {
            case .mismatch(let refusal):
                try refuse(envelope, refusal)
            case .results:
                guard let tenant = book.tenantIndex(create.id) else {
                    return try refuse(envelope, .tenantUnknown(create.id))
                }
                try answer(envelope, .tenantCreated(view(tenant: tenant), isReplay: true))
            }
            return
        }
        guard book.tenantIndex(create.id) == nil else {
            return try refuse(envelope, .tenantExists(create.id))
        }
        guard let plan = catalog.plan(create.plan) else {
            return try refuse(envelope, .planUnknown(create.plan, known: catalog.idList))
        }
        var facts = TenantFacts(basePlan: plan.key)
        facts.bucket = create.bucket
        facts.anchorDay = Int64(Day(containing: now.wall).date.day)
        if let refusal = take(create.choices, into: &facts, plan: plan) {
            return try refuse(envelope, refusal)
        }
        facts.window = PeriodWindow(anchorDay: facts.wantedAnchorDay(under: plan))
        let tenant = book.addTenant(
            TenantState(
                id: create.id, name: create.name, email: create.email, createdAt: now.wall,
                terms: TenantTerms(facts: facts, catalog: catalog, enforcement: enforcement)))
        try rows.insertTenant(row(tenant: tenant))
        try audit(tenant: tenant, .tenantCreated, from: nil)
        try refreshGate(tenant: tenant)
        try remember(envelope, results: [Int64(tenant + 1)])
        try answer(
            envelope, .tenantCreated(view(tenant: tenant), isReplay: false), tenant: tenant)
    }

    func updateTenant(_ update: UpdateTenant, _ envelope: Envelope) throws(StoreError) {
        guard let tenant = liveTenant(update.id) else {
            return try refuse(envelope, .tenantUnknown(update.id))
        }
        var facts = book.tenants[tenant].facts
        var effective = book.tenants[tenant].plan
        if let plan = update.plan {
            guard let plan = catalog.plan(plan) else {
                return try refuse(envelope, .planUnknown(plan, known: catalog.idList))
            }
            facts.basePlan = plan.key
            // What is chosen along with a plan is held to the plan that this leads to.
            effective = try planAhead(facts, tenant: tenant)
        }
        if let refusal = take(update.choices, into: &facts, plan: effective) {
            return try refuse(envelope, refusal)
        }
        book.modifyTenant(tenant) {
            if case .set(let name) = update.name { $0.name = name }
            if case .set(let email) = update.email { $0.email = email }
        }
        let isOtherPlan = facts.basePlan != book.tenants[tenant].facts.basePlan
        let before = standpoint(tenant: tenant)
        try setFacts(facts, tenant: tenant, by: nil)
        if isOtherPlan { try entitle(tenant: tenant) }
        try audit(tenant: tenant, .tenantChanged, from: before, isWord: isOtherPlan)
        try answer(envelope, .tenant(view(tenant: tenant)), tenant: tenant)
    }

    func setManual(
        _ status: ManualStatus, tenant id: String, _ envelope: Envelope
    ) throws(StoreError) {
        guard let tenant = liveTenant(id) else { return try refuse(envelope, .tenantUnknown(id)) }
        var facts = book.tenants[tenant].facts
        facts.manual = status
        try setFacts(facts, tenant: tenant, by: .statusSet)
        try answer(envelope, .tenant(view(tenant: tenant)), tenant: tenant)
    }

    func deleteTenant(_ id: String, force: Bool, _ envelope: Envelope) throws(StoreError) {
        guard let tenant = liveTenant(id) else { return try refuse(envelope, .tenantUnknown(id)) }
        let running = book.tenants[tenant].running
        guard force || running == 0 else {
            return try refuse(envelope, .tenantBusy(id, running: running))
        }
        if !force, let live = try liveSubscription(tenant: tenant) {
            return try refuse(envelope, .tenantSubscribed(id, subscription: live))
        }
        var facts = book.tenants[tenant].facts
        facts.isDeleted = true
        if let time = facts.entitled?.nextChange {
            try dropDeadline(turn(at: time, tenant: tenant))
            facts.entitled?.nextChange = nil
        }
        for key in try rows.keys(ofTenant: id) {
            try rows.deleteKey(key.id)
            outcome.directoryChanges.append(.removed(hash: key.hash))
        }
        for lease in leases.all where book.tenant(ofLine: lease.line) == tenant {
            try requestCancel(lease)
        }
        try removeEndpoints(ofTenant: tenant)
        try setFacts(facts, tenant: tenant, by: .tenantDeleted)
        deletions.append(Deletion(tenant: tenant))
        try answer(envelope, .tenant(view(tenant: tenant)))
    }

    func readTenant(_ id: String, _ envelope: Envelope) throws(StoreError) {
        guard let tenant = book.tenantIndex(id) else {
            return try refuse(envelope, .tenantUnknown(id))
        }
        try answer(envelope, .tenant(view(tenant: tenant)), tenant: tenant)
    }

    func view(tenant index: Int) -> TenantView {
        let tenant = book.tenants[index]
        return TenantView(
            id: tenant.id, name: tenant.name, email: tenant.email, facts: tenant.facts,
            effectivePlan: tenant.plan.key, createdAt: tenant.createdAt,
            waiting: tenant.waiting, running: tenant.running)
    }

    /// Takes over what the operator chose; a refusal if that cannot be.
    private func take(
        _ choices: TenantChoices, into facts: inout TenantFacts, plan: Plan
    ) -> Refusal? {
        if let onQuota = choices.onQuota { facts.onQuota = onQuota }
        if let period = choices.period { facts.periodMode = period }
        if let isOn = choices.payAsYouGo {
            let sold = [plan.terms.jobs] + plan.terms.others
            if isOn, !sold.contains(where: { $0.overagePrice != nil }) {
                return .overageNotSold(plan: plan.id, metric: Metric.jobs.name)
            }
            facts.payAsYouGo = isOn
        }
        // Caps are replaced as a whole: none is the default again.
        if choices.spendCaps != nil { facts.spendCaps = OverageCaps() }
        for (metric, cap) in (choices.spendCaps ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard metrics.number(of: metric) != nil else { return unknown(metric) }
            if plan.terms(of: metric)?.overagePrice == nil {
                return .overageNotSold(plan: plan.id, metric: metric.name)
            }
            facts.spendCaps[metric] = cap
        }
        return nil
    }

    func row(tenant index: Int) -> TenantRow {
        let tenant = book.tenants[index]
        return TenantRow(
            number: Int64(index + 1), id: tenant.id, name: tenant.name, email: tenant.email,
            facts: tenant.facts, createdAt: tenant.createdAt)
    }
}
