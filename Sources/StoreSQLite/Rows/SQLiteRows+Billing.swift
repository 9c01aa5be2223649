package import Core
package import Store

extension SQLiteRows {
    // MARK: Events

    package func event(_ id: String) throws(StoreError) -> EventRow? {
        let statement = try db.rarely(BillingSQL.eventByID)
        statement.bind(1, id)
        return try statement.first(Decoding.event)
    }

    package func insertEvent(_ row: EventRow, body: [UInt8]) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.insertEvent)
        statement.bind(1, row.number)
        statement.bind(2, row.id)
        statement.bind(3, row.type)
        statement.bind(4, row.created.milliseconds)
        statement.bind(5, row.apiVersion)
        statement.bind(6, row.isLive ? 1 : 0)
        statement.bind(7, row.object)
        statement.bind(8, row.customer)
        statement.bind(9, row.subscription)
        statement.bind(10, row.receivedAt.milliseconds)
        statement.bind(11, row.state.rawValue)
        statement.bind(12, row.reason)
        statement.bind(13, row.tenant)
        statement.bind(14, row.tries)
        statement.bind(15, row.retryAt?.milliseconds)
        try statement.run()
        let bodies = try db.rarely(BillingSQL.insertBody)
        bodies.bind(1, row.number)
        bodies.bind(2, row.receivedAt.milliseconds)
        bodies.bind(3, body)
        try bodies.run()
    }

    package func updateEvent(_ row: EventRow) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.updateEvent)
        statement.bind(1, row.number)
        statement.bind(2, row.state.rawValue)
        statement.bind(3, row.reason)
        statement.bind(4, row.tenant)
        statement.bind(5, row.tries)
        statement.bind(6, row.retryAt?.milliseconds)
        try statement.run()
    }

    package func eventBody(_ number: Int64) throws(StoreError) -> [UInt8]? {
        let statement = try db.rarely(BillingSQL.body)
        statement.bind(1, number)
        return try statement.first { $0.bytes(0) }
    }

    package func dueEvents(
        until time: Timestamp, limit: Int
    ) throws(StoreError) -> [DueEvent] {
        let statement = try db.rarely(BillingSQL.dueEvents)
        statement.bind(1, time.milliseconds)
        statement.bind(2, Int64(limit))
        return try statement.all { DueEvent(number: $0.int(0), id: $0.text(1), type: $0.text(2)) }
    }

    package func putEventRetry(_ number: Int64, at time: Timestamp) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.putEventRetry)
        statement.bind(1, number)
        statement.bind(2, time.milliseconds)
        try statement.run()
    }

    package func adoptEvents(
        of name: BillingChange.Adopted.Name, by tenant: Int64, retryAt time: Timestamp
    ) throws(StoreError) {
        let (id, statements) =
            switch name {
            case .customer(let id): (id, BillingSQL.adoptEventsOfCustomer)
            case .subscription(let id): (id, BillingSQL.adoptEventsOfSubscription)
            }
        for (sql, value) in zip(statements, [tenant, tenant, time.milliseconds]) {
            let statement = try db.rarely(sql)
            statement.bind(1, id)
            statement.bind(2, value)
            try statement.run()
        }
    }

    package func earliestEventRetry() throws(StoreError) -> Timestamp? {
        let found = try db.rarely(BillingSQL.earliestRetry).first { row throws(StoreError) in
            try Decoding.time(row.optionalInt(0))
        }
        return found ?? nil
    }

    package func hurryEvents(to time: Timestamp) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.hurryEvents)
        statement.bind(1, time.milliseconds)
        try statement.run()
    }

    package func pruneEventBodies(
        before time: Timestamp, limit: Int
    ) throws(StoreError) -> Int {
        try prune(BillingSQL.oldBodies, before: time, limit: limit)
    }

    package func pruneEvents(before time: Timestamp, limit: Int) throws(StoreError) -> Int {
        try prune(BillingSQL.oldEvents, before: time, limit: limit)
    }

    private func prune(
        _ sql: String, before time: Timestamp, limit: Int
    ) throws(StoreError) -> Int {
        let statement = try db.rarely(sql)
        statement.bind(1, time.milliseconds)
        statement.bind(2, Int64(limit))
        try statement.run()
        return db.database.changes
    }

    // MARK: Subscriptions

    package func subscription(
        _ id: String, isLive: Bool
    ) throws(StoreError) -> SubscriptionRow? {
        try one(BillingSQL.subscriptionByID, id, isLive, decoded)
    }

    package func putSubscription(_ row: SubscriptionRow) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.putSubscription)
        statement.bind(1, row.subscription.id)
        statement.bind(2, row.isLive ? 1 : 0)
        statement.bind(3, row.tenant)
        statement.bind(4, row.customer)
        statement.bind(5, known.bytes(of: row.subscription))
        statement.bind(6, row.askAt?.milliseconds)
        statement.bind(7, row.asks)
        try statement.run()
    }

    package func subscriptions(
        ofTenant tenant: Int64
    ) throws(StoreError) -> [SubscriptionRow] {
        let statement = try db.rarely(BillingSQL.subscriptionsOfTenant)
        statement.bind(1, tenant)
        return try statement.all(decoded)
    }

    package func orphans(
        ofCustomer customer: String, isLive: Bool
    ) throws(StoreError) -> [SubscriptionRow] {
        try many(BillingSQL.orphans, customer, isLive, decoded)
    }

    private func decoded(_ row: Statement) throws(StoreError) -> SubscriptionRow {
        try Decoding.subscription(row, known: &known)
    }

    package func dueInquiries(
        until time: Timestamp, isLive: Bool, limit: Int
    ) throws(StoreError) -> [InquiryRow] {
        let statement = try db.rarely(BillingSQL.dueInquiries)
        statement.bind(1, time.milliseconds)
        statement.bind(2, Int64(limit))
        statement.bind(3, isLive ? 1 : 0)
        return try statement.all { row throws(StoreError) in
            InquiryRow(
                subscription: row.text(0), isLive: row.int(1) == 1,
                askAt: try Decoding.time(row.optionalInt(2)), asks: row.int(3))
        }
    }

    package func earliestInquiry(isLive: Bool) throws(StoreError) -> Timestamp? {
        let statement = try db.rarely(BillingSQL.earliestInquiry)
        statement.bind(1, isLive ? 1 : 0)
        let found = try statement.first { row throws(StoreError) in
            try Decoding.time(row.optionalInt(0))
        }
        return found ?? nil
    }

    package func putInquiry(_ row: InquiryRow) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.putInquiry)
        statement.bind(1, row.subscription)
        statement.bind(2, row.isLive ? 1 : 0)
        statement.bind(3, row.askAt?.milliseconds)
        statement.bind(4, row.asks)
        try statement.run()
    }

    // MARK: Audit

    package func insertAudit(_ row: AuditRow) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.insertAudit)
        statement.bind(1, row.id.rawValue)
        statement.bind(2, row.at.milliseconds)
        statement.bind(3, row.tenant)
        statement.bind(4, row.actor)
        statement.bind(5, row.action)
        statement.bind(6, row.outcome?.rawValue)
        statement.bind(7, row.before?.plan.id)
        statement.bind(8, row.before?.plan.version)
        statement.bind(9, row.before?.status.rawValue)
        statement.bind(10, row.after?.plan.id)
        statement.bind(11, row.after?.plan.version)
        statement.bind(12, row.after?.status.rawValue)
        statement.bind(13, row.event)
        try statement.run()
    }

    package func auditOutcome(
        ofEvent event: String
    ) throws(StoreError) -> EventState? {
        let statement = try db.rarely(BillingSQL.auditOutcome)
        statement.bind(1, event)
        return try statement.first { row throws(StoreError) in
            guard let outcome = EventState(rawValue: row.int(0)) else {
                throw Decoding.corrupt("outcome of an event", event)
            }
            return outcome
        }
    }

    package func deleteAudit(ofEvent event: String) throws(StoreError) {
        let statement = try db.rarely(BillingSQL.deleteAudit)
        statement.bind(1, event)
        try statement.run()
    }
}
