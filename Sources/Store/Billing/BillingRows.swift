package import Core

/// What became of an event. The numbers are stored.
package enum EventState: Int64, Sendable, CaseIterable {
    /// Its effect is in the rows.
    case applied = 0
    /// What it says was overtaken.
    case stale = 1
    /// Nothing is done with such.
    case ignored = 2
    /// It belongs to no tenant, or to several.
    case orphan = 3
    /// Its effect could not be computed; it is tried again.
    case failed = 4

    /// The name in answers.
    package var name: String {
        switch self {
        case .applied: "applied"
        case .stale: "stale"
        case .ignored: "ignored"
        case .orphan: "orphan"
        case .failed: "failed"
        }
    }
}

/// A row of `webhook_events`.
package struct EventRow: Hashable, Sendable {
    /// Its place in the order in which events came.
    package let number: Int64
    package let id: String
    package let type: String
    package let created: Timestamp
    package let apiVersion: String?
    package let isLive: Bool
    package let object: String?
    package let customer: String?
    package let subscription: String?
    package let receivedAt: Timestamp
    package var state: EventState
    /// Why it is in this state, where that says something.
    package var reason: String?
    package var tenant: Int64?
    /// How often its effect was tried.
    package var tries: Int64
    /// When it is tried again.
    package var retryAt: Timestamp?
    package var hasBody = true

    package init(
        number: Int64, _ event: ProviderEvent, receivedAt: Timestamp, state: EventState
    ) {
        self.init(
            number: number, id: event.id, type: event.type, created: event.created,
            apiVersion: event.apiVersion, isLive: event.isLive, object: event.object,
            customer: event.customer, subscription: event.subscription, receivedAt: receivedAt,
            state: state)
    }

    package init(
        number: Int64, id: String, type: String, created: Timestamp, apiVersion: String?,
        isLive: Bool, object: String?, customer: String?, subscription: String?,
        receivedAt: Timestamp, state: EventState
    ) {
        self.number = number
        self.id = id
        self.type = type
        self.created = created
        self.apiVersion = apiVersion
        self.isLive = isLive
        self.object = object
        self.customer = customer
        self.subscription = subscription
        self.receivedAt = receivedAt
        self.state = state
        tries = 1
    }

    /// What is said of a failed event whose body is gone, and with it the next try.
    package var lastAlarm: OperatorAlarm {
        let end = "it is not tried again, for its body is no longer kept"
        return .unapplied(
            event: id, type: type, state, reason: reason.map { "\($0); \(end)" } ?? end)
    }
}

/// What is read of an event that is to be tried again: the rest of its row may be damaged.
package struct DueEvent: Hashable, Sendable {
    package let number: Int64
    package let id: String
    package let type: String

    package init(number: Int64, id: String, type: String) {
        self.number = number
        self.id = id
        self.type = type
    }
}

/// A row of `subscriptions`.
package struct SubscriptionRow: Hashable, Sendable {
    package let isLive: Bool
    package var tenant: Int64?
    package var customer: String?
    package var subscription: Subscription
    /// When the provider is to be asked what it is.
    package var askAt: Timestamp?
    /// How often it was asked in vain.
    package var asks: Int64

    package init(
        isLive: Bool, tenant: Int64?, customer: String?, subscription: Subscription,
        askAt: Timestamp? = nil, asks: Int64 = 0
    ) {
        self.isLive = isLive
        self.tenant = tenant
        self.customer = customer
        self.subscription = subscription
        self.askAt = askAt
        self.asks = asks
    }
}

/// A row of `customers`: whose the provider's customer is.
package struct CustomerRow: Hashable, Sendable {
    package let id: String
    package let isLive: Bool
    package var tenant: Int64?
    package var isDeleted = false

    package init(id: String, isLive: Bool, tenant: Int64?) {
        self.id = id
        self.isLive = isLive
        self.tenant = tenant
    }
}

/// A row of `invoices`: the fact that counts, and whose it is.
package struct InvoiceRow: Hashable, Sendable {
    package var fact: InvoiceFact
    package var tenant: Int64?

    package init(fact: InvoiceFact, tenant: Int64?) {
        self.fact = fact
        self.tenant = tenant
    }
}

/// A row of `audit`: a change of a tenant's plan or status, or an event that came.
package struct AuditRow: Hashable, Sendable {
    package let id: AuditID
    package let at: Timestamp
    package var tenant: Int64?
    /// Who: `operator`, `clock`, or `provider`.
    package let actor: String
    package let action: String
    /// What became of an event.
    package let outcome: EventState?
    /// The tenant's plan and status, where they changed.
    package let before: Standpoint?
    package let after: Standpoint?
    /// The id of the event that it is of.
    package let event: String?

    package init(
        id: AuditID, at: Timestamp, tenant: Int64?, actor: String, action: String,
        outcome: EventState? = nil, before: Standpoint? = nil, after: Standpoint? = nil,
        event: String? = nil
    ) {
        self.id = id
        self.at = at
        self.tenant = tenant
        self.actor = actor
        self.action = action
        self.outcome = outcome
        self.before = before
        self.after = after
        self.event = event
    }

    /// Where a tenant stands.
    package struct Standpoint: Hashable, Sendable {
        package let plan: PlanVersion
        package let status: TenantStatus

        package init(plan: PlanVersion, status: TenantStatus) {
            self.plan = plan
            self.status = status
        }
    }
}
