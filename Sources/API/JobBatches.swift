import Core
import HTTP
import JSON
import Store

/// `POST /v1/jobs/batch`: many jobs in one commit, each accepted or refused for itself.
struct JobBatches {
    private let tenant: String
    private let catalog: PlanCatalog
    private var specs: [JobSpec] = []
    /// The jobs that never reach the store, by their place in the batch.
    private var tooLarge: [(index: Int, problem: Problem)] = []

    private enum Field: Int, FieldNames {
        case jobs

        var name: StaticString { "jobs" }
    }

    /// Takes in a batch.
    static func submit(_ context: RequestContext) throws(Problem) -> Step {
        let idempotency = try IdempotencyKey.read(context)
        let batch = try JobBatches(context)
        let enqueue = Enqueue(tenant: batch.tenant, jobs: batch.specs)
        guard !batch.specs.isEmpty else { return batch.answer([], isReplay: false) }
        return .command(.enqueue(enqueue), idempotency) { reply in
            guard case .enqueued(let outcomes, let isReplay) = reply else {
                return .unfulfilled(reply, of: "enqueue")
            }
            return batch.answer(outcomes, isReplay: isReplay)
        }
    }

    private init(_ context: RequestContext) throws(Problem) {
        tenant = try context.actingTenant()
        catalog = context.catalog
        var reader = try BodyReader(context.request)
        var fields = try FieldWalk<Field>(body: &reader)
        var hasJobs = false
        while let (field, value) = fields.next(&reader) {
            hasJobs = true
            let spot = fields.spot(field)
            let list = reader.elements(
                reader.required(value, spot), spot, 1...Limits.batchItemsMax)
            guard let list else { continue }
            for (index, node) in list.enumerated() {
                let place = Place.element(index, of: field.name)
                let job = JobFields(node, at: place, context, &reader)
                if let problem = job.tooLarge {
                    tooLarge.append((index, problem))
                } else {
                    specs.append(job.spec)
                }
            }
        }
        if !hasJobs { reader.refuse("$.jobs", "is missing; give a list of jobs") }
        try reader.finish()
    }

    /// Answers at once, or when the jobs that an earlier request made have been read.
    private func answer(_ outcomes: [EnqueueOutcome], isReplay: Bool) -> Step {
        var ids: [JobID] = []
        for case .replayed(let id) in outcomes { ids.append(id) }
        guard !ids.isEmpty else {
            return .answer(response(outcomes, replayed: []).replayed(isReplay))
        }
        return .query(.jobs(ids, tenant: tenant)) { rows, _ in
            guard case .jobs(let jobs) = rows else { return .unfulfilled(rows, of: "jobs") }
            return .answer(response(outcomes, replayed: jobs).replayed(isReplay))
        }
    }

    private func response(_ outcomes: [EnqueueOutcome], replayed: [JobView?]) -> Response {
        let payloadBytes = specs.reduce(0) { $0 + $1.payload.count }
        var writer = JSONWriter(
            capacity: 16 + outcomes.count * JSONWriter.jobBytesTypical + payloadBytes)
        var replayed = replayed.makeIterator()
        var skipped = tooLarge.makeIterator()
        var nextSkipped = skipped.next()
        writer.beginObject()
        writer.key("results")
        writer.beginArray()
        var index = 0
        for outcome in outcomes {
            while let skip = nextSkipped, skip.index == index {
                writer.item(error: skip.problem)
                nextSkipped = skipped.next()
                index += 1
            }
            write(outcome, at: index, &replayed, &writer)
            index += 1
        }
        while let skip = nextSkipped {
            writer.item(error: skip.problem)
            nextSkipped = skipped.next()
        }
        writer.endArray()
        writer.endObject()
        return .json(200, writer)
    }

    private func write(
        _ outcome: EnqueueOutcome, at index: Int,
        _ replayed: inout IndexingIterator<[JobView?]>, _ writer: inout JSONWriter
    ) {
        switch outcome {
        case .job(let job):
            writer.item(job: job)
        case .replayed(let id):
            if let job = replayed.next() ?? nil {
                writer.item(job: job)
            } else {
                writer.item(error: .jobGone(id))
            }
        case .refused(let refusal):
            let place = Place.element(index, of: "jobs")
            writer.item(error: .refusal(refusal, at: place, catalog: catalog))
        }
    }
}

extension JSONWriter {
    fileprivate mutating func item(job: JobView) {
        beginObject()
        key("job")
        self.job(job)
        endObject()
    }

    fileprivate mutating func item(error: Problem) {
        beginObject()
        key("error")
        error.write(into: &self, withType: false)
        endObject()
    }
}
