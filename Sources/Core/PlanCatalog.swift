/// The plans that tenants can be on: the newest version of each, and the older ones that tenants
/// are held to until they are moved.
package struct PlanCatalog: Hashable, Sendable {
    /// The newest version of each plan on offer, in the order of their rank.
    package let plans: [Plan]
    /// Every metric that a plan names, in the order of their names, `jobs` first.
    package let metrics: [Metric]
    private let newest: [String: Plan]
    private let versions: [PlanVersion: Plan]
    private let types: [Metric: MetricType]

    /// A catalog of these plans, one of which is `free`, and of older versions that still count.
    package init(_ plans: [Plan], older: [Plan] = []) {
        self.plans = plans.sorted { $0.rank < $1.rank }
        newest = Dictionary(uniqueKeysWithValues: plans.map { ($0.id, $0) })
        versions = Dictionary((plans + older).map { ($0.key, $0) }) { first, _ in first }
        types = Dictionary(
            (plans + older).flatMap { $0.terms.others.map { ($0.metric, $0.type) } }
        ) { first, _ in first }
        metrics = [.jobs] + types.keys.sorted()
        precondition(
            newest["free"] != nil, "the catalog has no plan 'free', which tenants begin on")
    }

    /// The newest version of the plan with this id, if it is on offer.
    package func plan(_ id: String) -> Plan? { newest[id] }

    /// A version of a plan, if there is one.
    package func plan(_ version: PlanVersion) -> Plan? { versions[version] }

    /// Every version that counts, in no order.
    package var everyVersion: [Plan] { Array(versions.values) }

    /// The least plan.
    package var free: Plan {
        guard let free = newest["free"] else {
            preconditionFailure("the catalog has no plan 'free'")
        }
        return free
    }

    /// The plan with the least rank above `plan` that allows more of `metric`, and as much of it as
    /// is needed there, if there is one.
    package func upgrade(
        from plan: Plan, metric: Metric = .jobs, needs: (Plan) -> Int64 = { _ in 0 }
    ) -> Plan? {
        plans.first {
            $0.rank > plan.rank && $0.allowsMore(of: metric, than: plan)
                && ($0.terms(of: metric)?.limit.units ?? .max) >= needs($0)
        }
    }

    /// The plan with the least rank above `plan` that has a feature, if there is one.
    package func plan(withFeature feature: String, above plan: Plan) -> Plan? {
        plans.first { $0.rank > plan.rank && $0.terms.features.contains(feature) }
    }

    /// The ids, for messages: `free, pro, enterprise`.
    package var idList: String { plans.map(\.id).joined(separator: ", ") }

    /// How a metric's figures behave; nil where no plan names it.
    package func type(of metric: Metric) -> MetricType? {
        metric == .jobs ? .counter : types[metric]
    }

    /// The first metric that these terms give another type than it has here, and the type that it
    /// has: its counters are kept by that, so it has to stay.
    package func keptType(
        against terms: [PlanTerms]
    ) -> (metric: Metric, type: MetricType)? {
        for metric in terms.flatMap(\.others) {
            if let type = type(of: metric.metric), type != metric.type {
                return (metric.metric, type)
            }
        }
        return nil
    }

    /// The plans of SEMANTICS §4, used where no file names others.
    package static let standard = PlanCatalog([
        Plan(id: "free", terms: free),
        Plan(id: "pro", terms: pro),
        Plan(id: "enterprise", terms: enterprise),
    ])

    private static let free: PlanTerms = {
        var terms = PlanTerms(
            name: "Free", rank: 0, jobs: MetricTerms(metric: .jobs, limit: .units(10)))
        terms.heldMax = 100
        return terms
    }()

    private static let pro: PlanTerms = {
        var terms = PlanTerms(
            name: "Pro", rank: 1,
            jobs: MetricTerms(
                metric: .jobs, limit: .units(100), overagePrice: Price(nanos: 50_000_000)))
        terms.weight = 2
        terms.heldMax = 1_000
        return terms
    }()

    private static let enterprise: PlanTerms = {
        var terms = PlanTerms(
            name: "Enterprise", rank: 2, jobs: MetricTerms(metric: .jobs, limit: .unlimited))
        terms.weight = 4
        return terms
    }()
}

extension PlanCatalog: CustomStringConvertible {
    /// `free 1, pro 2, enterprise 1; of before pro 1`.
    package var description: String {
        func list(_ plans: [Plan]) -> String {
            plans.map { "\($0.id) \($0.version)" }.joined(separator: ", ")
        }
        let before = everyVersion.filter { newest[$0.id]?.version != $0.version }
            .sorted { ($0.id, $0.version) < ($1.id, $1.version) }
        return before.isEmpty ? list(plans) : "\(list(plans)); of before \(list(before))"
    }
}

/// Names one version of a plan.
package struct PlanVersion: Hashable, Sendable {
    package let id: String
    package let version: Int64

    /// Version `version` of plan `id`.
    package init(id: String, version: Int64) {
        self.id = id
        self.version = version
    }
}

extension Plan {
    /// Its id and version.
    package var key: PlanVersion { PlanVersion(id: id, version: version) }

    fileprivate func allowsMore(of metric: Metric, than other: Plan) -> Bool {
        let theirs = other.terms(of: metric)?.limit ?? .unlimited
        guard let others = theirs.units else { return false }
        guard let ours = (terms(of: metric)?.limit ?? .unlimited).units else { return true }
        return ours > others
    }
}
