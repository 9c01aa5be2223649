import Core

extension Engine {
    /// Parks a pull. It is served with the others at the end of its batch, first parked first.
    func park(_ pull: Pull, _ envelope: Envelope) throws(StoreError) {
        if let tenants = pull.tenants, !tenants.contains(where: { liveTenant($0) != nil }) {
            return try refuse(envelope, .tenantUnknown(tenants.first ?? ""))
        }
        guard tickets.count < Limits.ticketsMax else {
            return try refuse(envelope, .tooManyTickets(max: Limits.ticketsMax))
        }
        tickets.add(pull, envelope: envelope.id)
    }

    func endPull(_ pull: EnvelopeID, _ envelope: Envelope) {
        if let number = tickets.number(of: pull) {
            #if Mutants
                if !Mutant.ticketServedAfterCancel.isIn { tickets.remove(number) }
            #else
                tickets.remove(number)
            #endif
            outcome.answers.append(Answer(id: pull, reply: .leased([])))
        }
        outcome.answers.append(Answer(id: envelope.id, reply: .done))
    }

    /// Matches open lines with tickets. A ticket parks only when nothing can be served to it, so
    /// the old ones need a look only where a line woke; new ones are tried against everything.
    func serveTickets() throws(StoreError) {
        try retrack()
        repeat {
            awakeLines.append(contentsOf: book.takeAwakeLines())
            try serveOldTickets()
            while let number = tickets.firstUntried {
                guard try serve(number) else {
                    outcome.hasMore = true
                    return
                }
                tickets.markTried(number)
            }
            // Whoever hands out a job may find that its tenant's gate lets other lines pass too.
        } while !book.awakeLines.isEmpty && !tickets.isEmpty && claimsLeft > 0
        if !book.awakeLines.isEmpty, !tickets.isEmpty { outcome.hasMore = true }
    }

    /// Serves the lines that woke, to the ticket that has waited longest each time.
    private func serveOldTickets() throws(StoreError) {
        guard !awakeLines.isEmpty else { return }
        defer { outcome.hasMore = outcome.hasMore || !awakeLines.isEmpty }
        guard !tickets.isEmpty else { return awakeLines.removeAll() }
        let firstNew = tickets.firstUntried ?? .max
        // A heap of (ticket number, line): the least number is served first.
        var candidates = OrderHeap()
        for line in awakeLines {
            guard let number = firstTicket(line: line), number < firstNew else { continue }
            candidates.push(
                OrderHeap.Entry(order: Int64(number), element: Int32(line)))
        }
        while let top = candidates.top {
            let line = Int(top.element)
            guard book.lines[line].isRunnable, let number = firstTicket(line: line),
                number < firstNew
            else {
                candidates.popTop()
                continue
            }
            guard Int64(number) == top.order else {
                candidates.replaceTop(
                    with: OrderHeap.Entry(order: Int64(number), element: top.element))
                continue
            }
            guard try serve(number) else {
                awakeLines = candidates.entries.map { Int($0.element) }
                return
            }
        }
        awakeLines.removeAll()
    }

    private func firstTicket(line: Int) -> UInt64? {
        let lane = book.lanes[book.lines[line].lane]
        return tickets.first(
            queue: book.queues[lane.queue].name, kind: book.lines[line].kind,
            tenant: book.tenants[lane.tenant].id)
    }

    /// Hands a ticket as many jobs as it takes; one that gets none waits on, if it wants to. False
    /// if the batch has done its share before there was an answer: the ticket is still to be tried.
    private func serve(_ number: UInt64) throws(StoreError) -> Bool {
        guard let ticket = tickets[number] else { return true }
        var jobs: [LeasedJob] = []
        var bytes = 0
        while jobs.count < ticket.pull.jobsMax, bytes < Limits.pullAnswerBytesMax, claimsLeft > 0,
            let job = try takeJob(for: ticket.pull, turn: ticket.turn &+ UInt64(jobs.count))
        {
            jobs.append(job)
            bytes += job.job.payload.count
            claimsLeft -= 1
        }
        if jobs.isEmpty {
            if claimsLeft <= 0 { return false }
            if ticket.pull.waits { return true }
        }
        tickets.remove(number)
        outcome.answers.append(Answer(id: ticket.envelope, reply: .leased(jobs)))
        return true
    }

    /// The next job for a pull. Pulls of several queues begin with each in turn.
    private func takeJob(for pull: Pull, turn: UInt64) throws(StoreError) -> LeasedJob? {
        let count = pull.queues.count
        let start = Int(turn % UInt64(count))
        for offset in 0..<count {
            let name = pull.queues[(start + offset) % count]
            guard let queue = book.queueIndex(name) else { continue }
            while claimsLeft > 0, let lane = nextLane(queue: queue, pull: pull) {
                if let job = try takeJob(lane: lane, pull: pull) { return job }
            }
        }
        return nil
    }

    private func nextLane(queue: Int, pull: Pull) -> Int? {
        guard let tenants = pull.tenants else {
            return book.nextLane(queue: queue, kinds: pull.kinds)
        }
        return book.nextLane(queue: queue, kinds: pull.kinds, tenants: tenants)
    }

    /// Starts the first job of a lane. Nil if that job had expired, or costs more than is left, or
    /// the tenant's entitlement turned: then the next is to be looked for anew.
    private func takeJob(lane: Int, pull: Pull) throws(StoreError) -> LeasedJob? {
        let tenant = book.lanes[lane].tenant
        if try turnIfDue(tenant: tenant) { return nil }
        guard let (line, track, head) = try firstJob(lane: lane, pull: pull) else { return nil }
        guard let row = try job(head.id) else {
            throw StoreError(.corrupt, "job \(head.id) is ready but has no body")
        }
        let body = row.body
        let place = ReadyRow(
            line: Int64(line + 1), track: track, rank: head.rank, id: head.id, cost: head.cost)
        if track == .fresh, let expiresAt = body.expiresAt, expiresAt <= now.wall {
            try leaveLine(place)
            try endUncharged(body: body, line: line, end: .expired)
            claimsLeft -= 1
            return nil
        }
        let gate = try gateTenant(tenant)
        let cost = book.lines[line].cost(of: head.cost)
        let kind = book.lines[line].kind
        let request: Gate.Request =
            track == .charged ? .charged(kind: kind) : .fresh(kind: kind, cost: cost)
        guard case .admit(let admitted) = Gate.decide(request, for: gate, catalog: catalog) else {
            // Its period ended, and the counter of the next is not a fresh one; or what it was
            // granted has, and that is still to be noted. Then the job may be put apart, and the
            // line goes on with the next.
            try refreshGate(tenant: tenant)
            precondition(
                !book.admits(line: line, track) || book.lines[line][track].head?.id != head.id,
                "job \(head.id) of tenant \(tenant) is let pass but its gate is closed")
            return nil
        }
        #if Mutants
            let isPaid = track == .charged && Mutant.chargeOnRetry.isIn
            let charges = isPaid ? [Charge(source: .plan, amount: cost)] : admitted
        #else
            let charges = admitted
        #endif
        try leaveLine(place)
        #if Mutants
            // The mutant whose gate reads elsewhere still counts in the counter.
            let account = try account(tenant: tenant)
        #else
            let account = gate.jobs
        #endif
        let charge = try count(
            charges, account: account, tenant: tenant, entry: .charge, job: head.id)
        if track == .fresh { book.modifyTenant(tenant) { $0.waiting -= head.cost } }
        let job = try startAttempt(body: body, place: place, charge: charge, pull: pull)
        book.served(lane: lane, cost: cost, kinds: pull.kinds, tenants: pull.tenants)
        noteStart(tenant: tenant)
        // Where every job fits, before this one and after it, none of them closes the gate.
        let isBounded =
            book.tenants[tenant].freshBudget < .max || account.adding(charges).budget < .max
        if (isBounded && !charges.isEmpty) || hasPace(tenant: tenant) {
            try refreshGate(tenant: tenant)
        }
        return job
    }

    /// The first job of a lane among the lines that the pull takes and the gate lets pass.
    private func firstJob(
        lane: Int, pull: Pull
    ) throws(StoreError) -> (line: Int, track: Track, head: Head)? {
        var best: (line: Int, track: Track, head: Head)?
        for line in book.lanes[lane].lines where book.canServe(line: line, kinds: pull.kinds) {
            for track in [Track.charged, Track.fresh] {
                guard book.admits(line: line, track),
                    let head = try self.head(line: line, track: track),
                    book.admits(line: line, track)
                else { continue }
                if let found = best, !head.isBefore(found.head) { continue }
                best = (line, track, head)
            }
        }
        return best
    }

    /// The first job of a track, read from the rows if memory does not know it.
    func head(line: Int, track: Track) throws(StoreError) -> Head? {
        let state = book.lines[line][track]
        guard state.count > 0 else { return nil }
        if let head = state.head { return head }
        guard
            let head = try rows.firstReady(line: Int64(line + 1), track: track, limit: 1).first
        else {
            throw StoreError(
                .corrupt, "line \(line + 1) counts \(state.count) jobs but has no row")
        }
        book.setHead(head, line: line, track: track)
        return head
    }

    /// Takes a job out of its line, in the rows and in memory.
    func leaveLine(_ row: ReadyRow) throws(StoreError) {
        try rows.deleteReady(row)
        book.remove(row.id, line: Int(row.line - 1), track: row.track)
        try findHeads()
    }

    private func startAttempt(
        body: JobBody, place: ReadyRow, charge: LedgerID?, pull: Pull
    ) throws(StoreError) -> LeasedJob {
        let returned = place.track == .charged ? try rows.returned(body.id) : nil
        var run = returned?.run ?? JobRun()
        run.started()
        let token = LeaseToken(
            attempt: AttemptID(rawValue: attemptIDs.next(at: now.wall)), secret: secrets.next())
        let boot = pull.isOfRunner ? try markOfRunner() : nil
        // Runners end overdue programs themselves. After a start every lease has the longest grace.
        let allowed =
            body.timeoutMilliseconds + pull.timeoutGraceMilliseconds
            + (boot == nil ? 0 : Limits.runnerTimeoutGraceMilliseconds)
        let lease = Lease(
            token: token, job: body.id, line: Int(place.line - 1), rank: place.rank,
            worker: pull.worker, startedAt: now.wall, milliseconds: pull.leaseMilliseconds,
            expiresAt: now.wall.adding(min(pull.leaseMilliseconds, allowed)), run: run,
            chargedPeriod: returned?.chargedPeriod
                ?? period(tenant: book.tenant(ofLine: Int(place.line - 1))),
            returned: returned, boot: boot)
        try rows.insertAttempt(
            AttemptRow(
                token: token, job: body.id, line: place.line, rank: place.rank,
                worker: pull.worker, startedAt: now.wall,
                leaseMilliseconds: pull.leaseMilliseconds, expiresAt: lease.expiresAt,
                chargedPeriod: lease.chargedPeriod, charge: charge,
                previous: returned?.lastAttempt, boot: boot))
        leases.insert(
            lease, deadline: now.steadyMilliseconds + pull.leaseMilliseconds,
            timeoutAt: now.steadyMilliseconds + allowed,
            times: LeaseTimes(beginning: now, allowedMilliseconds: allowed))
        book.modifyTenant(book.tenant(ofLine: lease.line)) { $0.running += 1 }
        return LeasedJob(
            job: view(body: body, lease: lease), token: token, expiresAt: lease.expiresAt,
            plan: book.tenants[book.tenant(ofLine: lease.line)].plan.id)
    }

    /// A running job as answers show it.
    func view(body: JobBody, lease: Lease) -> JobView {
        var view = view(body: body, line: lease.line, state: .running)
        view.attempt = lease.run.attempts
        view.crashCount = lease.run.crashes
        view.runAt = lease.returned?.readyAt ?? body.readyAt
        view.startedAt = lease.startedAt
        view.error = lease.returned?.error
        view.chargedPeriod = lease.chargedPeriod
        view.cancelRequestedAt = lease.cancelRequestedAt
        view.progress = leases.progress[lease.token.attempt]
        return view
    }

    /// A job that has not run.
    func view(body: JobBody, line: Int, state: JobState) -> JobView {
        let lane = book.lanes[book.lines[line].lane]
        return JobView(
            body: body, tenant: book.tenants[lane.tenant].id, kind: book.lines[line].kind,
            queue: book.queues[lane.queue].name, state: state)
    }
}
