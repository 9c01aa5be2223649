package import Core

/// How a call to an endpoint ended.
package struct DeliveryOutcome: Hashable, Sendable {
    /// What it answered; nil if it did not.
    package let status: Int64?
    /// Why there is no answer, or none that counts.
    package let error: String?
    /// How long the receiver asked to wait.
    package let retryAfterMilliseconds: Int64?

    /// The endpoint answered with this status.
    package init(status: Int64, retryAfterMilliseconds: Int64? = nil) {
        self.status = status
        self.retryAfterMilliseconds = retryAfterMilliseconds
        error = (200..<300).contains(status) ? nil : "the endpoint answered \(status)"
    }

    /// There was no answer, for this reason, of which as much is kept as a row takes.
    package init(error: String) {
        status = nil
        retryAfterMilliseconds = nil
        self.error = error.cut(toBytes: Limits.deliveryErrorBytesMax)
    }

    /// Only 2xx counts: a redirect is not followed.
    package var isSuccess: Bool { status.map { (200..<300).contains($0) } ?? false }
}

/// A call that the loop is to make.
package struct DeliveryOrder: Hashable, Sendable {
    package let id: DeliveryID
    package let event: OutboxRow
    package let url: String
    /// What signs it, the newest first.
    package let secrets: [[UInt8]]

    /// The delivery `id` of `event`.
    package init(id: DeliveryID, event: OutboxRow, url: String, secrets: [[UInt8]]) {
        self.id = id
        self.event = event
        self.url = url
        self.secrets = secrets
    }
}
