package import Core

/// What the store can be asked to do. Each is one step: it happens whole, in one commit, or not.
package enum Command: Sendable {
    case createTenant(CreateTenant)
    case updateTenant(UpdateTenant)
    case setManual(tenant: String, ManualStatus)
    case deleteTenant(tenant: String, force: Bool)
    /// Reads a tenant with the figures that only memory has, such as what waits.
    case readTenant(String)
    case createKey(CreateKey)
    case revokeKey(KeyID, tenant: String?)
    case enqueue(Enqueue)
    case cancelJob(JobID, tenant: String?)
    case pull(Pull)
    /// The pull with this number waits no longer; it is answered with nothing if it still waits.
    case endPull(EnvelopeID)
    case heartbeat(Heartbeat)
    case complete([Completion])
    case fail([Failure])
    case release(Release)
    /// The answers that held these leases never reached their worker.
    case undelivered([LeaseToken])

    /// About how many rows the command writes: what a batch is bounded by.
    package var weight: Int {
        switch self {
        case .createTenant, .updateTenant, .setManual, .deleteTenant, .readTenant, .createKey,
            .revokeKey, .cancelJob, .pull, .endPull:
            1
        case .enqueue(let enqueue): max(1, enqueue.jobs.count)
        case .heartbeat(let heartbeat): max(1, heartbeat.tokens.count)
        case .complete(let items): max(1, items.count)
        case .fail(let items): max(1, items.count)
        case .release(let release): max(1, release.tokens.count)
        case .undelivered(let tokens): max(1, tokens.count)
        }
    }

    /// About how much memory it holds while it waits: what tenants and workers sent with it.
    package var bytes: Int {
        switch self {
        case .createTenant, .updateTenant, .setManual, .deleteTenant, .readTenant, .createKey,
            .revokeKey, .cancelJob, .pull, .endPull, .heartbeat, .release, .undelivered:
            0
        case .enqueue(let enqueue): enqueue.jobs.reduce(0) { $0 + $1.payload.count }
        case .complete(let items): items.reduce(0) { $0 + ($1.result?.count ?? 0) }
        case .fail(let items): items.reduce(0) { $0 + ($1.error?.count ?? 0) }
        }
    }
}

/// A new tenant.
package struct CreateTenant: Hashable, Sendable {
    package let id: String
    package let name: String?
    package let email: String?
    package let plan: String

    /// A tenant on `plan`, which is `free` unless the operator says otherwise.
    package init(id: String, name: String? = nil, email: String? = nil, plan: String = "free") {
        self.id = id
        self.name = name
        self.email = email
        self.plan = plan
    }
}

/// A change of what the operator says of a tenant; nil leaves a field as it is.
package struct UpdateTenant: Hashable, Sendable {
    package let id: String
    package var name: FieldChange = .keep
    package var email: FieldChange = .keep
    package var plan: String?

    /// A change of nothing, to be filled in.
    package init(id: String) { self.id = id }

    /// What happens to an optional text.
    package enum FieldChange: Hashable, Sendable {
        case keep
        case set(String?)
    }
}

/// A new API key. The store sees only its hash.
package struct CreateKey: Hashable, Sendable {
    package let grant: KeyGrant
    package let hash: [UInt8]

    /// A key with this hash that may do what `grant` says.
    package init(grant: KeyGrant, hash: [UInt8]) {
        self.grant = grant
        self.hash = hash
    }
}

/// Jobs to take in, for one tenant.
package struct Enqueue: Sendable {
    package let tenant: String
    package let jobs: [JobSpec]

    /// `jobs`, in order, for `tenant`.
    package init(tenant: String, jobs: [JobSpec]) {
        self.tenant = tenant
        self.jobs = jobs
    }
}

/// A worker asks for work.
package struct Pull: Hashable, Sendable {
    package let queues: [String]
    /// Only these kinds, or any.
    package let kinds: [String]?
    /// Only these tenants, or any: what the worker's key is bound to.
    package let tenants: [String]?
    package let jobsMax: Int
    /// True: wait as a ticket until there is work or `endPull` comes.
    package let waits: Bool
    package let leaseMilliseconds: Int64
    package let worker: String

    /// A pull from `queues`.
    package init(
        queues: [String] = ["default"], kinds: [String]? = nil, tenants: [String]? = nil,
        jobsMax: Int = 1, waits: Bool = false,
        leaseMilliseconds: Int64 = Limits.leaseMillisecondsDefault, worker: String = ""
    ) {
        self.queues = queues
        self.kinds = kinds
        self.tenants = tenants
        self.jobsMax = jobsMax
        self.waits = waits
        self.leaseMilliseconds = leaseMilliseconds
        self.worker = worker
    }
}

/// A worker says that it is still at work.
package struct Heartbeat: Hashable, Sendable {
    package let tokens: [LeaseToken]
    /// The new length of the leases; nil keeps each as long as it was granted.
    package let leaseMilliseconds: Int64?

    /// Renews `tokens`.
    package init(tokens: [LeaseToken], leaseMilliseconds: Int64? = nil) {
        self.tokens = tokens
        self.leaseMilliseconds = leaseMilliseconds
    }
}

/// A job that was done, with its result as JSON.
package struct Completion: Hashable, Sendable {
    package let token: LeaseToken
    package let result: [UInt8]?

    /// The job under `token` is done.
    package init(token: LeaseToken, result: [UInt8]? = nil) {
        self.token = token
        self.result = result
    }
}

/// An attempt that failed, with its error as JSON.
package struct Failure: Hashable, Sendable {
    package let token: LeaseToken
    package let error: [UInt8]?
    package let retry: JobRun.Retry

    /// The attempt under `token` failed.
    package init(token: LeaseToken, error: [UInt8]? = nil, retry: JobRun.Retry = .byPolicy) {
        self.token = token
        self.error = error
        self.retry = retry
    }
}

/// Jobs given back unused.
package struct Release: Hashable, Sendable {
    package let tokens: [LeaseToken]
    package let delayMilliseconds: Int64

    /// `tokens` go back; they may start again after the delay.
    package init(tokens: [LeaseToken], delayMilliseconds: Int64 = 0) {
        self.tokens = tokens
        self.delayMilliseconds = delayMilliseconds
    }
}

extension Command {
    var isHeartbeat: Bool {
        if case .heartbeat = self { true } else { false }
    }

    /// True for what adds rows that others add to later: it is refused while the store must rest.
    var bringsWork: Bool {
        switch self {
        case .createTenant, .createKey, .enqueue, .pull: true
        case .updateTenant, .setManual, .deleteTenant, .readTenant, .revokeKey, .cancelJob,
            .endPull, .heartbeat, .complete, .fail, .release, .undelivered:
            false
        }
    }
}
