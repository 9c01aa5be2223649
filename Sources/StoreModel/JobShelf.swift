import Core
import Store

/// Every job of the model. Those that have not ended lie apart, a heap for each lane, since nearly
/// every question is of them; what has ended is copied for a second branch only when another ends.
struct JobShelf {
    private struct Lane: Hashable {
        let tenant: String
        let queue: String
    }

    /// A job in a box that is never written: whoever looks through many copies none.
    final class Box {
        let job: ModelJob

        init(_ job: ModelJob) { self.job = job }

        /// True if it is served before the other one, where both may be.
        func precedes(_ other: Box) -> Bool {
            (job.rank, job.body.id) < (other.job.rank, other.job.body.id)
        }
    }

    private var alive: [Lane: [JobID: Box]] = [:]
    private var ended: [JobID: Box] = [:]

    /// The jobs that have not ended, in no order.
    var living: some Sequence<Box> { alive.values.lazy.flatMap(\.values) }

    /// The jobs of a tenant in a queue that have not ended, in no order.
    func living(_ tenant: String, in queue: String) -> [JobID: Box].Values {
        (alive[Lane(tenant: tenant, queue: queue)] ?? [:]).values
    }

    /// The jobs of a tenant that run, in no order.
    func running(_ tenant: String) -> [Box] {
        alive.filter { $0.key.tenant == tenant }.values.flatMap { jobs in
            jobs.values.filter { box in
                if case .running = box.job.place { true } else { false }
            }
        }
    }

    /// All jobs, in no order.
    var all: [Box] { alive.values.flatMap(\.values) + ended.values }

    /// All jobs, the newest first.
    var newestFirst: [ModelJob] {
        all.sorted { $0.job.body.id > $1.job.body.id }.map(\.job)
    }

    subscript(id: JobID) -> ModelJob? {
        for jobs in alive.values {
            if let box = jobs[id] { return box.job }
        }
        return ended[id]?.job
    }

    /// Puts a job where its state belongs.
    mutating func put(_ job: ModelJob) {
        let (id, lane) = (job.body.id, Lane(tenant: job.tenant, queue: job.queue))
        if case .ended = job.place {
            alive[lane]?[id] = nil
            ended[id] = Box(job)
        } else {
            alive[lane, default: [:]][id] = Box(job)
            ended[id] = nil
        }
    }
}
