import API
import Core
import HTTP
import Programs
import Runner
import Store

/// The store's words as a runner understands them.
extension LeasedWork {
    init(_ leased: LeasedJob) {
        let job = leased.job
        self.init(
            token: leased.token.description, id: job.id.description, kind: job.kind,
            queue: job.queue, tenant: job.tenant, plan: leased.plan, attempt: job.attempt,
            attemptsMax: job.attemptsMax, timeoutMilliseconds: job.timeoutMilliseconds,
            payload: job.payload)
    }
}

extension LeaseToken {
    /// The token of a lease that the runner was given here: no other text comes back from it.
    init(ofRunner text: String) {
        guard let token = LeaseToken(text: text) else {
            preconditionFailure("the runner speaks of '\(text)', which is no lease of this server")
        }
        self = token
    }
}

extension WorkLease {
    init(_ outcome: HeartbeatOutcome) {
        switch outcome {
        case .extended: self = .extended
        case .cancel: self = .cancel
        case .lost: self = .lost
        }
    }
}

extension WorkFault {
    /// A store that takes nothing now may take it later; nothing else is refused to a runner.
    init(_ refusal: Refusal) { self = .away(Problem.refusal(refusal).detail) }
}

extension Progress {
    init(_ told: JobChannel.Progress) {
        self.init(
            hundredths: told.percent.map { Int64(($0 * 100).rounded(.down)) },
            message: told.message)
    }
}
