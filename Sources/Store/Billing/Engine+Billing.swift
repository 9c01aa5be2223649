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
        let settlement = try settle(
            event.meaning, receivedAt: now.wall, event: event.id, type: event.type)
        lastEvent += 1
        var row = EventRow(
            number: lastEvent, event, receivedAt: now.wall, state: settlement.state)
        note(settlement, in: &row)
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
        try rows.deleteAudit(ofEvent: row.id)
        let settlement = try settle(
            meaning, receivedAt: row.receivedAt, event: row.id, type: row.type)
        row.tries += 1
        note(settlement, in: &row)
        try rows.updateEvent(row)
        return settlement
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
        _ meaning: BillingEvent, receivedAt: Timestamp, event: String, type: String
    ) throws(StoreError) -> Settlement {
        var desk = try desk()
        var settlement: Settlement
        do throws(StoreError) {
            settlement = try desk.settle(meaning, receivedAt: receivedAt)
            try desk.readAll(for: meaning)
        } catch {
            guard error.kind == .corrupt else { throw error }
            settlement = Settlement(.failed, error.message)
            desk = try self.desk()
        }
        let tenant = settlement.tenant.map { Int($0 - 1) }
        let before = tenant.map { standpoint(tenant: $0) }
        try write(desk, meaning)
        let after = tenant.map { standpoint(tenant: $0) }
        try audit(
            tenant: settlement.tenant, actor: "provider", action: type,
            outcome: settlement.state, from: before, to: after, event: event)
        return settlement
    }

    private func desk() throws(StoreError) -> BillingDesk {
        let book = book
        return BillingDesk(
            rows: rows, isLive: billing.isLive, prices: try prices(),
            tenantNumber: { id in
                guard let tenant = book.tenantIndex(id), !book.tenants[tenant].facts.isDeleted
                else { return nil }
                return Int64(tenant + 1)
            })
    }

    private func prices() throws(StoreError) -> PriceBook {
        if let known = knownPrices { return known }
        let found = PriceBook(catalog, products: try rows.products())
        knownPrices = found
        return found
    }

    private func write(
        _ desk: BillingDesk, _ meaning: BillingEvent
    ) throws(StoreError) {
        let change = desk.change
        try change.write(to: rows)
        if !change.products.isEmpty { knownPrices = nil }
        for source in try desk.sourcesTakenBack(change, meaning) {
            for (number, grant) in try rows.grants(ofSource: source)
            where grant.state == .pending || grant.state == .inForce {
                try revoke(grant, tenant: Int(number - 1))
            }
        }
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
        guard let entitlement = try entitlement(of: facts, tenant: tenant) else { return }
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

    /// The plan that the tenant is on once its facts are these, of which the base plan may be
    /// another than now.
    func planAhead(_ facts: TenantFacts, tenant: Int) throws(StoreError) -> Plan {
        var facts = facts
        if let entitlement = try entitlement(of: facts, tenant: tenant) {
            facts.entitled = Entitled(entitlement, after: facts.entitled, in: catalog)
        }
        return facts.plan(in: catalog)
    }

    /// What the tenant's subscriptions come to; nil if there are none and never were.
    private func entitlement(
        of facts: TenantFacts, tenant: Int
    ) throws(StoreError) -> Entitlement? {
        let desk = try desk()
        var question = Entitlement.Question(
            subscriptions: try desk.countingSubscriptions(ofTenant: Int64(tenant + 1)),
            catalog: catalog,
            basePlan: facts.basePlan.id, manual: .none, now: now.wall,
            graceMilliseconds: billing.graceMilliseconds, window: facts.window,
            canAskProvider: billing.canAskProvider)
        if question.subscriptions.isEmpty, facts.entitled == nil { return nil }
        question.reversedInvoices = try desk.reversedInvoices(of: question.subscriptions)
        return Entitlement.decide(question)
    }

    /// A time has come at which subscriptions mean something else by themselves.
    func turnEntitlement(tenant: Int, at time: Timestamp) throws(StoreError) {
        guard book.tenants[tenant].facts.entitled?.nextChange == time else { return }
        try entitle(tenant: tenant, fired: time)
    }

    func turn(at time: Timestamp, tenant: Int) -> DeadlineRow {
        DeadlineRow(at: time, tenant: Int64(tenant + 1), event: .entitlementTurns, subject: 0)
    }

    /// A subscription of the tenant's that is not over, if there is one.
    func liveSubscription(tenant: Int) throws(StoreError) -> String? {
        try desk().countingSubscriptions(ofTenant: Int64(tenant + 1))
            .first { !$0.state.isOver }?.id
    }

    // MARK: Asking the provider

    /// The row is read anew: the entitlement that was just decided may doubt it.
    private func askIfDirty(_ id: String) throws(StoreError) {
        guard var row = try rows.subscription(id, isLive: billing.isLive) else { return }
        guard billing.canAskProvider, row.subscription.isDirty else {
            guard row.askAt != nil else { return }
            row.askAt = nil
            row.asks = 0
            return try rows.putSubscription(row)
        }
        guard row.askAt == nil else { return }
        let time = now.wall.adding(Limits.inquiryDelayMilliseconds)
        row.askAt = time
        try rows.putSubscription(row)
        earliestInquiry = min(earliestInquiry ?? time, time)
    }

    /// Nothing was heard of a subscription for too long.
    private func doubt(_ id: String) throws(StoreError) {
        guard billing.canAskProvider,
            var row = try rows.subscription(id, isLive: billing.isLive),
            !row.subscription.isDirty
        else { return }
        row.subscription.doubt(at: now.wall)
        try rows.putSubscription(row)
        try askIfDirty(id)
    }

    private func take(_ finding: ProviderFinding, _ envelope: Envelope) throws(StoreError) {
        if let fact = finding.fact, finding.isLive == billing.isLive {
            var desk = try desk()
            let settlement: Settlement
            do throws(StoreError) {
                settlement = try desk.take(fact, receivedAt: now.wall)
                try desk.readAll(for: .subscription(fact))
            } catch {
                guard error.kind == .corrupt else { throw error }
                // It stays dirty, and is asked about again once the row can be read.
                return try answer(envelope, .billing(.done))
            }
            let tenant = settlement.tenant.map { Int($0 - 1) }
            let before = tenant.map { standpoint(tenant: $0) }
            try write(desk, .subscription(fact))
            let after = tenant.map { standpoint(tenant: $0) }
            if before != after {
                try audit(
                    tenant: settlement.tenant, actor: "provider", action: "subscription.fetched",
                    from: before, to: after)
            }
        }
        try answer(envelope, .billing(.done))
    }

    // MARK: Chores

    /// Tries failed events again, asks what is to be asked, and forgets what is old; each as far
    /// as a batch has room.
    func runBilling() throws(StoreError) {
        if let time = earliestEventRetry, time <= now.wall {
            let due = try rows.dueEvents(until: now.wall, limit: limits.eventRetriesMax)
            for row in due {
                guard let body = try rows.eventBody(row.number) else {
                    var kept = row
                    kept.retryAt = nil
                    try rows.updateEvent(kept)
                    continue
                }
                try retry(row, billing.reader(body))
            }
            earliestEventRetry = try rows.earliestEventRetry()
            if due.count == limits.eventRetriesMax { outcome.hasMore = true }
        }
        if let time = earliestInquiry, time <= now.wall {
            for due in try rows.dueInquiries(until: now.wall, limit: limits.inquiriesMax) {
                var row = due
                outcome.inquiries.append(
                    ProviderInquiry(subscription: row.subscription.id, isLive: row.isLive))
                row.asks += 1
                let delay = min(
                    Limits.eventRetryMillisecondsMax,
                    Limits.eventRetryMillisecondsMin << min(row.asks, 12))
                row.askAt = now.wall.adding(delay)
                try rows.putSubscription(row)
            }
            earliestInquiry = try rows.earliestInquiry()
        }
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

    private func audit(
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
