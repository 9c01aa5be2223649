import Core
import Testing

@Suite struct `What a tenant is entitled to` {
    private typealias Sample = SubscriptionSample
    private static let day: Int64 = 86_400

    private func decide(
        _ facts: [[SubscriptionFact]], at seconds: Int64 = 3_600, base: String = "free",
        manual: ManualStatus = .none, canAsk: Bool = false
    ) -> Entitlement {
        Entitlement.decide(
            Sample.question(
                facts.map { Sample.subscription($0) }, at: seconds, base: base, manual: manual,
                canAsk: canAsk))
    }

    @Test func `without a subscription it is the base plan`() {
        let none = decide([], base: "pro")
        #expect(none.planID == "pro")
        #expect(none.status == .active)
        #expect(none.decidedBy == nil)
        #expect(none.nextChange == nil)
    }

    @Test(
        arguments: [
            (.incomplete, nil, "free", .pendingPayment, false),
            (.incompleteExpired, nil, "free", .active, true),
            (.trialing, nil, "pro", .trialing, false),
            (.active, nil, "pro", .active, true),
            (.pastDue, nil, "pro", .pastDue, false),
            (.unknown("odd"), nil, "pro", .pastDue, false),
            (.canceled, nil, "free", .active, true),
            (.unpaid, nil, "free", .suspended, false),
            (.paused, nil, "free", .paused, false),
            (.paused, .other, "free", .paused, false),
            (.paused, .firstPaymentFailure, "pro", .pastDue, false),
            (.paused, .finalPaymentFailure, "free", .suspended, false),
        ] as [(SubscriptionStatus, PauseCause?, String, TenantStatus, Bool)])
    func `each status has its plan and its status`(
        status: SubscriptionStatus, cause: PauseCause?, plan: String, tenant: TenantStatus,
        overage: Bool
    ) {
        let it = decide([[Sample.fact("evt_1", at: 0, status) { $0.pauseCause = cause }]])
        #expect(it.planID == plan)
        #expect(it.status == tenant)
        #expect(it.allowsOverage == overage)
        #expect(it.decidedBy == (status.isTerminal ? nil : "sub_1"))
        #expect(it.priceID == (plan == "pro" ? "price_pro_month" : nil))
    }

    @Test func `a collection that pauses changes nothing`() {
        let it = decide([[Sample.fact("evt_1", at: 0) { $0.pauseCollection = .void }]])
        #expect(it.planID == "pro")
        #expect(it.status == .active)
    }

    // MARK: The operator

    @Test(
        arguments: [
            (.paused, .paused), (.suspended, .suspended),
        ] as [(ManualStatus, TenantStatus)])
    func `the operator's word comes first`(manual: ManualStatus, status: TenantStatus) {
        for fact in [SubscriptionStatus.active, .unpaid, .trialing] {
            let it = decide([[Sample.fact("evt_1", at: 0, fact)]], manual: manual)
            #expect(it.status == status)
        }
    }

    @Test func `a greater base plan stays, and then debts of a lesser one say nothing`() {
        for status in [
            SubscriptionStatus.active, .pastDue, .trialing, .incomplete, .unpaid, .paused,
        ] {
            let it = decide([[Sample.fact("evt_1", at: 0, status)]], base: "enterprise")
            #expect(it.planID == "enterprise")
            #expect(it.status == .active, "\(status)")
            #expect(it.decidedBy == nil)
        }
        for (status, shown) in [
            (.pastDue, .pastDue), (.unpaid, .suspended), (.paused, .paused),
        ] as [(SubscriptionStatus, TenantStatus)] {
            let same = decide([[Sample.fact("evt_1", at: 0, status)]], base: "pro")
            #expect(same.status == shown)
            #expect(same.decidedBy == "sub_1")
        }
    }

    // MARK: Several subscriptions

    @Test func `the greatest plan decides, whatever ended or is owed beside it`() {
        let enterprise = Sample.fact("evt_1", at: 0, plan: "enterprise", id: "sub_a")
        for (status, rank) in [
            (.canceled, .deleted), (.unpaid, .updated), (.paused, .paused), (.pastDue, .updated),
            (.active, .updated), (.incomplete, .created),
        ] as [(SubscriptionStatus, EventRank)] {
            let other = Sample.fact("evt_2", at: 60, status, plan: "pro", rank: rank, id: "sub_b")
            for pair in [[[enterprise], [other]], [[other], [enterprise]]] {
                let it = decide(pair)
                #expect(it.planID == "enterprise")
                #expect(it.status == .active)
                #expect(it.decidedBy == "sub_a")
            }
        }
    }

    @Test func `among equals the better status decides, and then the older one`() {
        let owed = Sample.fact("evt_1", at: 0, .pastDue, id: "sub_a")
        let paid = Sample.fact("evt_2", at: 0, .active, id: "sub_b") {
            $0.startedAt = Sample.start.adding(1_000)
        }
        let later = Sample.fact("evt_3", at: 0, .active, id: "sub_0") {
            $0.startedAt = Sample.start.adding(2_000)
        }
        for order in [[[owed], [paid], [later]], [[later], [paid], [owed]]] {
            #expect(decide(order).decidedBy == "sub_b")
        }
    }

    @Test func `where nothing entitles the gravest status shows`() {
        let facts: [SubscriptionStatus] = [.incomplete, .paused, .unpaid, .canceled]
        let subscriptions = facts.enumerated().map { index, status in
            [Sample.fact("evt_\(index)", at: 0, status, id: "sub_\(index)")]
        }
        #expect(decide(subscriptions).status == .suspended)
        #expect(decide(Array(subscriptions.prefix(2))).status == .paused)
    }

    // MARK: Grace

    @Test func `grace ends by itself, and then the plan is the base plan and the debt shows`() {
        let facts = [
            Sample.fact("evt_1", at: 0, .active), Sample.fact("evt_2", at: 100, .pastDue),
            Sample.fact("evt_3", at: 5 * Self.day, .pastDue),
        ]
        let before = decide([facts], at: 14 * Self.day + 99)
        #expect(before.planID == "pro")
        #expect(before.status == .pastDue)
        #expect(before.graceUntil == Sample.start.adding((14 * Self.day + 100) * 1_000))
        #expect(before.nextChange == before.graceUntil)
        let after = decide([facts], at: 14 * Self.day + 100)
        #expect(after.planID == "free")
        #expect(after.status == .pastDue)
        #expect(after.graceUntil == nil)
        #expect(after.decidedBy == "sub_1")
    }

    // MARK: Floors

    private func lowered(
        _ before: SubscriptionStatus = .active,
        until: Timestamp? = Sample.start.adding(Sample.month),
        after: SubscriptionStatus = .active
    ) -> [SubscriptionFact] {
        [
            Sample.fact("evt_1", at: 0, before, plan: "enterprise", periodEnd: until) {
                $0.latestInvoice = "in_1"
            },
            Sample.fact("evt_2", at: 10 * Self.day, after, plan: "starter"),
        ]
    }

    @Test func `a lower price leaves the limits until the quota period ends`() {
        let it = decide([lowered()], at: 11 * Self.day)
        #expect(it.planID == "enterprise")
        #expect(it.priceID == "price_enterprise_month")
        // The window that was paid for ends nine hours after the period.
        #expect(it.floorUntil?.description == "2026-12-01T00:00:00.000Z")
        #expect(it.nextChange == it.floorUntil)
        let after = decide([lowered()], at: 30 * Self.day)
        #expect(after.planID == "starter")
        #expect(after.floorUntil == nil)
    }

    @Test func `or until the window ends that was paid for`() {
        let end = Sample.start.adding(15 * Sample.day)
        let it = decide([lowered(until: end)], at: 11 * Self.day)
        #expect(it.planID == "enterprise")
        #expect(it.floorUntil == end)
        #expect(decide([lowered(until: end)], at: 15 * Self.day).planID == "starter")
    }

    @Test func `in anchored periods the floor ends with the anchored one`() {
        var question = Sample.question(
            [Sample.subscription(lowered(until: Sample.start.adding(60 * Sample.day)))],
            at: 11 * Self.day)
        question.window = PeriodWindow(anchorDay: 20)
        let it = Entitlement.decide(question)
        #expect(it.floorUntil?.description == "2026-11-20T00:00:00.000Z")
    }

    @Test(arguments: [.trialing, .unpaid, .pastDue, .paused] as [SubscriptionStatus])
    func `no limits stay that were not paid for`(status: SubscriptionStatus) {
        #expect(decide([lowered(status)], at: 11 * Self.day).planID == "starter")
    }

    @Test func `no limits stay whose window has passed or is not known`() {
        let passed = Sample.start.adding(10 * Sample.day)
        #expect(decide([lowered(until: passed)], at: 11 * Self.day).planID == "starter")
        #expect(decide([lowered(until: nil)], at: 11 * Self.day).planID == "starter")
    }

    @Test func `no limits stay whose payment went back`() {
        var question = Sample.question([Sample.subscription(lowered())], at: 11 * Self.day)
        question.reversedInvoices = ["in_other"]
        #expect(Entitlement.decide(question).planID == "enterprise")
        question.reversedInvoices = ["in_1"]
        #expect(Entitlement.decide(question).planID == "starter")
    }

    @Test(
        arguments: [
            (.canceled, "free"), (.unpaid, "free"), (.paused, "free"), (.pastDue, "enterprise"),
        ] as [(SubscriptionStatus, String)])
    func `limits stay as long as the subscription gives any`(
        status: SubscriptionStatus, plan: String
    ) {
        let facts = lowered() + [Sample.fact("evt_3", at: 12 * Self.day, status, plan: "starter")]
        #expect(decide([facts], at: 13 * Self.day).planID == plan)
    }

    @Test func `a greater price counts at once, and twice lowered the greatest stays`() {
        let facts = [
            Sample.fact("evt_1", at: 0, plan: "starter"),
            Sample.fact("evt_2", at: 10, plan: "enterprise"),
            Sample.fact("evt_3", at: 20, plan: "pro"),
            Sample.fact("evt_4", at: 30, plan: "starter"),
        ]
        #expect(decide([Array(facts.prefix(2))], at: 15).planID == "enterprise")
        #expect(decide([Array(facts.prefix(2))], at: 15).floorUntil == nil)
        #expect(decide([facts], at: 40).planID == "enterprise")
        #expect(decide([facts], at: 30 * Self.day).planID == "starter")
    }

    // MARK: Silence

    private static let period = Sample.month / 1_000

    @Test func `a canceled subscription that is silent ends an hour after its end`() {
        let facts = [Sample.fact("evt_1", at: 0) { $0.cancelsAtPeriodEnd = true }]
        let before = decide([facts], at: Self.period + 3_599)
        #expect(before.planID == "pro")
        #expect(before.silent == [])
        #expect(before.cancelsAt == Sample.start.adding(Sample.month))
        #expect(before.nextChange == Sample.start.adding(Sample.month + 3_600_000))
        let after = decide([facts], at: Self.period + 3_600)
        #expect(after.planID == "free")
        #expect(after.status == .active)
        #expect(after.silent == ["sub_1"])
        let asking = decide([facts], at: Self.period + 3_600, canAsk: true)
        #expect(asking.planID == "pro")
        #expect(asking.silent == ["sub_1"])
    }

    @Test func `a date to cancel at counts before the end of the window`() {
        let facts = [Sample.fact("evt_1", at: 0) { $0.cancelAt = Sample.start.adding(60_000) }]
        #expect(decide([facts], at: 3_659).planID == "pro")
        #expect(decide([facts], at: 3_660).planID == "free")
    }

    @Test(arguments: [.active, .trialing] as [SubscriptionStatus])
    func `any other one that is silent for three days is past due`(status: SubscriptionStatus) {
        let facts = [Sample.fact("evt_1", at: 0, status)]
        let silent = Self.period + 3 * Self.day
        #expect(decide([facts], at: silent - 1).status.name == status.name)
        #expect(decide([facts], at: silent - 1).silent == [])
        let after = decide([facts], at: silent)
        #expect(after.planID == "pro")
        #expect(after.status == .pastDue)
        #expect(after.silent == ["sub_1"])
        #expect(after.graceUntil == Sample.start.adding((silent + 14 * Self.day) * 1_000))
        #expect(decide([facts], at: silent + 14 * Self.day).planID == "free")
        let asking = decide([facts], at: silent + 30 * Self.day, canAsk: true)
        #expect(asking.status.name == status.name)
        #expect(asking.silent == ["sub_1"])
    }

    @Test func `news after the end of the window is no silence`() {
        let facts = [
            Sample.fact("evt_1", at: 0), Sample.fact("evt_2", at: Self.period + 2 * Self.day),
        ]
        #expect(decide([facts], at: Self.period + 4 * Self.day).silent == [])
        #expect(decide([facts], at: Self.period + 5 * Self.day).silent == ["sub_1"])
    }

    @Test(arguments: [.unpaid, .paused, .canceled, .incomplete] as [SubscriptionStatus])
    func `what gives nothing may be silent`(status: SubscriptionStatus) {
        let facts = [Sample.fact("evt_1", at: 0, status) { $0.cancelsAtPeriodEnd = true }]
        #expect(decide([facts], at: 400 * Self.day).silent == [])
        #expect(decide([facts], at: 60).nextChange == nil)
    }

    // MARK: The rest

    @Test func `the next change is the nearest of all subscriptions`() {
        let one = [Sample.fact("evt_1", at: 0, .pastDue, id: "sub_a")]
        let other = [
            Sample.fact("evt_2", at: 0, id: "sub_b") { $0.cancelAt = Sample.start.adding(60_000) }
        ]
        #expect(
            decide([one, other], at: 10).nextChange == Sample.start.adding(60_000 + 3_600_000))
    }

    @Test func `the anchor is the day of the subscription that decides`() {
        let facts = [
            Sample.fact("evt_1", at: 0) {
                $0.anchor = Timestamp(rfc3339: "2026-10-31T23:59:59Z")
            }
        ]
        #expect(decide([facts]).anchorDay == 31)
    }

    @Test func `a version stays while plan and price do`() {
        let it = decide([[Sample.fact("evt_1", at: 0)]])
        let old = PlanVersion(id: "pro", version: 7)
        let newest = PlanVersion(id: "pro", version: 1)
        let catalog = Sample.catalog
        #expect(it.version(after: old, priceBefore: "price_pro_month", in: catalog) == old)
        #expect(it.version(after: old, priceBefore: "price_pro_year", in: catalog) == newest)
        #expect(it.version(after: nil, priceBefore: nil, in: catalog) == newest)
        let other = PlanVersion(id: "starter", version: 7)
        #expect(it.version(after: other, priceBefore: "price_pro_month", in: catalog) == newest)
    }

    @Test func `it changes at no other time than it said`() {
        for seed in 0..<60 as Range<UInt64> {
            let life = SubscriptionLife(seed: seed, countMax: 8)
            let subscription = Sample.subscription(life.facts)
            for canAsk in [false, true] {
                var at: Int64 = 0
                func now() -> Entitlement {
                    Entitlement.decide(
                        Sample.question([subscription], at: at, canAsk: canAsk))
                }
                var steps = 0
                while let next = now().nextChange, steps < 20 {
                    let was = now()
                    at = next.since(Sample.start) / 1_000 - 1
                    var before = now()
                    // What is told of later is not a change.
                    before.nextChange = was.nextChange
                    #expect(before == was, "seed \(seed) before \(next)")
                    at += 1
                    steps += 1
                }
                #expect(steps < 20)
            }
        }
    }
}
