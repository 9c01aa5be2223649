import Core

/// When an attempt began and when its worker was last heard, by the steady clock.
struct LeaseTimes: Hashable {
    let startedSteady: Int64
    /// What passed since then is charged: later than the start where nobody knows what passed
    /// while no server was there.
    let countedFromSteady: Int64
    var heardSteady: Int64

    /// Those of an attempt that begins now.
    init(beginning now: Moment) {
        startedSteady = now.steadyMilliseconds
        countedFromSteady = now.steadyMilliseconds
        heardSteady = now.steadyMilliseconds
    }

    /// What a row tells of an attempt of a process before this one. Only wall clocks were written
    /// down, and the one of now may have been set since: so no more is charged than was granted,
    /// from the start to the end of the lease, nor than `allowedMilliseconds`, which the attempt
    /// may run at all. What passed until the last heartbeat is certain.
    init(of attempt: AttemptRow, allowedMilliseconds: Int64, at now: Moment) {
        let passed = now.wall.since(attempt.startedAt)
        let granted = min(
            max(0, attempt.expiresAt.since(attempt.startedAt)), allowedMilliseconds)
        let heard = min(attempt.heardAt.map { max(0, $0.since(attempt.startedAt)) } ?? 0, granted)
        let counted = max(heard, min(granted, passed))
        startedSteady = now.steadyMilliseconds - max(counted, passed)
        countedFromSteady = now.steadyMilliseconds - counted
        heardSteady = countedFromSteady + heard
    }
}
