/// How much of a metric a plan allows in a period.
package enum Limit: Hashable, Comparable, Sendable {
    case units(Int64)
    case unlimited

    /// The number of units, or nil where there is no bound.
    package var units: Int64? {
        switch self {
        case .units(let count): count
        case .unlimited: nil
        }
    }

    /// What is left when `used` units are gone; never negative, nil where there is no bound.
    package func remaining(used: Int64) -> Int64? {
        units.map { max(0, $0 - used) }
    }
}
