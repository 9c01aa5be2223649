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
        #expect(tenant == CreateTenant(id: "acme", name: "Acme", email: "a@b.c", plan: "pro"))
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
        #expect(tenant == CreateTenant(id: "a"))
    }

    @Test(arguments: [
        ("POST", "{}", "$.id", "missing"),
        ("POST", #"{"id":"A"}"#, "$.id", "beginning with a letter or digit"),
        ("POST", #"{"id":5}"#, "$.id", "found 5"),
        ("POST", #"{"id":null}"#, "$.id", "found null"),
        ("POST", #"{"id":"a","plan":5}"#, "$.plan", "found 5"),
        ("POST", #"{"id":"a","name":[]}"#, "$.name", "found a list"),
        ("POST", #"{"id":"a","on_quota":"reject"}"#, "$.on_quota", "not supported yet"),
        ("POST", #"{"id":"a","pay_as_you_go":true}"#, "$.pay_as_you_go", "not supported yet"),
        ("POST", #"{"id":"a","spend_cap":5}"#, "$.spend_cap", "not supported yet"),
        ("POST", #"{"id":"a","period":"anchored"}"#, "$.period", "not supported yet"),
        ("PATCH", #"{"period":"anchored"}"#, "$.period", "not supported yet"),
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
            id: "acme", name: "Acme", email: nil, facts: TenantFacts(basePlan: "free"),
            effectivePlan: "free", createdAt: House.noon)
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
