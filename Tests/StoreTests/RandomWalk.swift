import Core
import Plans
import Store

/// A seeded walk over everything that a store can be asked, with tiny limits, so that every corner
/// is met often.
struct RandomWalk {
    var random: Random
    let plans: [PlanDraft]
    var grants: [GrantID] = []
    private var tokens: [LeaseToken] = []
    private var jobs: [JobID] = []
    private var keys: [KeyID] = []
    private var parked: [EnvelopeID] = []
    private var requests: [(Command, Idempotency)] = []
    private var keyCount: UInt8 = 0

    let tenants = ["ada", "bob", "cyd", "dan"]
    private let queues = ["default", "mail"]
    let kinds = ["a", "b", "c"]

    /// Plans so small that each step is near a limit.
    static let plans: [PlanDraft] = [
        PlanDraft(
            id: "free",
            terms: PlanTerms(
                name: "Free", rank: 0, jobLimit: .units(2), weight: 1, heldMax: 4,
                waitingMax: 50)),
        PlanDraft(
            id: "pro",
            terms: PlanTerms(
                name: "Pro", rank: 1, jobLimit: .units(5), weight: 2, heldMax: 6,
                waitingMax: 50)),
        PlanDraft(
            id: "max",
            terms: PlanTerms(
                name: "Max", rank: 2, jobLimit: .unlimited, weight: 4, heldMax: nil,
                waitingMax: 12)),
    ]

    /// A walk among plans that limit jobs alone, or among those that use all that plans have.
    init(seed: UInt64) {
        random = Random(seed: seed)
        plans = seed % 3 == 0 ? Self.plans : Self.richPlans(1)
    }

    /// Takes `steps` steps and returns the first difference, with the step that showed it.
    mutating func run(steps: Int, seed: UInt64) throws -> String? {
        let bench = try LockStep(plans: plans, seed: seed)
        for step in 0..<steps {
            try moveTime(bench)
            let count = roll(4)
            var batch: [Envelope] = []
            for _ in 0...count { batch.append(next(bench)) }
            let late: Int64 = chance(20) ? 1_500 : 0
            learn(try bench.apply(batch, late: late))
            if chance(4) { try ask(bench) }
            if let difference = bench.difference {
                return "seed \(seed), step \(step): \(difference)"
            }
        }
        try bench.verify()
        return bench.difference.map { "seed \(seed), at the end: \($0)" }
    }

    // MARK: What happens

    private mutating func moveTime(_ bench: LockStep) throws {
        switch roll(40) {
        case 0: bench.advance(milliseconds: Int64(roll(40)) * 86_400_000)
        case 1: bench.jump(milliseconds: Int64(roll(80) - 40) * 86_400_000)
        case 2: try chance(2) ? bench.restart() : bench.beginProcess()
        case 3...12: bench.advance(milliseconds: Int64(roll(40_000)))
        case 13...20: bench.advance(milliseconds: Int64(roll(2_000)))
        default: bench.advance(milliseconds: Int64(roll(3)))
        }
        // Parked pulls are forgotten by a restart; ending them then answers nothing.
    }

    private mutating func next(_ bench: LockStep) -> Envelope {
        switch roll(48) {
        case 0...8: return enqueue(bench)
        case 9...15: return pull(bench)
        case 16...18: return bench.envelope(.complete([completion(), completion()]))
        case 19...21: return bench.envelope(.fail([failure()]))
        case 22: return bench.envelope(.heartbeat(heartbeat()))
        case 23:
            return bench.envelope(
                .release(Release(tokens: [token()], delayMilliseconds: Int64(roll(3) * 500))))
        case 24: return bench.envelope(.undelivered([token()]))
        case 25: return bench.envelope(.cancelJob(job(), tenant: chance(2) ? nil : tenant()))
        case 26: return bench.envelope(.createTenant(createTenant()))
        case 27, 28: return bench.envelope(.updateTenant(updateTenant()))
        case 29:
            let status = ManualStatus.allCases[roll(ManualStatus.allCases.count)]
            return bench.envelope(.setManual(tenant: tenant(), chance(2) ? .none : status))
        case 30:
            return chance(6)
                ? bench.envelope(.deleteTenant(tenant: tenant(), force: chance(2)))
                : bench.envelope(.readTenant(tenant()))
        case 31: return keyCommand(bench)
        case 32:
            guard let pull = parked.randomElement(using: &random) else { fallthrough }
            return bench.envelope(.endPull(pull))
        case 34...47: return meterCommand(bench)
        default:
            guard let request = requests.randomElement(using: &random) else {
                return enqueue(bench)
            }
            return bench.envelope(request.0, request.1)
        }
    }

    private mutating func ask(_ bench: LockStep) throws {
        var filter = JobFilter()
        filter.tenant = chance(2) ? tenant() : nil
        filter.state = chance(3) ? JobState.allCases[roll(JobState.allCases.count)] : nil
        filter.kind = chance(4) ? kinds[roll(3)] : nil
        filter.queue = chance(4) ? queues[roll(2)] : nil
        filter.isHeld = chance(4)
        filter.limit = chance(2) ? 500 : 1 + roll(5)
        try bench.ask(.jobList(filter))
        try bench.ask(.job(job(), tenant: chance(2) ? tenant() : nil))
        var log = LogFilter(job: job(), tenant: chance(2) ? tenant() : nil)
        log.after = Int64(roll(4))
        log.limit = 1 + roll(4)
        try bench.ask(.log(log))
        try bench.ask(.usage(tenant: tenant(), period: nil))
        var ledger = LedgerFilter(tenant: tenant())
        ledger.limit = chance(2) ? 500 : 1 + roll(4)
        try bench.ask(.ledger(ledger))
        try bench.ask(.overrideList(tenant: tenant()))
        let before = chance(2) ? grants.randomElement(using: &random) : nil
        try bench.ask(.grantList(tenant: tenant(), before: before, limit: 1 + roll(5)))
        try bench.ask(.limitCheck(tenant: tenant(), metric(), amount: Int64(roll(9))))
        try bench.ask(.featureCheck(tenant: tenant(), "craft"))
        try bench.ask(.tenantList(after: nil, limit: 1 + roll(5)))
        try bench.ask(.tenant(tenant()))
        try bench.ask(.tenantSummary(tenant()))
        try bench.ask(.explanation(job(), tenant: chance(2) ? tenant() : nil))
        try bench.ask(.keyList(tenant: chance(2) ? tenant() : nil))
        try bench.ask(.directory)
    }

    private mutating func learn(_ answers: [Answer]) {
        for answer in answers {
            switch answer.reply {
            case .leased(let leased):
                tokens += leased.map(\.token)
                parked.removeAll { $0 == answer.id }
            case .enqueued(let outcomes, _):
                for case .job(let view) in outcomes { jobs.append(view.id) }
            case .keyCreated(let id, _): keys.append(id)
            case .grant(let grant, _): grants.append(grant.id)
            default: break
            }
        }
        tokens = Array(tokens.suffix(12))
        jobs = Array(jobs.suffix(30))
    }

    // MARK: Commands

    private mutating func enqueue(_ bench: LockStep) -> Envelope {
        var specs: [JobSpec] = []
        for _ in 0...roll(3) {
            var spec = JobSpec(kind: kinds[roll(3)])
            spec.queue = queues[chance(4) ? 1 : 0]
            spec.priority = roll(10)
            spec.attemptsMax = 1 + roll(4)
            spec.payload = Array("\(roll(100))".utf8)
            if chance(4) { spec.timeoutMilliseconds = 1_000 + Int64(roll(20_000)) }
            if chance(4) { spec.cost = Int64(roll(8)) }
            spec.mayCostLess = chance(2)
            if chance(4) { spec.start = .after(milliseconds: Int64(roll(3_000))) }
            if chance(5) { spec.expiresInMilliseconds = Int64(1 + roll(20_000)) }
            if chance(5) {
                spec.backoff = Backoff(
                    growth: .fixed, baseMilliseconds: Int64(roll(2_000)),
                    maxMilliseconds: 5_000, jitterPermille: Int64(roll(1_001)))
            }
            specs.append(spec)
        }
        let command = Command.enqueue(Enqueue(tenant: tenant(), jobs: specs))
        guard chance(5) else { return bench.envelope(command) }
        let request = Idempotency(
            scope: "s", key: "k\(roll(12))", fingerprint: [UInt8(roll(2))])
        if requests.count < 20 { requests.append((command, request)) }
        return bench.envelope(command, request)
    }

    private mutating func pull(_ bench: LockStep) -> Envelope {
        var pull = Pull(
            queues: chance(3) ? queues : [queues[roll(2)]],
            kinds: chance(3) ? [kinds[roll(3)], kinds[roll(3)]] : nil,
            tenants: chance(5) ? [tenant(), tenant()] : nil, jobsMax: 1 + roll(3),
            waits: chance(2), leaseMilliseconds: 5_000 + Int64(roll(20_000)), worker: "w")
        pull.isOfRunner = chance(3)
        if chance(3) { pull.timeoutGraceMilliseconds = Int64(roll(15_000)) }
        let envelope = bench.envelope(.pull(pull))
        parked.append(envelope.id)
        if parked.count > 6 { parked.removeFirst() }
        return envelope
    }

    private mutating func completion() -> Completion {
        Completion(
            token: token(), result: chance(2) ? Array("1".utf8) : nil, report: report())
    }

    private mutating func failure() -> Failure {
        let retry: JobRun.Retry =
            switch roll(4) {
            case 0: .never
            case 1: .after(milliseconds: Int64(roll(2_000)))
            default: .byPolicy
            }
        return Failure(
            token: token(), error: chance(2) ? Array("{}".utf8) : nil, retry: retry,
            report: report(), couldNotStart: chance(2))
    }

    private mutating func heartbeat() -> Heartbeat {
        Heartbeat(
            tokens: [token(), token()],
            leaseMilliseconds: chance(2) ? nil : 5_000 + Int64(roll(60_000)), news: news())
    }

    private mutating func news() -> [LeaseNews] {
        (0...1).filter { _ in chance(2) }.map { item in
            let progress = Progress(hundredths: Int64(roll(3)) * 100, message: nil)
            return LeaseNews(
                item: item, progress: chance(2) ? progress : nil,
                log: (0..<roll(4)).map { "line \($0)" },
                logStart: chance(2) ? Int64(roll(40)) : nil)
        }
    }

    private mutating func createTenant() -> CreateTenant {
        var create = CreateTenant(
            id: tenant(), plan: ["free", "pro", "max", "none"][roll(4)], bucket: Int64(roll(100)))
        if chance(3) { create.choices = choices() }
        return create
    }

    private mutating func updateTenant() -> UpdateTenant {
        var update = UpdateTenant(id: tenant())
        if chance(2) { update.plan = ["free", "pro", "max", "none"][roll(4)] }
        if chance(2) { update.choices = choices() }
        if chance(3) { update.name = .set(chance(2) ? "n" : nil) }
        return update
    }

    private mutating func keyCommand(_ bench: LockStep) -> Envelope {
        if chance(2), let key = keys.randomElement(using: &random) {
            return bench.envelope(.revokeKey(key, tenant: chance(2) ? nil : tenant()))
        }
        keyCount &+= 1
        let grant = KeyGrant(
            scope: chance(2) ? .tenant : .worker, tenant: chance(2) ? tenant() : nil,
            queues: chance(3) ? queues : nil)
        let hash = (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        return bench.envelope(.createKey(CreateKey(grant: grant, hash: hash)))
    }

    // MARK: Choices

    mutating func roll(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    mutating func chance(_ oneIn: Int) -> Bool { roll(oneIn) == 0 }

    mutating func tenant() -> String { tenants[roll(tenants.count)] }

    mutating func job() -> JobID {
        jobs.randomElement(using: &random) ?? JobID(rawValue: Int64(1 + roll(100)))
    }

    /// A token that was given out, or one that looks like it.
    private mutating func token() -> LeaseToken {
        guard let token = tokens.randomElement(using: &random) else {
            return LeaseToken(attempt: AttemptID(rawValue: 7), secret: 7)
        }
        return chance(15)
            ? LeaseToken(attempt: token.attempt, secret: token.secret &+ 1) : token
    }
}
