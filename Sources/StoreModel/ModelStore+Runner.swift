package import Core
import Store

/// What is said of attempts that run, and what becomes of those whose server died.
extension ModelStore {
    /// Another process begins over what is durable: the programs of the one before are gone.
    package func beginProcess(at now: Moment) {
        boot += 1
        for (id, attempt) in attempts where attempt.end == nil {
            attempts[id]?.forgetSteadyTimes(allowed: attempt.allowedMilliseconds, at: now)
        }
        outbound.calls = [:]
        recover(at: now)
    }

    /// The jobs that have a log.
    package var loggedJobs: [JobID] {
        jobs.newestFirst.reversed().filter { !$0.log.isEmpty }.map(\.body.id)
    }

    /// True if not all was kept that was said of the job.
    package func isLogCut(_ job: JobID) -> Bool {
        jobs[job]?.logTail.map { $0.cut != .none } ?? false
    }

    func isOrphan(_ attempt: ModelAttempt) -> Bool {
        attempt.end == nil && attempt.boot.map { $0 < boot } ?? false
    }

    func endOrphans() {
        let orphans = attempts.values.filter(isOrphan).sorted { $0.job < $1.job }
        for attempt in orphans.prefix(limits.leaseExpiriesMax) {
            _ = end(attempt, .serverDied, error: nil, report: AttemptReport.none) { run, terms in
                run.serverDied(terms: terms)
            }
        }
        if orphans.count > limits.leaseExpiriesMax { outcome.hasMore = true }
    }

    func timeOut(_ attempt: ModelAttempt) {
        let allowed = jobs[attempt.job]?.body.timeoutMilliseconds ?? 0
        _ = end(
            attempt, .timedOut, error: AttemptErrors.timedOut(after: allowed),
            report: AttemptReport.none
        ) { run, terms in
            run.timedOut(at: now.wall, terms: terms, random: &random)
        }
    }

    func timeout(of job: ModelJob, isOfRunner: Bool) -> Int64 {
        job.body.timeoutMilliseconds
            + (isOfRunner ? Limits.runnerTimeoutGraceMilliseconds : 0)
    }

    func take(_ news: LeaseNews, _ attempt: ModelAttempt) {
        change(attempt.job) { job in
            if let progress = news.progress { job.progress = (attempt.token.attempt, progress) }
        }
        guard let job = jobs[attempt.job], !news.log.isEmpty else { return }
        var tail = job.logTail ?? LogTail(attempt: attempt.token.attempt)
        let first = tail.last + 1
        let kept = tail.said(
            news.log, from: news.logStart, in: attempt.token.attempt, bounds: limits.logs)
        guard !kept.isEmpty else { return }
        let lines = kept.enumerated().map { index, text in
            LogLine(
                number: first + Int64(index), at: now.wall, attempt: job.run.attempts, text: text)
        }
        change(attempt.job) {
            $0.logTail = tail
            $0.log += lines
        }
        outcome.loggedJobs.append(attempt.job)
    }

    func log(_ filter: LogFilter) -> Rows {
        guard let job = jobs[filter.job], filter.tenant == nil || job.tenant == filter.tenant
        else { return .logPage(nil) }
        let rest = job.log.filter { $0.number > filter.after }
        return .logPage(
            LogPage(
                lines: Array(rest.prefix(filter.limit)), hasMore: rest.count > filter.limit,
                state: view(job, seesPace: false).state))
    }
}
