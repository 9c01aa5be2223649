import Core

extension Engine {
    func addGrant(_ add: AddGrant, _ envelope: Envelope) throws(StoreError) {
        guard let tenant = liveTenant(add.tenant) else {
            return try refuse(envelope, .tenantUnknown(add.tenant))
        }
        guard let metric = metrics.number(of: add.metric) else {
            return try refuse(envelope, unknown(add.metric))
        }
        guard catalog.type(of: add.metric) != .gauge else {
            return try refuse(envelope, .metricIsGauge(add.metric.name))
        }
        let number = Int64(tenant + 1)
        let known: Grant?
        do throws(StoreError) {
            known = try rows.grant(source: add.source, tenant: number)
        } catch {
            return try refuse(envelope, unreadableGrantOf: add.tenant, error)
        }
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
            return try refuse(
                envelope, .tooManyGrants(add.tenant, max: Limits.grantsPerTenantMax))
        }
        let effectiveAt = max(add.effectiveAt ?? now.wall, now.wall)
        if let expiresAt = add.expiresAt, expiresAt <= effectiveAt {
            return try refuse(envelope, .grantEndsTooEarly)
        }
        let isTakenBack = try isTakenBack(add)
        let isPending = !isTakenBack && effectiveAt > now.wall
        let grant = Grant(
            id: GrantID(rawValue: grantIDs.next(at: now.wall)), metric: add.metric,
            amount: add.amount, remaining: add.amount, source: add.source,
            effectiveAt: effectiveAt, expiresAt: add.expiresAt, priority: add.priority,
            createdAt: now.wall,
            state: isTakenBack ? .revoked : isPending ? .pending : .inForce,
            isTakenBack: isTakenBack)
        try rows.insertGrant(grant, metric: metric, tenant: number)
        try setDeadlines(of: grant, tenant: tenant)
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
            return try refuse(envelope, .tenantUnknown(name))
        }
        let found: Grant?
        do throws(StoreError) {
            found = try rows.grant(id, tenant: Int64(tenant + 1))
        } catch {
            return try refuse(envelope, unreadableGrantOf: name, error)
        }
        guard var grant = found else {
            return try refuse(envelope, .grantUnknown(id.description))
        }
        switch grant.state {
        case .expired:
            return try refuse(envelope, .grantOver(id, grant.state))
        case .revoked:
            guard grant.isTakenBack else { break }
            // Whatever becomes of the money, it does not come back.
            grant.turn(to: .revoked)
            try rows.updateGrant(grant)
        case .pending, .inForce:
            try endDeadlines(of: grant, tenant: tenant)
            grant.turn(to: .revoked)
            try change(grant, tenant: tenant)
        }
        try answer(envelope, .grant(grant, isNew: false), tenant: tenant)
    }

    private func refuse(
        _ envelope: Envelope, unreadableGrantOf tenant: String, _ error: StoreError
    ) throws(StoreError) {
        guard error.kind == .corrupt else { throw error }
        outcome.alarms.append(.unreadable(tenant: tenant, reason: error.message))
        try refuse(envelope, .rowUnreadable)
    }

    /// What paid for a grant went back, or did not after all: what was used of it stays used, and
    /// what is left goes or comes with the money.
    func take(_ turn: BillingChange.GrantTurn) throws(StoreError) {
        let tenant = Int(turn.tenant - 1)
        var grant = turn.grant
        if turn.isTakenBack {
            try endDeadlines(of: grant, tenant: tenant)
            grant.takeBack()
        } else {
            #if Mutants
                if Mutant.grantStaysTakenBack.isIn { return }
            #endif
            grant.giveBack(at: now.wall)
            try setDeadlines(of: grant, tenant: tenant)
        }
        try change(grant, tenant: tenant)
    }

    /// The grant is as this says.
    private func change(_ grant: Grant, tenant: Int) throws(StoreError) {
        try rows.updateGrant(grant)
        try grantChanged(grant, tenant: tenant)
    }

    private func setDeadlines(of grant: Grant, tenant: Int) throws(StoreError) {
        for row in deadlines(of: grant, tenant: tenant) { try setDeadline(row) }
    }

    private func endDeadlines(of grant: Grant, tenant: Int) throws(StoreError) {
        for row in deadlines(of: grant, tenant: tenant) { try dropDeadline(row) }
    }

    /// When a grant that is to come or in force turns by itself.
    private func deadlines(of grant: Grant, tenant: Int) -> [DeadlineRow] {
        guard grant.state == .pending || grant.state == .inForce else { return [] }
        var found: [DeadlineRow] = []
        if grant.state == .pending {
            found.append(deadline(.grantStarts, at: grant.effectiveAt, grant, tenant: tenant))
        }
        if let expiresAt = grant.expiresAt {
            found.append(deadline(.grantEnds, at: expiresAt, grant, tenant: tenant))
        }
        return found
    }

    /// A grant begins or ends because its time has come, which its row says too. Where that cannot
    /// be read or says something else it stays as it is, somebody is told, and it is looked at
    /// again in an hour.
    func turnGrant(_ deadline: DeadlineRow, to state: Grant.State) throws(StoreError) {
        let tenant = Int(deadline.tenant - 1)
        let found: Grant?
        do throws(StoreError) {
            found = try grantDue(deadline, to: state)
        } catch {
            guard error.kind == .corrupt else { throw error }
            outcome.alarms.append(
                .unreadable(tenant: book.tenants[tenant].id, reason: error.message))
            return try setDeadline(
                DeadlineRow(
                    at: now.wall.adding(Limits.eventRetryMillisecondsMax),
                    tenant: deadline.tenant, event: deadline.event, subject: deadline.subject))
        }
        if let found { try change(found, tenant: tenant) }
    }

    /// The grant as it is from that time on; nil if it was ended before it could be read again.
    private func grantDue(
        _ deadline: DeadlineRow, to state: Grant.State
    ) throws(StoreError) -> Grant? {
        let id = GrantID(rawValue: deadline.subject)
        guard var grant = try rows.grant(id, tenant: deadline.tenant) else {
            throw StoreError(.corrupt, "a deadline is of grant \(id), which is not there")
        }
        let isStart = state == .inForce
        let time = isStart ? grant.effectiveAt : grant.expiresAt
        let isOpen = grant.state == .pending || !isStart && grant.state == .inForce
        if !isOpen, let time, time < deadline.at { return nil }
        guard isOpen, let time, time <= deadline.at else {
            throw StoreError(
                .corrupt,
                "a deadline turns grant \(id) \(state.name) at \(deadline.at), when it does not")
        }
        grant.turn(to: state)
        return grant
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
