import Core

extension Engine {
    func apply(_ command: BillingCommand, _ envelope: Envelope) throws(StoreError) {
        switch command {
        case .take(let event): try take(event, envelope)
        case .replay(let id): try replayEvent(id, envelope)
        case .answered(let finding): try take(finding, envelope)
        }
    }

    // MARK: Events

    private func take(_ event: ProviderEvent, _ envelope: Envelope) throws(StoreError) {
        if let known = try rows.event(event.id) {
            // Delivering it again is how an operator says that it be tried again.
            let state = known.state == .failed ? try retry(known, event.meaning).state : known.state
            return try answer(envelope, .billing(.taken(state, isDuplicate: true)))
        }
        // So old that it was forgotten. What it did, it did.
        let told = try rows.auditOutcome(ofEvent: event.id)
        if let told, told != .failed {
            return try answer(envelope, .billing(.taken(told, isDuplicate: true)))
        }
        let settlement = try settle(
            event.meaning, receivedAt: now.wall,
            EventName(id: event.id, type: event.type, told: told))
        lastEvent += 1
        var row = EventRow(
            number: lastEvent, event, receivedAt: now.wall, state: settlement.state)
        note(settlement, in: &row)
        alarm(row)
        try rows.insertEvent(row, body: event.body)
        try answer(envelope, .billing(.taken(settlement.state, isDuplicate: false)))
    }

    private func replayEvent(_ id: String, _ envelope: Envelope) throws(StoreError) {
        guard let row = try rows.event(id) else {
            return refuse(envelope, .billing(.eventUnknown(id)))
        }
        guard row.state == .failed || row.state == .orphan else {
            return try answer(envelope, .billing(.taken(row.state, isDuplicate: true)))
        }
        guard let body = try rows.eventBody(row.number) else {
            return refuse(envelope, .billing(.eventBodyGone(id)))
        }
        let state = try retry(row, billing.reader(body)).state
        try answer(envelope, .billing(.taken(state, isDuplicate: false)))
    }

    /// Tries the effect of a kept event once more.
    @discardableResult
    private func retry(
        _ known: EventRow, _ meaning: BillingEvent
    ) throws(StoreError) -> Settlement {
        var row = known
        let settlement = try settle(
            meaning, receivedAt: row.receivedAt,
            EventName(id: row.id, type: row.type, told: row.state))
        row.tries += 1
        note(settlement, in: &row)
        if (row.state, row.reason) != (known.state, known.reason) { alarm(row) }
        try rows.updateEvent(row)
        return settlement
    }

    /// Tells of an event that is kept without its effect, or had it and says something odd.
    private func alarm(_ row: EventRow) {
        switch row.state {
        case .stale, .ignored: return
        case .applied:
            guard let reason = row.reason else { return }
            outcome.alarms.append(.odd(event: row.id, type: row.type, reason: reason))
        case .orphan, .failed:
            outcome.alarms.append(
                .unapplied(event: row.id, type: row.type, row.state, reason: row.reason))
        }
    }

    private func note(_ settlement: Settlement, in row: inout EventRow) {
        row.state = settlement.state
        row.reason = settlement.reason
        row.tenant = settlement.tenant
        row.retryAt = nil
        guard settlement.state == .failed else { return }
        let delay = min(
            Limits.eventRetryMillisecondsMax,
            Limits.eventRetryMillisecondsMin << min(row.tries - 1, 12))
        let time = now.wall.adding(delay)
        row.retryAt = time
        earliestEventRetry = min(earliestEventRetry ?? time, time)
    }

    /// Works out what an event changes, and then writes all of it with its line of the audit.
    private func settle(
        _ meaning: BillingEvent, receivedAt: Timestamp, _ event: EventName
    ) throws(StoreError) -> Settlement {
        var desk = try desk()
        var settlement: Settlement
        do throws(StoreError) {
            settlement = try desk.settle(meaning, receivedAt: receivedAt)
        } catch {
            guard error.kind == .corrupt else { throw error }
            settlement = Settlement(.failed, error.message)
            desk = try self.desk()
        }
        #if Mutants
            if Mutant.eventEffectInSecondTransaction.isIn {
                lateEffects.append(
                    LateEffect(desk: desk, settlement: settlement, event: event))
                return settlement
            }
        #endif
        try write(desk, settlement, event)
        return settlement
    }

    private func write(
        _ desk: BillingDesk, _ settlement: Settlement, _ event: EventName
    ) throws(StoreError) {
        let tenant = settlement.tenant.map { Int($0 - 1) }
        let before = tenant.map { standpoint(tenant: $0) }
        try write(desk)
        let after = tenant.map { standpoint(tenant: $0) }
        if let told = event.told {
            // Tried again in vain: its line says so already, and when that began.
            guard told != settlement.state || before != after else { return }
            try rows.deleteAudit(ofEvent: event.id)
        }
        try audit(
            tenant: settlement.tenant, actor: "provider", action: event.type,
            outcome: settlement.state, from: before, to: after, event: event.id)
    }

    #if Mutants
        func writeLateEffects() throws(StoreError) {
            guard !lateEffects.isEmpty else { return }
            try rows.begin()
            for late in lateEffects {
                try write(late.desk, late.settlement, late.event)
            }
            try usages.flush(rows: rows)
            try rows.commit()
            lateEffects = []
        }
    #endif

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
        if let pricesBefore {
            knownPrices = nil
            // Events that no plan had a price for may have one now.
            if earliestEventRetry != nil, try prices() != pricesBefore {
                try rows.hurryEvents(to: now.wall)
                earliestEventRetry = now.wall
            }
        }
        for (number, grant) in change.grants { try revoke(grant, tenant: Int(number - 1)) }
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

    // MARK: Chores

    /// Forgets what is old of events, some at a time: their bodies, and later their rows.
    func pruneEvents() throws(StoreError) {
        guard now.steadyMilliseconds >= nextEventPruneSteady else { return }
        let bodies = try rows.pruneEventBodies(
            before: now.wall.adding(-Limits.eventBodyMilliseconds), limit: limits.eventsPrunedMax)
        let events = try rows.pruneEvents(
            before: now.wall.adding(-Limits.eventMilliseconds), limit: limits.eventsPrunedMax)
        if bodies + events > 0 {
            outcome.hasMore = true
        } else {
            nextEventPruneSteady = now.steadyMilliseconds + Limits.idempotencyPruneMilliseconds
        }
    }

    /// Tries failed events again, and asks what is to be asked; each as far as a batch has room.
    func runBilling() throws(StoreError) {
        if let time = earliestEventRetry, time <= now.wall {
            let due = try rows.dueEvents(until: now.wall, limit: limits.eventRetriesMax)
            for row in due {
                guard let body = try rows.eventBody(row.number) else {
                    var kept = row
                    kept.retryAt = nil
                    try rows.updateEvent(kept)
                    outcome.alarms.append(row.lastAlarm)
                    continue
                }
                try retry(row, billing.reader(body))
            }
            earliestEventRetry = try rows.earliestEventRetry()
            if due.count == limits.eventRetriesMax { outcome.hasMore = true }
        }
        try askProvider()
    }

    // MARK: Audit

    func standpoint(tenant: Int) -> AuditRow.Standpoint {
        let state = book.tenants[tenant]
        return AuditRow.Standpoint(plan: state.plan.key, status: state.facts.status)
    }

    /// Notes a change of the tenant's plan or status that no event brought.
    func audit(
        tenant: Int, _ cause: AuditCause, from before: AuditRow.Standpoint?
    ) throws(StoreError) {
        let after = standpoint(tenant: tenant)
        guard before != after else { return }
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

/// An event as the audit calls it.
struct EventName {
    let id: String
    let type: String
    /// What the audit says of it so far, if it does.
    let told: EventState?
}

#if Mutants
    /// What an event changes, to be written too late.
    struct LateEffect {
        let desk: BillingDesk
        let settlement: Settlement
        let event: EventName
    }
#endif
