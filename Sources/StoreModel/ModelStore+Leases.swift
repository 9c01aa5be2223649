import Core
package import Store

extension ModelStore {
    /// Every open lease, in the order in which they were given.
    package var openLeases: [OpenLease] {
        attempts.values.filter { $0.end == nil }.sorted { $0.token.attempt < $1.token.attempt }
            .map { attempt in
                OpenLease(
                    token: attempt.token, job: attempt.job, expiresAt: attempt.expiresAt,
                    heardAt: attempt.heardAt,
                    cancelRequestedAt: jobs[attempt.job]?.cancelRequestedAt)
            }
    }

    // MARK: Serving

    /// Every ticket, oldest first, takes what it can get.
    func serve() {
        // What was looked for in vain since anything changed.
        var idle: Set<Sought> = []
        for ticket in tickets {
            let sought = Sought(ticket.pull)
            if claimsLeft > 0, ticket.pull.waits, idle.contains(sought) { continue }
            var hasChanged = false
            defer { if hasChanged { idle = [] } else { idle.insert(sought) } }
            var taken: [LeasedJob] = []
            var bytes = 0
            while taken.count < ticket.pull.jobsMax, bytes < Limits.pullAnswerBytesMax,
                claimsLeft > 0,
                let job = take(ticket.pull, turn: ticket.turn &+ UInt64(taken.count), &hasChanged)
            {
                taken.append(job)
                bytes += job.job.payload.count
                claimsLeft -= 1
            }
            if taken.isEmpty, claimsLeft <= 0 {
                outcome.hasMore = true
                return
            }
            guard !taken.isEmpty || !ticket.pull.waits else { continue }
            tickets.removeAll { $0.id == ticket.id }
            answer(ticket.id, .leased(taken))
        }
    }

    /// What of a pull tells which jobs it is for.
    struct Sought: Hashable {
        private let queues: [String]
        private let kinds: [String]?
        private let tenants: [String]?

        init(_ pull: Pull) {
            queues = pull.queues
            kinds = pull.kinds
            tenants = pull.tenants
        }
    }

    private func take(_ pull: Pull, turn: UInt64, _ hasChanged: inout Bool) -> LeasedJob? {
        let count = pull.queues.count
        for offset in 0..<count {
            let queue = pull.queues[(Int(turn % UInt64(count)) + offset) % count]
            while claimsLeft > 0, let (lane, job) = next(queue: queue, pull) {
                hasChanged = true
                if turnIfDue(job.tenant) { continue }
                if let expiresAt = job.body.expiresAt, !job.isCharged, expiresAt <= now.wall {
                    endWaiting(job.body.id, .expired)
                    claimsLeft -= 1
                    continue
                }
                return start(job, lane: lane, pull)
            }
        }
        return nil
    }

    /// The job that is served next in a queue: least time first, and in the lane the least rank.
    func next(queue: String, _ pull: Pull) -> (lane: Int, job: ModelJob)? {
        let clock = clocks[work(queue: queue, pull)] ?? ModelClock()
        let ties = TurnTies(kinds: pull.kinds, tenants: pull.tenants)
        let turns = lanes.indices.filter {
            lanes[$0].queue == queue && pull.tenants?.contains(lanes[$0].tenant) ?? true
        }.map { (clock.time(of: $0), ties.place(ofLane: $0), $0) }
        for (_, _, lane) in turns.sorted(by: <) {
            let first = heads(lanes[lane], kinds: pull.kinds).min { $0.precedes($1) }
            if let first { return (lane, first.job) }
        }
        return nil
    }

    private func work(queue: String, _ pull: Pull) -> ModelClock.Work {
        ModelClock.Work(queue: queue, kinds: pull.kinds, tenants: pull.tenants)
    }

    /// The lane pays for its turn.
    private func pay(_ lane: Int, cost: Int64, weight: Int64, _ pull: Pull) {
        let price = Int128(max(1, cost) * (1 << 20) / weight)
        let work = work(queue: lanes[lane].queue, pull)
        var clock = clocks[work] ?? ModelClock()
        clock.now = clock.time(of: lane)
        clock.times[lane] = clock.now + price
        clocks[work] = clock
    }

    private func start(
        _ job: ModelJob, lane: Int, _ pull: Pull
    ) -> LeasedJob {
        guard let tenant = tenant(job.tenant) else { preconditionFailure("no tenant") }
        let plan = terms(tenant).plan
        if !job.isCharged { charge(job, tenant, plan) }
        let token = LeaseToken(
            attempt: AttemptID(rawValue: attemptIDs.next(at: now.wall)), secret: secrets.next())
        let timeout = timeout(of: job, isOfRunner: pull.isOfRunner)
        let allowed = timeout + pull.timeoutGraceMilliseconds
        let length = min(allowed, pull.leaseMilliseconds)
        attempts[token.attempt] = ModelAttempt(
            token: token, job: job.body.id, startedAt: now.wall, startedBefore: job.startedAt,
            leaseMilliseconds: pull.leaseMilliseconds, expiresAt: now.wall.adding(length),
            startedSteady: now.steadyMilliseconds, heardSteady: now.steadyMilliseconds,
            countedFromSteady: now.steadyMilliseconds, chargedMost: allowed,
            deadline: now.steadyMilliseconds + length,
            timeoutAt: now.steadyMilliseconds + allowed, timeoutMilliseconds: timeout,
            boot: pull.isOfRunner ? boot : nil,
            deadlineOrder: nextDeadlineOrder())
        pay(lane, cost: cost(job, plan), weight: plan.weight, pull)
        if let rate = plan.terms.rate {
            changeTenant(tenant.id) { rate.started(&$0.starts, at: now) }
        }
        change(job.body.id) {
            $0.place = .running(token.attempt)
            $0.run.started()
            $0.startedAt = now.wall
            $0.lastAttempt = token.attempt
            $0.chargedPeriod = $0.chargedPeriod ?? period(tenant)
        }
        guard let after = jobs[job.body.id] else { preconditionFailure("no job") }
        return LeasedJob(
            job: view(after), token: token, expiresAt: now.wall.adding(length), plan: plan.id)
    }

    private func charge(_ job: ModelJob, _ tenant: ModelTenant, _ plan: Plan) {
        let account = account(tenant)
        guard let charges = account.admission(of: cost(job, plan)) else {
            preconditionFailure("job \(job.body.id) was admitted and does not fit")
        }
        let key = key(tenant, .jobs)
        count(charges, account, tenant, .charge, job: job.body.id)
        guard !charges.isEmpty else { return }
        change(job.body.id) {
            $0.charge = ModelCharge(key: key, charges: charges, inForce: ledgerLimit(account))
        }
    }

    // MARK: The worker's verbs

    func heartbeat(_ heartbeat: Heartbeat, _ envelope: Envelope) {
        let outcomes = heartbeat.tokens.enumerated().map { item, token -> HeartbeatOutcome in
            guard let attempt = open(token, envelope.reach),
                attempt.timeoutAt > now.steadyMilliseconds
            else { return .lost }
            let milliseconds = min(
                heartbeat.leaseMilliseconds ?? attempt.leaseMilliseconds,
                attempt.timeoutAt - now.steadyMilliseconds)
            let until = now.wall.adding(milliseconds)
            attempts[token.attempt]?.expiresAt = until
            attempts[token.attempt]?.heardAt = now.wall
            attempts[token.attempt]?.heardSteady = now.steadyMilliseconds
            attempts[token.attempt]?.ranMilliseconds =
                min(now.steadyMilliseconds - attempt.countedFromSteady, attempt.chargedMost)
            attempts[token.attempt]?.deadline = now.steadyMilliseconds + milliseconds
            attempts[token.attempt]?.deadlineOrder = nextDeadlineOrder()
            for news in heartbeat.news where news.item == item { take(news, attempt) }
            return jobs[attempt.job]?.cancelRequestedAt == nil
                ? .extended(until: until) : .cancel(until: until)
        }
        answer(envelope.id, .heartbeats(outcomes))
    }

    func complete(_ item: Completion, _ reach: Reach) -> LeaseOutcome {
        guard let attempt = valid(item.token, reach) else {
            return stale(item.token, reach, .completed)
        }
        report(item.report, attempt, isLost: false)
        attempts[item.token.attempt]?.end = (.completed, .succeeded, nil)
        change(attempt.job) {
            $0.place = .ended(.succeeded)
            $0.finishedAt = now.wall
            $0.result = item.result
            $0.error = nil
        }
        publishEnd(attempt.job)
        outcome.endedJobs.append(attempt.job)
        return .ended(.succeeded, runAt: nil)
    }

    func fail(_ item: Failure, _ reach: Reach) -> LeaseOutcome {
        guard let attempt = valid(item.token, reach) else {
            return stale(item.token, reach, .failed)
        }
        return end(attempt, .failed, error: item.error, report: item.report) { run, terms in
            run.failed(
                at: now.wall, terms: terms, retry: item.retry,
                couldNotStart: item.couldNotStart, random: &random)
        }
    }

    func release(_ token: LeaseToken, after delay: Int64, _ reach: Reach) -> LeaseOutcome {
        guard let attempt = valid(token, reach) else { return stale(token, reach, .released) }
        return end(attempt, .released, error: nil) { run, terms in
            run.released(at: now.wall, delayMilliseconds: delay, terms: terms)
        }
    }

    func undelivered(_ token: LeaseToken, _ reach: Reach) {
        guard let attempt = open(token, reach) else { return }
        _ = end(attempt, .undelivered, error: nil) { run, terms in
            run.undelivered(terms: terms)
        }
    }

    func expireLeases(until steadyMilliseconds: Int64) {
        let overdue = attempts.values.filter {
            $0.end == nil && $0.deadline <= steadyMilliseconds
        }
        let inOrder = overdue.sorted {
            ($0.deadline, $0.deadlineOrder) < ($1.deadline, $1.deadlineOrder)
        }
        if inOrder.count > limits.leaseExpiriesMax { outcome.hasMore = true }
        for attempt in inOrder.prefix(limits.leaseExpiriesMax) {
            if attempt.deadline >= attempt.timeoutAt {
                timeOut(attempt)
                continue
            }
            _ = end(
                attempt, .leaseExpired, error: AttemptErrors.leaseExpired,
                report: AttemptReport.none
            ) { run, terms in
                run.leaseExpired(terms: terms)
            }
        }
    }

    func end(
        _ attempt: ModelAttempt, _ outcome: AttemptOutcome, error: [UInt8]?,
        report: AttemptReport? = nil,
        _ event: (inout JobRun, JobRun.Terms) -> JobRun.Action
    ) -> LeaseOutcome {
        guard let job = jobs[attempt.job] else { preconditionFailure("no job") }
        var run = job.run
        let action = event(
            &run,
            JobRun.Terms(
                attemptsMax: job.body.attemptsMax, backoff: job.body.backoff,
                cancelRequested: job.cancelRequestedAt != nil))
        if let report {
            self.report(
                report, attempt, isLost: outcome != .failed && outcome != .timedOut)
        }
        var state = JobState.ready
        var runAt: Timestamp?
        change(attempt.job) { job in
            job.run = run
            job.error = error ?? job.error
            switch action {
            case .requeue:
                job.place = .ready
            case .schedule(let time):
                job.place = .scheduled
                job.readyAt = time
                state = .scheduled
                runAt = time
            case .end(let end, let reason):
                job.place = .ended(end)
                job.finishedAt = now.wall
                job.error = reason.map(AttemptErrors.death) ?? job.error
                state = end.state
            }
            // What never reached a worker never began, unless the job is over with it.
            if outcome == .undelivered, job.isWaiting { job.startedAt = attempt.startedBefore }
        }
        if case .end = action { refund(attempt.job) }
        if case .end = action {
            publishEnd(attempt.job)
            self.outcome.endedJobs.append(attempt.job)
        }
        attempts[attempt.token.attempt]?.end = (outcome, state, runAt)
        ends[outcome, default: 0] += 1
        return .ended(state, runAt: runAt)
    }

    // MARK: Tokens

    /// The attempt of a token, as long as it is one that the caller may know of.
    private func known(_ token: LeaseToken, _ reach: Reach) -> ModelAttempt? {
        guard let attempt = attempts[token.attempt], attempt.token == token,
            let job = jobs[attempt.job], reach.covers(tenant: job.tenant, queue: job.queue)
        else { return nil }
        return attempt
    }

    private func open(_ token: LeaseToken, _ reach: Reach) -> ModelAttempt? {
        known(token, reach).flatMap { $0.end == nil ? $0 : nil }
    }

    private func valid(_ token: LeaseToken, _ reach: Reach) -> ModelAttempt? {
        open(token, reach).flatMap { now.steadyMilliseconds < $0.deadline ? $0 : nil }
    }

    private func stale(
        _ token: LeaseToken, _ reach: Reach, _ verb: AttemptOutcome
    ) -> LeaseOutcome {
        if open(token, reach) != nil { return .stale(.leaseExpired) }
        guard let attempt = known(token, reach), let end = attempt.end else {
            return .stale(.leaseLost)
        }
        switch end.outcome {
        case .completed, .failed, .released:
            return end.outcome == verb
                ? .ended(end.state, runAt: end.runAt) : .stale(.alreadyFinished)
        case .leaseExpired, .serverDied, .timedOut:
            return jobs[attempt.job]?.lastAttempt == token.attempt
                ? .stale(.leaseExpired) : .stale(.leaseLost)
        case .undelivered:
            return .stale(.leaseLost)
        }
    }
}
