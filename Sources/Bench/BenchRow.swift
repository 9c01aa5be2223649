/// What the bench can measure: one row each of the table of figures to reach.
package enum BenchRow: String, CaseIterable, Sendable {
    case submit
    case bulk
    case pull
    case pullMany = "pull-32"
    case claim
    case start
    case quota
    case roll
    case upgrade
    case upgradeEvent = "upgrade-event"
    case events
    case checks
    case memory

    /// What is measured, for people.
    package var summary: String {
        switch self {
        case .submit: "single submits, 64 connections"
        case .bulk: "bulk submits, 500 a request"
        case .pull: "pull + complete, 64 workers"
        case .pullMany: "pull + complete in 32s"
        case .claim: "claims, store alone, 64 a commit"
        case .start: "submit to start, parked pull"
        case .quota: "claim CPU, 99 % out of quota"
        case .roll: "first of the month, 99,000 tenants out"
        case .upgrade: "upgrade to held job's start"
        case .upgradeEvent: "the same by the provider's event"
        case .events: "2,000 events/s beside submits"
        case .checks: "checks of limits and features"
        case .memory: "memory after pull + complete"
        }
    }

    /// True if the row has a figure in that column.
    package func isMeasured(in column: BenchColumn) -> Bool {
        !Measure.all(of: self, in: column).isEmpty
    }

    /// The rows in the order of `names`, or all of them.
    package static func read(_ names: [String]) throws(BenchError) -> [BenchRow] {
        guard !names.isEmpty else { return allCases }
        var rows: [BenchRow] = []
        for name in names {
            guard let row = BenchRow(rawValue: name) else {
                let known = allCases.map(\.rawValue).joined(separator: ", ")
                throw BenchError("there is no row '\(name)'; the rows are \(known)")
            }
            if !rows.contains(row) { rows.append(row) }
        }
        return rows
    }
}
