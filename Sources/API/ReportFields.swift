package import Core
import JSON
import Store

/// Reads what a worker says of an attempt beside its outcome: `usage` and `ran`.
package enum ReportFields {
    /// What was used of reported metrics. One that cannot be reported is noted as wrong: units that
    /// are dropped in silence are never billed.
    static func usage(
        _ node: JSONNode, _ spot: Spot, _ catalog: PlanCatalog, _ reader: inout BodyReader
    ) -> [AttemptReport.Amount] {
        guard node.kind != .null else { return [] }
        guard node.kind == .object else {
            reader.expected(
                "an object such as {\"llm_tokens\":1200}", found: node, at: spot.path)
            return []
        }
        var amounts: [AttemptReport.Amount] = []
        reader.metrics(of: node, at: spot.path) { metric, value, path, reader in
            if let fault = fault(of: metric, catalog) { return reader.refuse(path, fault) }
            guard let amount = reader.amount(value, of: metric, at: path) else { return }
            amounts.append(AttemptReport.Amount(metric: metric, amount: amount))
        }
        return amounts
    }

    /// Why a job cannot report this metric, or nil if it can.
    package static func fault(of metric: Metric, _ catalog: PlanCatalog) -> String? {
        switch metric {
        case .jobs: return "is counted when the job starts; leave it out"
        case .computeSeconds: return "is measured; say how long the job ran in \"ran\""
        default: break
        }
        switch catalog.type(of: metric) {
        case .counter:
            return nil
        case .gauge:
            return "is a gauge, which has a value and no sum; set it with PUT"
                + " /v1/usage/\(metric.name)"
        case nil:
            let known = catalog.metrics.filter { fault(of: $0, catalog) == nil }.map(\.name)
            return known.isEmpty
                ? "is no metric that a job can report; the plans name none"
                : "is no metric that a job can report; there are \(known.joined(separator: ", "))"
        }
    }

    /// How long the job ran, in milliseconds, from a number of seconds. A key that is bound to
    /// tenants is theirs and not believed: the length of the lease counts for it.
    static func ran(
        _ node: JSONNode, _ spot: Spot, _ caller: Caller, _ reader: inout BodyReader
    ) -> Int64? {
        guard node.kind != .null else { return nil }
        guard let seconds = reader.document.number(node), seconds >= 0 else {
            reader.expected("a number of seconds, such as 12.5", found: node, at: spot.path)
            return nil
        }
        guard caller.grant.tenant == nil, caller.grant.tenants == nil else { return nil }
        // No lease is as long as this, and the lease is what counts at most.
        let most = Double(Limits.durationMillisecondsMax)
        return Int64(min((seconds * 1_000).rounded(.up), most))
    }
}
