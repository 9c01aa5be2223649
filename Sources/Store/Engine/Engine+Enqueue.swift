import Core

extension Engine {
    func enqueue(_ enqueue: Enqueue, _ envelope: Envelope) throws(StoreError) {
        if let replay = try replay(of: envelope) {
            switch replay {
            case .mismatch(let refusal): try refuse(envelope, refusal)
            case .results(let results): try answerReplay(results, of: enqueue, envelope)
            }
            return
        }
        guard let tenant = liveTenant(enqueue.tenant) else {
            return try refuse(envelope, .tenantUnknown(enqueue.tenant))
        }
        let gate = try gateTenant(tenant)
        guard gate.terms.facts.status != .suspended else {
            return try refuse(envelope, .tenantSuspended(enqueue.tenant, gate.terms.facts.stops))
        }
        var outcomes: [EnqueueOutcome] = []
        outcomes.reserveCapacity(enqueue.jobs.count)
        var results: [Int64] = []
        var latest = LatestJob()
        for spec in enqueue.jobs {
            let outcome = try accept(spec, tenant: tenant, gate: gate, latest: &latest)
            outcomes.append(outcome)
            if envelope.idempotency != nil { results.append(replayCode(outcome)) }
        }
        if results.contains(where: { $0 > 0 }) { try remember(envelope, results: results) }
        try answer(envelope, .enqueued(outcomes, isReplay: false), tenant: tenant)
    }

    /// Takes one job in, or says why not. Everything is checked before the first row is written.
    private func accept(
        _ spec: JobSpec, tenant: Int, gate: Gate.Tenant, latest: inout LatestJob
    ) throws(StoreError) -> EnqueueOutcome {
        let plan = book.tenants[tenant].plan
        if let refusal = refusal(of: spec, terms: gate.terms) { return .refused(refusal) }
        let cost = spec.cost ?? plan.cost(ofKind: spec.kind)
        let line: Int
        switch try findLine(spec, cost: cost, tenant: tenant, gate: gate, latest: &latest.line) {
        case .refused(let refusal): return .refused(refusal)
        case .line(let found): line = found
        }
        let body = JobBody(
            id: JobID(rawValue: jobIDs.next(at: now.wall)), spec: spec, cost: cost, at: now.wall)
        let row = Int64(line + 1)
        try rows.insertJob(body, line: row)
        noteUnindexedRow()
        if let expiresAt = body.expiresAt {
            try rows.insertExpiry(at: expiresAt, id: body.id)
            earliestExpiry = min(earliestExpiry ?? expiresAt, expiresAt)
        }
        book.modifyTenant(tenant) { $0.waiting += cost }
        let isReady = body.readyAt <= now.wall
        let effective = book.lines[line].cost(of: cost)
        let hold =
            isReady
            ? latest.hold(of: .fresh(kind: spec.kind, cost: effective), gate, catalog) : nil
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
                state: isReady ? .ready : .scheduled, hold: hold))
    }

    /// What of the job the plan does not allow, or nil.
    private func refusal(of spec: JobSpec, terms: TenantTerms) -> Refusal? {
        let plan = terms.plan
        if spec.payload.count > plan.terms.payloadBytesMax {
            return payloadTooLarge(spec, on: plan)
        }
        if terms.isEnforced, let feature = plan.missingFeature(forKind: spec.kind) {
            return featureMissing(feature, spec, on: plan)
        }
        if let cost = spec.cost, cost < plan.cost(ofKind: spec.kind), !spec.mayCostLess {
            return costTooLow(spec, on: plan)
        }
        return nil
    }

    private func payloadTooLarge(_ spec: JobSpec, on plan: Plan) -> Refusal {
        .payloadTooLarge(
            bytes: spec.payload.count, max: plan.terms.payloadBytesMax, plan: plan.id)
    }

    private func featureMissing(_ feature: String, _ spec: JobSpec, on plan: Plan) -> Refusal {
        .featureMissing(
            feature: feature, kind: spec.kind, plan: plan.id,
            upgradeTo: catalog.plan(withFeature: feature, above: plan)?.id)
    }

    private func costTooLow(_ spec: JobSpec, on plan: Plan) -> Refusal {
        .costTooLow(
            cost: spec.cost ?? 0, kind: spec.kind, planCost: plan.cost(ofKind: spec.kind),
            plan: plan.id)
    }

    private enum FoundLine {
        case line(Int)
        case refused(Refusal)
    }

    /// What was found out of the latest of jobs that are submitted together: most are alike.
    private struct LatestJob {
        var line: LatestLine?
        private var held: (request: Gate.Request, hold: Hold?)?

        /// What keeps the job from starting.
        mutating func hold(
            of request: Gate.Request, _ tenant: Gate.Tenant, _ catalog: PlanCatalog
        ) -> Hold? {
            if let held, held.request == request { return held.hold }
            let hold = Gate.hold(request, for: tenant, catalog: catalog)
            held = (request, hold)
            return hold
        }
    }

    /// The line of the job before: most jobs of a batch belong to the same.
    private struct LatestLine {
        let queue: String
        let kind: String
        let line: Int
    }

    /// The line that the job belongs to, made if it may be and is not there yet.
    private func findLine(
        _ spec: JobSpec, cost: Int64, tenant: Int, gate: Gate.Tenant,
        latest: inout LatestLine?
    ) throws(StoreError) -> FoundLine {
        var line: Int?
        var queue: Int?
        var lane: Int?
        if let latest, latest.kind == spec.kind, latest.queue == spec.queue {
            line = latest.line
        } else {
            queue = book.queueIndex(spec.queue)
            lane = queue.flatMap { book.laneIndex(tenant: tenant, queue: $0) }
            line = lane.flatMap { book.lineIndex(lane: $0, kind: spec.kind) }
            if line == nil, let refusal = lineRefusal(of: spec, tenant: tenant, lane: lane) {
                return .refused(refusal)
            }
        }
        if let refusal = Gate.submitRefusal(
            cost: cost, waiting: book.tenants[tenant].waiting, for: gate, catalog: catalog)
        {
            return .refused(.quotaExceeded(refusal))
        }
        let found =
            if let line {
                line
            } else {
                try makeLine(spec, tenant: tenant, queue: queue, lane: lane)
            }
        latest = LatestLine(queue: spec.queue, kind: spec.kind, line: found)
        return .line(found)
    }

    /// Why the tenant may have no line more for this job, or nil.
    private func lineRefusal(of spec: JobSpec, tenant: Int, lane: Int?) -> Refusal? {
        if lane == nil, book.tenants[tenant].lanes.count >= Limits.queuesPerTenantMax {
            return .tooManyQueues(spec.queue, max: Limits.queuesPerTenantMax)
        }
        let kinds = book.kinds(ofTenant: tenant)
        guard kinds.count >= Limits.kindsPerTenantMax, !kinds.contains(spec.kind) else {
            return nil
        }
        return .tooManyKinds(spec.kind, max: Limits.kindsPerTenantMax)
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

    /// Puts a job into its line. One that can never be admitted waits apart.
    func makeReady(_ row: ReadyRow) throws(StoreError) {
        let line = Int(row.line - 1)
        let isUnfit =
            row.track == .fresh
            && book.lines[line].cost(of: row.cost) > book.capacity(ofLine: line)
        let row =
            isUnfit
            ? ReadyRow(
                line: row.line, track: .unfit, rank: row.rank, id: row.id, cost: row.cost) : row
        try rows.insertReady(row)
        book.insert(
            Head(rank: row.rank, id: row.id, cost: row.cost), line: line, track: row.track)
        try findHeads()
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
        case .refused(.payloadTooLarge): ReplayCode.payloadTooLarge
        case .refused(.featureMissing): ReplayCode.featureMissing
        case .refused(.costTooLow): ReplayCode.costTooLow
        case .refused: ReplayCode.quotaExceeded
        }
    }

    private func answerReplay(
        _ results: [Int64], of enqueue: Enqueue, _ envelope: Envelope
    ) throws(StoreError) {
        guard let tenant = book.tenantIndex(enqueue.tenant) else {
            return try refuse(envelope, .tenantUnknown(enqueue.tenant))
        }
        guard results.count == enqueue.jobs.count else {
            return try refuse(
                envelope, .idempotencyMismatch(key: envelope.idempotency?.key ?? ""))
        }
        let plan = book.tenants[tenant].plan
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
            case ReplayCode.payloadTooLarge:
                outcomes.append(.refused(payloadTooLarge(spec, on: plan)))
            case ReplayCode.featureMissing:
                let feature = plan.terms.featuresOfKinds[spec.kind] ?? ""
                outcomes.append(.refused(featureMissing(feature, spec, on: plan)))
            case ReplayCode.costTooLow:
                outcomes.append(.refused(costTooLow(spec, on: plan)))
            default:
                outcomes.append(.replayed(JobID(rawValue: result)))
            }
        }
        try answer(envelope, .enqueued(outcomes, isReplay: true), tenant: tenant)
    }

    /// A refusal for want of quota, with the figures of now.
    private func quotaNow(tenant: Int) throws(StoreError) -> SubmitRefusal {
        Gate.refusal(
            waiting: book.tenants[tenant].waiting, for: try gateTenant(tenant),
            catalog: catalog)
    }
}
