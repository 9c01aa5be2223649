import Core
import Testing

@Suite struct `What the gate holds for` {
    /// Free: 10 jobs, 3 calls, 2 at a time, no `gpu`, which `video` needs. Pro: 100 jobs, 30 calls
    /// and `gpu`, and overage is sold. Enterprise: everything.
    private static let catalog: PlanCatalog = {
        func plan(
            _ id: String, rank: Int, _ jobs: Limit, _ calls: Limit, runningMax: Int?,
            features: Set<String>, price: Price? = nil
        ) -> Plan {
            Sample.plan(id, rank: rank, jobs, overagePrice: price) {
                $0.others = [MetricTerms(metric: Sample.calls, limit: calls)]
                $0.runningMax = runningMax
                $0.features = features
                $0.featuresOfKinds = ["video": "gpu", "dream": "magic"]
            }
        }
        return PlanCatalog([
            plan("free", rank: 0, .units(10), .units(3), runningMax: 2, features: []),
            plan(
                "pro", rank: 1, .units(100), .units(30), runningMax: nil, features: ["gpu"],
                price: Price(nanos: 1)),
            plan(
                "enterprise", rank: 2, .unlimited, .unlimited, runningMax: nil,
                features: ["gpu", "magic"]),
        ])
    }()

    private static let soon = Sample.noon.adding(250)

    private func visit(
        _ plan: String = "free", used: Int64 = 0, calls: Int64 = 0, running: Int = 0,
        rateOpensAt: Timestamp? = nil, manual: ManualStatus = .none,
        mode: Enforcement.Mode = .enforce
    ) -> Visit {
        Visit(
            facts: Sample.facts(plan, manual: manual), usage: Usage(plan: used),
            catalog: Self.catalog, enforcement: Enforcement(mode: mode, percent: 100),
            others: [Sample.calls: calls], running: running, rateOpensAt: rateOpensAt)
    }

    /// Closed in every way at once.
    private func closed(
        manual: ManualStatus = .suspended, mode: Enforcement.Mode = .enforce
    ) -> Visit {
        visit(
            used: 10, calls: 3, running: 2, rateOpensAt: Self.soon, manual: manual, mode: mode)
    }

    private static let requests: [Gate.Request] = [
        .fresh(cost: 1), .charged, .fresh(kind: "video", cost: 1), .charged(kind: "video"),
    ]

    @Test func `too many jobs that run hold a job with both numbers and no time`() throws {
        #expect(visit(running: 1).hold(cost: 1) == nil)
        for running in [2, 3] {
            for request in [Gate.Request.fresh(cost: 1), .charged] {
                let hold = try #require(visit(running: running).hold(request))
                var wanted = Hold(reason: .concurrencyLimit)
                wanted.used = Int64(running)
                wanted.limit = 2
                #expect(hold == wanted)
            }
        }
        #expect(visit("pro", running: 10_000).hold(cost: 1) == nil)
    }

    @Test func `a job that never fits waits for no cap, and says what it needs`() throws {
        let facts = Sample.facts("pro", payAsYouGo: true)
        let visit = Visit(facts: facts, usage: Usage(plan: 100), catalog: Self.catalog)
        let unfit = try #require(visit.hold(cost: 201))
        #expect(unfit.reason == .quotaExhausted)
        #expect(unfit.needed == 201 && unfit.resumesAt == nil)
        let late = try #require(visit.hold(cost: 200))
        #expect(late.reason == .spendCapReached && late.needed == nil)
    }

    @Test func `a start that comes too soon is held until the rate lets it pass`() {
        var wanted = Hold(reason: .rateLimited)
        wanted.resumesAt = Self.soon
        for request in [Gate.Request.fresh(cost: 1), .charged] {
            #expect(visit(rateOpensAt: Self.soon).hold(request) == wanted)
        }
    }

    @Test func `a kind whose feature the plan has not is held and the others start`() {
        var wanted = Hold(reason: .featureNotInPlan)
        wanted.feature = "gpu"
        wanted.upgradeTo = "pro"
        #expect(visit().hold(.fresh(kind: "video", cost: 1)) == wanted)
        #expect(visit().hold(.charged(kind: "video")) == wanted)
        #expect(visit().hold(cost: 1) == nil)
        #expect(visit("pro").hold(.fresh(kind: "video", cost: 1)) == nil)
        #expect(visit("pro").hold(.charged(kind: "dream"))?.upgradeTo == "enterprise")
        #expect(Gate.isBarred("video", terms: visit().terms))
        #expect(!Gate.isBarred("video", terms: visit("pro").terms))
        #expect(!Gate.isBarred("plain", terms: visit().terms))
    }

    @Test func `another metric that is used up is named and holds paid jobs too`() throws {
        #expect(visit(calls: 2).hold(cost: 1) == nil)
        for calls: Int64 in [3, 9] {
            for request in [Gate.Request.fresh(cost: 1), .fresh(cost: 0), .charged] {
                let hold = try #require(visit(calls: calls).hold(request))
                #expect(hold.reason == .quotaExhausted)
                #expect(hold.metric == Sample.calls)
                #expect(hold.used == calls)
                #expect(hold.limit == 3)
                #expect(hold.needed == nil)
                #expect(hold.resumesAt?.description == "2026-12-01T00:00:00.000Z")
                #expect(hold.upgradeTo == "pro")
            }
        }
    }

    @Test func `a paid job passes a quota of jobs that is used up`() {
        for used: Int64 in [10, 11, 1_000] {
            #expect(visit(used: used).decide(.charged) == .admit([]))
            #expect(Gate.admitsCharged(for: visit(used: used).tenant))
            #expect(visit(used: used).hold(cost: 1)?.reason == .quotaExhausted)
        }
    }

    @Test func `where overage is agreed to it is the spend cap that is reached`() throws {
        var visit = visit("pro")
        visit.facts.payAsYouGo = true
        visit.facts.spendCaps = [.jobs: 5]
        visit.usage = Usage(plan: 100, overage: 4)
        #expect(visit.hold(cost: 1) == nil)
        let hold = try #require(visit.hold(cost: 2))
        #expect(hold.reason == .spendCapReached)
        #expect(hold.used == 104)
        #expect(hold.limit == 100)
        #expect(hold.resumesAt?.description == "2026-12-01T00:00:00.000Z")
        #expect(hold.upgradeTo == "enterprise")
        #expect(visit.hold(cost: 105)?.needed == nil)
        #expect(visit.hold(cost: 106)?.needed == 106)
        visit.facts.payAsYouGo = false
        #expect(visit.hold(cost: 1)?.reason == .quotaExhausted)
    }

    @Test(
        arguments: [
            ("free", 1, "pro", nil), ("free", 10, "pro", nil), ("free", 11, "pro", 11),
            ("free", 100, "pro", 100), ("free", 101, "enterprise", 101),
            ("free", 1_000_000, "enterprise", 1_000_000), ("pro", 100, "enterprise", nil),
            ("pro", 101, "enterprise", 101),
        ] as [(String, Int64, String, Int64?)])
    func `the upgrade is the least plan that can admit what the job needs`(
        plan: String, cost: Int64, upgradeTo: String, needed: Int64?
    ) throws {
        let hold = try #require(visit(plan, used: plan == "pro" ? 100 : 10).hold(cost: cost))
        #expect(hold.upgradeTo == upgradeTo)
        #expect(hold.needed == needed)
        #expect((hold.resumesAt == nil) == (needed != nil))
    }

    @Test(arguments: [(99, "pro"), (100, "enterprise"), (5_000, "enterprise")])
    func `the upgrade has room beside what was used`(used: Int64, upgradeTo: String) throws {
        #expect(try #require(visit(used: used).hold(cost: 1)).upgradeTo == upgradeTo)
    }

    @Test func `nothing is an upgrade that would be used up as well`() throws {
        let catalog = PlanCatalog([
            Sample.plan("free", rank: 0, .units(10)), Sample.plan("pro", rank: 1, .units(100)),
        ])
        for (used, upgradeTo) in [(95, "pro"), (96, nil)] as [(Int64, String?)] {
            let visit = Visit(usage: Usage(plan: used), catalog: catalog)
            #expect(try #require(visit.hold(cost: 5)).upgradeTo == upgradeTo)
        }
    }

    @Test func `there is no upgrade to a plan that could not admit the job either`() throws {
        let catalog = PlanCatalog([
            Sample.plan("free", rank: 0, .units(10)), Sample.plan("pro", rank: 1, .units(100)),
        ])
        let visit = Visit(usage: Usage(plan: 10), catalog: catalog)
        #expect(visit.hold(cost: 100)?.upgradeTo == "pro")
        let hold = try #require(visit.hold(cost: 101))
        #expect(hold.upgradeTo == nil)
        #expect(hold.needed == 101)
    }

    @Test func `grants and overage count towards what a job may need`() {
        var visit = visit("pro", used: 100)
        visit.grants = [Sample.grant(1, 20)]
        visit.facts.payAsYouGo = true
        #expect(visit.hold(cost: 220)?.needed == nil)
        #expect(visit.hold(cost: 221)?.needed == 221)
    }

    @Test func `everything that blocks is listed in the order in which it is shown`() {
        let reasons: [HoldReason] = [
            .tenantSuspended, .featureNotInPlan, .quotaExhausted, .quotaExhausted,
            .concurrencyLimit, .rateLimited,
        ]
        let blockers = closed().blockers(.fresh(kind: "video", cost: 1))
        #expect(blockers.map(\.reason) == reasons)
        #expect(blockers.compactMap(\.metric) == [.jobs, Sample.calls])
        let paid = closed(manual: .paused).blockers(.charged(kind: "video"))
        #expect(
            paid.map(\.reason) == [
                .tenantPaused, .featureNotInPlan, .quotaExhausted, .concurrencyLimit, .rateLimited,
            ])
        #expect(paid.compactMap(\.metric) == [Sample.calls])
    }

    /// Every way of being closed, alone and together.
    private var everyVisit: [Visit] {
        var visits: [Visit] = []
        for mode in Enforcement.Mode.allCases {
            for manual in ManualStatus.allCases {
                for bits in 0..<16 {
                    visits.append(
                        visit(
                            used: bits & 1 == 0 ? 9 : 10, calls: bits & 2 == 0 ? 2 : 3,
                            running: bits & 4 == 0 ? 1 : 2,
                            rateOpensAt: bits & 8 == 0 ? nil : Self.soon, manual: manual,
                            mode: mode))
                }
            }
        }
        return visits
    }

    @Test func `the decision is the first of the blockers or there is none`() {
        for visit in everyVisit {
            for request in Self.requests {
                let first = visit.blockers(request).first
                #expect(visit.hold(request) == first)
                #expect(Gate.admits(request, for: visit.tenant) == (first == nil))
            }
        }
    }

    @Test func `the budget and the decision agree`() {
        for visit in everyVisit {
            let tenant = visit.tenant
            let budget = Gate.freshBudget(for: tenant)
            for cost: Int64 in 0...2 {
                #expect((budget >= cost) == (visit.hold(cost: cost) == nil))
            }
            #expect(Gate.admitsCharged(for: tenant) == (visit.hold(.charged) == nil))
            #expect(Gate.admitsCharged(for: tenant) == (budget >= 0))
        }
    }

    @Test(arguments: [Enforcement.Mode.off, .observe])
    func `where limits are not enforced nothing but the status holds`(mode: Enforcement.Mode) {
        let open = closed(manual: .none, mode: mode)
        #expect(open.terms.closingMetrics(in: open.catalog).isEmpty)
        for request in Self.requests { #expect(open.hold(request) == nil) }
        #expect(
            open.decide(.fresh(cost: 4))
                == .admit([Charge(source: .unenforced, amount: 4)]))
        #expect(open.decide(.charged) == .admit([]))
        #expect(!Gate.isBarred("video", terms: open.terms))
    }

    @Test(arguments: Enforcement.Mode.allCases)
    func `a status holds in every mode`(mode: Enforcement.Mode) {
        let statuses: [(ManualStatus, HoldReason)] = [
            (.paused, .tenantPaused), (.suspended, .tenantSuspended),
        ]
        for (manual, reason) in statuses {
            for request in Self.requests {
                let visit = closed(manual: manual, mode: mode)
                #expect(visit.hold(request) == Hold(reason: reason, cause: .manual))
                #expect(Gate.freshBudget(for: visit.tenant) < 0)
            }
        }
        var deleted = closed(manual: .none, mode: mode)
        deleted.facts.isDeleted = true
        #expect(deleted.hold(.charged) == Hold(reason: .tenantSuspended))
    }

    @Test func `a soft limit of jobs holds nothing`() {
        let catalog = PlanCatalog([Sample.plan("free", rank: 0, .units(10), cap: .soft)])
        let visit = Visit(usage: Usage(plan: 9), catalog: catalog)
        #expect(
            visit.decide(.fresh(cost: 3))
                == .admit([
                    Charge(source: .plan, amount: 1), Charge(source: .overSoft, amount: 2),
                ]))
    }

    @Test func `a grant that begins before the period ends is what the job waits for`() throws {
        var visit = visit(used: 10)
        let (begins, later) = (Self.soon.adding(5_000), Self.soon.adding(9_000))
        visit.grants = [
            Sample.grant(1, 2, effectiveAt: later, state: .pending),
            Sample.grant(2, 2, effectiveAt: begins, state: .pending),
        ]
        #expect(try #require(visit.hold(cost: 1)).resumesAt == begins)
        #expect(try #require(visit.hold(cost: 2)).resumesAt == begins)
        #expect(try #require(visit.hold(cost: 3)).resumesAt == later)
        let reset = Period(containing: Sample.noon).end
        #expect(try #require(visit.hold(cost: 5)).resumesAt == reset)
        let late = try #require(visit.hold(cost: 14))
        #expect(late.needed == 14 && late.resumesAt == reset, "with both grants it fits by then")
        let unfit = try #require(visit.hold(cost: 15))
        #expect(unfit.needed == 15 && unfit.resumesAt == nil)
        visit.usage = .none
        #expect(try #require(visit.hold(cost: 13)).resumesAt == later, "it fits by then")
        visit.grants = [Sample.grant(1, 2, effectiveAt: reset, state: .pending)]
        visit.usage = Usage(plan: 10)
        #expect(try #require(visit.hold(cost: 1)).resumesAt == reset)
    }

    @Test func `a limit of the tenant's own that ends sooner is what the job waits for`() throws {
        var visit = visit(used: 3)
        let end = Self.soon.adding(5_000)
        visit.overrides = [
            Override(
                metric: .jobs, limit: .units(0), until: end, reason: nil, createdAt: Sample.noon)
        ]
        #expect(try #require(visit.hold(cost: 1)).resumesAt == end)
        #expect(try #require(visit.hold(cost: 7)).resumesAt == end)
        let reset = Period(containing: Sample.noon).end
        #expect(try #require(visit.hold(cost: 8)).resumesAt == reset)
        #expect(try #require(visit.hold(cost: 11)).resumesAt == nil)
        visit.overrides = [Sample.override(.units(0))]
        #expect(try #require(visit.hold(cost: 1)).resumesAt == nil)
        visit.overrides = [
            Override(
                metric: .jobs, limit: .units(0), until: reset, reason: nil, createdAt: Sample.noon)
        ]
        #expect(try #require(visit.hold(cost: 1)).resumesAt == reset)
        let later = reset.adding(9_000)
        visit.overrides = [
            Override(
                metric: .jobs, limit: .units(0), until: later, reason: nil, createdAt: Sample.noon)
        ]
        #expect(try #require(visit.hold(cost: 10)).resumesAt == later, "in another period")
    }

    @Test func `the upgrade admits the job for what it costs there`() throws {
        func plan(_ id: String, _ rank: Int, _ limit: Int64, big: Int64) -> Plan {
            var terms = PlanTerms(name: id, rank: rank, jobLimit: .units(limit))
            terms.costs = ["big": big]
            return Plan(id: id, terms: terms)
        }
        let catalog = PlanCatalog([
            plan("free", 0, 10, big: 50), plan("pro", 1, 100, big: 150),
            plan("max", 2, 1_000, big: 5),
        ])
        let visit = Visit(catalog: catalog)
        #expect(visit.hold(.fresh(kind: "big", cost: 50))?.upgradeTo == "max")
        #expect(visit.hold(.fresh(kind: "small", cost: 50))?.upgradeTo == "pro")
        let near = PlanCatalog([
            plan("free", 0, 10, big: 5), plan("pro", 1, 25, big: 20),
            plan("max", 2, 100, big: 20),
        ])
        let used = Visit(usage: Usage(plan: 8), catalog: near)
        #expect(used.hold(.fresh(kind: "big", cost: 5))?.upgradeTo == "max", "8 are used there too")
    }

    @Test func `the end of what a limit of its own gave is no time to wait for`() throws {
        var visit = visit(used: 20)
        visit.overrides = [
            Override(
                metric: .jobs, limit: .units(20), until: Self.soon, reason: nil,
                createdAt: Sample.noon)
        ]
        #expect(
            try #require(visit.hold(cost: 1)).resumesAt == Period(containing: Sample.noon).end)
        let unfit = try #require(visit.hold(cost: 15))
        #expect(unfit.needed == nil && unfit.resumesAt == nil, "the plan alone never admits it")
    }

    @Test func `of several limits the last to open tells the time`() throws {
        var visit = visit(used: 10, calls: 3)
        visit.grants = [Sample.grant(1, 2, effectiveAt: Self.soon, state: .pending)]
        let reset = Period(containing: Sample.noon).end
        #expect(try #require(visit.hold(cost: 1)).resumesAt == reset)
        let holds = visit.blockers(.fresh(cost: 1))
        #expect(holds.map(\.metric) == [.jobs, Sample.calls])
        #expect(holds.map(\.resumesAt) == [Self.soon, reset])
        visit.overrides = [Sample.override(.units(0), of: Sample.calls)]
        #expect(try #require(visit.hold(cost: 1)).resumesAt == nil)
    }

    @Test func `a grant that is over by then opens nothing`() throws {
        var visit = visit(used: 10)
        let (begins, later) = (Self.soon, Self.soon.adding(9_000))
        visit.grants = [
            Sample.grant(1, 2, effectiveAt: begins, expiresAt: later, state: .pending),
            Sample.grant(2, 2, effectiveAt: later, state: .pending),
        ]
        #expect(try #require(visit.hold(cost: 1)).resumesAt == begins)
        #expect(
            try #require(visit.hold(cost: 3)).resumesAt == Period(containing: Sample.noon).end)
        visit.grants[0] = Sample.grant(
            1, 2, effectiveAt: begins, expiresAt: later.adding(1), state: .pending)
        #expect(try #require(visit.hold(cost: 3)).resumesAt == later)
    }
}
