import Core
package import HTTP
package import Store

extension Problem {
    /// What the caller is told of a refusal.
    package static func refusal(_ refusal: Refusal) -> Problem {
        .refusal(refusal, at: .root, catalog: nil)
    }

    /// The same for a job that stands at `place` in the body. The catalog tells what a greater plan
    /// would allow.
    static func refusal(_ refusal: Refusal, at place: Place, catalog: PlanCatalog?) -> Problem {
        switch refusal {
        case .tenantUnknown(let tenant):
            .noTenant(tenant)
        case .tenantExists(let tenant):
            Problem(
                .conflict,
                detail: "The tenant id '\(tenant)' is taken; ids are never used again, not even"
                    + " after a deletion. Choose another one.")
        case .tenantSuspended(let tenant):
            Problem(
                .tenantSuspended,
                detail: "Tenant '\(tenant)' is suspended and takes no new jobs. The operator can"
                    + " lift it with POST /v1/tenants/\(tenant)/resume.")
        case .tenantBusy(let tenant, let running):
            Problem(
                .conflict,
                detail: "Tenant '\(tenant)' has \(running) running jobs. Wait until they have ended"
                    + " or delete it with ?force=true, which cancels them.",
                members: [("running", .integer(Int64(running)))])
        case .planUnknown(let plan, let known):
            .invalid([
                FieldError(
                    path: "$.plan",
                    message: "there is no plan '\(plan.clamped(bytesMax: 100))'; the plans are"
                        + " \(known)")
            ])
        case .quotaExceeded(let refusal):
            .quotaExceeded(refusal, catalog: catalog)
        case .tooManyQueues(let queue, let max):
            .invalid([
                FieldError(
                    path: place.path("queue"),
                    message: "'\(queue)' would be one queue more than the \(max) that a tenant may"
                        + " use; use one of those")
            ])
        case .tooManyKinds(let kind, let max):
            .invalid([
                FieldError(
                    path: place.path("kind"),
                    message: "'\(kind)' would be one kind more than the \(max) that a tenant may"
                        + " use; use one of those and put the difference into the payload")
            ])
        case .tooManyKeys(let owner, let max):
            Problem(
                .conflict,
                detail: "There are \(max) keys of '\(owner)' already, the most there may be. Revoke"
                    + " one that is no longer used.")
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
        case .storageUnavailable:
            Problem(
                .storageUnavailable,
                detail: "The store did not confirm the request; whether it took effect is unknown."
                    + " Repeat it with the same Idempotency-Key.",
                retryAfterSeconds: 1)
        case .overloaded:
            Problem(
                .overloaded,
                detail: "More requests wait for the store than it can take. Nothing was done;"
                    + " repeat the request later.",
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
