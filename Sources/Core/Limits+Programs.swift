/// The bounds of the runner and its programs.
extension Limits {
    /// A folder of jobs has a few kinds; more are mistakes.
    package static let kindsInFolderMax = 1_000
    /// Files and folders of it that are looked at, so that kinds are told of that are too many.
    package static let jobsFolderEntriesMax = 10_000
    package static let jobFileBytesMax = 64 * 1_024
    /// Variables of the environment that `job.json` may name.
    package static let environmentNamesMax = 64
    /// What a guard is told, most of it the environment: less than a new socket has room for.
    package static let orderBytesMax = 64 * 1_024
    /// Programs at once on one machine.
    package static let runnersMax = 1_000
    /// Kinds that take turns in a question that waits: each is asked for after so long at most.
    package static let kindsTurnMilliseconds: Int64 = 1_000
    /// Between two sample jobs of the demo: as often as one can read of them; and at first, when
    /// one of each is to be there soon.
    package static let trickleMilliseconds: Int64 = 5_000
    package static let trickleMillisecondsFirst: Int64 = 500
    /// API §7: a line of the log, and the whole, less some room for what the runner notes there.
    package static let programLineBytesMax = 8 * 1_024
    package static let programLogBytesMax = (1 << 20) - 8 * 1_024
    /// A failure shows what was said last on standard error.
    package static let traceLinesMax = 20
    /// A line on fd 3 holds a result at most.
    package static let channelLineBytesMax = resultBytesMax + 1_024
    /// Lines on fd 3 that cannot be read, of which the log tells.
    package static let channelFaultsToldMax = 5
    /// Metrics that one attempt reports.
    package static let reportedMetricsMax = 64
    package static let programMessageBytesMax = 1_000
    /// Between SIGTERM and SIGKILL (API §7).
    package static let killMilliseconds: Int64 = 10_000
    /// Between that and the end of a guard that does not report: less than a server waits for a
    /// runner to tell of a time-out.
    package static let guardMilliseconds: Int64 = 2_000
    /// How long it is tried to remove what a killed guard left: whatever writes there is being
    /// killed meanwhile.
    package static let sweepMillisecondsMax = 5_000
    /// How many of them are removed at once, and how many wait for it.
    package static let sweepsMax = 4
    package static let sweepsWaitingMax = 1_000
    /// How long an exit with 75 puts a job off where it does not say.
    package static let snoozeMilliseconds: Int64 = 60_000
    /// How long it does at least: it uses no attempt, so that nothing else would end a program that
    /// is started again as fast as it puts its job off.
    package static let snoozeMillisecondsMin: Int64 = 1_000
    /// What a program may have where `job.json` does not say.
    package static let programFilesDefault = 1_024
    package static let programProcessesDefault = 256
    package static let programDiskBytesDefault = 1_024 << 20
    /// More memory or disk than any machine that runs this has.
    package static let programMegabytesMax = 1 << 24
    package static let programProcessesMax = 100_000
    package static let programFilesMax = 1 << 20
    /// After the guard has ended, what is left in the pipes is read so long at most.
    package static let pipeDrainMilliseconds: Int64 = 2_000
    /// What one heartbeat carries of logs: with every byte escaped still less than a body may be.
    package static let heartbeatLogBytesMax = 128 * 1_024
    package static let heartbeatLogLinesMax = 1_000
    /// A log that the server has not taken yet makes its program wait beyond this.
    package static let logBacklogBytesMax = 256 * 1_024
    /// What a line that waits takes beside its letters: a million empty ones are not nothing.
    package static let logLineRoomBytes = 32
    /// Where nobody can be made to wait: a whole log of ordinary lines.
    package static let logWaitingBytesMax = 2 << 20
    /// Lines of the runner's own in the log of an attempt.
    package static let logNotesMax = 100
    /// A runner that has more of logs to tell begins nothing more: over a hundred heartbeats.
    package static let runnerBacklogBytesMax = 16 << 20
}
