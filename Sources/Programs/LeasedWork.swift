/// A job that this runner holds the lease of.
package struct LeasedWork: Hashable, Sendable {
    /// What fences the lease; only the server reads it.
    package var token: String
    package var id: String
    package var kind: String
    package var queue: String
    package var tenant: String
    /// Nil where the server does not say.
    package var plan: String?
    package var attempt: Int
    package var attemptsMax: Int
    /// Nil where there is none.
    package var timeoutMilliseconds: Int64?
    /// JSON.
    package var payload: [UInt8]

    /// A job under the lease `token`.
    package init(
        token: String, id: String, kind: String, queue: String = "default", tenant: String = "",
        plan: String? = nil, attempt: Int = 1, attemptsMax: Int = 1,
        timeoutMilliseconds: Int64? = nil, payload: [UInt8] = Array("{}".utf8)
    ) {
        self.token = token
        self.id = id
        self.kind = kind
        self.queue = queue
        self.tenant = tenant
        self.plan = plan
        self.attempt = attempt
        self.attemptsMax = attemptsMax
        self.timeoutMilliseconds = timeoutMilliseconds
        self.payload = payload
    }
}
