/// Why a worker does not work, or did not end as it should.
public enum WorkerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It was set up in a way that cannot be; nothing was begun.
    case setup(String)
    /// The key is unknown, or may not do this.
    case forbidden(String)
    /// It was told to end, and the server could not be told what came of these many jobs: it hands
    /// them out again.
    case undelivered(jobs: Int)
    /// The system gave it no thread, socket or the like.
    case system(String)

    /// A sentence that says what happened and what to do.
    public var description: String {
        switch self {
        case .setup(let fault): fault
        case .forbidden(let reason): "The server lets this key do no work: \(reason)"
        case .undelivered(let jobs):
            "The worker ended with \(jobs) \(jobs == 1 ? "job" : "jobs") of which the server was"
                + " not told; it hands them out again once their leases have ended. A longer drain,"
                + " or handlers that end when they are canceled, would have told it."
        case .system(let reason): "The worker could not be started: \(reason)"
        }
    }
}
