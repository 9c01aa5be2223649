import Core

extension Engine {
    func heartbeat(_ heartbeat: Heartbeat, _ envelope: Envelope) throws(StoreError) {
        var outcomes: [HeartbeatOutcome] = []
        outcomes.reserveCapacity(heartbeat.tokens.count)
        var news = heartbeat.news[...]
        for (item, token) in heartbeat.tokens.enumerated() {
            let said = news.first?.item == item ? news.popFirst() : nil
            guard let lease = openLease(token, envelope.reach),
                let until = leases.extend(
                    lease.token.attempt,
                    by: heartbeat.leaseMilliseconds ?? lease.milliseconds, at: now)
            else {
                outcomes.append(.lost)
                continue
            }
            try rows.extendAttempt(
                lease.token.attempt, until: until, heardAt: now.wall,
                ranMilliseconds: leases.millisecondsHeld(
                    lease.token.attempt, untilHeard: true, at: now))
            if let said { try take(said, of: lease) }
            outcomes.append(
                lease.cancelRequestedAt == nil ? .extended(until: until) : .cancel(until: until))
        }
        try answer(envelope, .heartbeats(outcomes))
    }

    func complete(_ items: [Completion], _ envelope: Envelope) throws(StoreError) {
        var outcomes: [LeaseOutcome] = []
        for item in items {
            guard let lease = validLease(item.token, envelope.reach) else {
                outcomes.append(try staleOutcome(item.token, envelope.reach, verb: .completed))
                continue
            }
            let end = AttemptEnd(
                outcome: .completed, at: now.wall, stateAfter: .succeeded, runAtAfter: nil,
                error: nil)
            try count(item.report, of: lease)
            try closeAttempt(lease, end)
            try finish(lease, end: .succeeded, run: lease.run, result: item.result, error: nil)
            outcomes.append(.ended(.succeeded, runAt: nil))
        }
        try answer(envelope, .leaseOutcomes(outcomes))
    }

    func fail(_ items: [Failure], _ envelope: Envelope) throws(StoreError) {
        var outcomes: [LeaseOutcome] = []
        for item in items {
            guard let lease = validLease(item.token, envelope.reach) else {
                outcomes.append(try staleOutcome(item.token, envelope.reach, verb: .failed))
                continue
            }
            let body = try body(of: lease)
            var run = lease.run
            let action = run.failed(
                at: now.wall, terms: terms(body: body, lease: lease), retry: item.retry,
                couldNotStart: item.couldNotStart, random: &random)
            try count(item.report, of: lease)
            outcomes.append(
                try end(
                    lease, body: body, run: run, action: action, outcome: .failed,
                    error: item.error, couldNotStart: item.couldNotStart))
        }
        try answer(envelope, .leaseOutcomes(outcomes))
    }

    func release(_ release: Release, _ envelope: Envelope) throws(StoreError) {
        var outcomes: [LeaseOutcome] = []
        for token in release.tokens {
            guard let lease = validLease(token, envelope.reach) else {
                outcomes.append(try staleOutcome(token, envelope.reach, verb: .released))
                continue
            }
            let body = try body(of: lease)
            var run = lease.run
            let action = run.released(
                at: now.wall, delayMilliseconds: release.delayMilliseconds,
                terms: terms(body: body, lease: lease))
            outcomes.append(
                try end(
                    lease, body: body, run: run, action: action, outcome: .released, error: nil)
            )
        }
        try answer(envelope, .leaseOutcomes(outcomes))
    }

    /// The worker never saw these leases: as if the attempts had not been, but for the charge.
    func undelivered(_ tokens: [LeaseToken], _ envelope: Envelope) throws(StoreError) {
        for token in tokens {
            guard let lease = openLease(token, envelope.reach) else { continue }
            let body = try body(of: lease)
            var run = lease.run
            #if Mutants
                let terms = terms(body: body, lease: lease)
                let action =
                    Mutant.undeliveredIsCrash.isIn
                    ? run.leaseExpired(terms: terms) : run.undelivered(terms: terms)
            #else
                let action = run.undelivered(terms: terms(body: body, lease: lease))
            #endif
            _ = try end(
                lease, body: body, run: run, action: action, outcome: .undelivered, error: nil)
        }
        try answer(envelope, .done)
    }

    /// Ends the leases whose time was up by then. Comes last in a batch, after its heartbeats.
    func expireLeases(until steadyMilliseconds: Int64) throws(StoreError) {
        var left = limits.leaseExpiriesMax
        while let lease = leases.overdue(at: min(steadyMilliseconds, now.steadyMilliseconds)) {
            guard left > 0 else {
                outcome.hasMore = true
                return
            }
            left -= 1
            let body = try body(of: lease)
            let terms = terms(body: body, lease: lease)
            var run = lease.run
            if leases.endsByTimeout(lease.token.attempt) {
                let action = run.timedOut(at: now.wall, terms: terms, random: &random)
                try count(.none, of: lease)
                _ = try end(
                    lease, body: body, run: run, action: action, outcome: .timedOut,
                    error: AttemptErrors.timedOut(after: body.timeoutMilliseconds))
            } else {
                let action = run.leaseExpired(terms: terms)
                try count(.none, of: lease, isLost: true)
                _ = try end(
                    lease, body: body, run: run, action: action, outcome: .leaseExpired,
                    error: AttemptErrors.leaseExpired)
            }
        }
    }

    func requestCancel(_ lease: Lease) throws(StoreError) {
        guard lease.cancelRequestedAt == nil else { return }
        try rows.requestCancel(lease.token.attempt, at: now.wall)
        leases.requestCancel(lease.token.attempt, at: now.wall)
        if lease.boot != nil { outcome.canceledLeases.append(lease.token) }
    }

    // MARK: Tokens

    private func openLease(_ token: LeaseToken, _ reach: Reach) -> Lease? {
        #if Mutants
            if Mutant.staleTokenAccepted.isIn, leases[token.attempt] == nil,
                let old = try? rows.attempt(token.attempt)
            {
                return leases[job: old.job]
            }
        #endif
        guard let lease = leases[token.attempt], lease.token.secret == token.secret,
            covers(reach, line: lease.line)
        else { return nil }
        return lease
    }

    private func validLease(_ token: LeaseToken, _ reach: Reach) -> Lease? {
        guard let lease = openLease(token, reach), leases.isInTime(lease.token.attempt, at: now)
        else {
            return nil
        }
        return lease
    }

    /// What to say to a token that is not valid: the first answer again, or why it is stale.
    private func staleOutcome(
        _ token: LeaseToken, _ reach: Reach, verb: AttemptOutcome
    ) throws(StoreError) -> LeaseOutcome {
        if openLease(token, reach) != nil { return .stale(.leaseExpired) }
        guard let attempt = try rows.attempt(token.attempt),
            attempt.token.secret == token.secret, let end = attempt.end
        else { return .stale(.leaseLost) }
        try checkLine(attempt.line, of: "an attempt of job \(attempt.job)")
        guard covers(reach, line: Int(attempt.line - 1)) else { return .stale(.leaseLost) }
        switch end.outcome {
        case .completed, .failed, .released:
            return end.outcome == verb
                ? .ended(end.stateAfter, runAt: end.runAtAfter) : .stale(.alreadyFinished)
        case .leaseExpired, .serverDied, .timedOut:
            return try isLatest(attempt) ? .stale(.leaseExpired) : .stale(.leaseLost)
        case .undelivered:
            return .stale(.leaseLost)
        }
    }

    private func covers(_ reach: Reach, line: Int) -> Bool {
        if reach.isUnbound { return true }
        let lane = book.lanes[book.lines[line].lane]
        return reach.covers(
            tenant: book.tenants[lane.tenant].id, queue: book.queues[lane.queue].name)
    }

    /// True if the job was not handed out again after this attempt.
    private func isLatest(_ attempt: AttemptRow) throws(StoreError) -> Bool {
        if leases[job: attempt.job] != nil { return false }
        if let history = try rows.history(attempt.job) {
            return history.lastAttempt == attempt.token.attempt
        }
        return try rows.returned(attempt.job)?.lastAttempt == attempt.token.attempt
    }

    // MARK: Ends

    func body(of lease: Lease) throws(StoreError) -> JobBody {
        guard let row = try job(lease.job) else {
            throw StoreError(.corrupt, "job \(lease.job) runs but has no body")
        }
        return row.body
    }

    func terms(body: JobBody, lease: Lease) -> JobRun.Terms {
        JobRun.Terms(
            attemptsMax: body.attemptsMax, backoff: body.backoff,
            cancelRequested: lease.cancelRequestedAt != nil)
    }

    /// Ends an attempt and puts the job where the action says.
    func end(
        _ lease: Lease, body: JobBody, run: JobRun, action: JobRun.Action,
        outcome: AttemptOutcome, error: [UInt8]?, couldNotStart: Bool = false
    ) throws(StoreError) -> LeaseOutcome {
        let state: JobState
        var runAt: Timestamp?
        switch action {
        case .requeue:
            state = .ready
        case .schedule(let time):
            state = .scheduled
            runAt = time
        case .end(let end, _):
            state = end.state
        }
        try closeAttempt(
            lease,
            AttemptEnd(
                outcome: outcome, at: now.wall, stateAfter: state, runAtAfter: runAt,
                error: error, couldNotStart: couldNotStart))
        switch action {
        case .requeue, .schedule:
            try comeBack(lease, body: body, run: run, runAt: runAt, outcome: outcome, error: error)
        case .end(let end, let reason):
            try finish(
                lease, end: end, run: run, result: nil,
                error: reason.map(AttemptErrors.death) ?? error ?? lease.returned?.error)
        }
        return .ended(state, runAt: runAt)
    }

    private func closeAttempt(_ lease: Lease, _ end: AttemptEnd) throws(StoreError) {
        try rows.endAttempt(lease.token.attempt, end)
        #if Mutants
            // One whose time is up has to go: it would be found expired for ever.
            let stays =
                Mutant.canceledEndsTwice.isIn && lease.cancelRequestedAt != nil
                && leases.isInTime(lease.token.attempt, at: now)
            if !stays { leases.remove(lease.token.attempt) }
        #else
            leases.remove(lease.token.attempt)
        #endif
        let tenant = book.tenant(ofLine: lease.line)
        book.modifyTenant(tenant) { $0.running -= 1 }
        if book.tenants[tenant].plan.terms.runningMax != nil { try refreshGate(tenant: tenant) }
    }

    /// The job waits again: in its old place, or until `runAt`.
    private func comeBack(
        _ lease: Lease, body: JobBody, run: JobRun, runAt: Timestamp?, outcome: AttemptOutcome,
        error: [UInt8]?
    ) throws(StoreError) {
        let rank = runAt.map { Rank.of(readyAt: $0, priority: body.priority) } ?? lease.rank
        let wasSeen = outcome != .undelivered
        if lease.returned != nil { try rows.deleteReturned(lease.job) }
        try rows.insertReturned(
            ReturnedRow(
                id: lease.job, rank: rank,
                readyAt: runAt ?? lease.returned?.readyAt ?? body.readyAt, run: run,
                chargedPeriod: lease.chargedPeriod, lastAttempt: lease.token.attempt,
                startedAt: wasSeen ? lease.startedAt : lease.returned?.startedAt,
                error: error ?? lease.returned?.error))
        let line = Int64(lease.line + 1)
        if let runAt {
            try schedule(
                ScheduledRow(
                    runAt: runAt, id: lease.job, line: line, track: .charged,
                    priority: body.priority, cost: body.cost))
        } else {
            try makeReady(
                ReadyRow(
                    line: line, track: .charged, rank: rank, id: lease.job, cost: body.cost))
        }
    }

    /// The job is over.
    private func finish(
        _ lease: Lease, end: JobEnd, run: JobRun, result: [UInt8]?, error: [UInt8]?
    ) throws(StoreError) {
        if lease.returned != nil { try rows.deleteReturned(lease.job) }
        try rows.insertHistory(
            HistoryRow(
                id: lease.job, end: end, run: run, startedAt: lease.startedAt,
                finishedAt: now.wall, chargedPeriod: lease.chargedPeriod,
                lastAttempt: lease.token.attempt, cancelRequestedAt: lease.cancelRequestedAt,
                result: result, error: error))
        if end != .succeeded {
            try refund(
                run, lastAttempt: lease.token.attempt, tenant: book.tenant(ofLine: lease.line))
        }
        try publishEnd(of: lease.job, line: lease.line, end: end, run: run)
        outcome.endedJobs.append(lease.job)
    }
}
