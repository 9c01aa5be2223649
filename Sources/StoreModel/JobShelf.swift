import Core
import Store

/// Every job of the model. Those that have not ended lie apart, a heap for each lane, since nearly
/// every question is of them; what has ended is copied for a second branch only when another ends.
struct JobShelf {
    private struct Lane: Hashable {
        let tenant: String
        let queue: String
    }

    private var alive: [Lane: [JobID: ModelJob]] = [:]
    private var ended: [JobID: ModelJob] = [:]

    /// The jobs that have not ended, in no order.
    var living: some Sequence<ModelJob> { alive.values.lazy.flatMap(\.values) }

    /// The jobs of a tenant in a queue that have not ended, in no order.
    func living(_ tenant: String, in queue: String) -> [JobID: ModelJob].Values {
        (alive[Lane(tenant: tenant, queue: queue)] ?? [:]).values
    }

    /// All jobs, the newest first.
    var newestFirst: [ModelJob] {
        (Array(living) + Array(ended.values)).sorted { $0.body.id > $1.body.id }
    }

    subscript(id: JobID) -> ModelJob? {
        for jobs in alive.values {
            if let job = jobs[id] { return job }
        }
        return ended[id]
    }

    /// Puts a job where its state belongs.
    mutating func put(_ job: ModelJob) {
        let (id, lane) = (job.body.id, Lane(tenant: job.tenant, queue: job.queue))
        if case .ended = job.place {
            alive[lane]?[id] = nil
            ended[id] = job
        } else {
            alive[lane, default: [:]][id] = job
            ended[id] = nil
        }
    }
}
