import Core
import Store

/// One tenant in one queue.
struct LaneKey: Hashable {
    let tenant: String
    let queue: String
}

/// One kind of job in a lane.
struct LineKey: Hashable {
    let tenant: String
    let queue: String
    let kind: String

    var laneKey: LaneKey { LaneKey(tenant: tenant, queue: queue) }
}

/// Whose turn it is, of the lanes of a queue.
struct ModelLane {
    /// Given in the order of first submits, over all queues.
    let number: Int
    var virtualTime: Int64 = 0
    /// Whether it had anything to run when that was last looked at.
    var isRunnable = false
}

/// The ready jobs of a line, each track in the order in which it is served.
struct ModelLine {
    var charged: [Place] = []
    var fresh: [Place] = []

    /// The place of one job: the least is served first.
    struct Place: Comparable {
        let rank: Int64
        let job: JobID

        static func < (left: Place, right: Place) -> Bool {
            (left.rank, left.job) < (right.rank, right.job)
        }
    }

    /// Every job of both tracks.
    var jobs: [JobID] { (charged + fresh).map(\.job) }

    /// Puts a job into the track that it belongs to.
    mutating func insert(_ job: ModelJob) {
        let place = Place(rank: job.rank, job: job.body.id)
        if job.isCharged {
            charged.insert(place, at: charged.firstIndex { $0 > place } ?? charged.count)
        } else {
            fresh.insert(place, at: fresh.firstIndex { $0 > place } ?? fresh.count)
        }
    }

    /// Takes a job out. True if it was there.
    mutating func remove(_ id: JobID) -> Bool {
        let before = charged.count + fresh.count
        charged.removeAll { $0.job == id }
        fresh.removeAll { $0.job == id }
        return charged.count + fresh.count < before
    }
}
