import Core
import Store
import StoreSQLite

/// What callers were told, and what they asked without an answer.
struct Promise {
    private var tenants: Set<String> = []
    private var jobs: Set<Int64> = []
    private var ends: [Int64: JobEnd] = [:]
    private var attempts: Set<Int64> = []
    private var endedAttempts: Set<Int64> = []
    /// The marks of each batch that was never answered: all are there, or none.
    private var doubtful: [Set<String>] = []
    private var jobOfAttempt: [Int64: Int64] = [:]

    /// How many things have been promised: what a walk that looks at nothing would not have.
    var count: Int { tenants.count + jobs.count + ends.count + attempts.count }

    /// Takes down what a committed batch said.
    mutating func learn(_ batch: [Envelope], _ outcome: BatchOutcome) {
        var commands: [EnvelopeID: Command] = [:]
        for envelope in batch { commands[envelope.id] = envelope.command }
        for answer in outcome.answers {
            switch answer.reply {
            case .tenantCreated(let view, _): tenants.insert(view.id)
            case .enqueued(let outcomes, _):
                for case .job(let view) in outcomes { jobs.insert(view.id.rawValue) }
                for case .replayed(let id) in outcomes { jobs.insert(id.rawValue) }
            case .leased(let leased):
                for lease in leased {
                    attempts.insert(lease.token.attempt.rawValue)
                    jobOfAttempt[lease.token.attempt.rawValue] = lease.job.id.rawValue
                }
            case .job(let view) where view.state == .canceled:
                ends[view.id.rawValue] = .canceled
            case .leaseOutcomes(let outcomes):
                for (token, outcome) in zip(tokens(commands[answer.id]), outcomes) {
                    learn(token, outcome)
                }
            default: break
            }
        }
    }

    /// Takes down that nobody knows what became of a batch.
    mutating func doubt(_ batch: [Envelope]) {
        var marks: Set<String> = []
        for envelope in batch {
            // One that is repeated until it is answered may be there from an earlier time.
            guard envelope.idempotency == nil, case .enqueue(let enqueue) = envelope.command
            else { continue }
            for job in enqueue.jobs { marks.insert(String(decoding: job.payload, as: UTF8.self)) }
        }
        if !marks.isEmpty { doubtful.append(marks) }
    }

    /// The first sentence of the promise that is not true of what was found.
    func broken(in found: FoundRows) -> String? {
        if let tenant = tenants.subtracting(found.tenants).min() {
            return "tenant \(tenant) was answered and is not there"
        }
        if let job = jobs.subtracting(found.payloads.keys).min() {
            return "job \(job) was answered and is not there"
        }
        for (job, end) in ends where found.ends[job] != end {
            return
                "job \(job) ended as \(end) and is found as \(String(describing: found.ends[job]))"
        }
        if let attempt = attempts.subtracting(found.attempts).min() {
            return "attempt \(attempt) was handed out and is not there"
        }
        if let attempt = endedAttempts.intersection(found.openAttempts).min() {
            return "attempt \(attempt) was ended and is open again"
        }
        let marks = Set(found.payloads.values)
        if marks.count != found.payloads.count { return "a job is there twice" }
        for batch in doubtful where !batch.isDisjoint(with: marks) && !batch.isSubset(of: marks) {
            return "a batch is there in part: \(batch.intersection(marks).count) of \(batch.count)"
        }
        return nil
    }

    /// A recovery has shown these rows to everybody, so from now on they are promised too.
    mutating func adopt(_ found: FoundRows) {
        tenants = found.tenants
        jobs = Set(found.payloads.keys)
        ends = found.ends
        attempts = found.attempts
        endedAttempts = found.attempts.subtracting(found.openAttempts)
        doubtful = []
    }

    private mutating func learn(_ token: LeaseToken, _ outcome: LeaseOutcome) {
        guard case .ended(let state, _) = outcome else { return }
        let attempt = token.attempt.rawValue
        endedAttempts.insert(attempt)
        guard let job = jobOfAttempt[attempt] else { return }
        switch state {
        case .succeeded: ends[job] = .succeeded
        case .dead: ends[job] = .dead
        case .canceled: ends[job] = .canceled
        case .scheduled, .ready, .running, .expired: break
        }
    }

    private func tokens(_ command: Command?) -> [LeaseToken] {
        switch command {
        case .complete(let items): items.map(\.token)
        case .fail(let items): items.map(\.token)
        case .release(let release): release.tokens
        default: []
        }
    }
}
