import Core
import Store

extension Snapshot {
    /// Events, the audit, and subscriptions.
    func billing(_ query: BillingQuery) throws(StoreError) -> QueryResult {
        switch query {
        case .events(let state, let before, let limit):
            return try events(of: state, before: before ?? .max, limit: limit)
        case .event(let id):
            let statement = try open.rarely(BillingSQL.eventByID)
            statement.bind(1, id)
            guard let row = try statement.first(Decoding.event) else {
                return try found(.billing(.event(nil)), tenant: nil)
            }
            let body = try open.rarely(BillingSQL.body)
            body.bind(1, row.number)
            let view = EventView(
                row: row, tenant: try tenantName(row.tenant), body: try body.first { $0.bytes(0) })
            return try found(.billing(.event(view)), tenant: nil)
        case .audit(let tenant, let before, let limit):
            return try audit(of: tenant, before: before?.rawValue ?? .max, limit: limit)
        case .subscriptions(let tenant):
            guard let row = try open.tenant(tenant) else {
                return try found(.tenantUnknown(tenant), tenant: nil)
            }
            let statement = try open.rarely(BillingSQL.subscriptionsOfTenant)
            statement.bind(1, row.number)
            let rows = try statement.all(Decoding.subscription)
            return try found(.billing(.subscriptions(rows)), tenant: tenant)
        case .inquiries(let isLive):
            let mode = isLive.map { $0 ? Int64(1) : 0 }
            let counting = try open.rarely(BillingSQL.openInquiries)
            counting.bind(1, mode)
            let count = try counting.first { $0.int(0) }
            let statement = try open.rarely(BillingSQL.givenUp)
            statement.bind(1, Int64(Limits.listPageDefault))
            statement.bind(2, mode)
            let view = InquiriesView(open: count ?? 0, givenUp: try statement.all { $0.text(0) })
            return try found(.billing(.inquiries(view)), tenant: nil)
        }
    }

    private func events(
        of state: EventState?, before: Int64, limit: Int
    ) throws(StoreError) -> QueryResult {
        let sql =
            switch state {
            case nil: BillingSQL.eventsBefore
            case .orphan, .failed: BillingSQL.eventsWithoutEffectBefore
            case .applied, .stale, .ignored: BillingSQL.eventsOfStateBefore
            }
        let statement = try open.rarely(sql)
        statement.bind(1, before)
        statement.bind(2, Int64(limit + 1))
        if let state { statement.bind(3, state.rawValue) }
        let rows = try statement.all(Decoding.event)
        var views: [EventView] = []
        for row in rows.prefix(limit) {
            views.append(EventView(row: row, tenant: try tenantName(row.tenant)))
        }
        let next = rows.count > limit ? views.last?.row.number : nil
        return try found(.billing(.events(views, next: next)), tenant: nil)
    }

    private func audit(
        of tenant: String?, before: Int64, limit: Int
    ) throws(StoreError) -> QueryResult {
        var number: Int64?
        if let tenant {
            guard let row = try open.tenant(tenant) else {
                return try found(.tenantUnknown(tenant), tenant: nil)
            }
            number = row.number
        }
        let statement = try open.rarely(
            number == nil ? BillingSQL.auditBefore : BillingSQL.auditOfTenantBefore)
        statement.bind(1, before)
        statement.bind(2, Int64(limit + 1))
        if let number { statement.bind(3, number) }
        let rows = try statement.all(Decoding.audit)
        var views: [AuditView] = []
        for row in rows.prefix(limit) {
            views.append(AuditView(row: row, tenant: try tenantName(row.tenant)))
        }
        let next = rows.count > limit ? views.last?.row.id : nil
        return try found(.billing(.audit(views, next: next)), tenant: tenant)
    }

    private func tenantName(_ number: Int64?) throws(StoreError) -> String? {
        guard let number else { return nil }
        let statement = try open.rarely(NamesSQL.tenantName)
        statement.bind(1, number)
        return try statement.first { $0.text(0) }
    }
}
