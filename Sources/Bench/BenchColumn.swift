/// The two states of the data folder that rows are measured in.
package enum BenchColumn: String, CaseIterable, Sendable {
    /// 10 tenants, nothing waiting but what the row itself takes.
    case small
    /// 100,000 tenants, a million jobs waiting, turns in another order than rows.
    case large

    /// The columns that a flag's value names: one, or `both`.
    package static func read(_ text: String) throws(BenchError) -> [BenchColumn] {
        if text == "both" { return allCases }
        guard let column = BenchColumn(rawValue: text) else {
            throw BenchError("there is no column '\(text)'; it is small, large or both")
        }
        return [column]
    }
}
