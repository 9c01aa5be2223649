import Core

extension Engine {
    func desk() throws(StoreError) -> BillingDesk {
        // No copy of the book: a change of any tenant would copy them all while the desk lives.
        return BillingDesk(
            rows: rows, isLive: billing.isLive, prices: try prices(),
            tenantNumber: { [self] id in liveTenant(id).map { Int64($0 + 1) } })
    }

    private func prices() throws(StoreError) -> PriceBook {
        if let known = knownPrices { return known }
        let found = PriceBook(catalog, products: try rows.products())
        knownPrices = found
        return found
    }

    /// Writes what a desk has worked out, and what it comes to for the tenants of whom it is.
    /// Nothing of money and subscriptions is read from here on that the desk has not read.
    func write(_ desk: BillingDesk) throws(StoreError) {
        let change = desk.change
        let pricesBefore = change.products.isEmpty ? nil : try prices()
        try change.write(to: rows)
        try adoptEvents(of: change)
        if let pricesBefore {
            knownPrices = nil
            // Events that no plan had a price for may have one now.
            if earliestEventRetry != nil, try prices() != pricesBefore {
                try rows.hurryEvents(to: now.wall)
                earliestEventRetry = now.wall
            }
        }
        for turn in change.grants { try take(turn) }
        for number in change.touched.sorted() { try entitle(tenant: Int(number - 1)) }
        for id in change.subscriptions.keys.sorted() { try askIfDirty(id) }
    }

    // MARK: Entitlement

    /// The tenant's plan and status are what its subscriptions, its base plan and the time say.
    ///
    /// `fired` is the time of the deadline that led here, if one did.
    func entitle(tenant: Int, fired: Timestamp? = nil) throws(StoreError) {
        guard !book.tenants[tenant].facts.isDeleted else { return }
        var facts = book.tenants[tenant].facts
        let before = facts.entitled
        let decided: Entitlement?
        do throws(StoreError) {
            decided = try entitlement(of: facts, tenant: tenant)
        } catch {
            guard error.kind == .corrupt else { throw error }
            return try postponeEntitlement(tenant: tenant, fired: fired, error)
        }
        guard let entitlement = decided else { return }
        facts.entitled = Entitled(entitlement, after: before, in: catalog)
        if let day = entitlement.anchorDay { facts.anchorDay = day }
        if before?.nextChange != facts.entitled?.nextChange {
            if let time = before?.nextChange, time != fired {
                try dropDeadline(turn(at: time, tenant: tenant))
            }
            if let time = facts.entitled?.nextChange {
                try setDeadline(turn(at: time, tenant: tenant))
            }
        }
        for id in entitlement.silent { try doubt(id) }
        guard facts != book.tenants[tenant].facts else { return }
        try setFacts(facts, tenant: tenant, by: fired == nil ? nil : .clock)
    }

    /// A row of the tenant's cannot be read: what it has stays as it is, and is looked at again in
    /// an hour. Other tenants of the batch have nothing to do with it.
    private func postponeEntitlement(
        tenant: Int, fired: Timestamp?, _ error: StoreError
    ) throws(StoreError) {
        outcome.alarms.append(
            .unreadable(tenant: book.tenants[tenant].id, reason: error.message))
        var facts = book.tenants[tenant].facts
        guard facts.entitled != nil else { return }
        if let next = facts.entitled?.nextChange, next != fired { return }
        let time = now.wall.adding(Limits.eventRetryMillisecondsMax)
        facts.entitled?.nextChange = time
        try setDeadline(turn(at: time, tenant: tenant))
        try setFacts(facts, tenant: tenant, by: fired == nil ? nil : .clock)
    }

    /// The plan that the tenant is on once its facts are these, of which the base plan may be
    /// another than now.
    func planAhead(_ facts: TenantFacts, tenant: Int) throws(StoreError) -> Plan {
        var facts = facts
        do throws(StoreError) {
            if let entitlement = try entitlement(of: facts, tenant: tenant) {
                facts.entitled = Entitled(entitlement, after: facts.entitled, in: catalog)
            }
        } catch {
            // What it has stays as it is while a row of it cannot be read.
            guard error.kind == .corrupt else { throw error }
        }
        return facts.plan(in: catalog)
    }

    /// What the tenant's subscriptions come to; nil if there are none and never were.
    private func entitlement(
        of facts: TenantFacts, tenant: Int
    ) throws(StoreError) -> Entitlement? {
        let desk = try desk()
        let rows = try desk.countingRows(ofTenant: Int64(tenant + 1))
        var question = Entitlement.Question(
            subscriptions: rows.map(\.subscription), catalog: catalog,
            basePlan: facts.basePlan.id, manual: .none, now: now.wall,
            graceMilliseconds: billing.graceMilliseconds, window: facts.window,
            canAskProvider: billing.canAskProvider)
        question.unanswered = Set(rows.filter(\.isGivenUp).map(\.subscription.id))
        question.reversedInvoices = try desk.reversedInvoices(of: question.subscriptions)
        #if Mutants
            if Mutant.oldDeletionDowngrades.isIn,
                question.subscriptions.contains(where: \.state.isOver)
            {
                question.subscriptions.removeAll { !$0.state.isOver }
            }
        #endif
        if question.subscriptions.isEmpty, facts.entitled == nil { return nil }
        return Entitlement.decide(question)
    }

    /// A time has come at which subscriptions mean something else by themselves.
    func turnEntitlement(tenant: Int, at time: Timestamp) throws(StoreError) {
        guard book.tenants[tenant].facts.entitled?.nextChange == time else { return }
        try entitle(tenant: tenant, fired: time)
    }

    /// Turns what the tenant is entitled to if its time has come and the turn of its deadline has
    /// not: so many came at once that some are left for the next batch. True if it turned.
    @discardableResult
    func turnIfDue(tenant: Int) throws(StoreError) -> Bool {
        guard let earliestDeadline, earliestDeadline <= now.wall,
            let next = book.tenants[tenant].facts.entitled?.nextChange, next <= now.wall
        else { return false }
        try dropDeadline(turn(at: next, tenant: tenant))
        try entitle(tenant: tenant, fired: next)
        return book.tenants[tenant].facts.entitled?.nextChange != next
    }

    func turn(at time: Timestamp, tenant: Int) -> DeadlineRow {
        DeadlineRow(at: time, tenant: Int64(tenant + 1), event: .entitlementTurns, subject: 0)
    }

    /// A subscription of the tenant's that is not over, if there is one; one that cannot be read
    /// may be such.
    func liveSubscription(tenant: Int) throws(StoreError) -> String? {
        do throws(StoreError) {
            return try desk().countingSubscriptions(ofTenant: Int64(tenant + 1))
                .first { !$0.state.isOver }?.id
        } catch {
            guard error.kind == .corrupt else { throw error }
            outcome.alarms.append(
                .unreadable(tenant: book.tenants[tenant].id, reason: error.message))
            return "that cannot be read"
        }
    }

    // MARK: Audit

    func standpoint(tenant: Int) -> AuditRow.Standpoint {
        let state = book.tenants[tenant]
        return AuditRow.Standpoint(plan: state.plan.key, status: state.facts.status)
    }

    /// Notes a change of the tenant's plan or status that no event brought. The operator's word is
    /// noted though it changes nothing yet: what a subscription gives may hide it until that ends.
    func audit(
        tenant: Int, _ cause: AuditCause, from before: AuditRow.Standpoint?, isWord: Bool = false
    ) throws(StoreError) {
        let after = standpoint(tenant: tenant)
        guard before != after || isWord else { return }
        try audit(
            tenant: Int64(tenant + 1), actor: cause.actor, action: cause.action, from: before,
            to: after)
    }

    func audit(
        tenant: Int64?, actor: String, action: String, outcome: EventState? = nil,
        from before: AuditRow.Standpoint?, to after: AuditRow.Standpoint?, event: String? = nil
    ) throws(StoreError) {
        let isChange = before != after
        try rows.insertAudit(
            AuditRow(
                id: AuditID(rawValue: auditIDs.next(at: now.wall)), at: now.wall, tenant: tenant,
                actor: actor, action: action, outcome: outcome, before: isChange ? before : nil,
                after: isChange ? after : nil, event: event))
    }
}
