package import Core

/// What the store's thread tells the loop.
package enum StoreEvent: Sendable {
    /// The store is open.
    case started(StoreOpening)
    /// The store could not be opened; the thread has ended.
    case refusedToStart(StoreError)
    case committed(BatchOutcome)
    /// These commands were not done, or nobody knows. Pulls that were parked before are forgotten,
    /// which are those with numbers up to `forgottenUpTo`.
    case failed([EnvelopeID], forgottenUpTo: EnvelopeID, StoreError)
    /// These commands were not looked at.
    case refused([EnvelopeID], Refusal)
    /// The store works again after a failure. What was unknown is decided: whoever keeps a copy of
    /// the keys takes these.
    case recovered(StoreOpening)
    /// The log became too long for new work, or short enough again.
    case overloaded(Bool)
    /// The test clock was moved, and everything that fell due by it has been done.
    case clockMoved(EnvelopeID, to: Moment)
    /// The thread has ended as it was asked to.
    case stopped
}
