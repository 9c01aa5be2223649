/// One figure of a row in a column, and what it is to reach.
package struct Measure: Hashable, Sendable {
    package let row: BenchRow
    package let column: BenchColumn
    /// What tells the figures of one row apart, such as `p99`; empty where there is one.
    package let part: String
    package let unit: Unit
    package let target: Target?

    /// What figures are counted in.
    package enum Unit: String, Sendable {
        case perSecond = "/s"
        case milliseconds = "ms"
        case microseconds = "µs"
        case seconds = "s"
        case mebibytes = "MiB"
        case times = "×"
    }

    /// What a figure is to reach.
    package enum Target: Hashable, Sendable {
        case atLeast(Double)
        case lessThan(Double)
    }

    /// How far `value` reaches: 1 is the target and more is better. Nil without a target.
    package func ratio(of value: Double) -> Double? {
        switch target {
        case .atLeast(let least): value / least
        case .lessThan(let bound): value > 0 ? bound / value : nil
        case nil: nil
        }
    }

    private init(
        _ row: BenchRow, _ column: BenchColumn, _ part: String, _ unit: Unit, _ target: Target?
    ) {
        self.row = row
        self.column = column
        self.part = part
        self.unit = unit
        self.target = target
    }

    /// The figures of a row in a column, in the order in which a run gives them.
    package static func all(of row: BenchRow, in column: BenchColumn) -> [Measure] {
        let isSmall = column == .small
        func rate(_ small: Double, _ large: Double) -> [Measure] {
            [Measure(row, column, "", .perSecond, .atLeast(isSmall ? small : large))]
        }
        func latency(median: Double?, tail: Double) -> [Measure] {
            [
                Measure(
                    row, column, "p50", .milliseconds, median.map { Target.lessThan($0) }),
                Measure(row, column, "p99", .milliseconds, .lessThan(tail)),
            ]
        }
        switch row {
        case .submit: return rate(40_000, 25_000)
        case .bulk: return rate(200_000, 60_000)
        case .pull: return rate(20_000, 10_000)
        case .pullMany: return rate(40_000, 16_000)
        case .claim: return rate(70_000, 25_000)
        case .start: return latency(median: isSmall ? 1 : nil, tail: isSmall ? 3 : 10)
        case .upgrade, .upgradeEvent: return latency(median: nil, tail: isSmall ? 5 : 10)
        case .checks: return latency(median: nil, tail: 10)
        case .events:
            return [
                Measure(
                    row, column, "events", .perSecond,
                    .atLeast(Double(EventLoad.eventsPerSecond) * 0.99)),
                Measure(row, column, "event p99", .milliseconds, nil),
                Measure(row, column, "submits", .perSecond, .atLeast(5_000)),
                Measure(row, column, "submit p99", .milliseconds, nil),
            ]
        case .memory:
            return [Measure(row, column, "", .mebibytes, .lessThan(isSmall ? 60 : 150))]
        case .roll:
            guard !isSmall else { return [] }
            return [
                Measure(row, column, "longest gap", .milliseconds, .lessThan(50)),
                Measure(row, column, "all served", .seconds, nil),
            ]
        case .quota:
            // It compares two states of many tenants; there is nothing to compare among ten.
            guard !isSmall else { return [] }
            return [
                Measure(row, column, "none out", .microseconds, nil),
                Measure(row, column, "99 % out", .microseconds, nil),
                Measure(row, column, "ratio", .times, .lessThan(1.3)),
            ]
        }
    }
}
