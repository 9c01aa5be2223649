/// The most overage of some metrics in a period, in counted units.
package struct OverageCaps: Hashable, Sendable {
    private var caps: [Cap] = []

    /// One metric's cap.
    package struct Cap: Hashable, Sendable {
        package let metric: Metric
        package let units: Int64
    }

    /// No caps.
    package init() {}

    /// In the order of the metrics' names.
    package var all: [Cap] { caps }

    /// The cap of a metric, if it has one.
    package subscript(metric: Metric) -> Int64? {
        get { caps.first { $0.metric == metric }?.units }
        set {
            caps.removeAll { $0.metric == metric }
            guard let newValue else { return }
            caps.append(Cap(metric: metric, units: newValue))
            caps.sort { $0.metric < $1.metric }
        }
    }
}

extension OverageCaps: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral caps: (Metric, Int64)...) {
        for (metric, units) in caps { self[metric] = units }
    }
}
