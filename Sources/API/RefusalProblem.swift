import Core
package import HTTP
package import Store

extension Problem {
    /// What the caller is told of a refusal.
    package static func refusal(_ refusal: Refusal) -> Problem {
        .refusal(refusal, at: .root, catalog: nil)
    }

    /// The same for what stands at `place` in the body. `path` is where a metric or a version is
    /// named, if not in a field of that name. The catalog tells what a greater plan would allow.
    static func refusal(
        _ refusal: Refusal, at place: Place, path: String? = nil, catalog: PlanCatalog?
    ) -> Problem {
        switch refusal {
        case .tenantUnknown(let tenant):
            .noTenant(tenant)
        case .tenantExists(let tenant):
            Problem(
                .conflict,
                detail: "The tenant id '\(tenant)' is taken; ids are never used again, not even"
                    + " after a deletion. Choose another one.")
        case .tenantSuspended(let tenant, let stops):
            Problem(
                .tenantSuspended,
                detail: "Tenant '\(tenant)' is suspended and takes no new jobs. "
                    + StopWords.sentences(stops, tenant: tenant))
        case .tenantBusy(let tenant, let running):
            Problem(
                .conflict,
                detail: "Tenant '\(tenant)' has \(running) running"
                    + " \(running == 1 ? "job" : "jobs"). Wait for the end, or delete it with"
                    + " ?force=true, which cancels what runs.",
                members: [("running", .integer(Int64(running)))])
        case .tenantSubscribed(let tenant, let subscription):
            Problem(
                .conflict,
                detail: "Tenant '\(tenant)' has subscription \(subscription), which goes on costing"
                    + " money. Cancel it at the provider, or delete the tenant with ?force=true.")
        case .billing(let refusal):
            .billing(refusal)
        case .planUnknown(let plan, let known):
            .field(
                "$.plan",
                "there is no plan '\(plan.clamped(bytesMax: 100))'; the plans are \(known)")
        case .quotaExceeded(let refusal):
            .quotaExceeded(refusal, catalog: catalog)
        case .amountExceeds(let refusal):
            .amountExceeds(refusal, catalog: catalog)
        case .featureMissing(let feature, let kind, let plan, let upgradeTo):
            .featureMissing(feature, kind: kind, plan: plan, upgradeTo: upgradeTo)
        case .costTooLow(let cost, let kind, let planCost, let plan):
            .field(
                place.path("cost"),
                "\(cost) is less than the \(planCost) that plan '\(plan)' asks for a job of kind"
                    + " '\(kind)'; give \(planCost) or more, or leave it out")
        case .payloadTooLarge(let bytes, let max, let plan):
            .payloadTooLarge(place.path("payload"), bytes: bytes, bytesMax: max, plan: plan)
        case .metricUnknown(let metric, let known):
            .field(
                path ?? place.path("metric"),
                "there is no metric '\(metric.clamped(bytesMax: 100))'; the metrics are \(known)")
        case .metricIsGauge(let metric):
            .field(
                path ?? place.path("metric"),
                "'\(metric)' is a gauge, which has a value and no sum; set it with PUT"
                    + " /v1/usage/\(metric), or its limit with an override")
        case .metricIsCounter(let metric):
            .field(
                path ?? place.path("metric"),
                "'\(metric)' is a counter and has no value that could be set; add to it with POST"
                    + " /v1/usage")
        case .metricTypeStays(let metric, let type):
            Problem(
                .conflict,
                detail: "Metric '\(metric)' is a \(type.name) in the plans of before. A type stays;"
                    + " give the metric another name.")
        case .amountTooGreat(let metric, let used):
            .amountTooGreat(path ?? place.path("amount"), Metric(name: metric), used: used)
        case .overageNotSold(let plan, let metric):
            .overageNotSold(plan: plan, metric: metric, catalog: catalog)
        case .planInUse(let plan, let tenants, let such):
            .planInUse(plan, tenants: tenants, such: such)
        case .planVersionUnknown(let plan, let version):
            .field(
                path ?? place.path("version"),
                "plan '\(plan)' has no version \(version); see GET /v1/plans/\(plan)")
        case .overrideUnknown(let metric):
            Problem(
                .notFound,
                detail: "The tenant has no override of '\(metric)'. List its overrides to see which"
                    + " it has.")
        case .grantUnknown(let grant):
            .noGrant(grant)
        case .grantOver(let grant, let state):
            Problem(
                .conflict,
                detail: "Grant \(grant) is over already: it is \(state.name). Nothing was changed.",
                members: [("state", .string(state.name))])
        case .tooManyGrants(let tenant, let max):
            Problem(
                .conflict,
                detail: "Tenant '\(tenant)' has \(max) grants that are not over already, the most"
                    + " there may be. Revoke one that is no longer wanted.")
        case .rowUnreadable:
            .unreadable
        case .grantEndsTooEarly:
            .field(
                place.path("expires_at"),
                "is not after the moment when the grant begins; give a later time, or null for no"
                    + " end")
        case .overrideEndsTooEarly:
            .field(
                place.path("until"), "is in the past; give a later time, or null for no end")
        case .tooManyOverrides(let tenant, let max):
            Problem(
                .conflict,
                detail: "Tenant '\(tenant)' has \(max) overrides, the most there may be. End one"
                    + " that is no longer wanted.")
        case .tooManyMoves(let max):
            Problem(
                .conflict,
                detail: "\(max) moves between versions of plans wait for each other, the most there"
                    + " may be. Try again when some of them are made.")
        case .tooManyQueues(let queue, let max):
            .field(
                place.path("queue"),
                "'\(queue)' would be one queue more than the \(max) that a tenant may use; use one"
                    + " of those")
        case .tooManyKinds(let kind, let max):
            .field(
                place.path("kind"),
                "'\(kind)' would be one kind more than the \(max) that a tenant may use; use one of"
                    + " those and put the difference into the payload")
        case .tooManyKeys(let owner, let max):
            Problem(
                .conflict,
                detail: "There are \(max) keys of"
                    + (owner.isEmpty ? " the operator" : " '\(owner)'")
                    + " already, the most there may be. Revoke one that is no longer used.")
        case .jobUnknown(let job):
            .noJob(job.description)
        case .jobFinished(let job, let state):
            Problem(
                .alreadyFinished,
                detail: "Job \(job) has ended already: it is \(state.name). Nothing was changed.",
                members: [("state", .string(state.name))])
        case .keyUnknown(let key):
            .noKey(key.description)
        case .idempotencyMismatch(let key):
            Problem(
                .idempotencyMismatch,
                detail: "The Idempotency-Key '\(key)' was sent before with another path or body."
                    + " Use a new key for a new request.")
        case .tooManyTickets(let max):
            Problem(
                .overloaded,
                detail: "\(max) pulls wait already, the most that may. Pull again later, or without"
                    + " wait.",
                retryAfterSeconds: 1)
        case .outbound(let refusal):
            .outbound(refusal)
        case .storageUnavailable:
            Problem(
                .storageUnavailable,
                detail: "The store did not confirm the request. Whether a change took effect is"
                    + " unknown: repeat it with the same Idempotency-Key.",
                retryAfterSeconds: 1)
        case .overloaded:
            Problem(
                .overloaded,
                detail: "As much waits already as the server has room for, or the store's log is"
                    + " too long (/readyz says so then). Nothing was done; repeat the request"
                    + " later.",
                retryAfterSeconds: 1)
        case .draining:
            Problem(
                .draining,
                detail: "The server is shutting down and takes no new requests. Nothing was done;"
                    + " repeat the request later.",
                retryAfterSeconds: 5)
        }
    }
}
