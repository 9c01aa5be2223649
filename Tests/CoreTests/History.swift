import Core

/// What happens to one tenant, drawn from a seed: jobs, usage, plans, overrides, grants, money,
/// modes and time. After each step its accounts are compared with a second reckoning.
struct History {
    private var random: Random
    private let plans: HistoryPlans
    private var terms: TenantTerms
    private var enforcement = Enforcement.full
    /// Of jobs, and of a metric that is reported and consumed.
    private var accounts: [Account]
    private var reckonings = [Reckoning(), Reckoning()]
    private var jobs: [Job] = []
    private var now = Moment(wall: Sample.noon, steadyMilliseconds: 1_000_000)
    private var clock: PeriodClock
    private var days: DayReckoning
    private var period: Period
    private var grantCount: Int64 = 0
    /// Thresholds that went out, of the running limit version and period.
    private var sent: [Set<Int64>] = [[], []]
    /// How often each kind of step did something.
    private(set) var counts = [Int](repeating: 0, count: Step.allCases.count)

    private struct Job {
        let charges: [Charge]
        let period: Period
    }

    enum Step: Int, CaseIterable {
        case claimed, held, retried, refunded, consumed, refused, reported, moved, overridden
        case granted, grantChanged, agreed, enforced, paused, rolledOver, told
        case passed, jumped, overrideEnded, overrideOverdue
        case restarted, windowChanged, windowTurned
    }

    init(seed: UInt64, plans: HistoryPlans) {
        random = Random(seed: seed)
        self.plans = plans
        terms = TenantTerms(
            facts: TenantFacts(basePlan: PlanVersion(id: "free", version: 1)),
            catalog: plans.catalog, enforcement: .full)
        clock = PeriodClock(stored: nil, at: now)
        days = DayReckoning(at: now)
        period = Period(containing: clock.day)
        accounts = plans.metrics.map { [terms, now] in
            terms.account(of: $0, usage: .none, at: now.wall)
        }
        for index in 0..<2 { reckonings[index].now = now.wall }
        follow(plan: 0)
    }

    // MARK: Steps

    /// Does something, and checks every account that it may have changed.
    mutating func step() throws {
        let drawn = draw(100)
        switch drawn {
        case 0..<35: try claim()
        case 35: try restart()
        case 36..<38: try changeWindow()
        case 38..<43: try retry()
        case 43..<50: refund()
        case 50..<59: try consume()
        case 59..<67: try report()
        case 67..<71: move()
        case 71..<76: override()
        case 76..<82: grant()
        case 82..<88: changeGrant()
        case 88..<92: agree()
        case 92..<95: enforce()
        case 95..<97: pause()
        case 97: try endPeriod()
        case 98: try jump()
        default: try pass()
        }
        if !(50..<67).contains(drawn) { try verify(0) }
        if drawn >= 50 { try verify(1) }
    }

    private mutating func claim() throws {
        let cost = cost()
        let isClosed = terms.facts.status != .active || reckonings[1].isUsedUp
        let wanted = !isClosed && reckonings[0].admits(cost)
        if draw(4) == 0 {
            let gate = gate
            try Broken.unless(
                (Gate.freshBudget(for: gate) >= cost) == wanted,
                "the gate's budget is not what is left")
            try Broken.unless(
                Gate.admits(.fresh(kind: "", cost: cost), for: gate) == wanted,
                "the gate decided otherwise than its budget")
        }
        guard wanted else { return did(.held) }
        guard let charges = accounts[0].admission(of: cost) else {
            throw Broken(sentence: "the gate is open and the account admits nothing")
        }
        try reckonings[0].admit(cost, as: charges)
        try add(charges, to: 0)
        if jobs.count < 30 { jobs.append(Job(charges: charges, period: period)) }
        did(.claimed)
    }

    /// A job that is paid for passes whatever is left of jobs, and costs nothing.
    private mutating func retry() throws {
        let isClosed = terms.facts.status != .active || reckonings[1].isUsedUp
        try Broken.unless(
            Gate.admitsCharged(for: gate) == !isClosed, "a job that is paid for was treated wrong")
        did(.retried)
    }

    private mutating func refund() {
        guard !jobs.isEmpty else { return }
        let job = jobs.remove(at: draw(jobs.count))
        var usage = accounts[0].usage
        for charge in job.charges {
            if job.period == period { usage[charge.source] -= charge.amount }
            reckonings[0].refund(charge, isOfThisPeriod: job.period == period)
            put(charge.grant, of: 0)
        }
        accounts[0] = terms.account(of: .jobs, usage: usage, at: now.wall)
        did(.refunded)
    }

    private mutating func consume() throws {
        let amount = cost()
        guard let charges = accounts[1].admission(of: amount) else {
            try Broken.unless(!reckonings[1].admits(amount), "what fits was refused")
            return did(.refused)
        }
        try Broken.unless(reckonings[1].admits(amount), "what does not fit was admitted")
        try reckonings[1].admit(amount, as: charges)
        try add(charges, to: 1)
        did(.consumed)
    }

    private mutating func report() throws {
        let amount = cost()
        let charges = accounts[1].report(of: amount)
        try reckonings[1].report(amount, as: charges)
        try add(charges, to: 1)
        did(.reported)
    }

    private mutating func move() {
        let plan = draw(plans.ids.count)
        var facts = terms.facts
        facts.basePlan = plans.ids[plan]
        facts.limitVersion += 1
        change(facts)
        follow(plan: plan)
        did(.moved)
    }

    private mutating func override() {
        let index = draw(2)
        if reckonings[index].overriding == nil {
            let override = Override(
                metric: plans.metrics[index],
                limit: draw(8) == 0 ? .unlimited : .units(Int64(draw(30))),
                until: draw(3) == 0 ? nil : now.wall.adding(1 + span()), reason: nil,
                createdAt: now.wall)
            terms.put(override)
            reckonings[index].overriding = override.limit
            reckonings[index].overridingUntil = override.until
        } else {
            endOverride(index)
        }
        limitsChanged()
        did(.overridden)
    }

    private mutating func endOverride(_ index: Int) {
        terms.removeOverride(of: plans.metrics[index])
        reckonings[index].overriding = nil
        reckonings[index].overridingUntil = nil
    }

    private mutating func limitsChanged() {
        var facts = terms.facts
        facts.limitVersion += 1
        change(facts)
    }

    private mutating func grant() {
        let index = draw(2)
        let open = reckonings[index].grants.filter(\.isOpen)
        guard open.count < 5 else { return }
        grantCount += 1
        let amount = Int64(1 + draw(9))
        let grant = Grant(
            id: GrantID(rawValue: grantCount), metric: plans.metrics[index], amount: amount,
            remaining: amount, source: "", effectiveAt: now.wall,
            expiresAt: draw(3) == 0 ? nil : hour(after: draw(3)), priority: Int64(draw(3)),
            createdAt: now.wall,
            state: draw(3) == 0 ? .pending : .inForce)
        // Those that are over and spent are forgotten, else the list would only grow.
        if reckonings[index].grants.count > 12 { reckonings[index].grants = open }
        reckonings[index].grants.append(grant)
        put(grant.id, of: index)
        rebuild(index)
        did(.granted)
    }

    private mutating func changeGrant() {
        let index = draw(2)
        guard !reckonings[index].grants.isEmpty else { return }
        let chosen = draw(reckonings[index].grants.count)
        switch reckonings[index].grants[chosen].state {
        case .pending: reckonings[index].grants[chosen].turn(to: draw(4) == 0 ? .revoked : .inForce)
        case .inForce: reckonings[index].grants[chosen].turn(to: draw(2) == 0 ? .revoked : .expired)
        case .expired, .revoked: return
        }
        put(reckonings[index].grants[chosen].id, of: index)
        rebuild(index)
        did(.grantChanged)
    }

    private mutating func agree() {
        var facts = terms.facts
        facts.payAsYouGo = draw(3) != 0
        let index = draw(2)
        let cap = draw(2) == 0 ? nil : Int64(draw(15))
        facts.spendCaps[plans.metrics[index]] = cap
        reckonings[index].spendCap = cap
        change(facts)
        did(.agreed)
    }

    private mutating func enforce() {
        enforcement = Enforcement(
            mode: draw(3) == 0 ? (draw(2) == 0 ? .off : .observe) : .enforce, percent: 100)
        change(terms.facts)
        did(.enforced)
    }

    private mutating func pause() {
        var facts = terms.facts
        facts.manual = facts.manual == .none ? .paused : .none
        change(facts)
        did(.paused)
    }

    // MARK: Time

    /// Both clocks run on.
    private mutating func pass() throws {
        try come(to: now.advanced(by: span()))
        did(.passed)
    }

    /// Both clocks run on until the wall clock shows the end of the period that is charged to.
    private mutating func endPeriod() throws {
        let end = terms.facts.window.resetsAt(on: clock.day)
        try come(to: now.advanced(by: max(1, end.since(now.wall))))
    }

    /// Periods shall lie otherwise. What is charged to stays what it is.
    private mutating func changeWindow() throws {
        var facts = terms.facts
        facts.periodMode = draw(3) == 0 ? .calendar : .anchored
        if draw(2) == 0 { facts.anchorDay = Int64(1 + draw(31)) }
        let wanted = facts.wantedAnchorDay(under: terms.plan)
        facts.window.change(toAnchorDay: wanted, on: clock.day)
        let window = facts.window
        change(facts)
        try Broken.unless(window.period(on: clock.day) == period, "a change began a period")
        let settled = window.next?.from ?? clock.day
        try Broken.unless(
            settled.number - clock.day.number <= 93, "a change waits for more than three periods")
        try Broken.unless(
            window.period(on: settled) == Period(containing: settled, anchorDay: wanted)
                || window.next == nil,
            "a change came to other periods than were asked for")
        did(.windowChanged)
    }

    /// A process ends, and another begins with what was written down and with clocks of its own;
    /// often the wall clock has gone on meanwhile, or was set.
    private mutating func restart() throws {
        let passed = draw(3) == 0 ? 0 : draw(4) == 0 ? -span() : span()
        now = Moment(
            wall: now.wall.adding(passed), steadyMilliseconds: Int64(draw(1_000_000)))
        clock = PeriodClock(stored: clock.day, at: now)
        days.restart(at: now)
        let facts = terms.facts
        var written = TenantFacts(basePlan: facts.basePlan)
        written.manual = facts.manual
        written.payAsYouGo = facts.payAsYouGo
        written.spendCaps = facts.spendCaps
        written.limitVersion = facts.limitVersion
        written.limitChanges = facts.limitChanges
        written.periodMode = facts.periodMode
        written.anchorDay = facts.anchorDay
        written.window = PeriodWindow(
            anchorDay: facts.window.anchorDay, next: facts.window.next)
        // Grants come from rows in no order that means anything, those that are over among them.
        let grants = (0..<2).flatMap { reckonings[$0].grants }.shuffled(using: &random)
        let rebuilt = TenantTerms(
            facts: written, catalog: plans.catalog, enforcement: enforcement,
            overrides: terms.overrides, grants: grants.filter(\.isOpen))
        try Broken.unless(rebuilt == terms, "the terms of a start are other than those of before")
        terms = rebuilt
        try come(to: now)
        try verify(1)
        did(.restarted)
    }

    /// The wall clock is set, forward or back; often when it is nearly midnight.
    private mutating func jump() throws {
        let evening = clock.day.end.since(now.wall) - 30_000
        if draw(2) == 0, evening > 0 { try come(to: now.advanced(by: evening)) }
        let step = draw(2) == 0 ? span() : -span()
        try come(
            to: Moment(
                wall: now.wall.adding(step), steadyMilliseconds: now.steadyMilliseconds))
        did(.jumped)
    }

    /// It is another time, which may end the period, grants and overrides. What has ended counts
    /// for nothing more from then on, whether or not anybody has taken note of it.
    private mutating func come(to moment: Moment) throws {
        now = moment
        let hasRolled = clock.observe(now)
        try days.observe(now)
        try Broken.unless(clock.day == days.day, "charges belong to another day")
        try Broken.unless(hasRolled == days.hasRolled, "the day rolled and nobody was told")
        for index in 0..<2 { reckonings[index].now = now.wall }
        let window = terms.facts.window
        let next = window.period(on: clock.day)
        try Broken.unless(
            next.startDay <= clock.day && clock.day.start < window.resetsAt(on: clock.day),
            "charges go to a period that is not now")
        if next != period {
            try Broken.unless(
                next.startDay >= period.endDay, "two periods have a time in common")
            if window.anchorDay(on: clock.day) != nil { did(.windowTurned) }
            period = next
            sent = [[], []]
            for index in 0..<2 {
                reckonings[index].rollOver()
                accounts[index] = terms.account(of: plans.metrics[index], usage: .none)
            }
            did(.rolledOver)
        }
        for index in 0..<2 { rebuild(index) }
        let over = (0..<2).filter { reckonings[$0].isOverridingOver }
        guard !over.isEmpty else { return }
        // In a batch that has too much to note, some of it waits for the next.
        guard draw(2) == 0 else { return did(.overrideOverdue) }
        for index in over { endOverride(index) }
        limitsChanged()
        did(.overrideEnded)
    }

    // MARK: What follows from a step

    /// The reckoning's own view of the plan that the tenant is on now.
    private mutating func follow(plan: Int) {
        for index in 0..<2 {
            let metric = plans.terms[plan][index]
            reckonings[index].planLimit = metric.limit.units
            reckonings[index].isHard = metric.cap == .hard
            reckonings[index].isSold = metric.overagePrice != nil
        }
    }

    private mutating func change(_ facts: TenantFacts) {
        if facts.limitVersion != terms.facts.limitVersion { sent = [[], []] }
        terms.change(facts, catalog: plans.catalog, enforcement: enforcement)
        for index in 0..<2 {
            reckonings[index].isAgreed = facts.payAsYouGo && facts.status == .active
            reckonings[index].isEnforced = enforcement.mode == .enforce
        }
        for index in 0..<2 { rebuild(index) }
    }

    /// The terms are others: an account is made anew from them and from what was used.
    private mutating func rebuild(_ index: Int) {
        accounts[index] = terms.account(
            of: plans.metrics[index], usage: accounts[index].usage, at: now.wall)
        reckonings[index].figuresMoved()
    }

    private mutating func put(_ grant: GrantID?, of index: Int) {
        guard let grant = reckonings[index].grants.first(where: { $0.id == grant }) else { return }
        terms.put(grant)
    }

    private mutating func add(_ charges: [Charge], to index: Int) throws {
        let after = accounts[index].adding(charges)
        let crossed = accounts[index].thresholdsCrossed(to: after)
        try reckonings[index].tell(
            crossed, of: after.terms.thresholds, from: accounts[index].usage.total)
        for threshold in crossed where sent[index].insert(threshold).inserted { did(.told) }
        accounts[index] = after
        for charge in charges where charge.grant != nil { put(charge.grant, of: index) }
    }

    // MARK: What must hold

    private mutating func verify(_ index: Int) throws {
        let account = accounts[index]
        let usage = account.usage
        try Broken.unless(
            usage == reckonings[index].sums, "the counters are not the sums of the ledger")
        try Broken.unless(
            account.grantLeft == reckonings[index].grantLeft, "grants hold other than was left")
        try Broken.unless(
            account.inForce == reckonings[index].inForce, "in force is another figure")
        let budget = account.budget
        try Broken.unless(account.capacity >= budget, "the budget is more than the capacity")
        let probe: Int64 =
            switch draw(3) {
            case 0: budget
            case 1: budget < .max ? budget + 1 : budget
            default: cost()
            }
        try Broken.unless(
            (account.admission(of: probe) != nil) == (min(budget, account.room) >= probe),
            "the budget is not what is admitted")
        guard draw(16) == 0 else { return }
        try Broken.unless(
            account == terms.account(of: plans.metrics[index], usage: usage, at: now.wall),
            "the account after its charges is not what the terms make of it")
    }

    private var gate: Gate.Tenant {
        let closing = terms.closingMetrics(in: plans.catalog)
        let usedUp = closing.isEmpty || !accounts[1].isUsedUp ? [] : [accounts[1]]
        return Gate.Tenant(
            terms: terms, period: period, resetsAt: terms.facts.window.resetsAt(on: clock.day),
            jobs: accounts[0],
            usedUp: usedUp)
    }

    // MARK: Chance

    private mutating func draw(_ count: Int) -> Int { Int(random.next() >> 33) % count }

    /// Mostly small, so that ends are met exactly; sometimes more than many a plan has.
    private mutating func cost() -> Int64 { Int64(draw(8) == 0 ? draw(30) : draw(4)) }

    /// From nothing to two minutes, some hours, or more than a month.
    private mutating func span() -> Int64 {
        switch draw(3) {
        case 0: Int64(draw(120_000))
        case 1: Int64(draw(6)) * 3_600_000
        default: Int64(draw(40)) * 86_400_000 + Int64(draw(86_400_000))
        }
    }

    /// Full hours from now: several grants end at the same time.
    private func hour(after count: Int) -> Timestamp {
        Timestamp(milliseconds: (now.wall.milliseconds / 3_600_000 + 1 + Int64(count)) * 3_600_000)
    }

    private mutating func did(_ step: Step) { counts[step.rawValue] += 1 }
}
