import Core
import Store
import Testing

/// Short words for what the provider tells.
extension StoreBench {
    /// Delivers an event that was made just now, and gives back what became of it.
    @discardableResult
    func deliver(
        _ id: String, _ meaning: BillingEvent, type: String = "test",
        names: [String: String] = [:]
    ) throws -> EventState {
        let body = [UInt8](id.utf8)
        shelf.put(meaning, of: body)
        var event = ProviderEvent(
            id: id, type: type, created: now.wall, isLive: false, body: body, meaning: meaning)
        event.customer = names["customer"]
        event.subscription = names["subscription"]
        guard case .billing(.taken(let state, _)) = try tell(.billing(.take(event))) else {
            throw Unexpected("event \(id) was not taken")
        }
        return state
    }

    /// What a subscription is now, by an event.
    func fact(
        _ event: String, of subscription: String = "sub_1", _ status: SubscriptionStatus = .active,
        _ plan: String? = "pro", customer: String? = "cus_1", tenant: String? = "acme",
        rank: EventRank = .updated, at time: Timestamp? = nil,
        _ change: (inout SubscriptionFact) -> Void = { _ in }
    ) -> SubscriptionFact {
        var fact = SubscriptionFact(
            id: subscription, eventID: event, created: time ?? now.wall, rank: rank, isLive: false,
            status: status)
        fact.customer = customer
        fact.tenant = tenant
        fact.startedAt = StoreBench.noon
        fact.latestInvoice = "in_1"
        fact.items = [
            SubscriptionItem(
                price: PriceReference(priceID: "price_\(plan ?? "of_nothing")", planName: plan),
                periodStart: StoreBench.noon, periodEnd: StoreBench.noon.adding(30 * day))
        ]
        change(&fact)
        return fact
    }

    /// Delivers such an event.
    @discardableResult
    func subscribe(
        _ event: String, of subscription: String = "sub_1", _ status: SubscriptionStatus = .active,
        _ plan: String? = "pro", customer: String? = "cus_1", tenant: String? = "acme",
        rank: EventRank = .updated, at time: Timestamp? = nil, names: [String: String] = [:],
        _ change: (inout SubscriptionFact) -> Void = { _ in }
    ) throws -> EventState {
        let fact = fact(
            event, of: subscription, status, plan, customer: customer, tenant: tenant, rank: rank,
            at: time, change)
        return try deliver(
            event, .subscription(fact), type: "customer.subscription.updated", names: names)
    }

    /// The provider answers what it was asked.
    func answer(_ fact: SubscriptionFact?, of subscription: String = "sub_1") throws {
        try answer(fact.map { .found($0) } ?? .unknown, of: subscription)
    }

    func answer(_ answer: ProviderFinding.Answer, of subscription: String = "sub_1") throws {
        let finding = ProviderFinding(subscription: subscription, isLive: false, answer)
        #expect(try tell(.billing(.answered(finding))) == .billing(.done))
    }

    /// What an invoice is now, paid by a charge.
    func invoice(
        _ event: String, _ id: String, of subscription: String = "sub_1",
        customer: String? = "cus_1", charge: String? = nil, status: InvoiceStatus = .paid,
        at time: Timestamp? = nil,
        _ change: (inout InvoiceFact) -> Void = { _ in }
    ) -> InvoiceFact {
        var fact = InvoiceFact(
            id: id, eventID: event, created: time ?? now.wall, status: status, isLive: false,
            happening: "paid")
        fact.customer = customer
        fact.subscription = subscription
        if let charge { fact.payments = [PaymentLink(invoice: id, charge: charge)] }
        change(&fact)
        return fact
    }

    /// A checkout of a customer was completed.
    func checkout(
        _ event: String, customer: String? = "cus_1", subscription: String? = "sub_1",
        reference: String?, tenant: String? = nil
    ) -> BillingEvent {
        var fact = CheckoutFact(
            id: "cs_\(event)", eventID: event, created: now.wall, isLive: false,
            progress: .completed)
        fact.customer = customer
        fact.subscription = subscription
        fact.clientReference = reference
        fact.tenant = tenant
        return .money(.checkout(fact))
    }

    var day: Int64 { 86_400_000 }

    /// A tenant's plan and status, as one word.
    func standing(_ tenant: String = "acme") throws -> String {
        let view = try self.tenant(tenant)
        return "\(view.effectivePlan.id) \(view.facts.status.name)"
    }

    /// A tenant's subscriptions.
    func subscriptions(_ tenant: String = "acme") throws -> [SubscriptionRow] {
        guard
            case .billing(.subscriptions(let rows)) =
                try query(.billing(.subscriptions(tenant: tenant))).rows
        else { throw Unexpected("the query gave no subscriptions") }
        return rows
    }

    /// An event as it is kept.
    func event(_ id: String) throws -> EventView {
        guard case .billing(.event(let view)) = try query(.billing(.event(id))).rows else {
            throw Unexpected("the query gave no event")
        }
        return try #require(view)
    }

    /// The audit, oldest line first.
    func audit(_ tenant: String? = nil) throws -> [AuditView] {
        var found: [AuditView] = []
        var before: AuditID?
        while true {
            guard
                case .billing(.audit(let lines, let next)) =
                    try query(.billing(.audit(tenant: tenant, before: before, limit: 500))).rows
            else { throw Unexpected("the query gave no audit") }
            found += lines
            guard let next else { return found.reversed() }
            before = next
        }
    }

    /// Checks that the audit tells all: one line an event, and changes without a gap that end where
    /// each tenant stands.
    func checkAudit(events: [String]) throws {
        let lines = try audit()
        let told = lines.compactMap(\.row.event)
        #expect(told.sorted() == events.sorted())
        var last: [String: AuditRow.Standpoint] = [:]
        for line in lines {
            guard line.row.before != line.row.after else { continue }
            let tenant = try #require(line.tenant)
            #expect(line.row.before == last[tenant], "\(line)")
            last[tenant] = line.row.after
        }
        for (tenant, standpoint) in last {
            let view = try self.tenant(tenant)
            #expect(standpoint.plan == view.effectivePlan, "\(tenant)")
            #expect(standpoint.status == view.facts.status, "\(tenant)")
        }
    }
}
