/// An event as the audit calls it.
package struct EventName {
    package let id: String
    package let type: String
    package let customer: String?
    package let subscription: String?
    /// What the audit says of it so far, if it does.
    package let told: EventState?

    package init(_ event: ProviderEvent, told: EventState?) {
        id = event.id
        type = event.type
        customer = event.customer
        subscription = event.subscription
        self.told = told
    }

    package init(_ row: EventRow) {
        id = row.id
        type = row.type
        customer = row.customer
        subscription = row.subscription
        told = row.state
    }
}
