import Core
import Store

/// Things as the store shows them.
enum Samples {
    static let job1 = JobID(rawValue: 1)
    static let job1Text = "job_0000000000001"

    static func job(
        _ id: Int64 = 1, state: JobState = .ready, hold: Hold? = nil, payload: String = "{}"
    ) -> JobView {
        var spec = JobSpec(kind: "email.send")
        spec.payload = [UInt8](payload.utf8)
        spec.tags = ["welcome"]
        let body = JobBody(
            id: JobID(rawValue: id), spec: spec, cost: 1, at: House.noon)
        return JobView(
            body: body, tenant: "acme", kind: "email.send", queue: "default", state: state,
            hold: hold)
    }

    static func token(_ number: Int64) -> LeaseToken {
        LeaseToken(attempt: AttemptID(rawValue: number), secret: 7)
    }

    static func leased(_ id: Int64 = 1) -> LeasedJob {
        var view = job(id, state: .running)
        view.attempt = 1
        view.startedAt = House.noon
        return LeasedJob(
            job: view, token: token(id), expiresAt: House.noon.adding(30_000))
    }

    static func tenant(
        _ id: String = "acme", plan: String = "free", manual: ManualStatus = .none,
        isDeleted: Bool = false, change: (inout TenantFacts) -> Void = { _ in }
    ) -> TenantView {
        var facts = facts(plan)
        facts.manual = manual
        facts.isDeleted = isDeleted
        change(&facts)
        return TenantView(
            id: id, name: "Acme", email: nil, facts: facts, effectivePlan: facts.basePlan,
            createdAt: House.noon, waiting: 3, running: 1)
    }

    static func facts(_ plan: String = "free") -> TenantFacts {
        TenantFacts(basePlan: PlanVersion(id: plan, version: 1))
    }

    /// The account of a tenant on `plan` of the standard plans.
    static func account(
        _ usage: Usage, plan: String = "free", metric: Metric = .jobs,
        catalog: PlanCatalog = .standard, grants: [Grant] = [],
        change: (inout TenantFacts) -> Void = { _ in }
    ) -> Account {
        var facts = facts(plan)
        change(&facts)
        return TenantTerms(
            facts: facts, catalog: catalog, enforcement: .full, grants: grants
        ).account(of: metric, usage: usage)
    }

    static let tokens = Metric(name: "llm_tokens")
    static let seats = Metric(name: "seats")

    /// Plans with counters, a gauge, seconds, a feature and a kind that needs it.
    static let catalog: PlanCatalog = {
        var free = PlanTerms(
            name: "Free", rank: 0, jobs: MetricTerms(metric: .jobs, limit: .units(10)))
        free.others = [
            MetricTerms(metric: .computeSeconds, limit: .units(60_000)),
            MetricTerms(metric: tokens, limit: .units(1_000)),
            MetricTerms(metric: seats, type: .gauge, limit: .units(3)),
        ]
        free.featuresOfKinds = ["pdf": "rendering"]
        var pro = PlanTerms(
            name: "Pro", rank: 1,
            jobs: MetricTerms(
                metric: .jobs, limit: .units(100), overagePrice: Price(nanos: 50_000_000)))
        pro.others = [
            MetricTerms(metric: .computeSeconds, limit: .units(3_600_000)),
            MetricTerms(metric: tokens, limit: .units(9_000), cap: .soft),
            MetricTerms(metric: seats, type: .gauge, limit: .units(20)),
        ]
        pro.features = ["rendering"]
        pro.featuresOfKinds = ["pdf": "rendering"]
        pro.prices = [
            PlanPrice(
                interval: .month, amount: Price(nanos: 29_000_000_000), currency: "usd",
                environmentName: "PRICE_PRO", providerPrice: "price_1", lookupKey: "pro-month")
        ]
        return PlanCatalog(
            [Plan(id: "free", terms: free), Plan(id: "pro", version: 2, terms: pro)],
            older: [Plan(id: "pro", terms: pro)])
    }()

    /// All ten are used and a hundred more wait.
    static let submitRefusal = refusal(plan: "free", used: 10, waiting: 100)

    static func refusal(plan: String, used: Int64, waiting: Int64) -> SubmitRefusal {
        let refusal = Gate.submitRefusal(
            cost: 1, waiting: waiting, for: gate(plan: plan, used: used), catalog: .standard)
        guard let refusal else { preconditionFailure("\(waiting) may wait on plan \(plan)") }
        return refusal
    }

    /// Eight of ten are used and five more were asked for.
    static let amountRefusal: SubmitRefusal = {
        let tenant = gate(plan: "free", used: 8)
        return Gate.refusal(of: 5, account: tenant.jobs, for: tenant, catalog: .standard)
    }()

    /// Two of three seats are taken, and five were to be.
    static let gaugeRefusal = Gate.refusal(
        of: 3, account: account(Usage(plan: 2), metric: seats, catalog: catalog),
        for: gate(plan: "free", used: 0, catalog: catalog), catalog: catalog)

    static func gate(
        plan: String, used: Int64, catalog: PlanCatalog = .standard
    ) -> Gate.Tenant {
        let terms = TenantTerms(facts: facts(plan), catalog: catalog, enforcement: .full)
        let period = Period(containing: House.noon)
        return Gate.Tenant(
            terms: terms, period: period, resetsAt: period.end,
            jobs: terms.account(of: .jobs, usage: Usage(plan: used)))
    }

    static let tenantJSON = """
        {"id":"acme","name":"Acme","plan":"free","plan_version":1,"on_quota":"hold",\
        "pay_as_you_go":false,"spend_cap":null,"period":"calendar","quota_period":{"key":"2026-11",\
        "start":"2026-11-01T00:00:00.000Z","end":"2026-12-01T00:00:00.000Z",\
        "resets_at":"2026-12-01T00:00:00.000Z"},"email":null,"status":"active",\
        "effective_plan":"free","plan_decided_by":"operator","status_decided_by":"operator",\
        "entitlement":null,"manual":"none","blockers":[],"waiting":3,"running":1,\
        "created_at":"2026-11-16T12:00:00.000Z"}
        """

    /// The sample job as it is ready.
    static let jobJSON = jobJSON(state: "ready", held: "null", attempt: 0, startedAt: "null")

    static func jobJSON(state: String, held: String, attempt: Int, startedAt: String) -> String {
        """
        {"id":"job_0000000000001","tenant":"acme","kind":"email.send","queue":"default",\
        "state":"\(state)","held":\(held),"priority":5,"attempt":\(attempt),"max_attempts":5,\
        "crash_count":0,"run_at":"2026-11-16T12:00:00.000Z",\
        "created_at":"2026-11-16T12:00:00.000Z","started_at":\(startedAt),"finished_at":null,\
        "expires_at":null,"payload":{},"result":null,"error":null,"progress":null,\
        "tags":["welcome"],"unique_key":null,"cost":1,"charged_period":null,\
        "cancel_requested_at":null,"timeout":300}
        """
    }
}
