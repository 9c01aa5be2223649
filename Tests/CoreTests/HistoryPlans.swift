import Core

/// Three plans that a tenant of a `History` moves between, drawn from a seed.
struct HistoryPlans: Sendable {
    let catalog: PlanCatalog
    let ids: [PlanVersion]
    let metrics: [Metric] = [.jobs, Sample.calls]
    /// What each plan says of each metric.
    let terms: [[MetricTerms]]

    init(seed: UInt64) {
        var random = Random(seed: seed)
        let names = ["free", "pro", "enterprise"]
        terms = names.map { _ in
            [.jobs, Sample.calls].map { HistoryPlans.metric($0, &random) }
        }
        let plans = zip(names, terms).enumerated().map { rank, plan in
            var terms = PlanTerms(name: plan.0, rank: rank, jobs: plan.1[0])
            terms.others = [plan.1[1]]
            return Plan(id: plan.0, terms: terms)
        }
        catalog = PlanCatalog(plans)
        ids = plans.map(\.key)
    }

    private static func metric(_ metric: Metric, _ random: inout Random) -> MetricTerms {
        let isLimited = Int.random(in: 0..<10, using: &random) > 0
        return MetricTerms(
            metric: metric,
            limit: isLimited ? .units(Int64.random(in: 0...30, using: &random)) : .unlimited,
            cap: Int.random(in: 0..<10, using: &random) < 7 ? .hard : .soft,
            overagePrice: Bool.random(using: &random) ? Price(nanos: 1) : nil,
            thresholds: Bool.random(using: &random)
                ? MetricTerms.standardThresholds : [1, 50, 100, 101, 150])
    }
}
