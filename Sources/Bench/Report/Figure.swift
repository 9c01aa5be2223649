/// What the runs of a measure came to.
package struct Figure: Sendable {
    package let measure: Measure
    /// One value a run.
    package let values: [Double]
    /// What other programs had of the machine in the worst run.
    package let othersPercent: Double

    /// The values that the runs gave.
    package init(_ measure: Measure, _ values: [Double], othersPercent: Double = 0) {
        precondition(!values.isEmpty, "a figure of no run")
        self.measure = measure
        self.values = values
        self.othersPercent = othersPercent
    }

    package var median: Double { Statistics.median(values) ?? 0 }
    package var least: Double { values.min() ?? 0 }
    package var greatest: Double { values.max() ?? 0 }
    /// How far the median reaches: 1 is the target and more is better.
    package var ratio: Double? { measure.ratio(of: median) }
}
