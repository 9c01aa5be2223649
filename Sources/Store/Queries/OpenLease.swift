package import Core

/// A lease as both stores can show it, to be compared.
package struct OpenLease: Hashable, Sendable {
    package let token: LeaseToken
    package let job: JobID
    package let expiresAt: Timestamp
    /// What ran until then is charged of a worker that is not heard again.
    package let heardAt: Timestamp?
    package let cancelRequestedAt: Timestamp?

    package init(
        token: LeaseToken, job: JobID, expiresAt: Timestamp, heardAt: Timestamp?,
        cancelRequestedAt: Timestamp?
    ) {
        self.token = token
        self.job = job
        self.expiresAt = expiresAt
        self.heardAt = heardAt
        self.cancelRequestedAt = cancelRequestedAt
    }
}
