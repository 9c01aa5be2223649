import Core
import HTTP
import Service
import Store
import Testing

@Suite struct TenantTests {
    @Test func `a new tenant is 201 and shown`() throws {
        let house = House()
        let exchange = house.send(
            "POST", "/v1/tenants", .admin,
            #"{"id":"acme","name":"Acme","email":"a@b.c","plan":"pro"}"#)
        guard case .createTenant(let tenant) = house.commands[0].command else {
            throw Unexpected()
        }
        #expect(
            tenant
                == CreateTenant(
                    id: "acme", name: "Acme", email: "a@b.c", plan: "pro", bucket: 57))
        house.reply(.tenantCreated(Samples.tenant(), isReplay: false))
        #expect(house.response(exchange)?.status == 201)
        #expect(house.response(exchange)?.text == Samples.tenantJSON)
    }

    @Test func `a tenant is on plan free unless the operator says otherwise`() throws {
        let house = House()
        house.send("POST", "/v1/tenants", .admin, #"{"id":"a","name":null,"plan":null}"#)
        guard case .createTenant(let tenant) = house.commands[0].command else {
            throw Unexpected()
        }
        #expect(tenant == CreateTenant(id: "a", bucket: 10))
    }

    @Test(arguments: [
        ("POST", "{}", "$.id", "missing"),
        ("POST", #"{"id":"A"}"#, "$.id", "beginning with a letter or digit"),
        ("POST", #"{"id":5}"#, "$.id", "found 5"),
        ("POST", #"{"id":null}"#, "$.id", "found null"),
        ("POST", #"{"id":"a","plan":5}"#, "$.plan", "found 5"),
        ("POST", #"{"id":"a","name":[]}"#, "$.name", "found a list"),
        ("POST", #"{"id":"a","on_quota":"drop"}"#, "$.on_quota", "one of 'hold', 'reject'"),
        ("POST", #"{"id":"a","on_quota":1}"#, "$.on_quota", "found 1"),
        ("POST", #"{"id":"a","pay_as_you_go":"yes"}"#, "$.pay_as_you_go", "true or false"),
        ("POST", #"{"id":"a","spend_cap":null}"#, "$.spend_cap", "overage without end"),
        ("POST", #"{"id":"a","spend_cap":-1}"#, "$.spend_cap", "found -1"),
        ("POST", #"{"id":"a","spend_cap":1.5}"#, "$.spend_cap", "found 1.5"),
        ("POST", #"{"id":"a","spend_cap":9007199254740992}"#, "$.spend_cap", "9007199254740991"),
        ("POST", #"{"id":"a","spend_cap":"5"}"#, "$.spend_cap", "a number of jobs"),
        ("POST", #"{"id":"a","spend_cap":{"jobs":"5"}}"#, "$.spend_cap.jobs", "found"),
        ("POST", #"{"id":"a","spend_cap":{"A":1}}"#, "$.spend_cap.A", "no name of a metric"),
        ("POST", #"{"id":"a","spend_cap":{"a":1,"a":1}}"#, "$.spend_cap.a", "there twice"),
        ("POST", #"{"id":"a","period":"weekly"}"#, "$.period", "'calendar', 'anchored'"),
        ("PATCH", #"{"period":5}"#, "$.period", "found 5"),
        ("PATCH", #"{"status":"paused"}"#, "$.status", "/pause"),
        ("PATCH", #"{"id":"other"}"#, "$.id", "cannot be changed"),
        ("PATCH", #"{"colour":"red"}"#, "$.colour", "not a known field"),
    ])
    func `a wrong field is 422 with its path`(
        method: String, body: String, path: String, says: String
    ) {
        let house = House()
        let target = method == "POST" ? "/v1/tenants" : "/v1/tenants/acme"
        let response = house.call(method, target, .admin, body)
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains(#""path":"\#(path)""#) == true)
        #expect(response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")")
        #expect(house.commands.isEmpty)
    }

    @Test func `a list shows tenants without the figures of memory`() throws {
        let house = House()
        let summary = TenantSummary(
            id: "acme", name: "Acme", email: nil, facts: Samples.facts(),
            effectivePlan: Samples.facts().basePlan, createdAt: House.noon)
        let exchange = house.send("GET", "/v1/tenants?limit=1&cursor=abc")
        guard case .tenantList(after: "abc", limit: 1) = house.queries[0].query else {
            throw Unexpected()
        }
        house.answerQuery(.tenantPage([summary], next: "acme"))
        let item = Samples.tenantJSON.replacing(#""waiting":3,"running":1,"#, with: "")
        #expect(house.response(exchange)?.text == #"{"items":[\#(item)],"next_cursor":"acme"}"#)
    }

    @Test func `a tenant is read with what waits and runs`() throws {
        let house = House()
        let exchange = house.send("GET", "/v1/tenants/acme")
        guard case .readTenant("acme") = house.commands[0].command else { throw Unexpected() }
        house.reply(.tenant(Samples.tenant()))
        #expect(house.response(exchange)?.text == Samples.tenantJSON)
    }

    @Test func `a tenant is counted in its rows while the store can take no batch`() throws {
        let house = House()
        let exchange = house.send("GET", "/v1/tenants/acme")
        house.refuse(house.commands.map(\.id), .storageUnavailable)
        guard case .tenant("acme") = house.queries[0].query else { throw Unexpected() }
        house.answerQuery(.tenant(Samples.tenant()))
        #expect(house.response(exchange)?.text == Samples.tenantJSON)
    }

    @Test func `any other refusal of a read is a problem at once`() {
        let house = House()
        let exchange = house.send("GET", "/v1/tenants/acme")
        house.refuse(house.commands.map(\.id), .overloaded)
        #expect(house.response(exchange)?.status == 503)
        #expect(house.queries.isEmpty)
    }

    @Test func `a tenant that cannot be read either is a problem`() {
        let house = House()
        let exchange = house.send("GET", "/v1/tenants/acme")
        house.refuse(house.commands.map(\.id), .storageUnavailable)
        house.answerQuery(.unavailable)
        #expect(house.response(exchange)?.status == 503)
    }

    @Test func `a change reaches the store as it was meant`() throws {
        let house = House()
        let exchange = house.send(
            "PATCH", "/v1/tenants/acme", .admin, #"{"name":null,"plan":"pro"}"#)
        guard case .updateTenant(let update) = house.commands[0].command else {
            throw Unexpected()
        }
        var wanted = UpdateTenant(id: "acme")
        wanted.name = .set(nil)
        wanted.plan = "pro"
        #expect(update == wanted)
        house.reply(.tenant(Samples.tenant(plan: "pro")))
        #expect(house.response(exchange)?["effective_plan"] == "pro")
    }

    @Test func `the terms beside the plan reach the store`() throws {
        let house = House()
        let terms = #""on_quota":"reject","pay_as_you_go":true,"period":"anchored""#
        house.send(
            "POST", "/v1/tenants", .admin,
            #"{"id":"a","spend_cap":{"jobs":5,"compute_seconds":2},\#(terms)}"#)
        house.send("PATCH", "/v1/tenants/acme", .admin, #"{"spend_cap":7,\#(terms)}"#)
        var wanted = TenantChoices()
        wanted.onQuota = .reject
        wanted.payAsYouGo = true
        wanted.period = .anchored
        wanted.spendCaps = [.jobs: 5, .computeSeconds: 2_000]
        guard case .createTenant(let tenant) = house.commands[0].command,
            case .updateTenant(let update) = house.commands[1].command
        else { throw Unexpected() }
        #expect(tenant.choices == wanted)
        wanted.spendCaps = [.jobs: 7]
        #expect(update.choices == wanted)
    }

    @Test func `what is not named of the terms stays as it is`() throws {
        let house = House()
        house.send(
            "PATCH", "/v1/tenants/acme", .admin,
            #"{"on_quota":null,"pay_as_you_go":null,"period":null}"#)
        guard case .updateTenant(let update) = house.commands[0].command else {
            throw Unexpected()
        }
        #expect(update == UpdateTenant(id: "acme"))
    }

    @Test func `a tenant shows its terms, its version and the window that runs`() {
        let view = Samples.tenant { facts in
            facts.basePlan = PlanVersion(id: "free", version: 3)
            facts.onQuota = .reject
            facts.payAsYouGo = true
            facts.spendCaps = [.jobs: 5, .computeSeconds: 2_000]
            facts.periodMode = .calendar
            facts.window = PeriodWindow(anchorDay: 15)
        }
        let response = House().call("GET", "/v1/tenants/acme", reply: .tenant(view))
        #expect(response?["plan_version"] == "3")
        #expect(response?["on_quota"] == "reject" && response?["pay_as_you_go"] == "true")
        #expect(response?["spend_cap"] == #"{"compute_seconds":2,"jobs":5}"#)
        #expect(response?["period"] == "calendar")
        // The calendar was chosen; the anchored window that runs goes to its end.
        #expect(
            response?["quota_period"]
                == #"{"key":"2026-11-15","start":"2026-11-15T00:00:00.000Z","#
                + #""end":"2026-12-15T00:00:00.000Z","resets_at":"2026-12-15T00:00:00.000Z"}"#)
    }

    @Test func `a window that is about to change resets where the new one begins`() throws {
        let house = House()
        house.commit([], day: Day(containing: try time("2026-12-10T00:00:00Z")))
        let view = Samples.tenant { facts in
            facts.periodMode = .anchored
            facts.anchorDay = 15
            facts.window.change(toAnchorDay: 15, on: House.day)
        }
        let response = house.call("GET", "/v1/tenants/acme", reply: .tenant(view))
        #expect(
            response?["quota_period"]
                == #"{"key":"2026-11","start":"2026-11-01T00:00:00.000Z","#
                + #""end":"2026-12-15T00:00:00.000Z","resets_at":"2026-12-15T00:00:00.000Z"}"#)
    }

    @Test func `the period follows the day that the last commit told`() throws {
        let house = House()
        house.commit([], day: Day(containing: try time("2026-12-01T00:00:00Z")))
        let response = house.call("GET", "/v1/tenants/acme", reply: .tenant(Samples.tenant()))
        #expect(response?["quota_period"]?.contains(#""key":"2026-12""#) == true)
    }

    private func time(_ text: String) throws -> Timestamp {
        try #require(Timestamp(rfc3339: text))
    }

    @Test func `a spend cap of a metric that no plan names is 422 at its place`() {
        let response = House().call(
            "PATCH", "/v1/tenants/acme", .admin, #"{"spend_cap":{"seats":5}}"#,
            reply: .refused(.metricUnknown("seats", known: "jobs")))
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains(#""path":"$.spend_cap.seats""#) == true)
    }

    @Test func `overage that no plan of the tenant sells is 403 and names one that does`() {
        let response = House().call(
            "PATCH", "/v1/tenants/acme", .admin, #"{"pay_as_you_go":true}"#,
            reply: .refused(.overageNotSold(plan: "free", metric: "jobs")))
        #expect(response?.status == 403 && response?["code"] == "feature_not_in_plan")
        #expect(response?["upgrade_to"] == "pro")
        #expect(response?["detail"]?.contains("plan 'pro'") == true)
    }

    @Test(arguments: [
        ("pause", ManualStatus.paused), ("suspend", .suspended), ("resume", .none),
    ])
    func `the operator's verbs set the manual status`(verb: String, manual: ManualStatus) throws {
        let house = House()
        let exchange = house.send("POST", "/v1/tenants/acme/\(verb)")
        guard case .setManual(tenant: "acme", manual) = house.commands[0].command else {
            throw Unexpected()
        }
        house.reply(.tenant(Samples.tenant(manual: manual)))
        #expect(house.response(exchange)?.status == 200)
        #expect(house.response(exchange)?["manual"] == manual.name)
    }

    @Test(arguments: [("", false), ("?force=true", true), ("?force=false", false)])
    func `deleting is 202, by force if asked`(query: String, force: Bool) throws {
        let house = House()
        let exchange = house.send("DELETE", "/v1/tenants/acme\(query)")
        guard case .deleteTenant(tenant: "acme", force: force) = house.commands[0].command else {
            throw Unexpected()
        }
        house.reply(.tenant(Samples.tenant(isDeleted: true)))
        #expect(house.response(exchange)?.status == 202)
        #expect(house.response(exchange)?["status"] == "deleted")
        #expect(house.response(exchange)?["blockers"]?.contains("is deleted") == true)
    }

    @Test func `a force that is neither true nor false is 422`() {
        #expect(House().call("DELETE", "/v1/tenants/acme?force=1")?.status == 422)
    }

    @Test(arguments: ["ACME", "-a", "a%20b"])
    func `what cannot be a tenant's id is 404`(id: String) {
        let house = House()
        #expect(house.call("GET", "/v1/tenants/\(id)")?.status == 404)
        #expect(house.commands.isEmpty)
    }
}
