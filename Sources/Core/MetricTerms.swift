/// What happens at a limit.
package enum Cap: Sendable, CaseIterable {
    /// Nothing starts past it but what was agreed as overage.
    case hard
    /// Work goes on past it and is counted apart.
    case soft

    /// The name in plan files.
    package var name: String {
        switch self {
        case .hard: "hard"
        case .soft: "soft"
        }
    }
}

/// What a plan says of one metric. The limit is in counted units.
package struct MetricTerms: Hashable, Sendable {
    package let metric: Metric
    package let type: MetricType
    package let limit: Limit
    package let cap: Cap
    /// What one unit past the limit costs, of those that plans speak of (`Metric.unitsPerShown`);
    /// nil where none is sold.
    package let overagePrice: Price?
    /// Percentages of the limit that are told of, least first.
    package let thresholds: [Int64]

    /// SEMANTICS §2: warnings before the limit, alarms from it on.
    package static let standardThresholds: [Int64] = [80, 95, 100, 120]

    /// A plan's terms for `metric`.
    package init(
        metric: Metric, type: MetricType = .counter, limit: Limit, cap: Cap = .hard,
        overagePrice: Price? = nil, thresholds: [Int64] = standardThresholds
    ) {
        self.metric = metric
        self.type = type
        self.limit = limit
        self.cap = cap
        self.overagePrice = overagePrice
        self.thresholds = thresholds
    }
}
