import Core

extension Engine {
    func enqueue(_ enqueue: Enqueue, _ envelope: Envelope) throws(StoreError) {
        if let replay = try replay(of: envelope) {
            switch replay {
            case .mismatch(let refusal): refuse(envelope, refusal)
            case .results(let results): try answerReplay(results, of: enqueue, envelope)
            }
            return
        }
        guard let tenant = liveTenant(enqueue.tenant) else {
            return refuse(envelope, .tenantUnknown(enqueue.tenant))
        }
        guard book.tenants[tenant].facts.status != .suspended else {
            return refuse(envelope, .tenantSuspended(enqueue.tenant))
        }
        var outcomes: [EnqueueOutcome] = []
        outcomes.reserveCapacity(enqueue.jobs.count)
        var results: [Int64] = []
        let gate = try gateTenant(tenant)
        let hold = Gate.hold(.fresh(cost: 1), for: gate, catalog: catalog)
        for spec in enqueue.jobs {
            let outcome = try accept(spec, tenant: tenant, gate: gate, hold: hold)
            outcomes.append(outcome)
            if envelope.idempotency != nil { results.append(replayCode(outcome)) }
        }
        if results.contains(where: { $0 > 0 }) { try remember(envelope, results: results) }
        try answer(envelope, .enqueued(outcomes, isReplay: false), tenant: tenant)
    }

    /// Takes one job in, or says why not. Everything is checked before the first row is written.
    private func accept(
        _ spec: JobSpec, tenant: Int, gate: Gate.Tenant, hold: Hold?
    ) throws(StoreError) -> EnqueueOutcome {
        let line: Int
        switch try findLine(spec, tenant: tenant, gate: gate) {
        case .refused(let refusal): return .refused(refusal)
        case .line(let found): line = found
        }
        let body = JobBody(
            id: JobID(rawValue: jobIDs.next(at: now.wall)), spec: spec, at: now.wall)
        let row = Int64(line + 1)
        try rows.insertJob(body, line: row)
        noteUnindexedRow()
        if let expiresAt = body.expiresAt {
            try rows.insertExpiry(at: expiresAt, id: body.id)
            earliestExpiry = min(earliestExpiry ?? expiresAt, expiresAt)
        }
        book.modifyTenant(tenant) { $0.waiting += spec.cost }
        let isReady = body.readyAt <= now.wall
        if isReady {
            try makeReady(
                ReadyRow(line: row, track: .fresh, rank: body.rank, id: body.id, cost: body.cost))
        } else {
            try schedule(
                ScheduledRow(
                    runAt: body.readyAt, id: body.id, line: row, track: .fresh,
                    priority: body.priority, cost: body.cost))
        }
        return .job(
            JobView(
                body: body, tenant: book.tenants[tenant].id, kind: spec.kind, queue: spec.queue,
                state: isReady ? .ready : .scheduled, hold: isReady ? hold : nil))
    }

    private enum FoundLine {
        case line(Int)
        case refused(Refusal)
    }

    /// The line that the job belongs to, made if it may be and is not there yet.
    private func findLine(
        _ spec: JobSpec, tenant: Int, gate: Gate.Tenant
    ) throws(StoreError) -> FoundLine {
        let queue = book.queueIndex(spec.queue)
        let lane = queue.flatMap { book.laneIndex(tenant: tenant, queue: $0) }
        let line = lane.flatMap { book.lineIndex(lane: $0, kind: spec.kind) }
        if lane == nil, book.tenants[tenant].lanes.count >= Limits.queuesPerTenantMax {
            return .refused(.tooManyQueues(spec.queue, max: Limits.queuesPerTenantMax))
        }
        if line == nil {
            let kinds = book.kinds(ofTenant: tenant)
            if kinds.count >= Limits.kindsPerTenantMax, !kinds.contains(spec.kind) {
                return .refused(.tooManyKinds(spec.kind, max: Limits.kindsPerTenantMax))
            }
        }
        let waiting = book.tenants[tenant].waiting
        if let refusal = Gate.submitRefusal(
            cost: spec.cost, waiting: waiting, for: gate, catalog: catalog)
        {
            return .refused(.quotaExceeded(refusal))
        }
        if let line { return .line(line) }
        return .line(try makeLine(spec, tenant: tenant, queue: queue, lane: lane))
    }

    private func makeLine(
        _ spec: JobSpec, tenant: Int, queue: Int?, lane: Int?
    ) throws(StoreError) -> Int {
        let queueIndex: Int
        if let queue {
            queueIndex = queue
        } else {
            queueIndex = book.addQueue(spec.queue)
            try rows.insertQueue(number: Int64(queueIndex + 1), name: spec.queue)
        }
        let laneIndex: Int
        if let lane {
            laneIndex = lane
        } else {
            laneIndex = book.addLane(tenant: tenant, queue: queueIndex)
            try rows.insertLane(
                number: Int64(laneIndex + 1), tenant: Int64(tenant + 1),
                queue: Int64(queueIndex + 1))
        }
        let line = book.addLine(lane: laneIndex, kind: spec.kind)
        try rows.insertLine(
            number: Int64(line + 1), lane: Int64(laneIndex + 1), kind: spec.kind)
        return line
    }

    func makeReady(_ row: ReadyRow) throws(StoreError) {
        try rows.insertReady(row)
        book.insert(
            Head(rank: row.rank, id: row.id, cost: row.cost), line: Int(row.line - 1),
            track: row.track)
    }

    func schedule(_ row: ScheduledRow) throws(StoreError) {
        try rows.insertScheduled(row)
        earliestScheduled = min(earliestScheduled ?? row.runAt, row.runAt)
    }

    // MARK: Replays

    private func replayCode(_ outcome: EnqueueOutcome) -> Int64 {
        switch outcome {
        case .job(let view): view.id.rawValue
        case .replayed(let id): id.rawValue
        case .refused(.tooManyQueues): ReplayCode.tooManyQueues
        case .refused(.tooManyKinds): ReplayCode.tooManyKinds
        case .refused: ReplayCode.quotaExceeded
        }
    }

    private func answerReplay(
        _ results: [Int64], of enqueue: Enqueue, _ envelope: Envelope
    ) throws(StoreError) {
        guard let tenant = book.tenantIndex(enqueue.tenant) else {
            return refuse(envelope, .tenantUnknown(enqueue.tenant))
        }
        guard results.count == enqueue.jobs.count else {
            return refuse(
                envelope, .idempotencyMismatch(key: envelope.idempotency?.key ?? ""))
        }
        var outcomes: [EnqueueOutcome] = []
        for (spec, result) in zip(enqueue.jobs, results) {
            switch result {
            case ReplayCode.tooManyQueues:
                outcomes.append(
                    .refused(.tooManyQueues(spec.queue, max: Limits.queuesPerTenantMax)))
            case ReplayCode.tooManyKinds:
                outcomes.append(
                    .refused(.tooManyKinds(spec.kind, max: Limits.kindsPerTenantMax)))
            case ReplayCode.quotaExceeded:
                outcomes.append(.refused(.quotaExceeded(try quotaNow(tenant: tenant))))
            default:
                outcomes.append(.replayed(JobID(rawValue: result)))
            }
        }
        try answer(envelope, .enqueued(outcomes, isReplay: true), tenant: tenant)
    }

    /// A refusal for want of quota, with the figures of now.
    private func quotaNow(tenant: Int) throws(StoreError) -> SubmitRefusal {
        let plan = book.tenants[tenant].facts.plan(in: catalog)
        return Gate.refusal(
            waiting: book.tenants[tenant].waiting, for: try gateTenant(tenant), plan: plan,
            catalog: catalog)
    }
}
