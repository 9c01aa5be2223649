import API
import Core
import HTTP
import Service
import Store
import Testing

@Suite struct RefusalTests {
    /// Every refusal with its status, its code and what the sentence has to say.
    static let table: [(refusal: Refusal, status: Int, code: String, says: [String])] = [
        (.tenantUnknown("bolt"), 404, "not_found", ["'bolt'"]),
        (.tenantExists("bolt"), 409, "conflict", ["'bolt'", "Choose another"]),
        (
            .tenantSuspended("bolt", [Hold(reason: .tenantSuspended, cause: .manual)]), 403,
            "tenant_suspended", ["'bolt'", "by the operator", "lifts it with POST", "/resume"]
        ),
        (.tenantBusy("bolt", running: 3), 409, "conflict", ["3 running", "force=true"]),
        (.planUnknown("gold", known: "free, pro"), 422, "invalid", ["'gold'", "free, pro"]),
        (
            .quotaExceeded(Samples.submitRefusal), 402, "quota_exceeded",
            [
                "Plan 'free' allows 10 jobs a month and 10 are used", "2026-12-01T00:00:00.000Z",
                "'pro'",
            ]
        ),
        (
            .amountExceeds(Samples.amountRefusal), 402, "quota_exceeded",
            [
                "Plan 'free' allows 10 jobs a month and 8 are used", "no room for 5 more",
                "2026-12-01T00:00:00.000Z", "plan 'pro' allows 100",
            ]
        ),
        (
            .featureMissing(
                feature: "rendering", kind: "pdf", plan: "free", upgradeTo: "pro"),
            403, "feature_not_in_plan",
            ["Jobs of kind 'pdf'", "'rendering'", "plan 'free' has not", "Change to plan 'pro'"]
        ),
        (
            .featureMissing(feature: "f", kind: nil, plan: "free", upgradeTo: nil), 403,
            "feature_not_in_plan", ["This needs the feature 'f'", "ask the operator"]
        ),
        (
            .costTooLow(cost: 1, kind: "pdf", planCost: 5, plan: "free"), 422, "invalid",
            ["$.cost", "1 is less than the 5", "'pdf'", "give 5 or more"]
        ),
        (
            .payloadTooLarge(bytes: 20, max: 10, plan: "free"), 413, "too_large",
            ["$.payload has 20 bytes", "plan 'free' takes at most 10"]
        ),
        (
            .metricUnknown("gold", known: "jobs, seats"), 422, "invalid",
            ["$.metric", "'gold'", "jobs, seats"]
        ),
        (.metricIsGauge("seats"), 422, "invalid", ["$.metric", "PUT /v1/usage/seats"]),
        (.metricIsCounter("jobs"), 422, "invalid", ["$.metric", "'jobs'", "POST /v1/usage"]),
        (
            .amountTooGreat("compute_seconds", used: 1_500), 422, "invalid",
            ["$.amount", "of which 2 are used", "9007199254740"]
        ),
        (
            .overageNotSold(plan: "free", metric: "jobs"), 403, "feature_not_in_plan",
            ["Plan 'free' sells no jobs", "'pro'"]
        ),
        (
            .planInUse("gold", tenants: 3, such: "bolt"), 409, "conflict",
            ["3 tenants, such as 'bolt'", "plan 'gold'", "Put it back"]
        ),
        (.planInUse("gold", tenants: 1, such: "bolt"), 409, "conflict", ["Tenant 'bolt' is on"]),
        (
            .metricTypeStays("seats", .counter), 409, "conflict",
            ["'seats' is a counter in the plans of before", "another name"]
        ),
        (.planVersionUnknown("pro", version: 9), 422, "invalid", ["'pro'", "no version 9"]),
        (.overrideUnknown("seats"), 404, "not_found", ["'seats'"]),
        (.grantUnknown("grt_1"), 404, "not_found", ["'grt_1'"]),
        (
            .grantOver(GrantID(rawValue: 1), .expired), 409, "conflict",
            ["grt_0000000000001", "it is expired"]
        ),
        (.tooManyGrants("bolt", max: 1_000), 409, "conflict", ["1000 grants", "Revoke"]),
        (.grantEndsTooEarly, 422, "invalid", ["$.expires_at", "give a later time"]),
        (.overrideEndsTooEarly, 422, "invalid", ["$.until", "in the past"]),
        (.tooManyOverrides("bolt", max: 64), 409, "conflict", ["'bolt'", "64 overrides"]),
        (.tooManyMoves(max: 100), 409, "conflict", ["100 moves"]),
        (.tooManyQueues("q", max: 64), 422, "invalid", ["$.queue", "'q'", "64"]),
        (.tooManyKinds("k", max: 64), 422, "invalid", ["$.kind", "'k'", "64"]),
        (.tooManyKeys("bolt", max: 100), 409, "conflict", ["100 keys of 'bolt'", "Revoke"]),
        (.tooManyKeys("", max: 1_000), 409, "conflict", ["1000 keys of the operator"]),
        (.jobUnknown(Samples.job1), 404, "not_found", [Samples.job1Text]),
        (
            .jobFinished(Samples.job1, .dead), 409, "already_finished",
            [Samples.job1Text, "it is dead"]
        ),
        (.keyUnknown(KeyID(rawValue: 1)), 404, "not_found", ["key_0000000000001"]),
        (.idempotencyMismatch(key: "k7"), 422, "idempotency_mismatch", ["'k7'", "new key"]),
        (.tooManyTickets(max: 20_000), 503, "overloaded", ["20000 pulls"]),
        (.storageUnavailable, 503, "storage_unavailable", ["unknown", "same Idempotency-Key"]),
        (.overloaded, 503, "overloaded", ["Nothing was done"]),
        (.draining, 503, "draining", ["shutting down"]),
    ]

    @Test(arguments: table.indices)
    func `a refusal is a problem with status, code and a sentence with its value`(row: Int) {
        let (refusal, status, code, says) = RefusalTests.table[row]
        let response = House().call(
            "POST", "/v1/jobs", .tenant, #"{"kind":"k"}"#,
            reply: .enqueued([.refused(refusal)], isReplay: false))
        #expect(response?.status == status)
        #expect(response?["code"] == code)
        #expect(response?["type"] == "/errors/\(code)")
        #expect(response?["status"] == String(status))
        let detail = response?["detail"] ?? ""
        for part in says { #expect(detail.contains(part), "\(detail)") }
        #expect((response?.header("Retry-After") != nil) == (status == 503))
    }

    @Test func `402 carries the figures and says what a greater plan allows`() {
        let response = House().call(
            "POST", "/v1/jobs", .tenant, #"{"kind":"k"}"#,
            reply: .enqueued([.refused(.quotaExceeded(Samples.submitRefusal))], isReplay: false))
        #expect(response?.status == 402)
        let members = [
            "metric": "jobs", "used": "10", "limit": "10", "waiting": "100", "period": "2026-11",
            "resets_at": "2026-12-01T00:00:00.000Z", "upgrade_to": "pro", "cause": "null",
        ]
        for (name, value) in members { #expect(response?[name] == value, "\(name)") }
        #expect(
            response?["detail"]
                == "Plan 'free' allows 10 jobs a month and 10 are used; it lets 100 jobs wait and"
                + " 100 do. It resets at 2026-12-01T00:00:00.000Z; plan 'pro' allows 100.")
    }

    @Test func `402 of an amount carries it, and of a gauge no period`() {
        let house = House(catalog: Samples.catalog)
        let body = #"{"events":[{"id":"e","metric":"jobs","amount":5}]}"#
        let tenant = ["Weir-Tenant": "acme"]
        let counter = house.call(
            "POST", "/v1/usage/consume", .admin, body, headers: tenant,
            reply: .refused(.amountExceeds(Samples.amountRefusal)))
        let gauge = house.call(
            "PUT", "/v1/usage/seats", .admin, #"{"value":5}"#, headers: tenant,
            reply: .refused(.amountExceeds(Samples.gaugeRefusal)))
        #expect(counter?.status == 402 && gauge?.status == 402)
        let members = [
            "metric": "jobs", "used": "8", "limit": "10", "amount": "5", "period": "2026-11",
            "resets_at": "2026-12-01T00:00:00.000Z", "upgrade_to": "pro", "cause": "null",
        ]
        for (name, value) in members { #expect(counter?[name] == value, "\(name)") }
        #expect(gauge?["period"] == "null" && gauge?["resets_at"] == "null")
        #expect(
            gauge?["detail"]
                == "Plan 'free' allows 3 of seats and 2 are used, which leaves no room for 3 more;"
                + " plan 'pro' allows 20.")
    }

    @Test func `402 names a debt in words and to programs`() {
        var facts = Samples.facts("pro")
        facts.payAsYouGo = true
        facts.entitled = Entitled(status: .pastDue)
        facts.entitled?.subscription = "sub_1"
        let terms = TenantTerms(facts: facts, catalog: .standard, enforcement: .full)
        let period = Period(containing: House.noon)
        let tenant = Gate.Tenant(
            terms: terms, period: period, resetsAt: period.end,
            jobs: terms.account(of: .jobs, usage: Usage(plan: 100)))
        let refusals: [Refusal] = [
            .quotaExceeded(Gate.refusal(waiting: 1_000, for: tenant, catalog: .standard)),
            .amountExceeds(
                Gate.refusal(of: 5, account: tenant.jobs, for: tenant, catalog: .standard)),
        ]
        for refusal in refusals {
            let response = House().call(
                "POST", "/v1/jobs", .tenant, #"{"kind":"k"}"#,
                reply: .enqueued([.refused(refusal)], isReplay: false))
            #expect(
                response?["cause"]
                    == #"{"code":"overage_withheld","status":"past_due","subscription":"sub_1"}"#)
            #expect(
                response?["detail"]?.contains(" Pay what subscription 'sub_1' owes") == true)
        }
    }

    @Test(arguments: [
        (Int64?.none, Int64(3), "Plan 'free' and grants allow 13 jobs"),
        (12, 0, "An override allows 12 jobs"), (12, 3, "An override and grants allow 15 jobs"),
    ])
    func `402 says whose word a limit is`(own: Int64?, granted: Int64, words: String) {
        var terms = TenantTerms(
            facts: Samples.facts("free"), catalog: .standard, enforcement: .full)
        if let own {
            terms.put(
                Override(
                    metric: .jobs, limit: .units(own), until: nil, reason: nil,
                    createdAt: House.noon))
        }
        let period = Period(containing: House.noon)
        let usage = Usage(plan: own ?? 10, grant: granted)
        let tenant = Gate.Tenant(
            terms: terms, period: period, resetsAt: period.end,
            jobs: terms.account(of: .jobs, usage: usage))
        let refusal = Gate.refusal(waiting: 100, for: tenant, catalog: .standard)
        let submit = House().call(
            "POST", "/v1/jobs", .tenant, #"{"kind":"k"}"#,
            reply: .enqueued([.refused(.quotaExceeded(refusal))], isReplay: false))
        let used = (own ?? 10) + granted
        #expect(
            submit?["detail"]?.hasPrefix(
                "\(words) a month and \(used) are used; plan 'free' lets 100 jobs wait") == true)
        let amount = Gate.refusal(
            of: 5, account: tenant.jobs, for: tenant, catalog: .standard)
        let consumed = House().call(
            "POST", "/v1/usage/consume", .admin,
            #"{"events":[{"id":"e","metric":"jobs","amount":5}]}"#,
            headers: ["Weir-Tenant": "acme"], reply: .refused(.amountExceeds(amount)))
        #expect(consumed?["detail"]?.hasPrefix("\(words) a month and \(used) are") == true)
    }

    @Test func `402 of an unlimited plan speaks of what waits`() {
        let refusal = Samples.refusal(plan: "enterprise", used: 0, waiting: 1_000_000)
        let response = House().call(
            "POST", "/v1/jobs", .tenant, #"{"kind":"k"}"#,
            reply: .enqueued([.refused(.quotaExceeded(refusal))], isReplay: false))
        #expect(response?["limit"] == "null" && response?["upgrade_to"] == "null")
        #expect(response?["detail"]?.contains("lets 1000000 jobs wait and 1000000 do") == true)
    }

    @Test func `an error is of type problem+json`() {
        let response = House().call("GET", "/v1/nothing")
        #expect(response.map { String(describing: $0.contentType) }?.contains("problem") == true)
    }
}
