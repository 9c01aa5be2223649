import Core

/// When an attempt began and when its worker was last heard, by the steady clock.
struct LeaseTimes: Hashable {
    let startedSteady: Int64
    /// What passed since then is charged: later than the start where nobody knows what passed
    /// while no server was there.
    let countedFromSteady: Int64
    var heardSteady: Int64
    /// What it may run at all: no more is charged, however late anybody notices.
    let allowedMilliseconds: Int64

    /// Those of an attempt that begins now.
    init(beginning now: Moment, allowedMilliseconds: Int64) {
        self.allowedMilliseconds = allowedMilliseconds
        startedSteady = now.steadyMilliseconds
        countedFromSteady = now.steadyMilliseconds
        heardSteady = now.steadyMilliseconds
    }

    /// What a row tells of an attempt of a process before this one. What ran until the last
    /// heartbeat was written with it, by the steady clock of then. Of what passed since only wall
    /// clocks tell, and the one of now may have been set: so no more counts than was granted, until
    /// the end of the lease, nor than `allowedMilliseconds`, which the attempt may run at all.
    init(of attempt: AttemptRow, allowedMilliseconds: Int64, at now: Moment) {
        self.allowedMilliseconds = allowedMilliseconds
        let heardAt = attempt.heardAt ?? attempt.startedAt
        let heard = min(
            attempt.ranMilliseconds ?? max(0, heardAt.since(attempt.startedAt)),
            allowedMilliseconds)
        let granted = max(0, attempt.expiresAt.since(heardAt))
        let counted = min(
            heard + min(max(0, now.wall.since(heardAt)), granted), allowedMilliseconds)
        startedSteady =
            now.steadyMilliseconds - max(counted, now.wall.since(attempt.startedAt))
        countedFromSteady = now.steadyMilliseconds - counted
        heardSteady = countedFromSteady + heard
    }
}
