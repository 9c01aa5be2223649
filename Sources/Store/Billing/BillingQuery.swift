package import Core

/// What can be read of events and of the audit.
package enum BillingQuery: Sendable {
    /// Events, the latest first; those before this number, and of this state where one is named.
    case events(state: EventState?, before: Int64?, limit: Int)
    /// One event with its body.
    case event(String)
    /// The audit, the latest line first; of one tenant where it is named.
    case audit(tenant: String?, before: AuditID?, limit: Int)
    /// A tenant's subscriptions.
    case subscriptions(tenant: String)
    /// What the provider is still to be asked, and where it was asked in vain; of this mode where
    /// one is named.
    case inquiries(isLive: Bool?)
}

/// What was read.
package enum BillingRows: Hashable, Sendable {
    case events([EventView], next: Int64?)
    case event(EventView?)
    case audit([AuditView], next: AuditID?)
    case subscriptions([SubscriptionRow])
    case inquiries(InquiriesView)
}

/// How it stands with questions to the provider.
package struct InquiriesView: Hashable, Sendable {
    /// Subscriptions that are to be asked about.
    package let open: Int64
    /// Some of those that were given up, by their ids.
    package let givenUp: [String]

    package init(open: Int64, givenUp: [String]) {
        self.open = open
        self.givenUp = givenUp
    }
}

/// An event as lists show it.
package struct EventView: Hashable, Sendable {
    package let row: EventRow
    package let tenant: String?
    package let body: [UInt8]?

    package init(row: EventRow, tenant: String?, body: [UInt8]? = nil) {
        self.row = row
        self.tenant = tenant
        self.body = body
    }
}

/// A line of the audit as lists show it.
package struct AuditView: Hashable, Sendable {
    package let row: AuditRow
    package let tenant: String?

    package init(row: AuditRow, tenant: String?) {
        self.row = row
        self.tenant = tenant
    }
}
