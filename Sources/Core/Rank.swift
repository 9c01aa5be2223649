/// The place of a job in its line: the least rank is served first. One integer orders priority and
/// bounds waiting, because a step of priority is worth one minute.
package enum Rank {
    /// The rank of a job that became ready at `readyAt` with priority 0 (most urgent) to 9.
    package static func of(readyAt: Timestamp, priority: Int) -> Int64 {
        readyAt.milliseconds + Int64(priority) * Limits.priorityStepMilliseconds
    }
}
