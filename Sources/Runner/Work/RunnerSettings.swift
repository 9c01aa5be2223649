internal import Core

/// How a runner runs.
package struct RunnerSettings: Hashable, Sendable {
    /// The folder of jobs.
    package var jobsPath: String
    /// Programs at once.
    package var slots: Int
    /// Where temporary folders are made; it is the runner's alone.
    package var temporaryPath: String
    /// See `GuardOrder`.
    package var groups = ""
    /// Queues to pull from; empty: those that the kinds name.
    package var queues: [String] = []
    /// How long programs may go on once the runner is to end.
    package var drainMilliseconds: Int64 = 30_000
    /// How long a lease lasts without a sign of life.
    package var leaseMilliseconds: Int64 = 30_000
    /// Between SIGTERM and SIGKILL.
    package var killMilliseconds = Limits.killMilliseconds
    /// For the spread of waits.
    package var seed: UInt64 = 0

    /// A runner of the programs in `jobsPath`.
    package init(jobsPath: String, slots: Int, temporaryPath: String) {
        self.jobsPath = jobsPath
        self.slots = slots
        self.temporaryPath = temporaryPath
    }
}
