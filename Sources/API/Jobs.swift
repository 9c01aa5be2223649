import Core
import HTTP
import JSON
import Store

/// `POST /v1/jobs` and `POST /v1/jobs/ID/cancel`.
enum Jobs {
    /// Takes in one job.
    static func submit(_ context: RequestContext) throws(Problem) -> Step {
        let tenant = try context.actingTenant()
        let idempotency = try IdempotencyKey.read(context)
        var reader = try BodyReader(context.request)
        let fields = JobFields(reader.document.root, at: .root, context, &reader)
        try reader.finish()
        if let tooLarge = fields.tooLarge { throw tooLarge }
        let catalog = context.catalog
        return .command(
            .enqueue(Enqueue(tenant: tenant, jobs: [fields.spec])), idempotency
        ) { reply in
            submitted(reply, tenant: tenant, catalog: catalog)
        }
    }

    private static func submitted(
        _ reply: Reply, tenant: String, catalog: PlanCatalog
    ) -> Step {
        guard case .enqueued(let outcomes, let isReplay) = reply else {
            return .unfulfilled(reply, of: "enqueue")
        }
        precondition(outcomes.count == 1, "one job was submitted, \(outcomes.count) were answered")
        switch outcomes[0] {
        case .job(let job):
            return .answer(created(job).replayed(isReplay))
        case .refused(let refusal):
            return .problem(.refusal(refusal, at: .root, catalog: catalog))
        case .replayed(let id):
            return .query(.jobs([id], tenant: tenant)) { rows, _ in
                guard case .jobs(let jobs) = rows else {
                    return .unfulfilled(rows, of: "jobs")
                }
                guard let job = jobs.first ?? nil else { return .problem(.jobGone(id)) }
                return .answer(created(job).replayed(true))
            }
        }
    }

    private static func created(_ job: JobView) -> Response {
        var writer = JSONWriter(capacity: JSONWriter.jobBytesTypical + job.payload.count)
        writer.job(job)
        return .json(201, writer)
    }

    /// Cancels a job that waits; one that runs is told at its next heartbeat.
    static func cancel(_ context: RequestContext) throws(Problem) -> Step {
        let id = try context.pathJob()
        return .command(.cancelJob(id, tenant: context.caller.tenant), nil) { reply in
            guard case .job(let job) = reply else {
                return .unfulfilled(reply, of: "cancelJob")
            }
            return .answer(JobReads.shown(job))
        }
    }
}
