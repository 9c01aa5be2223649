import Core

/// The metrics that rows are numbered by. A number is for ever.
struct MetricBook: Hashable {
    private(set) var metrics: [Metric]
    private var numbers: [Metric: Int64]

    /// The number of `jobs`.
    static let jobs: Int64 = 1

    init(_ metrics: [Metric] = [.jobs]) {
        precondition(metrics.first == .jobs, "the first metric is \(metrics), not jobs")
        self.metrics = metrics
        numbers = [:]
        for (index, metric) in metrics.enumerated() { numbers[metric] = Int64(index + 1) }
    }

    /// The metric's number, if rows may speak of it.
    func number(of metric: Metric) -> Int64? {
        metric == .jobs ? MetricBook.jobs : numbers[metric]
    }

    mutating func add(_ metric: Metric) -> Int64 {
        metrics.append(metric)
        numbers[metric] = Int64(metrics.count)
        return Int64(metrics.count)
    }
}
