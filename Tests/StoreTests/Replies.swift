import Core
import Store

/// A reply of another kind than the test counted on.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension Reply {
    var tenant: TenantView {
        get throws {
            switch self {
            case .tenant(let view), .tenantCreated(let view, _): return view
            default: throw Unexpected("\(self) is no tenant")
            }
        }
    }

    var outcomes: [EnqueueOutcome] {
        get throws {
            guard case .enqueued(let outcomes, _) = self else {
                throw Unexpected("\(self) is no submit's reply")
            }
            return outcomes
        }
    }

    /// The jobs of a submit of which every one was taken in.
    var jobs: [JobView] {
        get throws { try outcomes.map { try $0.job } }
    }

    var job: JobView {
        get throws {
            guard case .job(let view) = self else { throw Unexpected("\(self) is no job") }
            return view
        }
    }

    var leasedJobs: [LeasedJob] {
        get throws {
            guard case .leased(let jobs) = self else { throw Unexpected("\(self) is no lease") }
            return jobs
        }
    }

    var leaseOutcomes: [LeaseOutcome] {
        get throws {
            guard case .leaseOutcomes(let outcomes) = self else {
                throw Unexpected("\(self) is no lease's outcome")
            }
            return outcomes
        }
    }

    /// The outcome of a command with one token.
    var leaseOutcome: LeaseOutcome {
        get throws {
            let outcomes = try leaseOutcomes
            guard outcomes.count == 1 else { throw Unexpected("\(outcomes) is not one outcome") }
            return outcomes[0]
        }
    }

    var heartbeatOutcomes: [HeartbeatOutcome] {
        get throws {
            guard case .heartbeats(let outcomes) = self else {
                throw Unexpected("\(self) is no heartbeat's reply")
            }
            return outcomes
        }
    }

    var key: KeyID {
        get throws {
            guard case .keyCreated(let id, _) = self else { throw Unexpected("\(self) is no key") }
            return id
        }
    }

    var isReplay: Bool {
        get throws {
            switch self {
            case .tenantCreated(_, let isReplay), .keyCreated(_, let isReplay),
                .enqueued(_, let isReplay):
                return isReplay
            default: throw Unexpected("\(self) can be no replay")
            }
        }
    }

    var isDone: Bool {
        if case .done = self { true } else { false }
    }

    /// Why the command was refused, if it was.
    var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}

extension EnqueueOutcome {
    var job: JobView {
        get throws {
            guard case .job(let view) = self else { throw Unexpected("\(self) is no new job") }
            return view
        }
    }

    var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }

    /// The job that an earlier request made.
    var replayed: JobID? {
        if case .replayed(let id) = self { id } else { nil }
    }
}

extension Refusal {
    /// Submits that were refused because too much waits.
    var quota: SubmitRefusal? {
        if case .quotaExceeded(let refusal) = self { refusal } else { nil }
    }
}

extension [UInt8] {
    /// The bytes as text, for comparing.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// The type of an error that the store wrote itself; its message is free.
    var errorType: String? {
        let parts = text.split(separator: "\"")
        guard parts.count > 3, parts[1] == "type" else { return nil }
        return String(parts[3])
    }
}

extension LeaseOutcome {
    static let succeeded = LeaseOutcome.ended(.succeeded, runAt: nil)
    static let ready = LeaseOutcome.ended(.ready, runAt: nil)
    static let dead = LeaseOutcome.ended(.dead, runAt: nil)
    static let canceled = LeaseOutcome.ended(.canceled, runAt: nil)
    static let leaseLost = LeaseOutcome.stale(.leaseLost)
    static let leaseExpired = LeaseOutcome.stale(.leaseExpired)
    static let alreadyFinished = LeaseOutcome.stale(.alreadyFinished)
}
