import Core
import Testing

@Suite struct `What a tenant may use` {
    private func jobs(_ visit: Visit) -> Account { visit.account(of: .jobs) }

    @Test func `an override stands in place of the plan's limit`() {
        #expect(jobs(Visit()).base == .units(10))
        #expect(jobs(Visit(overrides: [Sample.override(.units(3))])).base == .units(3))
        #expect(jobs(Visit(overrides: [Sample.override(.units(0))])).budget == 0)
        let visit = Visit(
            facts: Sample.facts("enterprise"), overrides: [Sample.override(.units(3))])
        #expect(jobs(visit).base == .units(3))
    }

    @Test func `no override and an override to unlimited are different things`() {
        let visit = Visit(usage: Usage(plan: 10), overrides: [Sample.override(.unlimited)])
        #expect(jobs(visit).limit == .unlimited)
        #expect(jobs(visit).admission(of: 50) == [Charge(source: .plan, amount: 50)])
        #expect(jobs(Visit(usage: Usage(plan: 10))).admission(of: 1) == nil)
    }

    @Test func `an override counts for its own metric, and the last one put`() {
        var terms = Visit(overrides: [Sample.override(.units(3))]).terms
        terms.put(Sample.override(.units(7), of: Sample.calls))
        #expect(terms.base(of: .jobs) == .units(3))
        #expect(terms.base(of: Sample.calls) == .units(7))
        terms.put(Sample.override(.unlimited))
        #expect(terms.overrides.count == 2)
        #expect(terms.base(of: .jobs) == .unlimited)
        terms.removeOverride(of: .jobs)
        #expect(terms.base(of: .jobs) == .units(10))
        #expect(terms.base(of: Sample.calls) == .units(7))
        terms.removeOverride(of: Sample.calls)
        #expect(terms.base(of: Sample.calls) == .unlimited)
    }

    @Test func `a lowered limit closes and leaves what was used as it was`() {
        let usage = Usage(plan: 60, grant: 5, overage: 2)
        let account = jobs(Visit(usage: usage, overrides: [Sample.override(.units(20))]))
        #expect(account.usage == usage)
        #expect(account.budget == 0)
        #expect(account.limit == .units(25))
    }

    @Test func `a change of plan is a change of limit and keeps what was used`() {
        let visit = Visit(usage: Usage(plan: 10))
        var terms = visit.terms
        terms.change(Sample.facts("pro"), catalog: visit.catalog, enforcement: .full)
        #expect(terms.account(of: .jobs, usage: visit.usage).budget == 90)
        terms.change(Sample.facts("free"), catalog: visit.catalog, enforcement: .full)
        #expect(terms.account(of: .jobs, usage: visit.usage).budget == 0)
    }

    @Test(
        arguments: [
            (Sample.facts("pro", payAsYouGo: true), 100), (Sample.facts("pro"), 0),
            (Sample.facts("free", payAsYouGo: true), 0),
            (Sample.facts("enterprise", payAsYouGo: true), 0),
            (Sample.facts("pro", manual: .paused, payAsYouGo: true), 0),
            (Sample.facts("pro", manual: .suspended, payAsYouGo: true), 0),
            (Sample.facts("pro", isDeleted: true, payAsYouGo: true), 0),
        ] as [(TenantFacts, Int64)])
    func `overage needs a price, consent and an active tenant`(
        facts: TenantFacts, overageMax: Int64
    ) {
        #expect(jobs(Visit(facts: facts)).overageMax == overageMax)
    }

    @Test func `the spend cap is the metric's own and else the base limit`() {
        var visit = Visit(facts: Sample.facts("pro", payAsYouGo: true))
        visit.facts.spendCaps = [Sample.calls: 5]
        #expect(jobs(visit).overageMax == 100)
        visit.overrides = [Sample.override(.units(30))]
        #expect(jobs(visit).overageMax == 30)
        visit.facts.spendCaps = [.jobs: 5]
        #expect(jobs(visit).overageMax == 5)
        visit.facts.spendCaps = [.jobs: 0]
        #expect(jobs(visit).overageMax == 0)
        visit.facts.spendCaps = [.jobs: 5]
        visit.overrides = [Sample.override(.unlimited)]
        #expect(jobs(visit).overageMax == 0)
    }

    @Test func `a metric that the plan does not name is counted and never limited`() {
        let account = Visit().account(of: Sample.calls)
        #expect(account.limit == .unlimited)
        #expect(account.budget == .max)
    }

    @Test func `hard counters close the gate, gauges and soft limits do not`() {
        let names = ["a_hard", "b_soft", "c_gauge", "d_hard"].map { Metric(name: $0) }
        let free = Sample.plan("free", rank: 0, .units(10)) {
            $0.others = [
                MetricTerms(metric: names[0], limit: .units(1)),
                MetricTerms(metric: names[1], limit: .units(1), cap: .soft),
                MetricTerms(metric: names[2], type: .gauge, limit: .units(1)),
                MetricTerms(metric: names[3], limit: .units(1)),
            ]
        }
        var visit = Visit(catalog: PlanCatalog([free]))
        #expect(visit.terms.closingMetrics(in: visit.catalog) == [names[0], names[3]])
        visit.enforcement = Enforcement(mode: .observe, percent: 0)
        #expect(visit.terms.closingMetrics(in: visit.catalog) == [])
    }

    @Test func `an override closes the gate for a metric that the plan does not name`() {
        let names = ["a_named", "b_unnamed", "c_gauge"].map { Metric(name: $0) }
        let free = Sample.plan("free", rank: 0, .units(10))
        let pro = Sample.plan("pro", rank: 1, .units(10)) {
            $0.others = [
                MetricTerms(metric: names[1], limit: .units(1)),
                MetricTerms(metric: names[2], type: .gauge, limit: .units(1)),
            ]
        }
        var visit = Visit(catalog: PlanCatalog([free, pro]))
        visit.overrides = ([.jobs] + names[1...]).map {
            Override(
                metric: $0, limit: .units(4), until: nil, reason: nil, createdAt: Sample.noon)
        }
        #expect(visit.terms.closingMetrics(in: visit.catalog) == [names[1]])
        visit.others = [names[1]: 3]
        #expect(visit.hold(.charged) == nil)
        visit.others = [names[1]: 4]
        #expect(visit.hold(.charged)?.metric == names[1])
        visit.others = [names[2]: 4]
        #expect(visit.hold(.charged) == nil)
    }

    @Test func `no plan is told as the way out of a limit that every plan leaves as it is`() {
        var visit = Visit()
        visit.usage = Usage(plan: 10)
        #expect(visit.hold(cost: 1)?.upgradeTo == "pro")
        #expect(visit.refusal(waiting: 100, cost: 1)?.upgradeTo == "pro")
        visit.overrides = [
            Override(
                metric: .jobs, limit: .units(10), until: nil, reason: nil, createdAt: Sample.noon)
        ]
        #expect(visit.hold(cost: 1)?.upgradeTo == nil)
        #expect(visit.hold(cost: 1)?.isOverridden == true)
        #expect(visit.refusal(waiting: 100, cost: 1)?.upgradeTo == nil)
        #expect(visit.hold(cost: 11)?.upgradeTo == nil)
    }

    @Test func `what ended counts no longer, though nobody has taken note of it`() {
        var visit = Visit()
        let end = Sample.noon.adding(1_000)
        visit.grants = [
            Grant(
                id: GrantID(rawValue: 1), metric: .jobs, amount: 5, remaining: 5, source: "a",
                effectiveAt: Sample.noon, expiresAt: end, priority: 0, createdAt: Sample.noon,
                state: .inForce)
        ]
        visit.overrides = [
            Override(
                metric: .jobs, limit: .units(20), until: end, reason: nil, createdAt: Sample.noon)
        ]
        let terms = visit.terms
        #expect(terms.account(of: .jobs, usage: .none, at: end.adding(-1)).limit == .units(25))
        #expect(terms.account(of: .jobs, usage: .none, at: end).limit == .units(10))
    }

    @Test func `periods lie as the tenant says and else as its plan does`() {
        let anchored = Sample.plan("free", rank: 0, .units(10)) { $0.period = .anchored }
        let calendar = Sample.plan("free", rank: 0, .units(10))
        var facts = Sample.facts("free")
        facts.anchorDay = 31
        #expect(facts.wantedAnchorDay(under: anchored) == 31)
        #expect(facts.wantedAnchorDay(under: calendar) == nil)
        facts.periodMode = .calendar
        #expect(facts.wantedAnchorDay(under: anchored) == nil)
        facts.periodMode = .anchored
        #expect(facts.wantedAnchorDay(under: calendar) == 31)
    }
}
