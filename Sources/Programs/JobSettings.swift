package import Core

/// What the `job.json` of a kind says of its program and its jobs. What is left out is nil, or what
/// holds for all programs.
package struct JobSettings: Hashable, Sendable {
    /// The queue that jobs of this kind come from.
    package var queue: String?
    package var timeoutMilliseconds: Int64?
    package var attemptsMax: Int?
    package var backoff: Backoff?
    package var memoryBytes: Int?
    /// Variables of the runner's environment that the program gets.
    package var environment: [String] = []
    /// How many programs of this kind run at once.
    package var concurrency: Int?
    package var files = Limits.programFilesDefault
    package var processes = Limits.programProcessesDefault
    package var diskBytes = Limits.programDiskBytesDefault

    /// What holds for a kind without `job.json`.
    package init() {}
}
