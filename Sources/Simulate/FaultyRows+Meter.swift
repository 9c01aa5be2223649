import Core
import Store

/// Counters, ledger, plans and terms, of which each write may fail.
extension FaultyRows {
    func usages(of period: Period) throws(StoreError) -> [UsageRow] {
        try rows.usages(of: period)
    }

    func usage(_ key: UsageKey) throws(StoreError) -> Usage {
        try rows.usage(key)
    }

    func charge(from id: LedgerID, of job: JobID) throws(StoreError) -> [LedgerRow] {
        try rows.charge(from: id, of: job)
    }

    func grant(_ id: GrantID, tenant: Int64) throws(StoreError) -> Grant? {
        try rows.grant(id, tenant: tenant)
    }

    func grant(source: String, tenant: Int64) throws(StoreError) -> Grant? {
        try rows.grant(source: source, tenant: tenant)
    }

    func dueDeadlines(until time: Timestamp, limit: Int) throws(StoreError) -> [DeadlineRow] {
        try rows.dueDeadlines(until: time, limit: limit)
    }

    func earliestDeadline() throws(StoreError) -> Timestamp? {
        try rows.earliestDeadline()
    }

    func hasUsageEvent(tenant: Int64, id: String) throws(StoreError) -> Bool {
        try rows.hasUsageEvent(tenant: tenant, id: id)
    }

    func putUsage(_ row: UsageRow) throws(StoreError) {
        try step()
        try rows.putUsage(row)
    }

    func insertLedger(_ row: LedgerRow) throws(StoreError) {
        try step()
        try rows.insertLedger(row)
    }

    func ledger(after id: LedgerID, limit: Int) throws(StoreError) -> [LedgerRow] {
        try rows.ledger(after: id, limit: limit)
    }

    func fold(_ key: UsageKey, _ source: ChargeSource) throws(StoreError) -> FoldRow? {
        try rows.fold(key, source)
    }

    func deleteLedger(_ row: LedgerRow) throws(StoreError) {
        try step()
        try rows.deleteLedger(row)
    }

    func putFold(_ row: FoldRow) throws(StoreError) {
        try step()
        try rows.putFold(row)
    }

    func insertFoldedCharge(_ row: LedgerRow, of job: JobID) throws(StoreError) {
        try step()
        try rows.insertFoldedCharge(row, of: job)
    }

    func foldGrant(_ id: GrantID, by amount: Int64) throws(StoreError) {
        try step()
        try rows.foldGrant(id, by: amount)
    }

    func putLedgerFolded(_ id: LedgerID) throws(StoreError) {
        try step()
        try rows.putLedgerFolded(id)
    }

    func putDay(_ day: Day) throws(StoreError) {
        try step()
        try rows.putDay(day)
    }

    func insertAlert(_ row: AlertRow) throws(StoreError) -> Bool {
        try step()
        return try rows.insertAlert(row)
    }

    func insertUsageEvent(
        tenant: Int64, id: String, metric: Int64, amount: Int64, at time: Timestamp
    ) throws(StoreError) -> Bool {
        try step()
        return try rows.insertUsageEvent(
            tenant: tenant, id: id, metric: metric, amount: amount, at: time)
    }

    func deleteUsageEvent(tenant: Int64, id: String) throws(StoreError) {
        try step()
        try rows.deleteUsageEvent(tenant: tenant, id: id)
    }

    func putEnforcement(_ enforcement: Enforcement) throws(StoreError) {
        try step()
        try rows.putEnforcement(enforcement)
    }

    func insertMetric(number: Int64, name: String) throws(StoreError) {
        try step()
        try rows.insertMetric(number: number, name: name)
    }

    func offerPlan(_ row: PlanRow) throws(StoreError) {
        try step()
        try rows.offerPlan(row)
    }

    func endOffer(of plan: String) throws(StoreError) {
        try step()
        try rows.endOffer(of: plan)
    }

    func insertMove(_ move: PlanMove, number: Int64) throws(StoreError) {
        try step()
        try rows.insertMove(move, number: number)
    }

    func deleteMove(number: Int64) throws(StoreError) {
        try step()
        try rows.deleteMove(number: number)
    }

    func putOverride(
        _ override: Override, metric: Int64, tenant: Int64
    ) throws(StoreError) {
        try step()
        try rows.putOverride(override, metric: metric, tenant: tenant)
    }

    func deleteOverride(metric: Int64, tenant: Int64) throws(StoreError) {
        try step()
        try rows.deleteOverride(metric: metric, tenant: tenant)
    }

    func insertGrant(
        _ grant: Grant, metric: Int64, tenant: Int64
    ) throws(StoreError) {
        try step()
        try rows.insertGrant(grant, metric: metric, tenant: tenant)
    }

    func updateGrant(_ grant: Grant) throws(StoreError) {
        try step()
        try rows.updateGrant(grant)
    }

    func insertDeadline(_ row: DeadlineRow) throws(StoreError) {
        try step()
        try rows.insertDeadline(row)
    }

    func deleteDeadline(_ row: DeadlineRow) throws(StoreError) {
        try step()
        try rows.deleteDeadline(row)
    }
}
