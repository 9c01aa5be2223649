import Core
import HTTP
import JSON
import Service
import Store
import Testing

@Suite struct PlanTests {
    private let house = House(catalog: Samples.catalog)

    @Test func `the plans on offer are listed for the operator with the provider's names`() {
        let response = house.call("GET", "/v1/plans")
        #expect(response?.text.hasPrefix(#"{"items":[{"id":"free","version":1,"#) == true)
        #expect(response?.text.contains(#"{"id":"pro","version":2,"#) == true)
        #expect(response?.text.contains(#""provider_price":"price_1""#) == true)
        #expect(response?["next_cursor"] == "null")
        #expect(house.commands.isEmpty && house.queries.isEmpty)
    }

    @Test func `anybody may see the plans, without the provider's names`() {
        let response = house.call("GET", "/v1/billing/plans", nil)
        #expect(response?.status == 200)
        #expect(response?.text.contains(#""amount":"29","currency":"usd"}"#) == true)
        #expect(response?.text.contains("price_1") == false)
        #expect(response?.text.contains("PRICE_PRO") == false)
    }

    @Test func `an unknown parameter of the open list is 422`() {
        #expect(house.call("GET", "/v1/billing/plans?x=1", nil)?.status == 422)
    }

    @Test func `a plan is shown as it is on offer, or in an older version`() {
        #expect(house.call("GET", "/v1/plans/pro")?["version"] == "2")
        #expect(house.call("GET", "/v1/plans/pro?version=1")?["version"] == "1")
    }

    @Test(arguments: ["gold", "pro?version=9"])
    func `a plan that is not there is 404 and names those that are`(target: String) {
        let response = house.call("GET", "/v1/plans/\(target)")
        #expect(response?.status == 404)
        #expect(response?["detail"]?.contains("The plans are free, pro.") == true)
    }

    @Test func `the plans are those of the last commit that changed them`() {
        house.commit([], catalog: .standard)
        house.commit([])
        #expect(house.call("GET", "/v1/plans/enterprise")?.status == 200)
        house.send("GET", "/v1/tenants/acme/usage")
        #expect(house.queries[0].catalog == .standard)
    }

    // MARK: Moving

    @Test func `a move says how many tenants will be moved`() throws {
        let exchange = house.send("POST", "/v1/plans/pro/move", .admin, #"{"from":1,"to":2}"#)
        guard case .movePlan("pro", from: 1, to: 2) = house.commands[0].command else {
            throw Unexpected()
        }
        house.reply(.planMoves(tenants: 7))
        #expect(house.response(exchange)?.status == 200)
        #expect(house.response(exchange)?.text == #"{"tenants":7}"#)
    }

    @Test(arguments: [(Int64(1), "$.from"), (9, "$.to")])
    func `a version that is not there is 422 at its place`(version: Int64, path: String) {
        let response = house.call(
            "POST", "/v1/plans/pro/move", .admin, #"{"from":1,"to":9}"#,
            reply: .refused(.planVersionUnknown("pro", version: version)))
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains(#""path":"\#(path)""#) == true)
        #expect(response?["detail"]?.contains("no version \(version)") == true)
    }

    @Test(arguments: [
        (#"{"to":2}"#, "$.from", "missing"), (#"{"from":1}"#, "$.to", "missing"),
        (#"{"from":0,"to":2}"#, "$.from", "found 0"), (#"{"from":1,"to":null}"#, "$.to", "null"),
        (#"{"from":"1","to":2}"#, "$.from", "the text '1'"),
    ])
    func `a wrong field of a move is 422`(body: String, path: String, says: String) {
        let response = house.call("POST", "/v1/plans/pro/move", .admin, body)
        #expect(response?.status == 422 && house.commands.isEmpty)
        #expect(response?["errors"]?.contains(#""path":"\#(path)""#) == true)
        #expect(response?["detail"]?.contains(says) == true)
    }

    @Test func `moving a plan that never was is 404`() {
        let response = house.call(
            "POST", "/v1/plans/gold/move", .admin, #"{"from":1,"to":2}"#)
        #expect(response?.status == 404 && house.commands.isEmpty)
    }

    // MARK: What if

    @Test func `what if asks for the plan, the period and the overage`() throws {
        house.send("GET", "/v1/plans/pro/what-if?tenant=bolt&period=2026-10&overage=50")
        house.send("GET", "/v1/plans/pro/what-if", headers: ["Weir-Tenant": "bolt"])
        guard case .whatIf(let first) = house.queries[0].query,
            case .whatIf(let second) = house.queries[1].query
        else { throw Unexpected() }
        let plan = try #require(Samples.catalog.plan("pro"))
        #expect(
            first == WhatIf(tenant: "bolt", plan: plan, period: "2026-10", overageMax: 50))
        #expect(second == WhatIf(tenant: "bolt", plan: plan, period: nil, overageMax: nil))
    }

    @Test func `what if tells what would have been held and billed`() {
        var jobs = WhatIfView(
            metric: .jobs, period: Period(containing: House.noon), limit: .units(100),
            overagePrice: Price(nanos: 50_000_000))
        jobs.used = 130
        jobs.admitted = 100
        jobs.overage = 25
        jobs.held = 5
        jobs.barred = 2
        jobs.isExact = true
        jobs.reachedAt = House.noon
        var seconds = WhatIfView(
            metric: .computeSeconds, period: jobs.period, limit: .unlimited, overagePrice: nil)
        seconds.used = 1_500
        seconds.admitted = 1_500
        seconds.isFolded = true
        let response = house.call(
            "GET", "/v1/plans/pro/what-if?tenant=acme&overage=25", rows: .whatIf([seconds, jobs]))
        #expect(
            response?.text
                == #"{"plan":"pro","version":2,"tenant":"acme","period":{"key":"2026-11","#
                + #""start":"2026-11-01T00:00:00.000Z","end":"2026-12-01T00:00:00.000Z"},"#
                + #""metrics":{"compute_seconds":{"used":2,"admitted":2,"overage":0,"#
                + #""over_soft":0,"held":0,"barred":0,"reached_at":null,"folded":true,"#
                + #""exact":false,"limit":null,"#
                + #""overage_price":null,"cost":null},"jobs":{"used":130,"admitted":100,"#
                + #""overage":25,"over_soft":0,"held":5,"barred":2,"#
                + #""reached_at":"2026-11-16T12:00:00.000Z","#
                + #""folded":false,"exact":true,"limit":100,"overage_price":"0.05","cost":"1.25"}}}"#
        )
    }

    @Test func `a tenant that has used nothing has nothing to tell`() {
        let response = house.call("GET", "/v1/plans/pro/what-if?tenant=acme", rows: .whatIf([]))
        #expect(response?["period"] == "null" && response?["metrics"] == "{}")
    }

    @Test(arguments: [
        ("", "name the tenant"), ("?tenant=A", "found 'A'"), ("?tenant=a&period=x", "found 'x'"),
        ("?tenant=a&overage=-1", "found '-1'"), ("?tenant=a&overage=1.5", "found '1.5'"),
        ("?tenant=a&overage=all", "found 'all'"),
    ])
    func `a wrong parameter of what if is 422`(query: String, says: String) {
        let response = house.call("GET", "/v1/plans/pro/what-if\(query)")
        #expect(response?.status == 422 && house.queries.isEmpty)
        #expect(response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")")
    }

    @Test func `a call that acts for one tenant asks about no other`() {
        let response = house.call(
            "GET", "/v1/plans/pro/what-if?tenant=acme", headers: ["Weir-Tenant": "bolt"])
        #expect(response?.status == 404 && house.queries.isEmpty)
    }
}
