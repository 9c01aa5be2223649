/// What became of an event, and whose it is.
package struct Settlement: Hashable, Sendable {
    package let state: EventState
    package let reason: String?
    package var tenant: Int64?

    package init(_ state: EventState, _ reason: String? = nil, tenant: Int64? = nil) {
        self.state = state
        self.reason = reason
        self.tenant = tenant
    }
}
