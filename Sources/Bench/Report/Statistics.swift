/// The arithmetic of figures.
package enum Statistics {
    /// The middle value, or the mean of the two in the middle; nil of nothing.
    package static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        guard sorted.count.isMultiple(of: 2) else { return sorted[middle] }
        return (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The least value that `percent` of all values do not exceed (nearest rank); nil of nothing.
    package static func percentile(_ percent: Double, of values: [Double]) -> Double? {
        precondition((0...100).contains(percent), "there is no percentile \(percent)")
        guard !values.isEmpty else { return nil }
        let rank = (percent / 100 * Double(values.count)).rounded(.up)
        return values.sorted()[max(0, min(values.count, Int(rank)) - 1)]
    }
}
