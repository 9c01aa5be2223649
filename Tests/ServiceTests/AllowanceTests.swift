import Core
import HTTP
import Service
import Store
import Testing

@Suite struct AllowanceTests {
    private let house = House(catalog: Samples.catalog)
    private let december = Timestamp(milliseconds: 1_796_083_200_000)

    private func wrong(
        _ response: Response?, at path: String, says: String,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(response?.status == 422, sourceLocation: location)
        #expect(
            response?["errors"]?.contains(#""path":"\#(path)""#) == true,
            "\(response?["errors"] ?? "")", sourceLocation: location)
        #expect(
            response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")",
            sourceLocation: location)
    }

    // MARK: Overrides

    @Test func `an override reaches the store and is 201`() throws {
        let exchange = house.send(
            "POST", "/v1/tenants/acme/overrides", .admin,
            #"""
            {"limit":90,"metric":"compute_seconds","until":"2026-12-01T00:00:00Z","reason":"help"}
            """#)
        guard case .putOverride(let put) = house.commands[0].command else { throw Unexpected() }
        #expect(
            put
                == PutOverride(
                    tenant: "acme", metric: .computeSeconds, limit: .units(90_000),
                    until: december, reason: "help"))
        house.reply(
            .override(
                Override(
                    metric: .computeSeconds, limit: .units(90_000), until: december,
                    reason: "help", createdAt: House.noon)))
        #expect(house.response(exchange)?.status == 201)
        #expect(
            house.response(exchange)?.text
                == #"{"metric":"compute_seconds","limit":90,"until":"2026-12-01T00:00:00.000Z","#
                + #""reason":"help","created_at":"2026-11-16T12:00:00.000Z"}"#)
    }

    @Test func `an override of null is no limit, and of jobs unless another metric is named`()
        throws
    {
        house.send("POST", "/v1/tenants/acme/overrides", .admin, #"{"limit":null}"#)
        house.send("POST", "/v1/tenants/acme/overrides", .admin, #"{"limit":0}"#)
        guard case .putOverride(let first) = house.commands[0].command,
            case .putOverride(let second) = house.commands[1].command
        else { throw Unexpected() }
        #expect(first == PutOverride(tenant: "acme", metric: .jobs, limit: .unlimited))
        #expect(second == PutOverride(tenant: "acme", metric: .jobs, limit: .units(0)))
    }

    @Test(arguments: [
        ("{}", "$.limit", "missing"), (#"{"limit":-1}"#, "$.limit", "found -1"),
        (#"{"limit":1.5}"#, "$.limit", "found 1.5"),
        (#"{"limit":9007199254740992}"#, "$.limit", "from 0 to 9007199254740991"),
        (
            #"{"limit":9007199254741,"metric":"compute_seconds"}"#, "$.limit",
            "from 0 to 9007199254740,"
        ),
        (#"{"limit":"many"}"#, "$.limit", "the text 'many'"),
        (#"{"limit":1,"metric":"A"}"#, "$.metric", "the text 'A'"),
        (#"{"limit":1,"until":"soon"}"#, "$.until", "RFC 3339"),
        (#"{"limit":1,"reason":5}"#, "$.reason", "found 5"),
        (#"{"limit":1,"tenant":"x"}"#, "$.tenant", "not a known field"),
    ])
    func `a wrong override is 422`(body: String, path: String, says: String) {
        let response = house.call("POST", "/v1/tenants/acme/overrides", .admin, body)
        wrong(response, at: path, says: says)
        #expect(house.commands.isEmpty)
    }

    @Test func `a reason may have a thousand bytes`() {
        for (count, status) in [(1_000, 0), (1_001, 422)] {
            let body = #"{"limit":1,"reason":"\#(String(repeating: "x", count: count))"}"#
            let response = house.call("POST", "/v1/tenants/acme/overrides", .admin, body)
            #expect((response?.status ?? 0) == status)
        }
    }

    @Test func `an override that is over already is 422 where its end stands`() {
        let response = house.call(
            "POST", "/v1/tenants/acme/overrides", .admin,
            #"{"limit":1,"until":"2020-01-01T00:00:00Z"}"#, reply: .refused(.overrideEndsTooEarly))
        wrong(response, at: "$.until", says: "in the past")
    }

    @Test func `a metric that no plan names is 422`() {
        let response = house.call(
            "POST", "/v1/tenants/acme/overrides", .admin, #"{"limit":1,"metric":"gold"}"#,
            reply: .refused(.metricUnknown("gold", known: "jobs")))
        wrong(response, at: "$.metric", says: "'gold'")
    }

    @Test func `overrides are listed, one that lifts the limit with null`() {
        let rows = Rows.overrides([
            Override(
                metric: .jobs, limit: .unlimited, until: nil, reason: nil, createdAt: House.noon)
        ])
        let response = house.call("GET", "/v1/tenants/acme/overrides", rows: rows)
        #expect(
            response?.text
                == #"{"items":[{"metric":"jobs","limit":null,"until":null,"reason":null,"#
                + #""created_at":"2026-11-16T12:00:00.000Z"}],"next_cursor":null}"#)
    }

    @Test func `an override is removed by its metric`() throws {
        let exchange = house.send("DELETE", "/v1/tenants/acme/overrides/llm_tokens")
        guard case .removeOverride(tenant: "acme", Samples.tokens) = house.commands[0].command
        else { throw Unexpected() }
        house.reply(.done)
        #expect(house.response(exchange)?.status == 204)
        #expect(house.call("DELETE", "/v1/tenants/acme/overrides/A")?.status == 404)
    }

    // MARK: Grants

    private func grant(_ remaining: Int64 = 2_500) -> Grant {
        Grant(
            id: GrantID(rawValue: 1), metric: .computeSeconds, amount: 5_000,
            remaining: remaining, source: "invoice:17", effectiveAt: House.noon,
            expiresAt: december, priority: -3, createdAt: House.noon, state: .inForce)
    }

    private let grantJSON =
        #"{"id":"grt_0000000000001","metric":"compute_seconds","amount":5,"remaining":2,"#
        + #""source":"invoice:17","effective_at":"2026-11-16T12:00:00.000Z","#
        + #""expires_at":"2026-12-01T00:00:00.000Z","priority":-3,"state":"in_force","#
        + #""created_at":"2026-11-16T12:00:00.000Z"}"#

    @Test(arguments: [(true, 201), (false, 200)])
    func `a grant is 201 when it is made and 200 when its source was known`(
        isNew: Bool, status: Int
    ) throws {
        let exchange = house.send(
            "POST", "/v1/tenants/acme/grants", .admin,
            #"""
            {"amount":5,"metric":"compute_seconds","source":"invoice:17","priority":-3,
            "effective_at":"2026-11-16T12:00:00Z","expires_at":"2026-12-01T00:00:00Z"}
            """#)
        guard case .addGrant(let add) = house.commands[0].command else { throw Unexpected() }
        #expect(
            add
                == AddGrant(
                    tenant: "acme", metric: .computeSeconds, amount: 5_000, source: "invoice:17",
                    effectiveAt: House.noon, expiresAt: december, priority: -3))
        house.reply(.grant(grant(), isNew: isNew))
        let response = house.response(exchange)
        #expect(response?.status == status)
        #expect(
            response?.text == (isNew ? grantJSON : grantJSON.dropLast() + #","differs":[]}"#))
        #expect(response?.header("Idempotency-Replayed") == (isNew ? nil : "true"))
    }

    @Test(arguments: [
        (#""amount":6,"metric":"compute_seconds""#, #"["amount"]"#),
        (#""amount":5"#, #"["metric"]"#),
        (#""amount":5,"metric":"compute_seconds","expires_at":null"#, #"["expires_at"]"#),
        (#""amount":5,"metric":"compute_seconds","priority":0"#, #"["priority"]"#),
        (
            #""amount":5,"metric":"compute_seconds","effective_at":"2026-11-17T12:00:00Z""#,
            #"["effective_at"]"#
        ),
        // What was to begin in the past began when the grant was made.
        (#""amount":5,"metric":"compute_seconds","effective_at":"2026-11-01T00:00:00Z""#, "[]"),
    ])
    func `a known source says what of it is otherwise than was asked for`(
        asked: String, differs: String
    ) {
        var body = #""source":"invoice:17",\#(asked)"#
        if !asked.contains("priority") { body += #","priority":-3"# }
        if !asked.contains("expires_at") { body += #","expires_at":"2026-12-01T00:00:00Z""# }
        let response = house.call(
            "POST", "/v1/tenants/acme/grants", .admin, "{\(body)}",
            reply: .grant(grant(), isNew: false))
        #expect(response?.status == 200)
        #expect(response?["differs"] == differs)
    }

    @Test func `a grant is of jobs, at once and for ever unless it says otherwise`() throws {
        house.send(
            "POST", "/v1/tenants/acme/grants", .admin, #"{"amount":8796093022208,"source":"s"}"#)
        guard case .addGrant(let add) = house.commands[0].command else { throw Unexpected() }
        #expect(add == AddGrant(tenant: "acme", amount: 1 << 43, source: "s"))
    }

    @Test(arguments: [
        (#"{"source":"s"}"#, "$.amount", "missing"), (#"{"amount":1}"#, "$.source", "missing"),
        (#"{"amount":0,"source":"s"}"#, "$.amount", "from 1 to 8796093022208, found 0"),
        (#"{"amount":8796093022209,"source":"s"}"#, "$.amount", "found 8796093022209"),
        (#"{"amount":1.5,"source":"s"}"#, "$.amount", "found 1.5"),
        (#"{"amount":null,"source":"s"}"#, "$.amount", "found null"),
        (#"{"amount":1,"source":""}"#, "$.source", "1 to 255 bytes"),
        (#"{"amount":1,"source":"a\u0007"}"#, "$.source", "control characters"),
        (#"{"amount":1,"source":"s","priority":1001}"#, "$.priority", "found 1001"),
        (#"{"amount":1,"source":"s","priority":-1001}"#, "$.priority", "found -1001"),
        (#"{"amount":1,"source":"s","expires_at":5}"#, "$.expires_at", "found 5"),
        (#"{"amount":1,"source":"s","metric":7}"#, "$.metric", "found 7"),
    ])
    func `a wrong grant is 422`(body: String, path: String, says: String) {
        let response = house.call("POST", "/v1/tenants/acme/grants", .admin, body)
        wrong(response, at: path, says: says)
        #expect(house.commands.isEmpty)
    }

    @Test func `grants are listed with what is left`() {
        let response = house.call(
            "GET", "/v1/tenants/acme/grants", rows: .grants([grant()], next: nil))
        #expect(response?.text == #"{"items":[\#(grantJSON)],"next_cursor":null}"#)
    }

    @Test func `many grants come in pages`() throws {
        let cursor = grant().id
        let exchange = house.send("GET", "/v1/tenants/acme/grants?limit=1&cursor=\(cursor)")
        guard case .grantList("acme", before: cursor, limit: 1) = house.queries[0].query else {
            throw Unexpected()
        }
        house.answerQuery(.grants([grant()], next: cursor))
        let text = #"{"items":[\#(grantJSON)],"next_cursor":"\#(cursor)"}"#
        #expect(house.response(exchange)?.text == text)
    }

    @Test func `revoking takes back what is unused`() throws {
        let exchange = house.send("DELETE", "/v1/tenants/acme/grants/grt_0000000000001")
        guard case .revokeGrant(GrantID(rawValue: 1), tenant: "acme") = house.commands[0].command
        else { throw Unexpected() }
        house.reply(.grant(grant(0), isNew: false))
        #expect(house.response(exchange)?.status == 204)
        #expect(house.response(exchange)?.body == [])
        #expect(house.call("DELETE", "/v1/tenants/acme/grants/job_1")?.status == 404)
    }
}
