import API
import Core
import HTTP
import Service
import Store
import Testing

@Suite struct WhyTests {
    private let house = House()
    private let path = "/v1/jobs/job_0000000000001/why"

    init() {
        house.service.runner.kinds.terms = ["email.send": KindTerms()]
        house.service.runner.kinds.queues = ["default"]
    }

    private func answer(
        _ job: JobView, _ blockers: [Hold] = [], cost: Int64? = nil, as key: House.Key = .tenant
    ) -> Response? {
        house.call(
            "GET", path, key,
            reply: .explanation(Explanation(job: job, blockers: blockers, cost: cost)))
    }

    @Test func `the store is asked for the caller's job`() throws {
        house.send("GET", path, .owner)
        house.send("GET", path, .admin)
        guard case .explain(Samples.job1, tenant: "acme") = house.commands[0].command,
            case .explain(Samples.job1, tenant: nil) = house.commands[1].command
        else { throw Unexpected() }
    }

    /// The answer of the rows, which are asked after the store has refused.
    private func answer(_ rows: Rows, tenant: String?, as key: House.Key) throws -> Response? {
        let exchange = house.send("GET", path, key)
        house.refuse(house.commands.map(\.id), .storageUnavailable)
        guard case .explanation(Samples.job1, tenant: tenant) = house.queries[0].query else {
            throw Unexpected()
        }
        house.answerQuery(rows)
        return house.response(exchange)
    }

    @Test func `while the store can take no batch the rows say the rest and nothing is runnable`()
        throws
    {
        let explanation = Explanation(
            job: Samples.job(), blockers: [Hold(reason: .tenantPaused)], cost: 5)
        let response = try answer(.explanation(explanation), tenant: "acme", as: .owner)
        #expect(response?["runnable"] == "false")
        #expect(response?["cost"] == "5")
        let blockers = response?["blockers"] ?? ""
        #expect(blockers.hasPrefix(#"[{"code":"storage_unavailable","#))
        #expect(blockers.contains(#""code":"tenant_paused""#))
    }

    @Test func `a job that the rows have not is not found`() throws {
        #expect(try answer(.explanation(nil), tenant: nil, as: .admin)?.status == 404)
    }

    @Test func `rows that cannot be read either are a problem`() throws {
        #expect(try answer(.unavailable, tenant: "acme", as: .owner)?.status == 503)
    }

    @Test func `a job that nothing blocks is runnable`() {
        let answer = answer(Samples.job(), cost: 5)
        #expect(answer?.text == #"{"runnable":true,"cost":5,"blockers":[]}"#)
    }

    @Test func `what a start will be charged is told where it is more than is left`() {
        var quota = Hold(reason: .quotaExhausted)
        quota.metric = .jobs
        quota.used = 9
        quota.limit = 10
        let jobs = answer(Samples.job(), [quota], cost: 5)?["blockers"]
        #expect(jobs?.contains("9 of 10 jobs are used, and the job costs 5.") == true)
        quota.metric = Samples.tokens
        let tokens = answer(Samples.job(), [quota], cost: 5)?["blockers"]
        #expect(tokens?.contains("9 of 10 llm_tokens are used.") == true)
    }

    @Test func `a scheduled job names its time first, and then what else would block it`() {
        var job = Samples.job(state: .scheduled)
        job.runAt = House.noon.adding(60_000)
        let response = answer(job, [Hold(reason: .tenantPaused)])
        let blockers = response?["blockers"] ?? ""
        #expect(response?["runnable"] == "false")
        #expect(
            blockers.hasPrefix(
                #"[{"code":"scheduled","detail":"The job is due at 2026-11-16T12:01:00.000Z.","#
                    + #""resumes_at":"2026-11-16T12:01:00.000Z","fix":"#))
        #expect(blockers.contains(#""code":"tenant_paused""#))
    }

    @Test func `a job that runs or has ended says so alone`() {
        var running = Samples.job(state: .running)
        running.attempt = 2
        running.startedAt = House.noon
        var dead = Samples.job(state: .dead)
        dead.finishedAt = House.noon
        let first = answer(running)
        let second = answer(dead)
        #expect(
            first?.text
                == #"{"runnable":false,"cost":null,"blockers":[{"code":"running","detail":"The"#
                + #" job runs since 2026-11-16T12:00:00.000Z, attempt 2 of 5.","resumes_at":null,"#
                + #""fix":null,"cause":null}]}"#)
        #expect(second?["runnable"] == "false")
        #expect(
            second?["blockers"]?.hasPrefix(
                #"[{"code":"finished","detail":"The job ended at 2026-11-16T12:00:00.000Z: it is"#
                    + #" dead.""#) == true)
    }

    /// Each reason with what its sentence and its fix have to say.
    static let table: [(hold: Hold, detail: [String], fix: [String])] = {
        func hold(_ reason: HoldReason, _ change: (inout Hold) -> Void = { _ in }) -> Hold {
            var hold = Hold(reason: reason)
            change(&hold)
            return hold
        }
        func quota(_ hold: inout Hold) {
            hold.metric = .jobs
            hold.used = 10
            hold.limit = 10
            hold.upgradeTo = "pro"
        }
        let reset = Period(containing: House.noon).end
        return [
            (
                hold(.tenantSuspended) { $0.cause = .manual },
                ["'acme' is suspended by the operator"],
                ["lifts it with POST /v1/tenants/acme/resume"]
            ),
            (
                hold(.tenantSuspended) { $0.cause = .subscription("sub_1") },
                ["'acme' is suspended", "'sub_1' owes was not paid"],
                ["Pay what it owes", "/v1/tenants/acme/resume does not lift this"]
            ),
            (
                hold(.tenantPaused) { $0.cause = .manual }, ["'acme' is paused by the operator"],
                ["/v1/tenants/acme/resume"]
            ),
            (
                hold(.tenantPaused) { $0.cause = .subscription("sub_1") },
                ["'acme' is paused because its subscription 'sub_1' is"],
                ["Resume that subscription", "does not lift this"]
            ),
            (
                hold(.quotaExhausted) {
                    quota(&$0)
                    $0.cause = .withheld(.overage, .pastDue, subscription: "sub_1")
                },
                [
                    "10 of 10 jobs are used. Overage is agreed to, but none is sold while"
                        + " subscription 'sub_1' is past_due: what it owes is not paid."
                ],
                ["Pay what subscription 'sub_1' owes", "Or else: Change to plan 'pro'"]
            ),
            (
                hold(.quotaExhausted) {
                    quota(&$0)
                    $0.cause = .withheld(.overage, .trialing, subscription: "sub_1")
                }, ["while subscription 'sub_1' is trialing."],
                ["End the trial of subscription 'sub_1'"]
            ),
            (
                hold(.quotaExhausted) {
                    quota(&$0)
                    $0.cause = .manual
                }, ["none is sold while the tenant is stopped by the operator."],
                ["operator resumes the tenant", "Or else: Change to plan 'pro'"]
            ),
            (
                hold(.featureNotInPlan) {
                    $0.feature = "f"
                    $0.cause = .withheld(.plan, .pastDue, subscription: "sub_1")
                }, ["'f'", "The plan of subscription 'sub_1' does not count", "grace is over"],
                ["Pay what subscription 'sub_1' owes", "ask the operator"]
            ),
            (
                hold(.quotaExhausted) {
                    quota(&$0)
                    $0.cause = .withheld(.plan, .pendingPayment, subscription: "sub_1")
                }, ["The plan of subscription 'sub_1' does not count: its first payment is not"],
                ["Make the first payment"]
            ),
            (
                hold(.featureNotInPlan) {
                    $0.feature = "rendering"
                    $0.upgradeTo = "pro"
                }, ["'email.send'", "'rendering'"], ["plan 'pro'"]
            ),
            (hold(.featureNotInPlan) { $0.feature = "f" }, ["'f'"], ["ask the operator"]),
            (
                hold(.quotaExhausted) {
                    quota(&$0)
                    $0.resumesAt = reset
                }, ["10 of 10 jobs are used; there is room again at 2026-12-01T00:00:00.000Z."],
                ["Change to plan 'pro', or give it a grant", "or wait until 2026-12-01"]
            ),
            (
                hold(.quotaExhausted) {
                    quota(&$0)
                    $0.needed = 11
                }, ["costs 11 jobs, more than the plan can ever admit", "10 of 10"],
                ["plan 'pro'"]
            ),
            (
                hold(.spendCapReached) {
                    quota(&$0)
                    $0.resumesAt = reset
                }, ["10 of 10 jobs", "spend cap"], ["spend_cap", "PATCH /v1/tenants/acme"]
            ),
            (
                hold(.concurrencyLimit) {
                    $0.used = 3
                    $0.limit = 3
                }, ["3 jobs of tenant 'acme' run", "lets 3 run"], ["one of them ends"]
            ),
            (
                hold(.concurrencyLimit) {
                    $0.used = 1
                    $0.limit = 1
                }, ["1 job of tenant 'acme' runs", "lets 1 run"], ["one of them ends"]
            ),
            (
                hold(.rateLimited) { $0.resumesAt = House.noon },
                ["next may start at 2026-11-16T12:00:00.000Z"], ["greater rate"]
            ),
        ]
    }()

    @Test(arguments: table.indices)
    func `each reason has its sentence with the numbers, and its fix`(row: Int) throws {
        let (hold, detail, fix) = WhyTests.table[row]
        let text = try #require(answer(Samples.job(), [hold])?["blockers"])
        #expect(text.hasPrefix(#"[{"code":"\#(hold.reason.code)","detail":"#))
        let parts = text.components(of: #","resumes_at":"#)
        #expect(parts.count == 2)
        for part in detail { #expect(parts.first?.contains(part) == true, "\(text)") }
        for part in fix { #expect(parts.last?.contains(part) == true, "\(text)") }
        let resumes = hold.resumesAt.map { "\"\($0)\"" } ?? "null"
        #expect(parts.last?.hasPrefix(resumes) == true)
    }

    @Test func `each blocker names its cause to programs`() {
        var debt = Hold(reason: .quotaExhausted)
        debt.cause = .withheld(.plan, .pendingPayment, subscription: "sub_1")
        let holds = [
            Hold(reason: .tenantPaused, cause: .manual),
            Hold(reason: .tenantSuspended, cause: .subscription("sub_1")), debt,
            Hold(reason: .concurrencyLimit),
        ]
        let text = answer(Samples.job(), holds)?["blockers"] ?? ""
        let causes = text.components(of: #""cause":"#).dropFirst()
            .map { $0.prefix(while: { $0 != "}" }) }
        #expect(
            causes == [
                #"{"code":"operator","status":null,"subscription":null"#,
                #"{"code":"subscription","status":null,"subscription":"sub_1""#,
                #"{"code":"plan_withheld","status":"pending_payment","subscription":"sub_1""#,
                "null",
            ])
    }

    @Test func `every reason has a row`() {
        let reasons = Set(WhyTests.table.map(\.hold.reason))
        #expect(reasons == Set(HoldReason.allCases))
    }

    /// What keeps a job from starting that nothing else blocks.
    private func noWorker(
        _ job: JobView = Samples.job(), as key: House.Key = .tenant
    ) -> String? {
        let answer = answer(job, as: key)
        if answer?["runnable"] == "true" { return nil }
        return answer?["blockers"]
    }

    @Test func `a kind that the server does not do has no worker, with the reason and the fix`() {
        #expect(noWorker() == nil)
        house.service.runner.kinds.queues = ["mail"]
        let elsewhere = noWorker() ?? ""
        #expect(elsewhere.hasPrefix(#"[{"code":"no_worker","detail":"No worker serves kind "#))
        #expect(elsewhere.contains("takes no jobs from this queue"), "\(elsewhere)")
        // Which queues there are, and what is broken, is the operator's.
        #expect(!elsewhere.contains("'mail'"), "\(elsewhere)")
        #expect(noWorker(as: .admin)?.contains("It takes them from 'mail'.") == true)
        house.service.runner.kinds.queues = []
        #expect(noWorker()?.contains("`--runners 0`") == true)
        house.service.runner.kinds.terms = [:]
        let unknown = noWorker() ?? ""
        #expect(unknown.contains("has no program for it"), "\(unknown)")
        #expect(unknown.contains("since the server started"), "\(unknown)")
        house.service.runner.kinds.disabled = ["email.send": "has no file 'run'; add the program"]
        // Where nothing is run, mending it would help nobody.
        #expect(noWorker()?.contains("`--runners 0`") == true)
        house.service.runner.kinds.queues = ["default"]
        #expect(noWorker()?.contains("is disabled") == true)
        #expect(noWorker()?.contains("has no file 'run'") == false)
        #expect(noWorker(as: .admin)?.contains("has no file 'run'") == true)
        // It is told of last, after what holds the job for other reasons.
        let held = answer(Samples.job(), [Hold(reason: .tenantPaused)])?["blockers"] ?? ""
        #expect(held.hasPrefix(#"[{"code":"tenant_paused""#) && held.contains(#""no_worker""#))
    }

    @Test func `a worker that asks for such work is one, for a while`() {
        house.service.runner.kinds = OwnKinds()
        func pull(_ key: House.Key, _ body: String) {
            house.send("POST", "/v1/leases/pull", key, body)
            house.reply(.leased([]))
        }
        pull(.worker, #"{"kinds":["other"]}"#)
        pull(.worker, #"{"queues":["mail"]}"#)
        #expect(noWorker() != nil)
        pull(.acmeWorker, #"{"kinds":["a","email.send"],"queues":["mail","default"]}"#)
        #expect(noWorker() == nil)
        house.real += Limits.workforceMilliseconds
        #expect(noWorker()?.contains("has asked for its jobs for 5m") == true)
        pull(.worker, "{}")
        #expect(noWorker() == nil)
    }

    @Test func `a worker of other tenants is none`() {
        house.service.runner.kinds = OwnKinds()
        house.send("POST", "/v1/leases/pull", .acmeWorker, "{}")
        house.reply(.leased([]))
        var job = Samples.job()
        #expect(noWorker(job) == nil)
        let body = JobBody(id: job.id, spec: JobSpec(kind: job.kind), cost: 1, at: House.noon)
        job = JobView(
            body: body, tenant: "bolt", kind: job.kind, queue: job.queue, state: .ready, hold: nil)
        #expect(noWorker(job) != nil)
    }

    @Test func `another's job is 404`() {
        let response = house.call(
            "GET", path, .tenant, reply: .refused(.jobUnknown(Samples.job1)))
        #expect(response?.status == 404)
        #expect(house.call("GET", "/v1/jobs/nothing/why", .tenant)?.status == 404)
    }
}

extension String {
    fileprivate func components(of separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
