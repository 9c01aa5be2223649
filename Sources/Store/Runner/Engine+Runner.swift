import Core

/// What workers say of attempts that run, and what becomes of those whose server died.
extension Engine {
    /// Keeps what a worker said beside that it is at work.
    func take(_ news: LeaseNews, of lease: Lease) throws(StoreError) {
        let attempt = lease.token.attempt
        if let progress = news.progress, progress != leases.progress[attempt] {
            try rows.putProgress(
                ProgressRow(job: lease.job, attempt: attempt, progress: progress))
            leases.setProgress(attempt, progress)
        }
        guard !news.log.isEmpty else { return }
        var tail = try rows.logTail(of: lease.job) ?? LogTail(attempt: attempt)
        #if Mutants
            if Mutant.logUnbounded.isIn {
                tail.attemptBytes = 0
                tail.jobBytes = 0
            }
        #endif
        #if Mutants
            let start = Mutant.logRepeated.isIn ? nil : news.logStart
        #else
            let start = news.logStart
        #endif
        let kept = tail.said(news.log, from: start, in: attempt, bounds: limits.logs)
        guard !kept.isEmpty else { return }
        try rows.insertLog(
            LogRow(
                job: lease.job, tail: tail, ordinal: lease.run.attempts, at: now.wall,
                lines: kept))
        outcome.loggedJobs.append(lease.job)
    }

    /// Ends the attempts that the runner of a process before this one had: their programs died
    /// with it. Neither the jobs nor the workers are to blame.
    func endOrphans() throws(StoreError) {
        guard !orphans.isEmpty else { return }
        for attempt in orphans.prefix(limits.leaseExpiriesMax) {
            // Nobody should have its token any more, but whoever has may have ended it.
            guard let lease = leases[attempt] else { continue }
            let body = try body(of: lease)
            var run = lease.run
            let terms = terms(body: body, lease: lease)
            #if Mutants
                let action =
                    Mutant.serverDeathIsCrash.isIn
                    ? run.leaseExpired(terms: terms) : run.serverDied(terms: terms)
            #else
                let action = run.serverDied(terms: terms)
            #endif
            try count(.none, of: lease, isLost: true)
            _ = try end(
                lease, body: body, run: run, action: action, outcome: .serverDied,
                error: nil)
        }
        orphans.removeFirst(min(orphans.count, limits.leaseExpiriesMax))
        if !orphans.isEmpty { outcome.hasMore = true }
    }

    /// The mark of an attempt that is handed to the runner of this process.
    func markOfRunner() throws(StoreError) -> Int64 {
        if !isBootStored { try rows.putBoot(boot) }
        isBootStored = true
        return boot
    }
}
