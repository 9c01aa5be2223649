/// Which leases a caller may touch: those of the tenants and queues that its key is bound to.
package struct Reach: Hashable, Sendable {
    /// Nil is any.
    package let tenants: [String]?
    /// Nil is any.
    package let queues: [String]?

    /// A reach of these tenants and queues.
    package init(tenants: [String]? = nil, queues: [String]? = nil) {
        self.tenants = tenants
        self.queues = queues
    }

    /// No tenant's jobs.
    package static let nothing = Reach(tenants: [], queues: [])

    /// True of jobs of any tenant in any queue.
    package var isUnbound: Bool { tenants == nil && queues == nil }

    /// True if jobs of `tenant` in `queue` are within it.
    package func covers(tenant: String, queue: String) -> Bool {
        (tenants?.contains(tenant) ?? true) && (queues?.contains(queue) ?? true)
    }
}
