import Core
import Store

/// What every seed plays with: few tenants, and limits so small that each step is near one.
enum World {
    static let tenants = ["ada", "bob", "cyd", "dan", "eve", "fay"]
    static let queues = ["default", "mail"]
    static let kinds = ["a", "b", "c"]
    /// Few, so that they are used again.
    static let singleKeys = (0..<8).map { "k\($0)" }
    static let batchKeys = (0..<4).map { "b\($0)" }
    static let idempotencyKeys = singleKeys + batchKeys
    static let plans = ["free", "pro", "max"]
    static let metrics = ["jobs", "tokens", "calls", "compute_seconds", "seats", "none"]

    /// Both are the server's.
    static let webhookSecrets = ["whsec_of_ours_0", "whsec_of_ours_1"]
    static let webhookTolerance: Int64 = 300_000

    /// 2026-11-16T12:00:00Z.
    static let start = Moment(
        wall: Timestamp(milliseconds: 1_794_830_400_000), steadyMilliseconds: 5_000_000)

    /// Limits that every few batches meet.
    static let limits: BatchLimits = {
        var limits = BatchLimits.tiny
        // The model ends these all at once, and a tenant that owes has more than a slice of them.
        limits.expiriesMax = 1_000
        limits.deletionsMax = 1_000
        limits.deliveriesWaitingMax = 8
        // So some tenants are moved and others not, and what has ended waits to be told so.
        limits.movesMax = 1
        limits.deadlinesMax = 1
        return limits
    }()
}
