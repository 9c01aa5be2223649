import Core
import Store

/// What workers say of the jobs they hold, and what their silence says.
extension ModelStore {
    func renew(_ token: LeaseToken, _ heartbeat: Heartbeat) -> HeartbeatOutcome {
        guard let attempt = attempts[token.attempt], attempt.secret == token.secret,
            attempt.isOpen
        else { return .lost }
        let length = heartbeat.leaseMilliseconds ?? attempt.leaseMilliseconds
        let until = now.wall.adding(length)
        attempts[attempt.id]?.deadline = now.steadyMilliseconds + length
        attempts[attempt.id]?.expiresAt = until
        return job(attempt.job).cancelRequestedAt == nil
            ? .extended(until: until) : .cancel(until: until)
    }

    func complete(_ item: Completion) -> LeaseOutcome {
        switch judge(item.token, verb: .complete) {
        case .settled(let outcome): return outcome
        case .valid(let attempt):
            jobs[attempt.job]?.result = item.result
            jobs[attempt.job]?.error = nil
            return end(attempt, by: .complete, .end(.succeeded, reason: nil))
        }
    }

    func fail(_ item: Failure) -> LeaseOutcome {
        switch judge(item.token, verb: .fail) {
        case .settled(let outcome): return outcome
        case .valid(let attempt):
            var run = job(attempt.job).run
            let action = run.failed(
                at: now.wall, terms: job(attempt.job).terms, retry: item.retry, random: &random)
            jobs[attempt.job]?.run = run
            jobs[attempt.job]?.error = item.error
            return end(attempt, by: .fail, action)
        }
    }

    func giveBack(_ token: LeaseToken, delayMilliseconds: Int64) -> LeaseOutcome {
        switch judge(token, verb: .release) {
        case .settled(let outcome): return outcome
        case .valid(let attempt):
            var run = job(attempt.job).run
            let action = run.released(
                at: now.wall, delayMilliseconds: delayMilliseconds,
                terms: job(attempt.job).terms)
            jobs[attempt.job]?.run = run
            return end(attempt, by: .release, action)
        }
    }

    /// The answer with this lease never arrived.
    func undo(_ token: LeaseToken) {
        guard let attempt = attempts[token.attempt], attempt.secret == token.secret,
            attempt.isOpen
        else { return }
        var run = job(attempt.job).run
        let action = run.undelivered(terms: job(attempt.job).terms)
        jobs[attempt.job]?.run = run
        jobs[attempt.job]?.startedAt = nil
        _ = end(attempt, by: .undelivered, action)
    }

    /// Ends every lease that is over, the one that was over first first.
    func sweepLeases() {
        let over = attempts.values.filter {
            $0.isOpen && $0.deadline <= now.steadyMilliseconds
        }
        for attempt in over.sorted(by: { ($0.deadline, $0.id) < ($1.deadline, $1.id) }) {
            var run = job(attempt.job).run
            let action = run.leaseExpired(terms: job(attempt.job).terms)
            jobs[attempt.job]?.run = run
            jobs[attempt.job]?.error = Self.errorText("lease_expired")
            _ = end(attempt, by: .leaseExpired, action)
        }
    }

    // MARK: Tokens

    /// Whether a token still counts, and if not, what its bearer is told.
    private enum Judgement {
        case valid(ModelAttempt)
        case settled(LeaseOutcome)
    }

    private func judge(_ token: LeaseToken, verb: ModelAttempt.Verb) -> Judgement {
        guard let attempt = attempts[token.attempt], attempt.secret == token.secret else {
            return .settled(.stale(.leaseLost))
        }
        guard let ending = attempt.ending else {
            return now.steadyMilliseconds < attempt.deadline
                ? .valid(attempt) : .settled(.stale(.leaseExpired))
        }
        switch ending.verb {
        case .complete, .fail, .release:
            return .settled(ending.verb == verb ? ending.outcome : .stale(.alreadyFinished))
        case .leaseExpired:
            let isNewer = attempts.values.contains {
                $0.job == attempt.job && $0.id > attempt.id
            }
            return .settled(.stale(isNewer ? .leaseLost : .leaseExpired))
        case .undelivered:
            return .settled(.stale(.leaseLost))
        }
    }

    // MARK: The end of an attempt

    /// Closes the attempt and moves its job to where the action says.
    private func end(
        _ attempt: ModelAttempt, by verb: ModelAttempt.Verb, _ action: JobRun.Action
    ) -> LeaseOutcome {
        let id = attempt.job
        precondition(running[id] == attempt.id, "\(id) runs under another attempt")
        running[id] = nil
        tenants[job(id).tenant]?.running -= 1
        let outcome: LeaseOutcome
        switch action {
        case .requeue:
            let job = job(id)
            lines[job.lineKey]?.insert(job)
            outcome = .ended(.ready, runAt: nil)
        case .schedule(let time):
            scheduled[id] = time
            jobs[id]?.runAt = time
            outcome = .ended(.scheduled, runAt: time)
        case .end(let end, let reason):
            if let reason { jobs[id]?.error = Self.errorText(reason.rawValue) }
            finish(id, end)
            outcome = .ended(end.state, runAt: nil)
        }
        attempts[attempt.id]?.ending = ModelAttempt.Ending(verb: verb, outcome: outcome)
        return outcome
    }

    /// The error of an attempt about which the store itself has to speak. Only the type is fixed.
    private static func errorText(_ type: String) -> [UInt8] {
        [UInt8](#"{"type":"\#(type)","message":"The store ended the attempt."}"#.utf8)
    }
}
