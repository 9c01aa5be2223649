/// What jobs a worker is looked for.
package struct WorkSought: Hashable, Sendable {
    package let kind: String
    package let queue: String
    package let tenant: String

    /// Jobs of `kind` in `queue`, of this tenant.
    package init(kind: String, queue: String, tenant: String) {
        self.kind = kind
        self.queue = queue
        self.tenant = tenant
    }
}
