import Core
import Plans
import Store
import Testing

/// A plan for tests, with as much that may wait as tests need.
func plan(
    _ id: String, rank: Int, jobs: MetricTerms, _ change: (inout PlanTerms) -> Void = { _ in }
) -> PlanDraft {
    var terms = PlanTerms(name: id, rank: rank, jobs: jobs)
    if jobs.limit != .unlimited { terms.heldMax = 1_000 }
    change(&terms)
    terms.others.sort { $0.metric < $1.metric }
    return PlanDraft(id: id, terms: terms)
}

/// A plan that allows so many jobs.
func plan(
    _ id: String, rank: Int, limit: Int64?, cap: Cap = .hard, isSold: Bool = false,
    _ change: (inout PlanTerms) -> Void = { _ in }
) -> PlanDraft {
    plan(
        id, rank: rank,
        jobs: MetricTerms(
            metric: .jobs, limit: limit.map(Limit.units) ?? .unlimited, cap: cap,
            overagePrice: isSold ? Price(nanos: 50_000_000) : nil), change)
}

extension Metric {
    static let tokens = Metric(name: "tokens")
    static let calls = Metric(name: "calls")
    static let seats = Metric(name: "seats")
}

/// Short words for what tests of the meter do often.
extension StoreBench {
    /// Changes a tenant; the change has to be taken.
    @discardableResult
    func update(
        _ tenant: String = "acme", plan: String? = nil,
        _ change: (inout TenantChoices) -> Void = { _ in }
    ) throws -> TenantView {
        var update = UpdateTenant(id: tenant)
        update.plan = plan
        change(&update.choices)
        return try tell(.updateTenant(update)).tenant
    }

    @discardableResult
    func override(
        _ limit: Limit, of metric: Metric = .jobs, for tenant: String = "acme",
        until: Timestamp? = nil
    ) throws -> Reply {
        try tell(
            .putOverride(
                PutOverride(tenant: tenant, metric: metric, limit: limit, until: until)))
    }

    /// Gives a tenant units; they have to be new.
    @discardableResult
    func grant(
        _ amount: Int64, of metric: Metric = .jobs, _ source: String = "gift",
        from: Timestamp? = nil, until: Timestamp? = nil, priority: Int64 = 0
    ) throws -> Grant {
        let reply = try tell(
            .addGrant(
                AddGrant(
                    tenant: "acme", metric: metric, amount: amount, source: source,
                    effectiveAt: from, expiresAt: until, priority: priority)))
        guard case .grant(let grant, isNew: true) = reply else {
            throw Unexpected("\(reply) is no new grant")
        }
        return grant
    }

    /// A tenant's usage as its page shows it.
    func usageView(_ tenant: String = "acme", _ period: Period? = nil) throws -> UsageView {
        guard
            case .usage(let view) = try query(.usage(tenant: tenant, period: period?.description))
                .rows
        else { throw Unexpected("the query gave no usage") }
        return view
    }

    func account(
        _ metric: Metric = .jobs, of tenant: String = "acme", _ period: Period? = nil
    ) throws -> Account {
        try #require(usageView(tenant, period).accounts.first { $0.metric == metric })
    }

    /// The thresholds that a tenant was told of, in the order in which it was.
    func thresholds(_ metric: Metric = .jobs) throws -> [Int64] {
        try usageView().alerts.filter { $0.metric == metric }.map(\.threshold)
    }

    /// What keeps a job from starting.
    func blockers(_ job: JobView) throws -> [Hold] { try explanation(job).blockers }

    func explanation(_ job: JobView) throws -> Explanation {
        let reply = try tell(.explain(job.id, tenant: nil))
        guard case .explanation(let explanation) = reply else {
            throw Unexpected("\(reply) explains nothing")
        }
        // The rows say the same, but for the pace of starts.
        let isTooFast = explanation.blockers.contains { $0.reason == .rateLimited }
        let rows = try query(.explanation(job.id, tenant: nil)).rows
        guard isTooFast || rows == .explanation(explanation) else {
            throw Unexpected("\(explanation) is \(rows) in the rows")
        }
        return explanation
    }

    /// What would keep so much more of a metric from being used.
    func check(_ metric: Metric, _ amount: Int64) throws -> Hold? {
        let reply = try tell(.checkLimit(tenant: "acme", metric, amount: amount))
        guard case .limitCheck(let check) = reply else { throw Unexpected("\(reply)") }
        return check.hold
    }

    /// Tells of usage outside jobs.
    func use(
        _ events: [(id: String, metric: Metric, amount: Int64)], mustFit: Bool = false
    ) throws -> Reply {
        try tell(
            .useUnits(
                UsageEvents(
                    tenant: "acme",
                    events: events.map {
                        UsageEvents.Event(id: $0.id, metric: $0.metric, amount: $0.amount)
                    }, mustFit: mustFit)))
    }

    /// Completes an attempt and says what it used.
    @discardableResult
    func complete(
        _ token: LeaseToken, used: [Metric: Int64] = [:], ran: Int64? = nil
    ) throws -> LeaseOutcome {
        var report = AttemptReport()
        report.usage = used.sorted { $0.key < $1.key }.map {
            AttemptReport.Amount(metric: $0.key, amount: $0.value)
        }
        report.ranMilliseconds = ran
        return try tell(.complete([Completion(token: token, report: report)])).leaseOutcome
    }

    /// Says that an attempt's program could not be started.
    @discardableResult
    func failToStart(
        _ token: LeaseToken, _ retry: JobRun.Retry = .never
    ) throws -> LeaseOutcome {
        try tell(.fail([Failure(token: token, retry: retry, couldNotStart: true)])).leaseOutcome
    }

    func loadPlans(_ drafts: [PlanDraft]) throws -> Reply { try tell(.loadPlans(drafts)) }

    @discardableResult
    func enforce(_ mode: Enforcement.Mode, percent: Int64 = 100) throws -> Reply {
        try tell(.setEnforcement(Enforcement(mode: mode, percent: percent)))
    }
}
