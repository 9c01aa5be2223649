package import Core
package import Store

extension SQLiteRows {
    // MARK: Plans and metrics

    package func insertMetric(number: Int64, name: String) throws(StoreError) {
        db.insertMetric.bind(1, number)
        db.insertMetric.bind(2, name)
        try db.insertMetric.run()
    }

    package func endOffer(of plan: String) throws(StoreError) {
        db.endOffer.bind(1, plan)
        try db.endOffer.run()
    }

    package func offerPlan(_ row: PlanRow) throws(StoreError) {
        try endOffer(of: row.plan.id)
        let statement = db.putPlan
        statement.bind(1, row.plan.id)
        statement.bind(2, row.plan.version)
        statement.bind(3, row.text)
        statement.bind(4, row.isOffered ? 1 : 0)
        try statement.run()
    }

    package func insertMove(_ move: PlanMove, number: Int64) throws(StoreError) {
        db.insertMove.bind(1, number)
        db.insertMove.bind(2, move.plan)
        db.insertMove.bind(3, move.from)
        db.insertMove.bind(4, move.to)
        try db.insertMove.run()
    }

    package func deleteMove(number: Int64) throws(StoreError) {
        db.deleteMove.bind(1, number)
        try db.deleteMove.run()
    }

    // MARK: Overrides and grants

    package func putOverride(
        _ override: Override, metric: Int64, tenant: Int64
    ) throws(StoreError) {
        let statement = db.putOverride
        statement.bind(1, tenant)
        statement.bind(2, metric)
        statement.bind(3, override.limit.units)
        statement.bind(4, override.until?.milliseconds)
        statement.bind(5, override.reason)
        statement.bind(6, override.createdAt.milliseconds)
        try statement.run()
    }

    package func deleteOverride(metric: Int64, tenant: Int64) throws(StoreError) {
        db.deleteOverride.bind(1, tenant)
        db.deleteOverride.bind(2, metric)
        try db.deleteOverride.run()
    }

    package func insertGrant(
        _ grant: Grant, metric: Int64, tenant: Int64
    ) throws(StoreError) {
        let statement = db.insertGrant
        statement.bind(1, grant.id.rawValue)
        statement.bind(2, tenant)
        statement.bind(3, metric)
        statement.bind(4, grant.amount)
        statement.bind(5, grant.remaining)
        statement.bind(6, grant.source)
        statement.bind(7, grant.effectiveAt.milliseconds)
        statement.bind(8, grant.expiresAt?.milliseconds)
        statement.bind(9, grant.priority)
        statement.bind(10, grant.createdAt.milliseconds)
        statement.bind(11, grant.state.rawValue)
        statement.bind(12, grant.isTakenBack ? 1 : 0)
        try statement.run()
    }

    package func updateGrant(_ grant: Grant) throws(StoreError) {
        db.updateGrant.bind(1, grant.id.rawValue)
        db.updateGrant.bind(2, grant.remaining)
        db.updateGrant.bind(3, grant.state.rawValue)
        db.updateGrant.bind(4, grant.isTakenBack ? 1 : 0)
        try db.updateGrant.run()
    }

    package func grant(_ id: GrantID, tenant: Int64) throws(StoreError) -> Grant? {
        db.grantByID.bind(1, id.rawValue)
        db.grantByID.bind(2, tenant)
        return try db.grantByID.first(Decoding.grant)?.grant
    }

    package func grant(source: String, tenant: Int64) throws(StoreError) -> Grant? {
        db.grantBySource.bind(1, source)
        db.grantBySource.bind(2, tenant)
        return try db.grantBySource.first(Decoding.grant)?.grant
    }

    // MARK: Deadlines

    package func insertDeadline(_ row: DeadlineRow) throws(StoreError) {
        try run(db.insertDeadline, row)
    }

    package func deleteDeadline(_ row: DeadlineRow) throws(StoreError) {
        try run(db.deleteDeadline, row)
    }

    package func dueDeadlines(
        until time: Timestamp, limit: Int
    ) throws(StoreError) -> [DeadlineRow] {
        db.dueDeadlines.bind(1, time.milliseconds)
        db.dueDeadlines.bind(2, Int64(limit))
        return try db.dueDeadlines.all(Decoding.deadline)
    }

    package func earliestDeadline() throws(StoreError) -> Timestamp? {
        try db.earliestDeadline.first { row throws(StoreError) in try Decoding.time(row.int(0)) }
    }

    private func run(_ statement: Statement, _ row: DeadlineRow) throws(StoreError) {
        statement.bind(1, row.at.milliseconds)
        statement.bind(2, row.tenant)
        statement.bind(3, row.event.rawValue)
        statement.bind(4, row.subject)
        try statement.run()
    }

    // MARK: Alerts and events

    package func insertAlert(_ row: AlertRow) throws(StoreError) -> Bool {
        let statement = db.insertAlert
        statement.bind(1, row.key.tenant)
        statement.bind(2, row.key.metric)
        statement.bind(3, row.key.period)
        statement.bind(4, row.limitVersion)
        statement.bind(5, row.threshold)
        statement.bind(6, row.at.milliseconds)
        try statement.run()
        guard db.database.changes > 0 else { return false }
        kept.add(.alerts)
        return true
    }

    package func hasUsageEvent(tenant: Int64, id: String) throws(StoreError) -> Bool {
        db.hasUsageEvent.bind(1, tenant)
        db.hasUsageEvent.bind(2, id)
        return try db.hasUsageEvent.first { _ in true } ?? false
    }

    package func insertUsageEvent(
        tenant: Int64, id: String, metric: Int64, amount: Int64, at time: Timestamp
    ) throws(StoreError) -> Bool {
        let statement = db.insertUsageEvent
        statement.bind(1, tenant)
        statement.bind(2, id)
        statement.bind(3, metric)
        statement.bind(4, amount)
        statement.bind(5, time.milliseconds)
        try statement.run()
        guard db.database.changes > 0 else { return false }
        kept.add(.usageEvents)
        return true
    }

    package func deleteUsageEvent(tenant: Int64, id: String) throws(StoreError) {
        db.deleteUsageEvent.bind(1, tenant)
        db.deleteUsageEvent.bind(2, id)
        try db.deleteUsageEvent.run()
        if db.database.changes > 0 { kept.remove(.usageEvents) }
    }
}
