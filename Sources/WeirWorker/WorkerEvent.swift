/// What a worker tells whoever keeps a log.
public enum WorkerEvent: Hashable, Sendable, CustomStringConvertible {
    /// The names of a job.
    public struct Job: Hashable, Sendable, CustomStringConvertible {
        /// The server's name for it.
        public let id: String
        /// What it is a job of.
        public let kind: String
        /// From 1.
        public let attempt: Int

        /// Id, kind and attempt.
        public var description: String { "job \(id) (\(kind), attempt \(attempt))" }
    }

    /// The handler returned.
    case succeeded(Job)
    /// The handler threw, was too slow, or its payload was none of its type.
    case failed(Job, type: String, message: String)
    /// The job goes back and comes again, no attempt used.
    case givenBack(Job)
    /// The lease was lost while the handler ran: nothing that it did is counted.
    case lost(Job)
    /// The server did not take what the attempt came to.
    case notTaken(Job, reason: String)
    /// The server took the outcome, but not the usage that was reported: nobody counts it.
    case usageNotCounted(Job, reason: String)
    /// The server does not answer; told once until it does. The worker asks again, ever more
    /// rarely, to every half a minute.
    case serverAway(reason: String)
    /// The server answers again.
    case serverBack

    /// A line for a log.
    public var description: String {
        switch self {
        case .succeeded(let job): "\(job) succeeded"
        case .failed(let job, let type, let message): "\(job) failed: \(type): \(message)"
        case .givenBack(let job): "\(job) was given back"
        case .lost(let job): "\(job) was lost: its lease had ended"
        case .notTaken(let job, let reason): "\(job) was not taken by the server: \(reason)"
        case .usageNotCounted(let job, let reason):
            "\(job) is done, but its usage is not counted: \(reason)"
        case .serverAway(let reason): "the server does not answer: \(reason)"
        case .serverBack: "the server answers again"
        }
    }
}
