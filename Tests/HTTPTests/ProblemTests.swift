import HTTP
import JSON
import Testing

/// Problems and their codes.
@Suite struct ProblemTests {
    @Test func `a problem is written with its type, its code and its members`() {
        let problem = Problem(
            .quotaExceeded, detail: "Plan \"free\" is used up.",
            members: [
                ("metric", .string("jobs")), ("used", .integer(10)), ("hard", .bool(true)),
                ("upgrade_to", .null), ("limits", .raw(Array("[1,2]".utf8))),
                (
                    "errors",
                    .errors([(path: "/a", message: "is missing"), (path: "", message: "")])
                ),
            ], retryAfterSeconds: 30)
        let response = problem.response()
        #expect(response.status == 402)
        #expect(response.contentType.value.map { "\($0)" } == "application/problem+json")
        #expect(response.headers.map { "\($0.name): \($0.value)" } == ["Retry-After: 30"])
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"type":"/errors/quota_exceeded","title":"The plan's quota is used up","#
                + #""status":402,"detail":"Plan \"free\" is used up.","code":"quota_exceeded","#
                + #""metric":"jobs","used":10,"hard":true,"upgrade_to":null,"limits":[1,2],"#
                + #""errors":[{"path":"/a","message":"is missing"},{"path":"","message":""}]}"#)
    }

    @Test func `an item of a batch result is a problem without its type`() {
        var writer = JSONWriter()
        Problem(.notFound, detail: "No job.").write(into: &writer, withType: false)
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"title":"Not found","status":404,"detail":"No job.","code":"not_found"}"#)
    }

    @Test func `a problem may have another status than its code`() {
        let response = Problem(.malformedRequest, status: 505, detail: "No.").response()
        #expect(response.status == 505)
        #expect(response.headers.isEmpty)
        #expect(String(decoding: response.body, as: UTF8.self).contains("\"status\":505"))
    }

    /// API §2.
    @Test(arguments: [
        (400, ["malformed_json", "malformed_request", "invalid_signature"]),
        (401, ["unauthenticated"]),
        (402, ["quota_exceeded"]),
        (403, ["forbidden", "feature_not_in_plan", "tenant_suspended"]),
        (404, ["not_found"]),
        (405, ["method_not_allowed"]),
        (
            409,
            [
                "lease_expired", "lease_lost", "already_finished", "not_unique",
                "subscription_exists", "conflict",
            ]
        ),
        (413, ["too_large"]),
        (415, ["unsupported_media_type"]),
        (422, ["invalid", "idempotency_mismatch"]),
        (429, ["rate_limited"]),
        (431, ["too_large"]),
        (
            503,
            [
                "storage_unavailable", "overloaded", "billing_unavailable",
                "webhook_not_configured", "draining",
            ]
        ),
    ])
    func `each status has its codes`(_ status: Int, _ codes: [String]) {
        #expect(ProblemCode.allCases.filter { $0.status == status }.map(\.rawValue) == codes)
    }

    @Test func `no code is without a title`() {
        #expect(ProblemCode.allCases.count == 27)
        #expect(ProblemCode.allCases.allSatisfy { !$0.title.isEmpty })
    }
}
