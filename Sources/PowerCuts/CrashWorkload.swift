package import Core
import Plans
import Store

/// A seeded stream of small batches over few tenants with tiny limits.
package struct CrashWorkload {
    private var random: Random
    private var tokens: [LeaseToken] = []
    private var jobs: [JobID] = []
    private var lastMark = 0
    private var hasTenants = false
    /// Submits with an idempotency key that nobody has answered yet: callers repeat them.
    private var unanswered: [(Command, Idempotency)] = []

    private static let tenants = ["ada", "bob", "cyd"]

    /// Plans so small that most tenants are at a limit. Nothing that is submitted is
    /// refused, so that an unanswered batch is there as a whole or not at all.
    package static let plans: [PlanDraft] = [
        PlanDraft(
            id: "free",
            terms: PlanTerms(
                name: "Free", rank: 0, jobLimit: .units(4), weight: 1, heldMax: 100_000,
                waitingMax: 100_000)),
        PlanDraft(
            id: "max",
            terms: PlanTerms(
                name: "Max", rank: 1, jobLimit: .unlimited, weight: 4, heldMax: nil,
                waitingMax: 100_000)),
    ]

    init(seed: UInt64) { random = Random(seed: seed) }

    /// A new life: leases of the old one are forgotten by chance, as by workers that died too.
    mutating func begin() {
        if roll(2) == 0 { tokens = [] }
    }

    /// The next batch. Time goes on a little, or so far that leases expire or a month ends.
    mutating func batch(_ bench: CrashBench) -> [Envelope] {
        switch roll(40) {
        case 0:
            bench.advance(milliseconds: 32 * 86_400_000)
            // Nobody repeats a request so late, and the store has forgotten its key.
            unanswered = []
        case 1, 2: bench.advance(milliseconds: 40_000)
        default: bench.advance(milliseconds: Int64(roll(500)))
        }
        var batch = unanswered.map { bench.envelope($0.0, $0.1) }
        if !hasTenants {
            for (number, id) in Self.tenants.enumerated() {
                let plan = number == 0 ? "max" : "free"
                batch.append(bench.envelope(.createTenant(CreateTenant(id: id, plan: plan))))
            }
        }
        for _ in 0...roll(3) { batch.append(next(bench)) }
        return batch
    }

    /// What an answered batch brought.
    mutating func learn(_ batch: [Envelope], _ outcome: BatchOutcome) {
        unanswered = []
        hasTenants = true
        for answer in outcome.answers {
            switch answer.reply {
            case .leased(let leased): tokens += leased.map(\.token)
            case .enqueued(let outcomes, _):
                for case .job(let view) in outcomes { jobs.append(view.id) }
            default: break
            }
        }
        tokens = Array(tokens.suffix(10))
        jobs = Array(jobs.suffix(20))
    }

    private mutating func next(_ bench: CrashBench) -> Envelope {
        switch roll(13) {
        case 0...3: return enqueue(bench)
        case 4...7:
            return bench.envelope(
                .pull(Pull(jobsMax: 1 + roll(3), waits: roll(3) == 0, worker: "w")))
        case 8, 9: return bench.envelope(.complete([Completion(token: token())]))
        case 10:
            let retry: JobRun.Retry = roll(2) == 0 ? .never : .after(milliseconds: 1_000)
            return bench.envelope(.fail([Failure(token: token(), retry: retry)]))
        case 11: return bench.envelope(.release(Release(tokens: [token()])))
        default:
            guard let job = jobs.randomElement(using: &random) else { return enqueue(bench) }
            return bench.envelope(.cancelJob(job, tenant: nil))
        }
    }

    private mutating func enqueue(_ bench: CrashBench) -> Envelope {
        var specs: [JobSpec] = []
        for _ in 0...roll(3) {
            lastMark += 1
            var spec = JobSpec(kind: roll(3) == 0 ? "a" : "b")
            spec.priority = roll(10)
            spec.payload = Array("\(lastMark)".utf8)
            if roll(5) == 0 { spec.start = .after(milliseconds: 700) }
            specs.append(spec)
        }
        let command = Command.enqueue(Enqueue(tenant: tenant(), jobs: specs))
        guard roll(4) == 0 else { return bench.envelope(command) }
        let request = Idempotency(scope: "s", key: "k\(lastMark)", fingerprint: [1])
        unanswered.append((command, request))
        return bench.envelope(command, request)
    }

    private mutating func token() -> LeaseToken {
        tokens.randomElement(using: &random)
            ?? LeaseToken(attempt: AttemptID(rawValue: 7), secret: 7)
    }

    private mutating func tenant() -> String { Self.tenants[roll(Self.tenants.count)] }

    private mutating func roll(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
}
