/// What a tenant of this plan may do: one version of one plan, which never changes.
package final class Plan: Sendable {
    package let id: String
    /// Counts from 1 with each change of the plan.
    package let version: Int64
    package let terms: PlanTerms

    /// A version of a plan.
    package init(id: String, version: Int64 = 1, terms: PlanTerms) {
        precondition(
            (1...1_000).contains(terms.weight),
            "plan \(id) has weight \(terms.weight), not 1 to 1000")
        self.id = id
        self.version = version
        self.terms = terms
    }

    package var name: String { terms.name }
    package var rank: Int { terms.rank }
    package var jobLimit: Limit { terms.jobs.limit }
    package var weight: Int64 { terms.weight }

    /// What the plan says of a metric, if it says anything.
    package func terms(of metric: Metric) -> MetricTerms? {
        metric == .jobs ? terms.jobs : terms.others.first { $0.metric == metric }
    }

    /// What a job of this kind costs at least.
    package func cost(ofKind kind: String) -> Int64 { terms.costs[kind] ?? 1 }

    /// The feature that jobs of this kind need and that the plan has not; nil if they may start.
    package func missingFeature(forKind kind: String) -> String? {
        guard let feature = terms.featuresOfKinds[kind], !terms.features.contains(feature) else {
            return nil
        }
        return feature
    }
}

extension Plan: Hashable {
    package static func == (left: Plan, right: Plan) -> Bool {
        left === right || (left.id == right.id && left.version == right.version)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(version)
    }
}

/// Everything that a plan says but its id and version. The terms of a metric that is not named are
/// none: it is counted and never limited.
package struct PlanTerms: Hashable, Sendable {
    package let name: String
    /// Orders the plans: the greater rank is the greater plan.
    package let rank: Int
    package var jobs: MetricTerms
    /// The other metrics, in the order of their names.
    package var others: [MetricTerms] = []
    /// What a job costs by its kind; 1 where none is named.
    package var costs: [String: Int64] = [:]
    package var features: Set<String> = []
    /// The feature that a kind needs, the same in every plan of a file.
    package var featuresOfKinds: [String: String] = [:]
    /// The share of a tenant's turns in a queue, 1 to 1000.
    package var weight: Int64 = 1
    /// How far waiting work may exceed what is left of the quota; nil where the quota is unlimited.
    package var heldMax: Int64?
    /// How much may wait at all.
    package var waitingMax: Int64 = Limits.waitingMaxDefault
    /// How many jobs may run at a time.
    package var runningMax: Int?
    package var rate: StartRate?
    package var payloadBytesMax: Int = Limits.payloadBytesMax
    package var retentionDays: Int = Limits.retentionDaysDefault
    package var period: PeriodMode = .calendar
    package var prices: [PlanPrice] = []

    /// A plan's name, rank and jobs; the rest is to be filled in.
    package init(name: String, rank: Int, jobs: MetricTerms) {
        self.name = name
        self.rank = rank
        self.jobs = jobs
    }

    /// A plan that limits jobs and what may wait, and nothing else.
    package init(
        name: String, rank: Int, jobLimit: Limit, weight: Int64 = 1, heldMax: Int64? = nil,
        waitingMax: Int64 = Limits.waitingMaxDefault
    ) {
        self.init(name: name, rank: rank, jobs: MetricTerms(metric: .jobs, limit: jobLimit))
        self.weight = weight
        self.heldMax = heldMax
        self.waitingMax = waitingMax
    }
}
