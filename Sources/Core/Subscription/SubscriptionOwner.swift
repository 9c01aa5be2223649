/// Whose a subscription is (SEMANTICS §4, mapping).
package enum SubscriptionOwner: Hashable, Sendable {
    case tenant(String)
    /// Nobody is known yet: kept, and tried again when a customer is mapped.
    case nobody
    /// The sources name different tenants: nothing changes, and somebody is told.
    case disputed([String])

    /// Decides from the tenant of the stored row, the tenant that the customer belongs to, and the
    /// tenant that the metadata names.
    package static func decide(
        stored: String?, customer: String?, metadata: String?
    ) -> SubscriptionOwner {
        var named: [String] = []
        for tenant in [stored, customer, metadata] {
            if let tenant, !named.contains(tenant) { named.append(tenant) }
        }
        guard let first = named.first else { return .nobody }
        return named.count == 1 ? .tenant(first) : .disputed(named)
    }
}
