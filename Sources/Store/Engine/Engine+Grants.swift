import Core

extension Engine {
    func addGrant(_ add: AddGrant, _ envelope: Envelope) throws(StoreError) {
        guard let tenant = liveTenant(add.tenant) else {
            return refuse(envelope, .tenantUnknown(add.tenant))
        }
        guard let metric = metrics.number(of: add.metric) else {
            return refuse(envelope, unknown(add.metric))
        }
        guard catalog.type(of: add.metric) != .gauge else {
            return refuse(envelope, .metricIsGauge(add.metric.name))
        }
        let number = Int64(tenant + 1)
        let known = try rows.grant(source: add.source, tenant: number)
        #if Mutants
            if known != nil, Mutant.grantCountedTwice.isIn {
                let again = AddGrant(
                    tenant: add.tenant, metric: add.metric, amount: add.amount,
                    source: add.source + "+", effectiveAt: add.effectiveAt,
                    expiresAt: add.expiresAt, priority: add.priority)
                return try addGrant(again, envelope)
            }
        #endif
        if let known { return try answer(envelope, .grant(known, isNew: false), tenant: tenant) }
        guard book.tenants[tenant].terms.grants.count < Limits.grantsPerTenantMax else {
            return refuse(
                envelope, .tooManyGrants(add.tenant, max: Limits.grantsPerTenantMax))
        }
        let effectiveAt = max(add.effectiveAt ?? now.wall, now.wall)
        if let expiresAt = add.expiresAt, expiresAt <= effectiveAt {
            return refuse(envelope, .grantEndsTooEarly)
        }
        let isTakenBack = try isTakenBack(add)
        let isPending = !isTakenBack && effectiveAt > now.wall
        let grant = Grant(
            id: GrantID(rawValue: grantIDs.next(at: now.wall)), metric: add.metric,
            amount: add.amount, remaining: add.amount, source: add.source,
            effectiveAt: effectiveAt, expiresAt: add.expiresAt, priority: add.priority,
            createdAt: now.wall,
            state: isTakenBack ? .revoked : isPending ? .pending : .inForce)
        try rows.insertGrant(grant, metric: metric, tenant: number)
        if isPending {
            try setDeadline(deadline(.grantStarts, at: effectiveAt, grant, tenant: tenant))
        }
        if let expiresAt = add.expiresAt, !isTakenBack {
            try setDeadline(deadline(.grantEnds, at: expiresAt, grant, tenant: tenant))
        }
        try grantChanged(grant, tenant: tenant)
        try answer(envelope, .grant(grant, isNew: true), tenant: tenant)
    }

    /// True if what paid for a grant was taken back before. Where that cannot be read somebody is
    /// told, and the tenant has what it is given.
    private func isTakenBack(_ add: AddGrant) throws(StoreError) -> Bool {
        do throws(StoreError) {
            return try desk().isTakenBack(source: add.source)
        } catch {
            guard error.kind == .corrupt else { throw error }
            outcome.alarms.append(.unreadable(tenant: add.tenant, reason: error.message))
            return false
        }
    }

    func revokeGrant(
        _ id: GrantID, tenant name: String, _ envelope: Envelope
    ) throws(StoreError) {
        guard let tenant = liveTenant(name) else {
            return refuse(envelope, .tenantUnknown(name))
        }
        guard var grant = try rows.grant(id, tenant: Int64(tenant + 1)) else {
            return refuse(envelope, .grantUnknown(id.description))
        }
        switch grant.state {
        case .expired:
            return refuse(envelope, .grantOver(id, grant.state))
        case .revoked:
            break
        case .pending, .inForce:
            grant = try revoke(grant, tenant: tenant)
        }
        try answer(envelope, .grant(grant, isNew: false), tenant: tenant)
    }

    /// Ends a grant that is to come or in force; what was used of it stays used.
    @discardableResult
    func revoke(_ grant: Grant, tenant: Int) throws(StoreError) -> Grant {
        var grant = grant
        if grant.state == .pending {
            try dropDeadline(
                deadline(.grantStarts, at: grant.effectiveAt, grant, tenant: tenant))
        }
        if let expiresAt = grant.expiresAt {
            try dropDeadline(deadline(.grantEnds, at: expiresAt, grant, tenant: tenant))
        }
        grant.state = .revoked
        try rows.updateGrant(grant)
        try grantChanged(grant, tenant: tenant)
        return grant
    }

    /// A grant begins or ends because its time has come, which its row says too.
    func turnGrant(
        _ id: Int64, tenant: Int, to state: Grant.State, at time: Timestamp
    ) throws(StoreError) {
        guard var grant = try rows.grant(GrantID(rawValue: id), tenant: Int64(tenant + 1)) else {
            throw StoreError(.corrupt, "a deadline is of grant \(id), which is not there")
        }
        let isDue =
            state == .inForce
            ? grant.state == .pending && grant.effectiveAt == time
            : (grant.state == .pending || grant.state == .inForce) && grant.expiresAt == time
        guard isDue else {
            throw StoreError(
                .corrupt,
                "a deadline turns grant \(grant.id) \(state.name) at \(time), when it does not")
        }
        grant.state = state
        try rows.updateGrant(grant)
        try grantChanged(grant, tenant: tenant)
    }

    private func grantChanged(_ grant: Grant, tenant: Int) throws(StoreError) {
        var terms = book.tenants[tenant].terms
        terms.put(grant)
        book.setTerms(terms, tenant: tenant)
        try refreshGate(tenant: tenant)
        #if Mutants
            if Mutant.missedWakeOnUpgrade.isIn { _ = book.takeAwakeLines() }
        #endif
    }

    /// Some of grants was used.
    func takeGrants(_ charges: [Charge], tenant: Int) throws(StoreError) {
        guard charges.contains(where: { $0.grant != nil }) else { return }
        var taken: [Grant] = []
        book.modifyTenant(tenant) { taken = $0.terms.take(charges) }
        for grant in taken { try rows.updateGrant(grant) }
    }

    /// Some of a grant was given back.
    func changeGrant(_ id: GrantID, by amount: Int64, tenant: Int) throws(StoreError) {
        var found = book.tenants[tenant].terms.grants.first { $0.id == id }
        if found == nil { found = try rows.grant(id, tenant: Int64(tenant + 1)) }
        guard var grant = found else {
            throw StoreError(.corrupt, "grant \(id) was charged and is not there")
        }
        grant.remaining += amount
        try rows.updateGrant(grant)
        book.modifyTenant(tenant) { $0.terms.put(grant) }
    }

    private func deadline(
        _ event: DeadlineEvent, at time: Timestamp, _ grant: Grant, tenant: Int
    ) -> DeadlineRow {
        DeadlineRow(
            at: time, tenant: Int64(tenant + 1), event: event, subject: grant.id.rawValue)
    }
}
