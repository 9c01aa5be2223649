import Core
import Store

extension ModelStore {
    func apply(_ command: BillingCommand, _ id: EnvelopeID) {
        switch command {
        case .take(let event): take(event, id)
        case .replay(let event): replay(event, id)
        case .answered(let finding):
            take(finding)
            answer(id, .billing(.done))
        }
    }

    // MARK: Events

    private func take(_ event: ProviderEvent, _ id: EnvelopeID) {
        if let known = billing.event(event.id) {
            let state = known.state == .failed ? retry(known, event.meaning) : known.state
            return answer(id, .billing(.taken(state, isDuplicate: true)))
        }
        let told = billing.auditOutcome(ofEvent: event.id)
        if let told, told != .failed {
            return answer(id, .billing(.taken(told, isDuplicate: true)))
        }
        let settlement = settle(
            event.meaning, receivedAt: now.wall, EventName(event, told: told))
        lastProviderEvent += 1
        var row = EventRow(
            number: lastProviderEvent, event, receivedAt: now.wall, state: settlement.state)
        note(settlement, in: &row)
        alarm(row)
        billing.insertEvent(row, body: event.body)
        answer(id, .billing(.taken(settlement.state, isDuplicate: false)))
    }

    private func replay(_ event: String, _ id: EnvelopeID) {
        guard let row = billing.event(event) else {
            return answer(id, .refused(.billing(.eventUnknown(event))))
        }
        guard row.state == .failed || row.state == .orphan else {
            return answer(id, .billing(.taken(row.state, isDuplicate: true)))
        }
        guard let body = billing.eventBody(row.number) else {
            return answer(id, .refused(.billing(.eventBodyGone(event))))
        }
        let state = retry(row, conditions.reader(body))
        answer(id, .billing(.taken(state, isDuplicate: false)))
    }

    @discardableResult
    private func retry(_ known: EventRow, _ meaning: BillingEvent) -> EventState {
        var row = known
        let settlement = settle(
            meaning, receivedAt: row.receivedAt, EventName(row))
        row.tries += 1
        note(settlement, in: &row)
        if (row.state, row.reason) != (known.state, known.reason) { alarm(row) }
        billing.updateEvent(row)
        return row.state
    }

    private func alarm(_ row: EventRow) {
        if row.state == .applied, let reason = row.reason {
            outcome.alarms.append(.odd(event: row.id, type: row.type, reason: reason))
        }
        guard row.state == .failed || row.state == .orphan else { return }
        outcome.alarms.append(
            .unapplied(event: row.id, type: row.type, row.state, reason: row.reason))
    }

    private func note(_ settlement: Settlement, in row: inout EventRow) {
        row.state = settlement.state
        row.reason = settlement.reason
        row.tenant = settlement.tenant
        row.retryAt = nil
        guard settlement.state == .failed else { return }
        var delay = Limits.eventRetryMillisecondsMin
        for _ in 1..<row.tries where delay < Limits.eventRetryMillisecondsMax { delay *= 2 }
        row.retryAt = now.wall.adding(min(delay, Limits.eventRetryMillisecondsMax))
    }

    private func settle(
        _ meaning: BillingEvent, receivedAt: Timestamp, _ event: EventName
    ) -> Settlement {
        var desk = desk()
        guard var settlement = try? desk.settle(meaning, receivedAt: receivedAt) else {
            preconditionFailure("rows in memory cannot fail")
        }
        if settlement.state == .failed, settlement.tenant == nil {
            settlement.tenant =
                event.customer.flatMap {
                    billing.customer($0, isLive: conditions.isLive)?.tenant
                }
                ?? event.subscription.flatMap {
                    billing.subscription($0, isLive: conditions.isLive)?.tenant
                }
        }
        let before = settlement.tenant.map { standpoint(Int($0 - 1)) }
        let others = desk.change.touched.sorted().filter { $0 != settlement.tenant }
            .map { ($0, standpoint(Int($0 - 1))) }
        write(desk)
        let after = settlement.tenant.map { standpoint(Int($0 - 1)) }
        for (number, before) in others where before != standpoint(Int(number - 1)) {
            audit(
                number, actor: "provider", action: event.type, from: before,
                to: standpoint(Int(number - 1)))
        }
        if event.told == settlement.state, before == after { return settlement }
        billing.deleteAudit(ofEvent: event.id)
        audit(
            settlement.tenant, actor: "provider", action: event.type, outcome: settlement.state,
            from: before, to: after, event: event.id)
        return settlement
    }

    func desk() -> BillingDesk {
        let tenants = tenants
        billing.grantsOfSource = { source in
            tenants.enumerated().flatMap { index, tenant in
                tenant.grants.filter { $0.source == source }.map { (Int64(index + 1), $0) }
            }
        }
        return BillingDesk(
            rows: billing, isLive: conditions.isLive,
            prices: PriceBook(catalog, products: billing.products()),
            tenantNumber: { id in
                tenants.firstIndex { $0.id == id && !$0.facts.isDeleted }.map { Int64($0 + 1) }
            })
    }

    func write(_ desk: BillingDesk) {
        let change = desk.change
        try? change.write(to: billing)
        for adopted in change.adopted {
            billing.adoptEvents(
                of: adopted.name, by: adopted.tenant, retryAt: now.wall)
        }
        let prices = PriceBook(catalog, products: billing.products())
        if !change.products.isEmpty, prices != desk.prices { billing.hurryEvents(to: now.wall) }
        for change in change.grants {
            turn(change.grant.id, tenants[Int(change.tenant - 1)].id) { [now] in
                if change.isTakenBack { $0.takeBack() } else { $0.giveBack(at: now.wall) }
            }
        }
        for number in change.touched.sorted() { entitle(Int(number - 1)) }
        for id in change.subscriptions.keys { askIfDirty(id) }
    }

    // MARK: Entitlement

    func entitle(_ index: Int, fired: Bool = false) {
        let tenant = tenants[index]
        guard !tenant.facts.isDeleted else { return }
        var facts = tenant.facts
        guard let entitlement = entitlement(index, facts) else { return }
        facts.entitled = Entitled(entitlement, after: facts.entitled, in: catalog)
        facts.anchorDay = entitlement.anchorDay ?? facts.anchorDay
        for id in entitlement.silent { doubt(id) }
        guard facts != tenant.facts else { return }
        setFacts(facts, tenant.id, by: fired ? .clock : nil)
    }

    /// Turns what a tenant is entitled to though its deadline still waits. True if it turned.
    @discardableResult
    func turnIfDue(_ tenant: String) -> Bool {
        guard let index = tenants.firstIndex(where: { $0.id == tenant }),
            let next = tenants[index].facts.entitled?.nextChange, next <= now.wall
        else { return false }
        entitle(index, fired: true)
        return tenants[index].facts.entitled?.nextChange != next
    }

    /// What a tenant's subscriptions come to, with these facts of the operator's.
    func entitlement(_ index: Int, _ facts: TenantFacts) -> Entitlement? {
        let desk = desk()
        let rows = (try? desk.countingRows(ofTenant: Int64(index + 1))) ?? []
        var question = Entitlement.Question(
            subscriptions: rows.map(\.subscription), catalog: catalog, basePlan: facts.basePlan.id,
            manual: .none, now: now.wall, graceMilliseconds: conditions.graceMilliseconds,
            window: facts.window, canAskProvider: conditions.canAskProvider)
        question.unanswered = Set(rows.filter(\.isGivenUp).map(\.subscription.id))
        if question.subscriptions.isEmpty, facts.entitled == nil { return nil }
        question.reversedInvoices =
            (try? desk.reversedInvoices(of: question.subscriptions)) ?? []
        return Entitlement.decide(question)
    }

    func counting(_ index: Int) -> [Subscription] {
        (try? desk().countingSubscriptions(ofTenant: Int64(index + 1))) ?? []
    }

    // MARK: Chores

    func forgetEvents() {
        guard now.steadyMilliseconds >= nextEventForgetting else { return }
        let bodies = billing.pruneEventBodies(
            before: now.wall.adding(-Limits.eventBodyMilliseconds), limit: limits.eventsPrunedMax)
        let events = billing.pruneEvents(
            before: now.wall.adding(-Limits.eventMilliseconds), limit: limits.eventsPrunedMax)
        if bodies + events > 0 {
            outcome.hasMore = true
        } else {
            nextEventForgetting = now.steadyMilliseconds + Limits.idempotencyPruneMilliseconds
        }
    }

    func runBilling() {
        let due = billing.dueEvents(until: now.wall, limit: limits.eventRetriesMax)
        for event in due {
            guard let row = billing.event(event.id) else { continue }
            if let body = billing.eventBody(row.number) {
                retry(row, conditions.reader(body))
            } else {
                var kept = row
                kept.retryAt = nil
                billing.updateEvent(kept)
                outcome.alarms.append(row.lastAlarm)
            }
        }
        if due.count == limits.eventRetriesMax { outcome.hasMore = true }
        askProvider()
    }

    /// When failed events are tried again.
    var nextBilling: Timestamp? { billing.earliestEventRetry() }

    // MARK: Audit

    func standpoint(_ index: Int) -> AuditRow.Standpoint {
        let facts = tenants[index].facts
        return AuditRow.Standpoint(plan: facts.plan(in: catalog).key, status: facts.status)
    }

    func audit(
        _ index: Int, _ cause: AuditCause, from before: AuditRow.Standpoint?, isWord: Bool = false
    ) {
        let after = standpoint(index)
        guard before != after || isWord else { return }
        audit(
            Int64(index + 1), actor: cause.actor, action: cause.action, from: before, to: after)
    }

    func audit(
        _ tenant: Int64?, actor: String, action: String, outcome: EventState? = nil,
        from before: AuditRow.Standpoint?, to after: AuditRow.Standpoint?, event: String? = nil
    ) {
        billing.insertAudit(
            AuditRow(
                id: AuditID(rawValue: auditIDs.next(at: now.wall)), at: now.wall, tenant: tenant,
                actor: actor, action: action, outcome: outcome,
                before: before == after ? nil : before, after: before == after ? nil : after,
                event: event))
    }
}

extension ModelStore {
    func billingRows(_ query: BillingQuery) -> (Rows, tenant: String?) {
        func name(_ number: Int64?) -> String? { number.map { tenants[Int($0 - 1)].id } }
        switch query {
        case .events(let state, let before, let limit):
            let rows = billing.events.values
                .filter { row in
                    row.number < before ?? .max && (state.map { row.state == $0 } ?? true)
                }
                .sorted { $0.number > $1.number }
            let views = rows.prefix(limit).map { EventView(row: $0, tenant: name($0.tenant)) }
            return (
                .billing(
                    .events(views, next: rows.count > limit ? views.last?.row.number : nil)), nil
            )
        case .event(let id):
            let view = billing.event(id).map {
                EventView(row: $0, tenant: name($0.tenant), body: billing.eventBody($0.number))
            }
            return (.billing(.event(view)), nil)
        case .audit(let tenant, let before, let limit):
            let number = tenants.firstIndex { $0.id == tenant }.map { Int64($0 + 1) }
            if let tenant, number == nil { return (.tenantUnknown(tenant), nil) }
            let rows = billing.audits
                .filter {
                    $0.id.rawValue < before?.rawValue ?? .max
                        && (tenant == nil || $0.tenant == number)
                }
                .sorted { $0.id > $1.id }
            let views = rows.prefix(limit).map { AuditView(row: $0, tenant: name($0.tenant)) }
            return (
                .billing(.audit(views, next: rows.count > limit ? views.last?.row.id : nil)),
                tenant
            )
        case .subscriptions(let tenant):
            guard let index = tenants.firstIndex(where: { $0.id == tenant }) else {
                return (.tenantUnknown(tenant), nil)
            }
            return (
                .billing(.subscriptions(billing.subscriptions(ofTenant: Int64(index + 1)))), tenant
            )
        case .inquiries(let isLive):
            let rows = billing.subscriptions.values.filter {
                isLive == nil || $0.isLive == isLive
            }
            let view = InquiriesView(
                open: Int64(rows.count { $0.askAt != nil }),
                givenUp: Array(
                    rows.filter(\.isGivenUp).map(\.subscription.id).sorted()
                        .prefix(Limits.listPageDefault)))
            return (.billing(.inquiries(view)), nil)
        }
    }
}
