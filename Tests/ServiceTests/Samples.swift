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
        let body = JobBody(id: JobID(rawValue: id), spec: spec, at: House.noon)
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
        isDeleted: Bool = false
    ) -> TenantView {
        TenantView(
            id: id, name: "Acme", email: nil,
            facts: TenantFacts(basePlan: plan, manual: manual, isDeleted: isDeleted),
            effectivePlan: plan, createdAt: House.noon, waiting: 3, running: 1)
    }

    /// All ten are used and a hundred more wait.
    static let submitRefusal = refusal(plan: "free", used: 10, waiting: 100)

    static func refusal(plan: String, used: Int64, waiting: Int64) -> SubmitRefusal {
        let tenant = Gate.Tenant(
            facts: TenantFacts(basePlan: plan), usage: Usage(plan: used, grant: 0, overage: 0),
            period: Period(containing: House.noon))
        let refusal = Gate.submitRefusal(
            cost: 1, waiting: waiting, for: tenant, catalog: .standard)
        guard let refusal else { preconditionFailure("\(waiting) may wait on plan \(plan)") }
        return refusal
    }

    static let tenantJSON = """
        {"id":"acme","name":"Acme","plan":"free","on_quota":"hold","pay_as_you_go":false,\
        "spend_cap":null,"period":"calendar","email":null,"status":"active",\
        "effective_plan":"free","entitlement":null,"manual":"none","waiting":3,"running":1,\
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
