/// A count for some metrics; 0 for the others.
package struct MetricCounts: Hashable, Sendable {
    private var counts: [Count] = []

    /// One metric's count.
    package struct Count: Hashable, Sendable {
        package let metric: Metric
        package let count: Int64
    }

    /// No counts.
    package init() {}

    /// In the order of the metrics' names.
    package var all: [Count] { counts }

    /// The count of a metric, if it has one.
    package subscript(metric: Metric, default count: Int64) -> Int64 {
        get { counts.first { $0.metric == metric }?.count ?? count }
        set {
            counts.removeAll { $0.metric == metric }
            counts.append(Count(metric: metric, count: newValue))
            counts.sort { $0.metric < $1.metric }
        }
    }
}
