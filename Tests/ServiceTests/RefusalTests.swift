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
        (.tenantSuspended("bolt"), 403, "tenant_suspended", ["'bolt'", "/resume"]),
        (.tenantBusy("bolt", running: 3), 409, "conflict", ["3 running", "force=true"]),
        (.planUnknown("gold", known: "free, pro"), 422, "invalid", ["'gold'", "free, pro"]),
        (
            .quotaExceeded(Samples.submitRefusal), 402, "quota_exceeded",
            [
                "Plan 'free' allows 10 jobs a month and 10 are used", "2026-12-01T00:00:00.000Z",
                "'pro'",
            ]
        ),
        (.tooManyQueues("q", max: 64), 422, "invalid", ["$.queue", "'q'", "64"]),
        (.tooManyKinds("k", max: 64), 422, "invalid", ["$.kind", "'k'", "64"]),
        (.tooManyKeys("bolt", max: 100), 409, "conflict", ["100 keys", "Revoke"]),
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
            "POST", "/v1/jobs", .tenant, #"{"kind":"k"}"#, reply: .refused(refusal))
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
            "resets_at": "2026-12-01T00:00:00.000Z", "upgrade_to": "pro",
        ]
        for (name, value) in members { #expect(response?[name] == value, "\(name)") }
        #expect(
            response?["detail"]
                == "Plan 'free' allows 10 jobs a month and 10 are used; it lets 100 jobs wait and"
                + " 100 do. It resets at 2026-12-01T00:00:00.000Z; plan 'pro' allows 100.")
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
