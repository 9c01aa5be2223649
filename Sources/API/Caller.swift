package import Core
package import Store

/// Who calls: the key, what it may do, and the tenant that the call acts for.
package struct Caller: Hashable, Sendable {
    package let key: KeyID
    package let grant: KeyGrant
    /// The key's own tenant, or the one that `Weir-Tenant` names; nil acts for none.
    package let tenant: String?

    /// The bearer of `key`.
    package init(key: KeyID, grant: KeyGrant, tenant: String?) {
        self.key = key
        self.grant = grant
        self.tenant = tenant
    }

    /// True for keys of one customer, whose answers carry the quota headers.
    package var isCustomer: Bool {
        switch grant.scope {
        case .tenant, .owner: true
        case .admin, .worker: false
        }
    }

    /// Whom an idempotency key belongs to: the tenant that is acted for, or else the key.
    var idempotencyScope: String { tenant ?? "key:\(key)" }

    /// The tenants and queues whose jobs the caller may take and end.
    package var reach: Reach {
        Reach(tenants: tenant.map { [$0] } ?? grant.tenants, queues: grant.queues)
    }
}
