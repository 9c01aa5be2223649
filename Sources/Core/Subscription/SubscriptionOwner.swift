/// Whose a subscription is (SEMANTICS §4, mapping). Tenants may be told apart by ids or by numbers.
package enum SubscriptionOwner<Tenant: Hashable & Sendable>: Hashable, Sendable {
    case tenant(Tenant)
    /// Nobody is known yet: kept, and tried again when a customer is mapped.
    case nobody
    /// The sources name different tenants: nothing changes, and somebody is told.
    case disputed([Tenant])

    /// Decides from the tenant of the stored row, the tenant that the customer belongs to, and the
    /// tenant that the metadata names.
    package static func decide(
        stored: Tenant?, customer: Tenant?, metadata: Tenant?
    ) -> SubscriptionOwner {
        var named: [Tenant] = []
        for tenant in [stored, customer, metadata] {
            if let tenant, !named.contains(tenant) { named.append(tenant) }
        }
        guard let first = named.first else { return .nobody }
        return named.count == 1 ? .tenant(first) : .disputed(named)
    }
}
