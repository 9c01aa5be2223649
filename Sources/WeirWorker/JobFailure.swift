/// What a handler throws to say how its job goes on. Any other error is a failed attempt, tried
/// again by the job's own backoff.
public enum JobFailure: Error, Hashable, Sendable {
    /// The attempt failed. The job is tried again by its backoff, or after `retryIn`, while it has
    /// attempts left.
    case failed(type: String, message: String, retryIn: Duration? = nil)
    /// The attempt failed, and no other would do better: the job is dead at once.
    case dead(type: String, message: String)
    /// Not now: the job comes back later, a second at least. No attempt is used, and what was
    /// reported as usage is not counted.
    case later(Duration)
}
