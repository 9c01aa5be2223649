import Core

extension Metric {
    /// The greatest figure that a request may give, in the units that requests speak of: its
    /// counted units are exact in other people's JSON.
    var shownMax: Int { Int(Limits.amountMax / unitsPerShown) }

    /// A figure of a request in counted units.
    func counted(_ shown: Int) -> Int64 { Int64(shown) * unitsPerShown }

    /// What is left, rounded down: with what was used, which is rounded up, it is the limit.
    func shownRest(_ units: Int64) -> Int64 { units.flooredDivision(by: unitsPerShown) }

    /// Counted units as an exact decimal such as `12.345`, for rows whose sums are to agree.
    func exact(_ units: Int64) -> String {
        let size = unitsPerShown
        guard size > 1 else { return String(units) }
        let (whole, rest) = units.magnitude.quotientAndRemainder(dividingBy: UInt64(size))
        let sign = units < 0 ? "-" : ""
        guard rest > 0 else { return sign + String(whole) }
        // As many digits as the size has zeros.
        var digits = String(rest + UInt64(size)).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }
}

extension PlanCatalog {
    /// The names of the metrics, for messages: `jobs, llm_tokens`.
    var metricList: String { metrics.map(\.name).joined(separator: ", ") }
}
