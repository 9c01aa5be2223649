extension Entitlement {
    /// What the tenant has.
    package static func decide(_ question: Question) -> Entitlement {
        let claims = question.subscriptions.map { Claim($0, question) }
            .sorted { $0.isOlder(than: $1) }
        let baseRank = question.catalog.rank(of: question.basePlan) ?? .min
        var entitlement = Entitlement(planID: question.basePlan, status: .active)
        let holders = holders(claims)
        if let best = holders.max(by: { $0.isLess(than: $1) }) {
            entitlement.anchorDay = best.anchorDay
            if best.rank >= baseRank { entitlement.take(best) }
        } else if let gravest = claims.filter({ $0.blocks(baseRank) }).max(by: {
            $0.gravity < $1.gravity
        }) {
            entitlement.status = gravest.blockedStatus
            entitlement.decidedBy = gravest.id
            entitlement.anchorDay = gravest.anchorDay
            entitlement.cancelsAt = gravest.cancelsAt
        }
        switch question.manual {
        case .none: break
        case .paused: entitlement.status = .paused
        case .suspended: entitlement.status = .suspended
        }
        entitlement.silent = claims.filter(\.standing.isSilent).map(\.id)
        entitlement.nextChange = claims.flatMap(\.changes).filter { $0 > question.now }.min()
        return entitlement
    }

    private mutating func take(_ claim: Claim) {
        guard case .entitled(let status) = claim.standing.kind, let plan = claim.plan else {
            return
        }
        planID = plan.planID
        isPaid = true
        self.status = status
        decidedBy = claim.id
        priceID = plan.priceID
        graceUntil = claim.standing.graceUntil
        cancelsAt = claim.cancelsAt
        trialEnd = status == .trialing ? claim.trialEnd : nil
        floorUntil = claim.floorUntil
    }

    /// The claims that give a plan.
    private static func holders(_ claims: [Claim]) -> [Claim] {
        return claims.filter(\.isEntitled)
    }
}

extension PlanCatalog {
    /// The rank of a plan, of one that is no longer on offer too; nil if there is no such plan.
    fileprivate func rank(of planID: String) -> Int? {
        plan(planID)?.rank
            ?? everyVersion.filter { $0.id == planID }.max { $0.version < $1.version }?.rank
    }
}

/// What one subscription has to say of its tenant.
private struct Claim {
    let id: String
    let standing: Standing
    /// The plan that it gives: what is paid now, or a greater one that was paid before.
    private(set) var plan: PlanMatch?
    private(set) var rank = Int.min
    private(set) var floorUntil: Timestamp?
    private(set) var changes: [Timestamp]
    let cancelsAt: Timestamp?
    let trialEnd: Timestamp?
    let anchorDay: Int64?
    let order: EventOrder
    private let startedAt: Timestamp

    init(_ subscription: Subscription, _ question: Entitlement.Question) {
        let state = subscription.state
        id = subscription.id
        standing = Standing(
            state, now: question.now, graceMilliseconds: question.graceMilliseconds,
            canAsk: question.canAskProvider && !question.unanswered.contains(id))
        changes = standing.changes
        cancelsAt = state.cancelsAt
        trialEnd = state.fact.trialEnd
        anchorDay = state.fact.anchor.map { Int64(Day(containing: $0).date.day) }
        order = state.fact.order
        startedAt = state.fact.startedAt ?? state.fact.at
        if let paid = state.plan, let rank = question.catalog.rank(of: paid.planID) {
            plan = paid
            self.rank = rank
        }
        guard isEntitled else { return }
        for floor in state.floors { stand(on: floor, question) }
    }

    /// Lets the limits of a greater plan stay while they were paid for (SEMANTICS §4).
    private mutating func stand(on floor: LimitFloor, _ question: Entitlement.Question) {
        let until = min(
            floor.until, question.window.period(on: Day(containing: floor.since)).end)
        guard question.now < until, question.reversedInvoices.isDisjoint(with: floor.invoices),
            let rank = question.catalog.rank(of: floor.plan.planID), rank > self.rank
        else { return }
        changes.append(until)
        plan = floor.plan
        self.rank = rank
        floorUntil = until
    }

    var isEntitled: Bool {
        switch standing.kind {
        case .entitled: plan != nil
        case .pending, .lapsed, .paused, .suspended, .over: false
        }
    }

    /// True if the other claim is the better one. Among equals the older subscription decides.
    func isLess(than other: Claim) -> Bool {
        if rank != other.rank { return rank < other.rank }
        if gravity != other.gravity { return gravity > other.gravity }
        return other.isOlder(than: self)
    }

    func isOlder(than other: Claim) -> Bool {
        if startedAt != other.startedAt { return startedAt < other.startedAt }
        return id.utf8.lexicographicallyPrecedes(other.id.utf8)
    }

    /// True if it gives the tenant its status although it gives no plan: it would decide the plan
    /// if it were paid. Where the operator's own word is of a greater one, that decides.
    func blocks(_ baseRank: Int) -> Bool {
        switch standing.kind {
        case .suspended, .paused, .lapsed, .pending: rank >= baseRank
        case .entitled, .over: false
        }
    }

    /// How far the status is from a good one.
    var gravity: Int {
        switch standing.kind {
        case .entitled(.active): 0
        case .entitled(.trialing): 1
        case .entitled: 2
        case .pending: 3
        case .lapsed: 4
        case .paused: 5
        case .suspended: 6
        case .over: 7
        }
    }

    /// The status of a tenant that has nothing better.
    var blockedStatus: TenantStatus {
        switch standing.kind {
        case .suspended: .suspended
        case .paused: .paused
        case .lapsed: .pastDue
        case .pending: .pendingPayment
        case .entitled, .over: .active
        }
    }
}
