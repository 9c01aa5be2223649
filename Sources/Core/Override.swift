/// A limit that the operator gave one tenant in place of its plan's.
package struct Override: Hashable, Sendable {
    package let metric: Metric
    package let limit: Limit
    package let until: Timestamp?
    package let reason: String?
    package let createdAt: Timestamp

    /// `limit` of `metric` in place of the plan's.
    package init(
        metric: Metric, limit: Limit, until: Timestamp?, reason: String?, createdAt: Timestamp
    ) {
        self.metric = metric
        self.limit = limit
        self.until = until
        self.reason = reason
        self.createdAt = createdAt
    }

    /// True if it ended by that time.
    package func isOver(at now: Timestamp?) -> Bool {
        guard let now, let until else { return false }
        return until <= now
    }
}
