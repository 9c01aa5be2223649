/// Something that is counted per tenant and period. `jobs` is built in; plans declare others.
package struct Metric: Hashable, Comparable, Sendable {
    package let name: String

    /// The number of jobs that a tenant has started.
    package static let jobs = Metric(name: "jobs")
    /// What jobs ran, counted in milliseconds where a plan names it.
    package static let computeSeconds = Metric(name: "compute_seconds")

    /// A metric with this name.
    package init(name: String) { self.name = name }

    package static func < (left: Metric, right: Metric) -> Bool { left.name < right.name }

    /// How many counted units are one of those that plans and answers speak of.
    package var unitsPerShown: Int64 { self == .computeSeconds ? 1_000 : 1 }

    /// Counted units as answers show them, rounded up.
    package func shown(_ units: Int64) -> Int64 {
        guard unitsPerShown > 1 else { return units }
        return -(-units).flooredDivision(by: unitsPerShown)
    }
}

/// How a metric's figures behave. The numbers are stored.
package enum MetricType: Int64, Sendable, CaseIterable {
    /// Grows from nothing in each period.
    case counter = 1
    /// Has a value that is set, and no period.
    case gauge = 2

    /// The name in plan files.
    package var name: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        }
    }
}
