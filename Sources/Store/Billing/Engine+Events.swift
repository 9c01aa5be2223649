import Core

/// The events of the payment provider: what is kept of each, and what becomes of it.
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
        let known: EventRow?
        let told: EventState?
        do throws(StoreError) {
            known = try rows.event(event.id)
            // So old that it was forgotten. What it did, it did.
            told = known == nil ? try rows.auditOutcome(ofEvent: event.id) : known?.state
        } catch {
            guard error.kind == .corrupt else { throw error }
            // It is kept, and nobody can say as what.
            unreadable(event.id, type: event.type, error)
            return try answer(envelope, .billing(.taken(.failed, isDuplicate: true)))
        }
        if let known {
            // Delivering it again is how an operator says that it be tried again.
            let state = known.state == .failed ? try retry(known, event.meaning).state : known.state
            return try answer(envelope, .billing(.taken(state, isDuplicate: true)))
        }
        if let told, told != .failed {
            return try answer(envelope, .billing(.taken(told, isDuplicate: true)))
        }
        let settlement = try settle(
            event.meaning, receivedAt: now.wall,
            EventName(event, told: told))
        lastEvent += 1
        var row = EventRow(
            number: lastEvent, event, receivedAt: now.wall, state: settlement.state)
        note(settlement, in: &row)
        alarm(row)
        try rows.insertEvent(row, body: event.body)
        try answer(envelope, .billing(.taken(settlement.state, isDuplicate: false)))
    }

    private func replayEvent(_ id: String, _ envelope: Envelope) throws(StoreError) {
        let found: EventRow?
        do throws(StoreError) {
            found = try rows.event(id)
        } catch {
            guard error.kind == .corrupt else { throw error }
            unreadable(id, type: "unknown", error)
            return try answer(envelope, .billing(.taken(.failed, isDuplicate: true)))
        }
        guard let row = found else { return try refuse(envelope, .billing(.eventUnknown(id))) }
        guard row.state == .failed || row.state == .orphan else {
            return try answer(envelope, .billing(.taken(row.state, isDuplicate: true)))
        }
        guard let body = try rows.eventBody(row.number) else {
            return try refuse(envelope, .billing(.eventBodyGone(id)))
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
            EventName(row))
        row.tries += 1
        note(settlement, in: &row)
        if (row.state, row.reason) != (known.state, known.reason) { alarm(row) }
        try rows.updateEvent(row)
        return settlement
    }

    /// The row of an event cannot be read. That costs nobody but those whom it is of.
    private func unreadable(_ id: String, type: String, _ error: StoreError) {
        outcome.alarms.append(
            .unapplied(event: id, type: type, .failed, reason: error.message))
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
        if settlement.state == .failed, settlement.tenant == nil {
            settlement.tenant = try owner(of: event)
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

    /// Whose an event is that could not be applied, as far as its customer or subscription says.
    private func owner(of event: EventName) throws(StoreError) -> Int64? {
        do throws(StoreError) {
            if let id = event.customer,
                let tenant = try rows.customer(id, isLive: billing.isLive)?.tenant
            {
                return tenant
            }
            guard let id = event.subscription else { return nil }
            return try rows.subscription(id, isLive: billing.isLive)?.tenant
        } catch {
            guard error.kind == .corrupt else { throw error }
            return nil
        }
    }

    private func write(
        _ desk: BillingDesk, _ settlement: Settlement, _ event: EventName
    ) throws(StoreError) {
        let tenant = settlement.tenant.map { Int($0 - 1) }
        let before = tenant.map { standpoint(tenant: $0) }
        let others = desk.change.touched.sorted().filter { $0 != settlement.tenant }
            .map { ($0, standpoint(tenant: Int($0 - 1))) }
        try write(desk)
        let after = tenant.map { standpoint(tenant: $0) }
        // Money may have paid invoices of several tenants; the event's own line names one.
        for (number, before) in others {
            let after = standpoint(tenant: Int(number - 1))
            guard before != after else { continue }
            try audit(
                tenant: number, actor: "provider", action: event.type, from: before, to: after)
        }
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
            for event in due { try retryDue(event) }
            earliestEventRetry = try rows.earliestEventRetry()
            if due.count == limits.eventRetriesMax { outcome.hasMore = true }
        }
        try askProvider()
    }

    private func retryDue(_ event: DueEvent) throws(StoreError) {
        var row: EventRow
        do throws(StoreError) {
            guard let found = try rows.event(event.id) else {
                throw StoreError(
                    .corrupt, "event number \(event.number) is not found by its id '\(event.id)'")
            }
            row = found
        } catch {
            guard error.kind == .corrupt else { throw error }
            unreadable(event.id, type: event.type, error)
            return try rows.putEventRetry(
                event.number, at: now.wall.adding(Limits.eventRetryMillisecondsMax))
        }
        guard let body = try rows.eventBody(row.number) else {
            row.retryAt = nil
            try rows.updateEvent(row)
            return outcome.alarms.append(row.lastAlarm)
        }
        try retry(row, billing.reader(body))
    }

    /// Whoever these are of is known now: what was told of them before is the tenant's, and what
    /// belonged to nobody is applied.
    func adoptEvents(of change: BillingChange) throws(StoreError) {
        guard !change.adopted.isEmpty else { return }
        for adopted in change.adopted {
            try rows.adoptEvents(
                of: adopted.name, by: adopted.tenant, retryAt: now.wall)
        }
        earliestEventRetry = try rows.earliestEventRetry()
    }
}

#if Mutants
    /// What an event changes, to be written too late.
    struct LateEffect {
        let desk: BillingDesk
        let settlement: Settlement
        let event: EventName
    }
#endif
