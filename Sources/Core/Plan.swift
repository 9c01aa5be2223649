/// What a tenant of this plan may do.
package struct Plan: Hashable, Sendable {
    package let id: String
    package let name: String
    /// Orders the plans: the greater rank is the greater plan.
    package let rank: Int
    package let jobLimit: Limit
    /// The share of a tenant's turns in a queue, 1 to 1000.
    package let weight: Int64
    /// How far waiting work may exceed what is left of the quota; nil where the quota is unlimited.
    package let heldMax: Int64?
    /// How much may wait at all.
    package let waitingMax: Int64

    /// A plan with these terms.
    package init(
        id: String, name: String, rank: Int, jobLimit: Limit, weight: Int64, heldMax: Int64?,
        waitingMax: Int64
    ) {
        precondition((1...1_000).contains(weight), "plan \(id) has weight \(weight), not 1 to 1000")
        self.id = id
        self.name = name
        self.rank = rank
        self.jobLimit = jobLimit
        self.weight = weight
        self.heldMax = heldMax
        self.waitingMax = waitingMax
    }
}

/// The plans that tenants can be on.
package struct PlanCatalog: Hashable, Sendable {
    /// In the order of their rank.
    package let plans: [Plan]
    private let byID: [String: Plan]

    /// A catalog of these plans, one of which is `free`.
    package init(_ plans: [Plan]) {
        self.plans = plans.sorted { $0.rank < $1.rank }
        byID = Dictionary(uniqueKeysWithValues: plans.map { ($0.id, $0) })
        precondition(byID["free"] != nil, "the catalog has no plan 'free', which tenants begin on")
    }

    /// The plan with this id, if there is one.
    package func plan(_ id: String) -> Plan? { byID[id] }

    /// The plan with the least rank above `plan` that allows more jobs, if there is one.
    package func upgrade(from plan: Plan) -> Plan? {
        plans.first { $0.rank > plan.rank && $0.allowsMoreJobs(than: plan) }
    }

    /// The ids, for messages: `free, pro, enterprise`.
    package var idList: String { plans.map(\.id).joined(separator: ", ") }

    /// The plans of SEMANTICS §4, used where no file names others.
    package static let standard = PlanCatalog([
        Plan(
            id: "free", name: "Free", rank: 0, jobLimit: .units(10), weight: 1, heldMax: 100,
            waitingMax: 1_000_000),
        Plan(
            id: "pro", name: "Pro", rank: 1, jobLimit: .units(100), weight: 2, heldMax: 1_000,
            waitingMax: 1_000_000),
        Plan(
            id: "enterprise", name: "Enterprise", rank: 2, jobLimit: .unlimited, weight: 4,
            heldMax: nil, waitingMax: 1_000_000),
    ])
}

extension Plan {
    fileprivate func allowsMoreJobs(than other: Plan) -> Bool {
        guard let others = other.jobLimit.units else { return false }
        guard let ours = jobLimit.units else { return true }
        return ours > others
    }
}
