/// What to measure, how often and for how long.
package struct BenchOptions: Sendable {
    package var rows = BenchRow.allCases
    package var columns = BenchColumn.allCases
    /// How often each row is measured, on a fresh copy of its data each time.
    package var runs = 3
    /// How long each run measures, after a tenth of that to warm up.
    package var seconds = 5.0
    /// Where the data folders are made, in a folder that is removed at the end.
    package var folder = "/tmp"
    /// The commit that the program was built from, if the caller knows.
    package var commit: String?
    package var isJSON = false
    /// The port of a beanstalkd on this machine, to measure instead of Weir.
    package var beanstalkdPort: Int?

    package static let runsMax = 100
    package static let secondsRange = 0.05...600.0

    /// Every row, both columns, three runs of five seconds.
    package init() {}

    /// The seconds that a flag's value names.
    package static func seconds(_ text: String) throws(BenchError) -> Double {
        guard let seconds = Double(text), secondsRange.contains(seconds) else {
            throw BenchError(
                "--seconds takes a number from \(secondsRange.lowerBound) to"
                    + " \(secondsRange.upperBound), not '\(text)'")
        }
        return seconds
    }
}
