/// What an API key may do. The numbers are stored.
package enum KeyScope: Int64, Sendable, CaseIterable {
    case admin = 1
    case tenant = 2
    case owner = 3
    case worker = 4

    /// The name in requests and in the key's own text.
    package var name: String {
        switch self {
        case .admin: "admin"
        case .tenant: "tenant"
        case .owner: "owner"
        case .worker: "worker"
        }
    }
}

/// The scope of a key and what it is bound to.
package struct KeyGrant: Hashable, Sendable {
    package let scope: KeyScope
    /// The tenant that a tenant, owner or tenant's worker key belongs to.
    package let tenant: String?
    /// The queues that a worker key is bound to; nil is any.
    package let queues: [String]?
    /// The tenants that a worker key is bound to; nil is any.
    package let tenants: [String]?

    /// A grant of `scope`.
    package init(
        scope: KeyScope, tenant: String? = nil, queues: [String]? = nil, tenants: [String]? = nil
    ) {
        self.scope = scope
        self.tenant = tenant
        self.queues = queues
        self.tenants = tenants
    }

    /// The tenant in whose share of the server its requests count; nil of those for several, and of
    /// the operator's.
    package var sharer: String? {
        if let tenant { return tenant }
        return tenants?.count == 1 ? tenants?.first : nil
    }
}
