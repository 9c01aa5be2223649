import Core
import HTTP
import Service
import Store
import Testing

@Suite struct UsageTests {
    private func view(used: Int64, limit: Limit, period: Int64 = 202_611) -> Rows {
        guard let month = Period(key: period) else { preconditionFailure("no month: \(period)") }
        return .usage(
            UsageView(
                period: month, usage: Usage(plan: used, grant: 0, overage: 0),
                limit: limit))
    }

    @Test func `usage shows the period and the figures of jobs`() {
        let response = House().call(
            "GET", "/v1/tenants/acme/usage", .tenant, rows: view(used: 4, limit: .units(10)))
        // Noon of the sixteenth: 15.5 of 30 days have passed.
        #expect(
            response?.text
                == #"{"period":{"key":"2026-11","start":"2026-11-01T00:00:00.000Z","#
                + #""end":"2026-12-01T00:00:00.000Z"},"metrics":{"jobs":{"used":4,"limit":10,"#
                + #""remaining":6,"percent":40,"overage":0,"over_soft":0,"unenforced":0,"#
                + #""resets_at":"2026-12-01T00:00:00.000Z","projected":8}},"alerts":[]}"#)
    }

    @Test func `without a limit there is no percentage and nothing remaining`() {
        let response = House().call(
            "GET", "/v1/billing/usage", .owner, rows: view(used: 4, limit: .unlimited))
        #expect(
            response?.text.contains(
                #""used":4,"limit":null,"remaining":null,"percent":null,"overage":0"#) == true)
    }

    @Test func `a limit of nothing has no percentage`() {
        let response = House().call(
            "GET", "/v1/billing/usage", .owner, rows: view(used: 0, limit: .units(0)))
        #expect(response?.text.contains(#""limit":0,"remaining":0,"percent":null"#) == true)
    }

    @Test func `a period that is over is projected as it was`() {
        let response = House().call(
            "GET", "/v1/billing/usage?period=2026-10", .owner,
            rows: view(used: 7, limit: .units(10), period: 202_610))
        #expect(response?.text.contains(#""projected":7"#) == true)
    }

    @Test func `the reader is asked for the named tenant and period`() throws {
        let house = House()
        house.send("GET", "/v1/tenants/bolt/usage?period=2026-10")
        house.send("GET", "/v1/billing/usage", .tenant)
        house.send("GET", "/v1/billing/usage", .admin, headers: ["Weir-Tenant": "bolt"])
        guard case .usage(tenant: "bolt", Period(text: "2026-10")) = house.queries[0].query,
            case .usage(tenant: "acme", period: nil) = house.queries[1].query,
            case .usage(tenant: "bolt", period: nil) = house.queries[2].query
        else { throw Unexpected() }
    }

    @Test(arguments: ["2026", "2026-13", "11-2026", "9999-12", ""])
    func `a period that is none is 422`(period: String) {
        let response = House().call("GET", "/v1/tenants/acme/usage?period=\(period)", .tenant)
        #expect(response?.status == 422)
        #expect(response?["detail"]?.contains("found '\(period)'") == true)
    }

    @Test func `an unknown tenant is 404 and named`() {
        let response = House().call(
            "GET", "/v1/tenants/bolt/usage", rows: .tenantUnknown("bolt"))
        #expect(response?.status == 404)
        #expect(response?["detail"]?.contains("'bolt'") == true)
    }

    @Test func `the ledger shows every charge with its standing`() throws {
        let row = LedgerView(
            id: LedgerID(rawValue: 3), at: House.noon, job: Samples.job1, metric: .jobs,
            period: Period(containing: House.noon), entry: .charge, source: .plan, amount: 1,
            usedAfter: 5, inForce: nil)
        let house = House()
        let exchange = house.send(
            "GET", "/v1/tenants/acme/ledger?period=2026-11&limit=1&cursor=led_0000000000004",
            .owner)
        guard case .ledger(let filter) = house.queries[0].query else { throw Unexpected() }
        var wanted = LedgerFilter(tenant: "acme")
        wanted.period = Period(text: "2026-11")
        wanted.limit = 1
        wanted.before = LedgerID(rawValue: 4)
        #expect(filter == wanted)
        house.answerQuery(.ledgerPage([row], next: LedgerID(rawValue: 3)))
        #expect(
            house.response(exchange)?.text
                == #"{"items":[{"id":"led_0000000000003","at":"2026-11-16T12:00:00.000Z","#
                + #""job":"job_0000000000001","metric":"jobs","period":"2026-11","#
                + #""kind":"charge","source":"plan","amount":1,"used_after":5,"#
                + #""in_force":null}],"next_cursor":"led_0000000000003"}"#)
    }
}
