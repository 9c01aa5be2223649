import Core
import Store

/// Pulls wait as tickets and are given jobs, turn by turn.
extension ModelStore {
    // MARK: Tickets

    func park(_ pull: Pull, _ envelope: Envelope) {
        guard tickets.count < Limits.ticketsMax else {
            return answer(envelope, .refused(.tooManyTickets(max: Limits.ticketsMax)))
        }
        ticketNumberLast += 1
        tickets[ticketNumberLast] = ModelTicket(
            number: ticketNumberLast, envelope: envelope.id, pull: pull)
    }

    func endPull(_ id: EnvelopeID, _ envelope: Envelope) {
        if let ticket = tickets.values.first(where: { $0.envelope == id }) {
            tickets[ticket.number] = nil
            answer(id, .leased([]))
        }
        answer(envelope, .done)
    }

    /// Gives every ticket what it can have, the one parked first first.
    func serveTickets() {
        for ticket in tickets.values.sorted(by: { $0.number < $1.number }) {
            let jobs = take(for: ticket)
            guard !jobs.isEmpty || !ticket.pull.waits else { continue }
            tickets[ticket.number] = nil
            answer(ticket.envelope, .leased(jobs))
        }
    }

    private func take(for ticket: ModelTicket) -> [LeasedJob] {
        var taken: [LeasedJob] = []
        var bytes = 0
        while taken.count < ticket.pull.jobsMax, bytes < Limits.pullAnswerBytesMax {
            guard let next = takeOne(for: ticket, after: taken.count) else { break }
            bytes += next.job.payload.count
            taken.append(next)
        }
        return taken
    }

    /// The next job for a ticket that has `count` already: its queues take turns in being first.
    private func takeOne(for ticket: ModelTicket, after count: Int) -> LeasedJob? {
        let queues = ticket.pull.queues
        for step in 0..<queues.count {
            let queue = queues[(ticket.number + count + step) % queues.count]
            while let head = nextHead(in: queue, for: ticket.pull) {
                if let leased = claim(head, for: ticket.pull) { return leased }
            }
        }
        return nil
    }

    // MARK: Whose turn

    /// The first job of a track that may run now.
    struct Head {
        let line: LineKey
        let lane: ModelLane
        let place: ModelLine.Place
        let isFresh: Bool
    }

    /// The first job of every track of every line, where the gate is open for it.
    func runnableHeads() -> [Head] {
        var heads: [Head] = []
        for (key, line) in lines {
            guard let lane = lanes[key.laneKey] else {
                preconditionFailure("a line of \(key.tenant) has no lane")
            }
            let tenant = gateTenant(key.tenant, in: clock.current)
            if let place = line.charged.first,
                Gate.admits(.charged, for: tenant, catalog: catalog)
            {
                heads.append(Head(line: key, lane: lane, place: place, isFresh: false))
            }
            // The rule asks about a job of cost 1; a head that costs more waits for its own cost.
            if let place = line.fresh.first,
                Gate.admits(.fresh(cost: 1), for: tenant, catalog: catalog),
                Gate.admits(
                    .fresh(cost: job(place.job).body.cost), for: tenant, catalog: catalog)
            {
                heads.append(Head(line: key, lane: lane, place: place, isFresh: true))
            }
        }
        return heads
    }

    func isMatch(_ line: LineKey, _ pull: Pull) -> Bool {
        (pull.kinds?.contains(line.kind) ?? true) && (pull.tenants?.contains(line.tenant) ?? true)
    }

    /// The lane with the least virtual time goes first, then the one with the least number; within
    /// the lane the least rank, then the least id.
    private func nextHead(in queue: String, for pull: Pull) -> Head? {
        runnableHeads().filter { $0.line.queue == queue && isMatch($0.line, pull) }.min {
            ($0.lane.virtualTime, $0.lane.number, $0.place.rank, $0.place.job)
                < ($1.lane.virtualTime, $1.lane.number, $1.place.rank, $1.place.job)
        }
    }

    /// A lane that had nothing to run and now has some begins no earlier than its queue is.
    func wakeLanes() {
        let runnable = Set(runnableHeads().map(\.line.laneKey))
        for (key, lane) in lanes {
            if runnable.contains(key), !lane.isRunnable {
                lanes[key]?.virtualTime = max(lane.virtualTime, queueNow[key.queue] ?? 0)
            }
            lanes[key]?.isRunnable = runnable.contains(key)
        }
    }

    // MARK: Claim

    /// Starts the job, or returns nil because it has expired.
    private func claim(_ head: Head, for pull: Pull) -> LeasedJob? {
        let id = head.place.job
        let job = job(id)
        leaveWaiting(id)
        defer { wakeLanes() }
        if head.isFresh {
            if let expiresAt = job.body.expiresAt, expiresAt <= now.wall {
                finish(id, .expired)
                return nil
            }
            charge(id)
        }
        takeTurn(head.line.laneKey, cost: job.body.cost)
        jobs[id]?.run.started()
        jobs[id]?.startedAt = now.wall
        tenants[job.tenant]?.running += 1
        let attempt = ModelAttempt(
            id: AttemptID(rawValue: attemptIDs.next(at: now.wall)), job: id,
            secret: secrets.next(), leaseMilliseconds: pull.leaseMilliseconds,
            deadline: now.steadyMilliseconds + pull.leaseMilliseconds,
            expiresAt: now.wall.adding(pull.leaseMilliseconds))
        attempts[attempt.id] = attempt
        running[id] = attempt.id
        return LeasedJob(
            job: view(of: id, in: clock.current),
            token: LeaseToken(attempt: attempt.id, secret: attempt.secret),
            expiresAt: attempt.expiresAt)
    }

    /// Counts the job, once and for ever.
    private func charge(_ id: JobID) {
        let job = job(id)
        let period = clock.current
        let decision = Gate.decide(
            .fresh(cost: job.body.cost), for: gateTenant(job.tenant, in: period), catalog: catalog)
        guard case .admit(let charges) = decision else {
            preconditionFailure("\(id) was chosen although its gate is closed")
        }
        for charge in charges {
            let after = (usage[job.tenant]?[period] ?? .none).adding(charge)
            usage[job.tenant, default: [:]][period] = after
            let row = LedgerView(
                id: LedgerID(rawValue: ledgerIDs.next(at: now.wall)), at: now.wall, job: id,
                metric: .jobs, period: period, entry: .charge, source: charge.source,
                amount: charge.amount, usedAfter: after.total,
                inForce: tenant(job.tenant).facts.plan(in: catalog).jobLimit.units)
            ledger.append(ModelLedgerRow(tenant: job.tenant, view: row))
        }
        jobs[id]?.chargedPeriod = period
    }

    private func takeTurn(_ key: LaneKey, cost: Int64) {
        let before = lanes[key]?.virtualTime ?? 0
        let weight = tenant(key.tenant).facts.plan(in: catalog).weight
        queueNow[key.queue] = before
        lanes[key]?.virtualTime = before + max(1, cost) * (1 << 20) / weight
    }
}
