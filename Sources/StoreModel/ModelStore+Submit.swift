import Core
import Store

/// Jobs come in, and are called off.
extension ModelStore {
    func submit(_ enqueue: Enqueue, _ envelope: Envelope) {
        let id = enqueue.tenant
        switch replay(of: envelope) {
        case .none: break
        case .mismatch(let refusal):
            return answer(envelope, .refused(refusal), quotaOf: id)
        case .made(.jobs(let outcomes)):
            let replayed = outcomes.map(\.replayed)
            return answer(envelope, .enqueued(replayed, isReplay: true), quotaOf: id)
        case .made(.tenant), .made(.key):
            preconditionFailure("a fingerprint belongs to two kinds of requests")
        }
        guard exists(id) else { return answer(envelope, .refused(.tenantUnknown(id))) }
        guard tenant(id).facts.status != .suspended else {
            return answer(envelope, .refused(.tenantSuspended(id)), quotaOf: id)
        }
        var outcomes: [EnqueueOutcome] = []
        var kept: [ModelReplay.Outcome] = []
        var isAnyAccepted = false
        for spec in enqueue.jobs {
            if let refusal = refusal(of: spec, tenant: id) {
                outcomes.append(.refused(refusal))
                kept.append(.refused(refusal))
            } else {
                let job = takeIn(spec, tenant: id)
                outcomes.append(.job(view(of: job, in: clock.current)))
                kept.append(.accepted(job))
                isAnyAccepted = true
            }
        }
        if isAnyAccepted { remember(.jobs(kept), for: envelope) }
        answer(envelope, .enqueued(outcomes, isReplay: false), quotaOf: id)
    }

    /// Why a job is not taken in, or nil if it is.
    private func refusal(of spec: JobSpec, tenant id: String) -> Refusal? {
        let used = lines.keys.filter { $0.tenant == id }
        let queues = Set(used.map(\.queue))
        if !queues.contains(spec.queue), queues.count >= Limits.queuesPerTenantMax {
            return .tooManyQueues(spec.queue, max: Limits.queuesPerTenantMax)
        }
        let kinds = Set(used.map(\.kind))
        if !kinds.contains(spec.kind), kinds.count >= Limits.kindsPerTenantMax {
            return .tooManyKinds(spec.kind, max: Limits.kindsPerTenantMax)
        }
        let over = Gate.submitRefusal(
            cost: spec.cost, waiting: tenant(id).waiting,
            for: gateTenant(id, in: clock.current), catalog: catalog)
        return over.map { .quotaExceeded($0) }
    }

    private func takeIn(_ spec: JobSpec, tenant id: String) -> JobID {
        let body = JobBody(
            id: JobID(rawValue: jobIDs.next(at: now.wall)), spec: spec, at: now.wall)
        let job = ModelJob(
            body: body, tenant: id, kind: spec.kind, queue: spec.queue, runAt: body.readyAt,
            rank: body.rank)
        jobs[body.id] = job
        tenants[id]?.waiting += body.cost
        if lanes[job.laneKey] == nil {
            lanes[job.laneKey] = ModelLane(number: lanes.count + 1)
        }
        // A line stays when its last job has left: its names count against the tenant's limits.
        if lines[job.lineKey] == nil { lines[job.lineKey] = ModelLine() }
        if body.readyAt > now.wall {
            scheduled[body.id] = body.readyAt
        } else {
            lines[job.lineKey]?.insert(job)
        }
        return body.id
    }

    // MARK: Cancel

    func cancel(_ id: JobID, tenant: String?, _ envelope: Envelope) {
        guard let job = jobs[id], tenant == nil || job.tenant == tenant else {
            return answer(envelope, .refused(.jobUnknown(id)), quotaOf: tenant)
        }
        if let end = ended[id] {
            guard end == .canceled else {
                let refusal = Refusal.jobFinished(id, end.state)
                return answer(envelope, .refused(refusal), quotaOf: tenant)
            }
        } else if running[id] != nil {
            requestCancel(id)
        } else {
            leaveWaiting(id)
            finish(id, .canceled)
        }
        answer(envelope, .job(view(of: id, in: clock.current)), quotaOf: tenant)
    }

    /// Asks the worker of a running job to stop; the first time of asking stays.
    func requestCancel(_ id: JobID) {
        if job(id).cancelRequestedAt == nil { jobs[id]?.cancelRequestedAt = now.wall }
    }

    /// Takes a scheduled or ready job out of its place. What was never charged waits no longer.
    func leaveWaiting(_ id: JobID) {
        let job = job(id)
        let wasScheduled = scheduled.removeValue(forKey: id) != nil
        let wasReady = lines[job.lineKey]?.remove(id) ?? false
        precondition(wasScheduled != wasReady, "\(id) waited in no place or in two")
        if !job.isCharged { tenants[job.tenant]?.waiting -= job.body.cost }
    }

    /// The job is over. It has left the place where it was.
    func finish(_ id: JobID, _ end: JobEnd) {
        jobs[id]?.finishedAt = now.wall
        ended[id] = end
        outcome.endedJobs.append(id)
    }
}

extension ModelReplay.Outcome {
    fileprivate var replayed: EnqueueOutcome {
        switch self {
        case .accepted(let id): .replayed(id)
        case .refused(let refusal): .refused(refusal)
        }
    }
}
