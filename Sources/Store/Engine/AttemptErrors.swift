package import Core

/// The errors that the store itself writes where a worker said nothing, as JSON.
package enum AttemptErrors {
    /// The lease ran out.
    package static let leaseExpired = json(
        type: "lease_expired",
        message: "The worker sent neither heartbeat nor outcome before the lease ended.")

    /// The attempt ran longer than its job allows.
    package static func timedOut(after milliseconds: Int64) -> [UInt8] {
        json(
            type: "timeout",
            message: "The attempt ran longer than the \(seconds(milliseconds)) s that the job's"
                + " time-out allows.")
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        guard milliseconds % 1_000 != 0 else { return "\(milliseconds / 1_000)" }
        let thousandths = String(1_000 + milliseconds % 1_000).dropFirst()
        return "\(milliseconds / 1_000).\(thousandths)"
    }

    /// The job is dead for a reason that its last attempt did not give.
    package static func death(_ reason: JobRun.DeathReason) -> [UInt8] {
        switch reason {
        case .crashLoop:
            json(
                type: reason.rawValue,
                message: "\(Limits.crashesMax) leases of this job ended in silence; it is taken to"
                    + " crash its workers.")
        case .leaseExpired:
            json(
                type: reason.rawValue,
                message: "The last attempt's lease ended in silence and no attempts are left.")
        case .serverDeaths:
            json(
                type: reason.rawValue,
                message: "The server died \(Limits.serverDeathsMax) times while this job ran.")
        case .releasedTooOften:
            json(
                type: reason.rawValue,
                message: "The job was given back more than \(Limits.releasesMax) times and no"
                    + " attempts are left.")
        }
    }

    /// Both texts are ours and hold nothing that JSON would have to escape.
    private static func json(type: String, message: String) -> [UInt8] {
        Array(#"{"type":"\#(type)","message":"\#(message)","trace":null}"#.utf8)
    }
}
