import Core
import Testing

/// Why a gate is closed where the plan's figures are not all of it.
@Suite struct `The cause of a hold` {
    /// On pro by a subscription of this status; all of 100 jobs are used and overage is agreed to.
    private func visit(
        _ status: TenantStatus, plan: String? = "pro", base: String = "free", used: Int64 = 100,
        overage: Int64 = 0
    ) -> Visit {
        var visit = Visit(
            facts: Sample.facts(base), usage: Usage(plan: used, overage: overage))
        var entitled = Entitled(status: status)
        entitled.plan = plan.map { PlanVersion(id: $0, version: 1) }
        entitled.subscription = "sub_1"
        visit.facts.entitled = entitled
        visit.facts.payAsYouGo = true
        return visit
    }

    @Test(arguments: [TenantStatus.pastDue, .trialing])
    func `is the debt where overage is sold and agreed to, and withheld`(status: TenantStatus) {
        let hold = visit(status).hold(cost: 1)
        #expect(hold?.reason == .quotaExhausted)
        #expect(hold?.cause == .withheld(.overage, status, subscription: "sub_1"))
        let refusal = visit(status).refusal(waiting: 1_000_000, cost: 1)
        #expect(refusal?.cause == .withheld(.overage, status, subscription: "sub_1"))
    }

    @Test func `is the debt of a plan of the operator's too`() {
        let visit = visit(.pastDue, plan: nil, base: "pro")
        #expect(visit.hold(cost: 1)?.cause == .withheld(.overage, .pastDue, subscription: "sub_1"))
    }

    @Test func `is none where overage would not help`() {
        #expect(visit(.active).hold(cost: 1) == nil)
        #expect(visit(.active, overage: 100).hold(cost: 1)?.cause == nil)
        #expect(visit(.pastDue, overage: 100).hold(cost: 1)?.cause == nil, "its cap is reached")
        var unasked = visit(.pastDue)
        unasked.facts.payAsYouGo = false
        #expect(unasked.hold(cost: 1)?.cause == nil)
        var capped = visit(.pastDue)
        capped.facts.spendCaps[.jobs] = 0
        #expect(capped.hold(cost: 1)?.cause == nil)
        var observed = visit(.pastDue)
        observed.enforcement = Enforcement(mode: .observe, percent: 100)
        #expect(observed.hold(cost: 1) == nil)
    }

    @Test func `is the debt of a job that only overage makes room for`() {
        let parked = visit(.pastDue, used: 0).hold(cost: 150)
        #expect(parked?.needed == 150)
        #expect(parked?.cause == .withheld(.overage, .pastDue, subscription: "sub_1"))
        #expect(visit(.pastDue, used: 0).hold(cost: 201)?.cause == nil)
    }

    @Test func `is the debt only where overage makes room for all that is asked`() {
        var visit = visit(.pastDue, used: 95)
        visit.facts.spendCaps[.jobs] = 2
        let debt = HoldCause.withheld(.overage, .pastDue, subscription: "sub_1")
        #expect(visit.hold(cost: 7)?.cause == debt)
        #expect(visit.hold(cost: 8)?.cause == nil)
        let account = visit.account(of: .jobs)
        for (amount, cause) in [(7, debt), (8, nil)] as [(Int64, HoldCause?)] {
            let refusal = Gate.refusal(
                of: amount, account: account, for: visit.tenant, catalog: visit.catalog)
            #expect(refusal.cause == cause)
        }
    }

    @Test(arguments: [ManualStatus.paused, .suspended])
    func `is the debt beneath a stop by the operator too`(manual: ManualStatus) {
        var visit = visit(.pastDue)
        visit.facts.manual = manual
        let holds = visit.blockers(.fresh(cost: 1))
        #expect(holds.map(\.reason).last == .quotaExhausted)
        #expect(
            holds.map(\.cause)
                == [.manual, .withheld(.overage, .pastDue, subscription: "sub_1")])
        #expect(
            visit.refusal(waiting: 1_000_000, cost: 1)?.cause
                == .withheld(.overage, .pastDue, subscription: "sub_1"))
    }

    @Test func `is the operator's word where that alone withholds overage`() {
        var visit = visit(.active)
        visit.facts.manual = .paused
        #expect(visit.blockers(.fresh(cost: 1)).map(\.cause) == [.manual, .manual])
        visit.facts.entitled = nil
        visit.facts.basePlan = PlanVersion(id: "pro", version: 1)
        #expect(visit.blockers(.fresh(cost: 1)).map(\.cause) == [.manual, .manual])
        visit.facts.payAsYouGo = false
        #expect(visit.blockers(.fresh(cost: 1)).map(\.cause) == [.manual, nil])
    }

    @Test(arguments: [TenantStatus.pastDue, .pendingPayment])
    func `is the plan that was not paid for`(status: TenantStatus) {
        let visit = visit(status, plan: nil, used: 10)
        #expect(visit.hold(cost: 1)?.cause == .withheld(.plan, status, subscription: "sub_1"))
        let feature = Gate.featureHold("gpu", terms: visit.terms, catalog: visit.catalog)
        #expect(feature?.cause == .withheld(.plan, status, subscription: "sub_1"))
    }

    @Test(arguments: [
        (TenantStatus.paused, HoldReason.tenantPaused), (.suspended, .tenantSuspended),
    ])
    func `is the subscription that stops the tenant`(status: TenantStatus, reason: HoldReason) {
        let visit = visit(status, plan: nil)
        let stop = Hold(reason: reason, cause: .subscription("sub_1"))
        #expect(visit.hold(.charged) == stop)
        #expect(visit.facts.stops == [stop])
    }

    @Test func `of a stop by both is first the operator's, and then what remains`() {
        var visit = visit(.suspended, plan: nil)
        visit.facts.manual = .paused
        let remains = Hold(reason: .tenantSuspended, cause: .subscription("sub_1"))
        let stops = [Hold(reason: .tenantPaused, cause: .manual), remains]
        #expect(visit.hold(.charged) == stops[0])
        #expect(visit.blockers(.charged) == stops)
        #expect(visit.blockers(.fresh(cost: 1)).map(\.reason).prefix(2) == stops.map(\.reason)[...])
        visit.facts.manual = .none
        #expect(visit.blockers(.charged) == [remains])
    }
}
