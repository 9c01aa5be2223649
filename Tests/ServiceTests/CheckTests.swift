import Core
import HTTP
import Service
import Store
import Testing

@Suite struct CheckTests {
    private let house = House(catalog: Samples.catalog)
    private let limits = "/v1/billing/check-usage-limits"
    private let features = "/v1/billing/check-feature-access"

    @Test func `a question about a limit counts in counted units`() throws {
        house.send("POST", limits, .tenant, #"{"amount":3,"metric":"compute_seconds"}"#)
        house.send("POST", limits, .owner, "{}")
        house.send("POST", limits, .admin, nil, headers: ["Weir-Tenant": "bolt"])
        guard
            case .checkLimit(tenant: "acme", .computeSeconds, amount: 3_000) =
                house.commands[0].command,
            case .checkLimit(tenant: "acme", .jobs, amount: 1) = house.commands[1].command,
            case .checkLimit(tenant: "bolt", .jobs, amount: 1) = house.commands[2].command
        else { throw Unexpected() }
    }

    @Test func `what would be admitted is allowed`() {
        let response = house.call(
            "POST", limits, .tenant, "{}", reply: .limitCheck(LimitCheck(hold: nil)))
        #expect(response?.status == 200)
        #expect(
            response?.text
                == #"{"allowed":true,"reason":null,"resumes_at":null,"upgrade_to":null,"#
                + #""cause":null}"#)
    }

    @Test func `what would not says why, until when and what would help`() {
        var hold = Hold(reason: .quotaExhausted)
        hold.resumesAt = Period(containing: House.noon).end
        hold.upgradeTo = "pro"
        hold.cause = .withheld(.overage, .pastDue, subscription: "sub_1")
        let response = house.call(
            "POST", limits, .tenant, "{}", reply: .limitCheck(LimitCheck(hold: hold)))
        #expect(
            response?.text
                == #"{"allowed":false,"reason":"quota_exhausted","#
                + #""resumes_at":"2026-12-01T00:00:00.000Z","upgrade_to":"pro","#
                + #""cause":{"code":"overage_withheld","status":"past_due","#
                + #""subscription":"sub_1"}}"#)
    }

    @Test func `a question about a feature reaches the store`() throws {
        let exchange = house.send("POST", features, .tenant, #"{"feature":"rendering"}"#)
        guard case .checkFeature(tenant: "acme", "rendering") = house.commands[0].command
        else { throw Unexpected() }
        house.reply(.limitCheck(LimitCheck(hold: Hold(reason: .featureNotInPlan))))
        #expect(
            house.response(exchange)?.text
                == #"{"allowed":false,"reason":"feature_not_in_plan","resumes_at":null,"#
                + #""upgrade_to":null,"cause":null}"#)
    }

    @Test(arguments: [
        ("check-usage-limits", #"{"amount":-1}"#, "$.amount"),
        ("check-usage-limits", #"{"amount":1.5}"#, "$.amount"),
        ("check-usage-limits", #"{"metric":5}"#, "$.metric"),
        ("check-usage-limits", #"{"what":5}"#, "$.what"),
        ("check-feature-access", "{}", "$.feature"),
        ("check-feature-access", #"{"feature":""}"#, "$.feature"),
        ("check-feature-access", #"{"feature":null}"#, "$.feature"),
    ])
    func `a wrong question is 422`(route: String, body: String, path: String) {
        let response = house.call("POST", "/v1/billing/\(route)", .tenant, body)
        #expect(response?.status == 422 && house.commands.isEmpty)
        #expect(response?["errors"]?.contains(#""path":"\#(path)""#) == true)
    }

    @Test func `a question about a metric that no plan names is 422`() {
        let response = house.call(
            "POST", limits, .tenant, #"{"metric":"gold"}"#,
            reply: .refused(.metricUnknown("gold", known: "jobs")))
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains(#""path":"$.metric""#) == true)
    }

    @Test func `the rows answer while the store can take no batch`() throws {
        let house = house
        let hold = Hold(reason: .quotaExhausted)
        let asked = house.send("POST", limits, .tenant, #"{"amount":2}"#)
        house.refuse([house.commands[0].id], .storageUnavailable)
        guard case .limitCheck(tenant: "acme", .jobs, amount: 2) = house.queries[0].query else {
            throw Unexpected()
        }
        house.answerQuery(.limitCheck(LimitCheck(hold: hold)))
        #expect(house.response(asked)?["reason"] == "quota_exhausted")
        let feature = house.send("POST", features, .tenant, #"{"feature":"rendering"}"#)
        house.refuse([house.commands[0].id], .storageUnavailable)
        guard case .featureCheck(tenant: "acme", "rendering") = house.queries[0].query else {
            throw Unexpected()
        }
        house.answerQuery(.limitCheck(LimitCheck(hold: nil)))
        #expect(house.response(feature)?["allowed"] == "true")
        let unknown = house.send("POST", limits, .tenant, #"{"metric":"gold"}"#)
        house.refuse([house.commands[0].id], .storageUnavailable)
        house.answerQuery(.metricUnknown(Metric(name: "gold")))
        #expect(house.response(unknown)?["errors"]?.contains(#""path":"$.metric""#) == true)
    }

    @Test func `an admin names the tenant that the question is about`() {
        for path in [limits, features] {
            #expect(house.call("POST", path, .admin, #"{"feature":"f"}"#)?.status == 422)
        }
    }
}
