/// What a job that has run carries from attempt to attempt: the counts that end it.
package struct JobRun: Hashable, Sendable {
    /// Attempts begun and not undone.
    package var attempts = 0
    /// Leases that ended because the worker fell silent.
    package var crashes = 0
    /// Leases that ended because the server died; the job is not to blame.
    package var serverDeaths = 0
    /// Times it was given back unused.
    package var releases = 0
    /// Attempts whose program could not be started.
    package var startFailures = 0

    /// A job that has never run.
    package init() {}

    /// True if nothing of it ever ran, and not for its own fault: what it cost is given back
    /// (SEMANTICS §1.5). An attempt that was given back, or that the server died under, is not in
    /// `attempts` any longer, and yet it ran.
    package var isRefundable: Bool {
        attempts > 0 && startFailures == attempts && releases == 0 && serverDeaths == 0
    }

    /// What happens to the job next.
    package enum Action: Hashable, Sendable {
        /// Back into its place in line.
        case requeue
        /// Wait until then.
        case schedule(at: Timestamp)
        /// Over; `reason` is set where the job's own error does not say why.
        case end(JobEnd, reason: DeathReason?)
    }

    /// Why a job is dead although its last attempt said nothing.
    package enum DeathReason: String, Hashable, Sendable {
        case crashLoop = "crash_loop"
        case leaseExpired = "lease_expired"
        case serverDeaths = "server_deaths"
        case releasedTooOften = "released_too_often"
    }

    /// A worker took the job.
    package mutating func started() {
        attempts += 1
    }

    /// The worker reported failure. Retries by the job's policy until attempts run out.
    package mutating func failed(
        at now: Timestamp, terms: Terms, retry: Retry, couldNotStart: Bool = false,
        random: inout some RandomNumberGenerator
    ) -> Action {
        if couldNotStart { startFailures += 1 }
        if terms.cancelRequested { return .end(.canceled, reason: nil) }
        switch retry {
        case .never:
            return .end(.dead, reason: nil)
        case .after(let milliseconds):
            guard attempts < terms.attemptsMax else { return .end(.dead, reason: nil) }
            return .schedule(at: now.adding(milliseconds))
        case .byPolicy:
            guard attempts < terms.attemptsMax else { return .end(.dead, reason: nil) }
            let delay = terms.backoff.delayMilliseconds(attempt: attempts, random: &random)
            return .schedule(at: now.adding(delay))
        }
    }

    /// The worker fell silent until its lease ended.
    package mutating func leaseExpired(terms: Terms) -> Action {
        crashes += 1
        if terms.cancelRequested { return .end(.canceled, reason: nil) }
        if crashes >= Limits.crashesMax { return .end(.dead, reason: .crashLoop) }
        if attempts >= terms.attemptsMax { return .end(.dead, reason: .leaseExpired) }
        return .requeue
    }

    /// The attempt ran longer than its job allows. That is a failure of the job and no crash of the
    /// worker.
    package mutating func timedOut(
        at now: Timestamp, terms: Terms, random: inout some RandomNumberGenerator
    ) -> Action {
        failed(at: now, terms: terms, retry: .byPolicy, random: &random)
    }

    /// The server died with the lease of its own child; neither an attempt nor a crash.
    package mutating func serverDied(terms: Terms) -> Action {
        attempts -= 1
        serverDeaths += 1
        if terms.cancelRequested { return .end(.canceled, reason: nil) }
        return serverDeaths >= Limits.serverDeathsMax
            ? .end(.dead, reason: .serverDeaths) : .requeue
    }

    /// The worker gave the job back. Free a hundred times, then each uses its attempt.
    package mutating func released(
        at now: Timestamp, delayMilliseconds: Int64, terms: Terms
    ) -> Action {
        releases += 1
        if releases <= Limits.releasesMax { attempts -= 1 }
        if terms.cancelRequested { return .end(.canceled, reason: nil) }
        if attempts >= terms.attemptsMax { return .end(.dead, reason: .releasedTooOften) }
        return delayMilliseconds == 0 ? .requeue : .schedule(at: now.adding(delayMilliseconds))
    }

    /// The answer to the pull never reached the worker: as if the attempt had not been.
    package mutating func undelivered(terms: Terms) -> Action {
        attempts -= 1
        return terms.cancelRequested ? .end(.canceled, reason: nil) : .requeue
    }

    /// What the job itself says about its attempts.
    package struct Terms: Hashable, Sendable {
        package let attemptsMax: Int
        package let backoff: Backoff
        package let cancelRequested: Bool

        /// The terms that end and delay attempts.
        package init(attemptsMax: Int, backoff: Backoff, cancelRequested: Bool) {
            self.attemptsMax = attemptsMax
            self.backoff = backoff
            self.cancelRequested = cancelRequested
        }
    }

    /// What the worker says about trying again.
    package enum Retry: Hashable, Sendable {
        case byPolicy
        case after(milliseconds: Int64)
        case never
    }
}
