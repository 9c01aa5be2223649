package import Core

/// What the store can be asked to do. Each is one step: it happens whole, in one commit, or not.
package enum Command: Sendable {
    case createTenant(CreateTenant)
    case updateTenant(UpdateTenant)
    case setManual(tenant: String, ManualStatus)
    case deleteTenant(tenant: String, force: Bool)
    /// Reads a tenant with the figures that only memory has, such as what waits.
    case readTenant(String)
    /// The plans are these from now on; tenants stay with the versions that they have.
    case loadPlans([PlanDraft])
    /// Moves the tenants of one version of a plan to another, in slices.
    case movePlan(String, from: Int64, to: Int64)
    case putOverride(PutOverride)
    case removeOverride(tenant: String, Metric)
    case addGrant(AddGrant)
    case revokeGrant(GrantID, tenant: String)
    case setEnforcement(Enforcement)
    case useUnits(UsageEvents)
    case setGauge(tenant: String, Metric, value: Int64)
    /// Whether so much more of a metric would be admitted now; counts nothing.
    case checkLimit(tenant: String, Metric, amount: Int64)
    /// Whether the tenant's plan has a feature.
    case checkFeature(tenant: String, String)
    /// What keeps a job from starting.
    case explain(JobID, tenant: String?)
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
    case outbound(OutboundCommand)
    case billing(BillingCommand)

    /// About how many rows the command writes: what a batch is bounded by.
    package var weight: Int {
        switch self {
        case .createTenant, .updateTenant, .setManual, .deleteTenant, .readTenant, .createKey,
            .revokeKey, .cancelJob, .endPull, .movePlan, .putOverride, .removeOverride,
            .addGrant, .revokeGrant, .setEnforcement, .setGauge, .checkLimit, .checkFeature,
            .explain:
            1
        case .pull(let pull): pull.waits ? 1 + pull.places / 16 : 1
        case .loadPlans(let drafts): max(1, drafts.count)
        case .useUnits(let usage): max(1, usage.events.count)
        case .enqueue(let enqueue): max(1, enqueue.jobs.count)
        case .heartbeat(let heartbeat): heartbeat.weight
        case .complete(let items): max(1, items.count)
        case .fail(let items): max(1, items.count)
        case .release(let release): max(1, release.tokens.count)
        case .undelivered(let tokens): max(1, tokens.count)
        case .outbound(let command): command.weight
        case .billing(let command): command.weight
        }
    }

    /// About how much memory it holds while it waits: what tenants and workers sent with it.
    package var bytes: Int {
        switch self {
        case .createTenant, .updateTenant, .setManual, .deleteTenant, .readTenant, .createKey,
            .revokeKey, .cancelJob, .pull, .endPull, .release, .undelivered,
            .loadPlans, .movePlan, .putOverride, .removeOverride, .addGrant, .revokeGrant,
            .setEnforcement, .useUnits, .setGauge, .checkLimit, .checkFeature, .explain, .outbound:
            0
        case .enqueue(let enqueue): enqueue.jobs.reduce(0) { $0 + $1.payload.count }
        case .complete(let items): items.reduce(0) { $0 + ($1.result?.count ?? 0) }
        case .fail(let items): items.reduce(0) { $0 + ($1.error?.count ?? 0) }
        case .heartbeat(let heartbeat): heartbeat.news.reduce(0) { $0 + $1.bytes }
        case .billing(let command): command.bytes
        }
    }
}

/// A new tenant.
package struct CreateTenant: Hashable, Sendable {
    package let id: String
    package let name: String?
    package let email: String?
    package let plan: String
    package var choices = TenantChoices()
    /// Its place in the roll-out of enforcement, 0 to 99.
    package let bucket: Int64

    /// A tenant on `plan`, which is `free` unless the operator says otherwise.
    package init(
        id: String, name: String? = nil, email: String? = nil, plan: String = "free",
        bucket: Int64 = 0
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.plan = plan
        self.bucket = bucket
    }
}

/// What the operator may choose of a tenant beside its plan; nil leaves a field as it is.
package struct TenantChoices: Hashable, Sendable {
    package var onQuota: QuotaAnswer?
    package var payAsYouGo: Bool?
    /// The most overage of these metrics, in counted units; the others keep theirs.
    package var spendCaps: [Metric: Int64]?
    package var period: PeriodMode?

    /// Nothing chosen.
    package init() {}
}

/// A change of what the operator says of a tenant; nil leaves a field as it is.
package struct UpdateTenant: Hashable, Sendable {
    package let id: String
    package var name: FieldChange = .keep
    package var email: FieldChange = .keep
    package var plan: String?
    package var choices = TenantChoices()

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
    /// It is this server's own runner, whose programs die with it.
    package var isOfRunner = false
    /// How long past a job's time-out the worker is waited for: one that ends an overdue attempt
    /// itself knows more of its end.
    package var timeoutGraceMilliseconds: Int64 = 0

    /// A pull from `queues`.
    package init(
        queues: [String] = ["default"], kinds: [String]? = nil, tenants: [String]? = nil,
        jobsMax: Int = 1, waits: Bool = false,
        leaseMilliseconds: Int64 = Limits.leaseMillisecondsDefault, worker: String = ""
    ) {
        self.queues = Pull.once(queues)
        self.kinds = kinds.map { Set($0).sorted() }
        self.tenants = tenants.map { Set($0).sorted() }
        self.jobsMax = jobsMax
        self.waits = waits
        self.leaseMilliseconds = leaseMilliseconds
        self.worker = worker
    }

    private static func once(_ names: [String]) -> [String] {
        guard names.count > 1 else { return names }
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// In how many places it is filed while it waits: in each queue for each tenant that it names.
    package var places: Int { queues.count * (tenants?.count ?? 1) }

    /// As how many parked pulls it counts.
    package var tickets: Int { 1 + (places - 1) / Limits.placesOfTicket }
}

/// A worker says that it is still at work.
package struct Heartbeat: Hashable, Sendable {
    package let tokens: [LeaseToken]
    /// The new length of the leases; nil keeps each as long as it was granted.
    package let leaseMilliseconds: Int64?
    /// What is said of some of them beside, in their order, at most once of each.
    package let news: [LeaseNews]

    /// Renews `tokens`.
    package init(
        tokens: [LeaseToken], leaseMilliseconds: Int64? = nil, news: [LeaseNews] = []
    ) {
        self.tokens = tokens
        self.leaseMilliseconds = leaseMilliseconds
        self.news = news
    }

    /// A row for each lease, and what progress and lines add: a page of text is as good as a row.
    fileprivate var weight: Int {
        news.reduce(max(1, tokens.count)) { $0 + 1 + $1.bytes / 4_096 }
    }
}

/// A job that was done, with its result as JSON.
package struct Completion: Hashable, Sendable {
    package let token: LeaseToken
    package let result: [UInt8]?
    package let report: AttemptReport

    /// The job under `token` is done.
    package init(
        token: LeaseToken, result: [UInt8]? = nil, report: AttemptReport = .none
    ) {
        self.token = token
        self.result = result
        self.report = report
    }
}

/// An attempt that failed, with its error as JSON.
package struct Failure: Hashable, Sendable {
    package let token: LeaseToken
    package let error: [UInt8]?
    package let retry: JobRun.Retry
    package let report: AttemptReport
    /// The program could not be started: only the built-in runner may say so.
    package let couldNotStart: Bool

    /// The attempt under `token` failed.
    package init(
        token: LeaseToken, error: [UInt8]? = nil, retry: JobRun.Retry = .byPolicy,
        report: AttemptReport = .none, couldNotStart: Bool = false
    ) {
        self.token = token
        self.error = error
        self.retry = retry
        self.report = report
        self.couldNotStart = couldNotStart
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
        case .createTenant, .createKey, .enqueue, .pull, .addGrant, .useUnits: true
        case .outbound(let command): command.bringsWork
        case .updateTenant, .setManual, .deleteTenant, .readTenant, .revokeKey, .cancelJob,
            .endPull, .heartbeat, .complete, .fail, .release, .undelivered, .loadPlans, .movePlan,
            .putOverride, .removeOverride, .revokeGrant, .setEnforcement, .setGauge, .checkLimit,
            .checkFeature, .explain, .billing:
            false
        }
    }
}
