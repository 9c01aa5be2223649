import Core
import Store

extension Decoding {
    static func event(_ row: Statement) throws(StoreError) -> EventRow {
        guard let state = EventState(rawValue: row.int(10)) else {
            throw corrupt("state of an event", "\(row.int(10))")
        }
        var event = EventRow(
            number: row.int(0), id: row.text(1), type: row.text(2),
            created: Timestamp(milliseconds: row.int(3)), apiVersion: row.optionalText(4),
            isLive: row.int(5) == 1, object: row.optionalText(6), customer: row.optionalText(7),
            subscription: row.optionalText(8), receivedAt: try time(row.int(9)), state: state)
        event.reason = row.optionalText(11)
        event.tenant = row.optionalInt(12)
        event.tries = try bounded(row.int(13), 1...Limits.amountMax, "count of tries")
        event.retryAt = try time(row.optionalInt(14))
        event.hasBody = row.int(15) == 1
        return event
    }

    static func subscription(_ row: Statement) throws(StoreError) -> SubscriptionRow {
        var known = KnownSubscriptions()
        return try subscription(row, known: &known)
    }

    /// `known` has those that were read before.
    static func subscription(
        _ row: Statement, known: inout KnownSubscriptions
    ) throws(StoreError) -> SubscriptionRow {
        let id = row.text(0)
        guard let subscription = known.subscription(id, row.bytes(4)) else {
            throw corrupt("history of a subscription", id)
        }
        return SubscriptionRow(
            isLive: row.int(1) == 1, tenant: row.optionalInt(2), customer: row.optionalText(3),
            subscription: subscription, askAt: try time(row.optionalInt(5)),
            asks: try bounded(row.int(6), 0...Limits.amountMax, "count of questions"))
    }

    static func customer(_ row: Statement) -> CustomerRow {
        var customer = CustomerRow(
            id: row.text(0), isLive: row.int(1) == 1, tenant: row.optionalInt(2))
        customer.isDeleted = row.int(3) == 1
        return customer
    }

    static func invoice(_ row: Statement) throws(StoreError) -> InvoiceRow {
        guard let status = InvoiceStatus(rawValue: row.int(4)) else {
            throw corrupt("status of an invoice", "\(row.int(4))")
        }
        var fact = InvoiceFact(
            id: row.text(0), eventID: row.text(2), created: Timestamp(milliseconds: row.int(3)),
            status: status, isLive: row.int(1) == 1, happening: row.text(5))
        fact.tenant = row.optionalText(7)
        fact.customer = row.optionalText(8)
        fact.subscription = row.optionalText(9)
        fact.number = row.optionalText(10)
        fact.currency = row.optionalText(11)
        fact.total = row.int(12)
        fact.amountDue = row.int(13)
        fact.amountPaid = row.int(14)
        fact.amountRemaining = row.int(15)
        fact.billingReason = row.optionalText(16)
        fact.attempts = row.int(17)
        fact.nextAttemptAt = row.optionalInt(18).map { Timestamp(milliseconds: $0) }
        fact.madeAt = row.optionalInt(19).map { Timestamp(milliseconds: $0) }
        fact.paidAt = row.optionalInt(20).map { Timestamp(milliseconds: $0) }
        fact.periodStart = row.optionalInt(21).map { Timestamp(milliseconds: $0) }
        fact.periodEnd = row.optionalInt(22).map { Timestamp(milliseconds: $0) }
        fact.hostedURL = row.optionalText(23)
        fact.documentURL = row.optionalText(24)
        return InvoiceRow(fact: fact, tenant: row.optionalInt(6))
    }

    static func checkout(_ row: Statement) throws(StoreError) -> CheckoutFact {
        guard let progress = CheckoutFact.Progress(rawValue: row.int(4)) else {
            throw corrupt("progress of a checkout", "\(row.int(4))")
        }
        var fact = CheckoutFact(
            id: row.text(0), eventID: row.text(2), created: Timestamp(milliseconds: row.int(3)),
            isLive: row.int(1) == 1, progress: progress)
        fact.customer = row.optionalText(5)
        fact.subscription = row.optionalText(6)
        fact.invoice = row.optionalText(7)
        fact.paymentIntent = row.optionalText(8)
        fact.clientReference = row.optionalText(9)
        fact.tenant = row.optionalText(10)
        fact.isPaid = row.int(11) == 1
        fact.amount = row.optionalInt(12)
        return fact
    }

    static func reversal(_ row: Statement) throws(StoreError) -> Reversal {
        guard let kind = Reversal.Kind(rawValue: row.int(4)),
            let standing = Reversal.Standing(rawValue: row.int(5))
        else { throw corrupt("reversal", row.text(0)) }
        var reversal = Reversal(
            id: row.text(0), eventID: row.text(2), created: Timestamp(milliseconds: row.int(3)),
            isLive: row.int(1) == 1, kind: kind, standing: standing)
        reversal.charge = row.optionalText(6)
        reversal.paymentIntent = row.optionalText(7)
        reversal.invoice = row.optionalText(8)
        reversal.customer = row.optionalText(9)
        reversal.amount = row.int(10)
        reversal.currency = row.optionalText(11)
        reversal.isWhole = row.optionalInt(12).map { $0 == 1 }
        reversal.paid = row.optionalInt(13)
        return reversal
    }

    static func audit(_ row: Statement) throws(StoreError) -> AuditRow {
        AuditRow(
            id: AuditID(rawValue: row.int(0)), at: try time(row.int(1)),
            tenant: row.optionalInt(2), actor: row.text(3), action: row.text(4),
            outcome: row.optionalInt(5).flatMap { EventState(rawValue: $0) },
            before: try standpoint(row, from: 6), after: try standpoint(row, from: 9),
            event: row.optionalText(12))
    }

    private static func standpoint(
        _ row: Statement, from column: Int32
    ) throws(StoreError) -> AuditRow.Standpoint? {
        guard let plan = row.optionalText(column) else { return nil }
        guard let status = TenantStatus(rawValue: row.int(column + 2)) else {
            throw corrupt("status in the audit", "\(row.int(column + 2))")
        }
        return AuditRow.Standpoint(
            plan: PlanVersion(id: plan, version: row.int(column + 1)), status: status)
    }

    /// What subscriptions came to, from the ten columns that begin there.
    static func entitled(_ row: Statement, from column: Int32) throws(StoreError) -> Entitled? {
        guard let number = row.optionalInt(column) else { return nil }
        guard let status = TenantStatus(rawValue: number) else {
            throw corrupt("status by subscription", "\(number)")
        }
        var entitled = Entitled(status: status)
        if let plan = row.optionalText(column + 1) {
            entitled.plan = PlanVersion(
                id: plan, version: try bounded(row.int(column + 2), 1...(.max), "plan's version"))
        }
        entitled.subscription = row.optionalText(column + 3)
        entitled.price = row.optionalText(column + 4)
        entitled.graceUntil = try time(row.optionalInt(column + 5))
        entitled.cancelsAt = try time(row.optionalInt(column + 6))
        entitled.trialEnd = try time(row.optionalInt(column + 7))
        entitled.floorUntil = try time(row.optionalInt(column + 8))
        entitled.nextChange = try time(row.optionalInt(column + 9))
        return entitled
    }
}
