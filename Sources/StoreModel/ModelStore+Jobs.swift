import Core
import Store

extension ModelStore {
    func enqueue(_ enqueue: Enqueue, _ envelope: Envelope) {
        switch remembered(envelope) {
        case .mismatch(let refusal): return answer(envelope.id, .refused(refusal))
        case .results(let results): return replay(results, of: enqueue, envelope)
        case nil: break
        }
        if liveTenant(enqueue.tenant) != nil { turnIfDue(enqueue.tenant) }
        guard let tenant = liveTenant(enqueue.tenant) else {
            return answer(envelope.id, .refused(.tenantUnknown(enqueue.tenant)))
        }
        guard tenant.facts.status != .suspended else {
            return answer(
                envelope.id,
                .refused(.tenantSuspended(enqueue.tenant, tenant.facts.stops)))
        }
        let outcomes = enqueue.jobs.map { accept($0, tenant) }
        let results = outcomes.map(code)
        if results.contains(where: { $0 > 0 }) { remember(envelope, results) }
        answer(envelope.id, .enqueued(outcomes, isReplay: false), tenant: tenant.id)
    }

    private func accept(_ spec: JobSpec, _ tenant: ModelTenant) -> EnqueueOutcome {
        let terms = terms(tenant)
        if let refusal = refusal(of: spec, terms) { return .refused(refusal) }
        let cost = spec.cost ?? terms.plan.cost(ofKind: spec.kind)
        let ours = lanes.filter { $0.tenant == tenant.id }
        let hasQueue = ours.contains { $0.queue == spec.queue }
        if !hasQueue, ours.count >= Limits.queuesPerTenantMax {
            return .refused(.tooManyQueues(spec.queue, max: Limits.queuesPerTenantMax))
        }
        let kinds = kinds[tenant.id] ?? []
        if !kinds.contains(spec.kind), kinds.count >= Limits.kindsPerTenantMax {
            return .refused(.tooManyKinds(spec.kind, max: Limits.kindsPerTenantMax))
        }
        if let refusal = Gate.submitRefusal(
            cost: cost, waiting: waiting(tenant.id), for: gate(tenant), catalog: catalog)
        {
            return .refused(.quotaExceeded(refusal))
        }
        if !hasQueue { lanes.append(ModelLane(tenant: tenant.id, queue: spec.queue)) }
        if let lane = lanes.firstIndex(where: { $0.tenant == tenant.id && $0.queue == spec.queue }),
            !lanes[lane].kinds.contains(spec.kind)
        {
            lanes[lane].kinds.append(spec.kind)
        }
        let body = JobBody(
            id: JobID(rawValue: jobIDs.next(at: now.wall)), spec: spec, cost: cost, at: now.wall)
        let job = ModelJob(
            body: body, tenant: tenant.id, kind: spec.kind, queue: spec.queue,
            place: body.readyAt <= now.wall ? .ready : .scheduled, rank: body.rank,
            readyAt: body.readyAt)
        jobs.put(job)
        self.kinds[tenant.id, default: []].insert(spec.kind)
        return .job(view(job))
    }

    /// What of the job the plan does not allow, or nil.
    private func refusal(of spec: JobSpec, _ terms: TenantTerms) -> Refusal? {
        let plan = terms.plan
        if spec.payload.count > plan.terms.payloadBytesMax {
            return .payloadTooLarge(
                bytes: spec.payload.count, max: plan.terms.payloadBytesMax, plan: plan.id)
        }
        if terms.isEnforced, let feature = plan.missingFeature(forKind: spec.kind) {
            return .featureMissing(
                feature: feature, kind: spec.kind, plan: plan.id,
                upgradeTo: catalog.plan(withFeature: feature, above: plan)?.id)
        }
        let least = plan.cost(ofKind: spec.kind)
        if let cost = spec.cost, cost < least, !spec.mayCostLess {
            return .costTooLow(cost: cost, kind: spec.kind, planCost: least, plan: plan.id)
        }
        return nil
    }

    private func code(_ outcome: EnqueueOutcome) -> Int64 {
        switch outcome {
        case .job(let view): view.id.rawValue
        case .replayed(let id): id.rawValue
        case .refused(.tooManyQueues): -2
        case .refused(.tooManyKinds): -3
        case .refused(.payloadTooLarge): -4
        case .refused(.featureMissing): -5
        case .refused(.costTooLow): -6
        case .refused: -1
        }
    }

    private func replay(_ results: [Int64], of enqueue: Enqueue, _ envelope: Envelope) {
        let id = envelope.id
        guard let tenant = tenant(enqueue.tenant) else {
            return answer(id, .refused(.tenantUnknown(enqueue.tenant)))
        }
        guard results.count == enqueue.jobs.count else {
            return answer(
                id, .refused(.idempotencyMismatch(key: envelope.idempotency?.key ?? "")))
        }
        let outcomes = zip(enqueue.jobs, results).map { spec, result -> EnqueueOutcome in
            switch result {
            case -2:
                return .refused(.tooManyQueues(spec.queue, max: Limits.queuesPerTenantMax))
            case -3: return .refused(.tooManyKinds(spec.kind, max: Limits.kindsPerTenantMax))
            case -1:
                turnIfDue(tenant.id)
                return .refused(
                    .quotaExceeded(
                        Gate.refusal(
                            waiting: waiting(tenant.id),
                            for: gate(self.tenant(tenant.id) ?? tenant),
                            catalog: catalog)))
            case -4, -5, -6: return .refused(replayed(result, spec, terms(tenant).plan))
            default: return .replayed(JobID(rawValue: result))
            }
        }
        answer(id, .enqueued(outcomes, isReplay: true), tenant: tenant.id)
    }

    /// A refusal by the plan, with the figures of now.
    private func replayed(_ code: Int64, _ spec: JobSpec, _ plan: Plan) -> Refusal {
        switch code {
        case -4:
            return .payloadTooLarge(
                bytes: spec.payload.count, max: plan.terms.payloadBytesMax, plan: plan.id)
        case -5:
            let feature = plan.terms.featuresOfKinds[spec.kind] ?? ""
            return .featureMissing(
                feature: feature, kind: spec.kind, plan: plan.id,
                upgradeTo: catalog.plan(withFeature: feature, above: plan)?.id)
        default:
            return .costTooLow(
                cost: spec.cost ?? 0, kind: spec.kind,
                planCost: plan.cost(ofKind: spec.kind), plan: plan.id)
        }
    }

    // MARK: Cancel and the ends of waiting

    func cancelJob(_ job: JobID, _ tenant: String?, _ id: EnvelopeID) {
        guard let found = jobs[job], tenant == nil || found.tenant == tenant else {
            return answer(id, .refused(.jobUnknown(job)))
        }
        switch found.place {
        case .running:
            if found.cancelRequestedAt == nil { requestCancel(found) }
        case .ready, .scheduled:
            endWaiting(job, .canceled)
        case .ended(.canceled): break
        case .ended(let end):
            return answer(id, .refused(.jobFinished(job, end.state)))
        }
        guard let after = jobs[job] else { return }
        answer(id, .job(view(after)), tenant: tenant == nil ? nil : found.tenant)
    }

    /// A job that runs is to end, and the server's own runner is told if it has it.
    func requestCancel(_ job: ModelJob) {
        change(job.body.id) { $0.cancelRequestedAt = now.wall }
        guard let attempt = job.lastAttempt.flatMap({ attempts[$0] }), attempt.boot != nil else {
            return
        }
        outcome.canceledLeases.append(attempt.token)
    }

    func endWaiting(_ job: JobID, _ end: JobEnd) {
        change(job) {
            $0.place = .ended(end)
            $0.finishedAt = now.wall
            if end == .canceled { $0.cancelRequestedAt = now.wall }
        }
        refund(job)
        outcome.endedJobs.append(job)
    }

    func promote() {
        let due = jobs.living
            .filter { $0.job.place == .scheduled && $0.job.readyAt <= now.wall }.map(\.job)
            .sorted { ($0.readyAt, $0.body.id) < ($1.readyAt, $1.body.id) }
        if due.count > limits.promotionsMax { outcome.hasMore = true }
        for job in due.prefix(limits.promotionsMax) {
            change(job.body.id) {
                $0.place = .ready
                $0.rank = Rank.of(readyAt: $0.readyAt, priority: $0.body.priority)
            }
        }
    }

    func expireWaiting() {
        let due = jobs.living.filter { box in
            guard let expiresAt = box.job.body.expiresAt else { return false }
            return box.job.isWaiting && !box.job.isCharged && expiresAt <= now.wall
        }
        for id in due.map(\.job.body.id).sorted() { endWaiting(id, .expired) }
    }

    func cancelJobsOfDeleted() {
        for tenant in tenants where tenant.facts.isDeleted {
            for lane in lanes where lane.tenant == tenant.id {
                for kind in lane.kinds { cancelWaiting(kind, of: lane, terms(tenant)) }
            }
        }
    }

    /// The waiting jobs of one kind: those that are paid for, those that are not, and those that
    /// are not due, each in the order in which they would have been served.
    private func cancelWaiting(_ kind: String, of lane: ModelLane, _ terms: TenantTerms) {
        let jobs = jobs.living(lane.tenant, in: lane.queue).map(\.job)
            .filter { $0.isWaiting && $0.kind == kind }
        guard !jobs.isEmpty else { return }
        let capacity = tenant(lane.tenant).map { gate($0).capacity } ?? 0
        func place(_ job: ModelJob) -> Int {
            if job.place == .scheduled { return 3 }
            return job.isCharged ? 0 : cost(job, terms.plan) > capacity ? 2 : 1
        }
        func rank(_ job: ModelJob) -> Int64 {
            job.place == .scheduled ? job.readyAt.milliseconds : job.rank
        }
        for job in jobs.sorted(by: {
            (place($0), rank($0), $0.body.id) < (place($1), rank($1), $1.body.id)
        }) {
            endWaiting(job.body.id, .canceled)
        }
    }

    // MARK: Views

    func view(_ job: ModelJob, seesPace: Bool = true) -> JobView {
        var view = JobView(
            body: job.body, tenant: job.tenant, kind: job.kind, queue: job.queue,
            state: state(job))
        view.attempt = job.run.attempts
        view.crashCount = job.run.crashes
        view.runAt = job.isFinished ? job.body.readyAt : job.readyAt
        view.startedAt = job.startedAt
        view.finishedAt = job.finishedAt
        view.chargedPeriod = job.chargedPeriod
        view.cancelRequestedAt = job.cancelRequestedAt
        view.result = job.result
        view.error = job.error
        if !job.isWaiting, let progress = job.progress, progress.attempt == job.lastAttempt {
            view.progress = progress.said
        }
        if job.place == .ready, let tenant = tenant(job.tenant) {
            let gate = gate(tenant, seesPace: seesPace)
            view.hold = Gate.hold(
                request(job, gate.terms.plan), for: gate, catalog: catalog)
        }
        return view
    }

    private func state(_ job: ModelJob) -> JobState {
        switch job.place {
        case .scheduled: .scheduled
        case .ready: .ready
        case .running: .running
        case .ended(let end): end.state
        }
    }
}

extension ModelJob {
    fileprivate var isFinished: Bool {
        if case .ended = place { return true }
        return false
    }
}
