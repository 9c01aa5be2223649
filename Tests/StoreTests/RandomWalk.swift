import Core
import Store

/// Two stores are told the same at the same times and must answer the same. A difference is thrown
/// with the seed and the step, from which the walk can be taken again.
struct RandomWalk {
    /// Where two stores part, or one breaks the promise.
    struct Divergence: Error, CustomStringConvertible {
        let description: String
    }

    private let seed: UInt64
    var generator: WalkGenerator
    private(set) var left: WalkSide
    private(set) var right: WalkSide
    private(set) var now = Moment(wall: StoreBench.noon, steadyMilliseconds: 1_000_000)
    private var numberLast: UInt64 = 0
    private var step = 0
    /// What happened in the walk, by short names, so that a test can tell that much did.
    var marks: Set<String> = []

    /// A walk of two empty stores with equal plans and equal seeds for their delays.
    init(_ left: StoreUnderTest, _ right: StoreUnderTest, seed: UInt64) throws {
        self.seed = seed
        self.left = WalkSide(subject: left)
        self.right = WalkSide(subject: right)
        generator = WalkGenerator(seed: seed)
        for (number, id) in WalkGenerator.tenants.prefix(4).enumerated() {
            let plan = ["free", "pro", "vast", "free"][number]
            try apply([.plain(.createTenant(CreateTenant(id: id, plan: plan)), nil)])
        }
    }

    /// Takes the next steps.
    mutating func walk(steps: Int) throws {
        for _ in 0..<steps {
            step += 1
            passTime()
            if generator.once(in: 25) { try restart() }
            try apply(
                generator.batch(), lateMilliseconds: generator.once(in: 20) ? 3_000 : 0)
            if generator.once(in: 8) { try compareReads() }
        }
        try compareReads()
    }

    private mutating func passTime() {
        switch generator.number(0...39) {
        case 0:
            now = Moment(
                wall: now.wall.adding(generator.milliseconds(-7_200_000...7_200_000)),
                steadyMilliseconds: now.steadyMilliseconds)
            marks.insert("jump")
        case 1:
            // To the next month, or almost.
            let end = left.subject.store.period.end.since(now.wall)
            now = now.advanced(by: max(0, end + generator.milliseconds(-1...1)))
        case 2..<6: now = now.advanced(by: generator.milliseconds(20_000...70_000))
        case 6..<16: break
        default: now = now.advanced(by: generator.milliseconds(1...4_000))
        }
    }

    private mutating func restart() throws {
        try left.subject.store.recover(at: now)
        try right.subject.store.recover(at: now)
        generator.parked = []
        marks.insert("restart")
    }

    // MARK: A batch

    private mutating func apply(_ batch: [WalkCommand], lateMilliseconds: Int64 = 0) throws {
        let first = numberLast + 1
        numberLast += UInt64(batch.count)
        func envelopes(_ tokens: [LeaseToken]) -> [Envelope] {
            batch.enumerated().map { offset, command in
                Envelope(
                    id: EnvelopeID(rawValue: first + UInt64(offset)),
                    command: command.command(tokens), idempotency: command.idempotency)
            }
        }
        let period = left.subject.store.period
        try left.apply(envelopes(left.tokens), at: now, lateMilliseconds: lateMilliseconds)
        try right.apply(envelopes(right.tokens), at: now, lateMilliseconds: lateMilliseconds)
        // Whether a deletion answers with the tenant or with nothing is left open.
        for (offset, command) in batch.enumerated() {
            guard case .delete = command else { continue }
            let id = EnvelopeID(rawValue: first + UInt64(offset))
            for side in [\RandomWalk.left, \RandomWalk.right]
            where self[keyPath: side].answers[id]?.reply.refusal == nil {
                self[keyPath: side].answers[id] = Answer(id: id, reply: .done)
            }
        }
        try compare(left.lines, right.lines, "the batch")
        for side in [left, right] {
            let violations = side.subject.violations()
            guard violations.isEmpty else {
                throw divergence("the promise is broken: \(violations.joined(separator: "; "))")
            }
        }
        if period != left.subject.store.period { marks.insert("roll") }
        learn(batch, first)
    }

    /// Keeps the ids that later commands can name.
    private mutating func learn(_ batch: [WalkCommand], _ first: UInt64) {
        for (offset, command) in batch.enumerated() {
            let id = EnvelopeID(rawValue: first + UInt64(offset))
            guard case .plain(.pull, _) = command, left.answers[id] == nil else { continue }
            generator.parked.append(id)
            marks.insert("parked")
        }
        for answer in left.answers.values.sorted(by: { $0.id < $1.id }) {
            if let index = generator.parked.firstIndex(of: answer.id) {
                generator.parked.remove(at: index)
                marks.insert("woken")
            }
            switch answer.reply {
            case .enqueued(let outcomes, let isReplay):
                generator.jobs += outcomes.compactMap { try? $0.job.id }
                if isReplay { marks.insert("replay") }
            case .keyCreated(let id, _): generator.keys.append(id)
            default: break
            }
            mark(answer.reply)
        }
        generator.tokenCount = left.tokens.count
    }

    private mutating func mark(_ reply: Reply) {
        switch reply {
        case .refused(let refusal): marks.insert(String("\(refusal)".prefix { $0 != "(" }))
        case .leaseOutcomes(let outcomes):
            for case .stale(let reason) in outcomes { marks.insert("\(reason)") }
        case .heartbeats(let outcomes):
            for outcome in outcomes { marks.insert(String("\(outcome)".prefix { $0 != "(" })) }
        case .enqueued(let outcomes, _):
            for outcome in outcomes where outcome.refusal?.quota != nil { marks.insert("402") }
        case .leased(let jobs):
            if jobs.contains(where: { $0.job.attempt > 1 }) { marks.insert("retry") }
        case .tenant, .tenantCreated, .keyCreated, .done, .job: break
        }
    }

    // MARK: Comparing

    func compare(_ left: [String], _ right: [String], _ what: String) throws {
        guard left != right else { return }
        for index in 0..<max(left.count, right.count) {
            let ours = index < left.count ? left[index] : "nothing"
            let theirs = index < right.count ? right[index] : "nothing"
            guard ours != theirs else { continue }
            throw divergence("\(what) differs:\n  \(ours)\n  \(theirs)")
        }
    }

    private func divergence(_ text: String) -> Divergence {
        Divergence(description: "seed \(seed), step \(step), \(now.wall): \(text)")
    }
}
