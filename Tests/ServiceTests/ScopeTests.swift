import Core
import HTTP
import Service
import Store
import Testing

@Suite struct ScopeTests {
    /// Every route with the keys that may call it.
    static let table: [(method: String, path: String, keys: Set<House.Key>)] = [
        ("POST", "/v1/tenants", [.admin]),
        ("GET", "/v1/tenants", [.admin]),
        ("GET", "/v1/tenants/acme", [.admin]),
        ("PATCH", "/v1/tenants/acme", [.admin]),
        ("DELETE", "/v1/tenants/acme", [.admin]),
        ("POST", "/v1/tenants/acme/pause", [.admin]),
        ("POST", "/v1/tenants/acme/suspend", [.admin]),
        ("POST", "/v1/tenants/acme/resume", [.admin]),
        ("POST", "/v1/keys", [.admin]),
        ("GET", "/v1/keys", [.admin]),
        ("DELETE", "/v1/keys/key_0000000000001", [.admin]),
        ("POST", "/v1/tenants/acme/keys", [.admin, .owner]),
        ("GET", "/v1/tenants/acme/keys", [.admin, .owner]),
        ("DELETE", "/v1/tenants/acme/keys/key_0000000000001", [.admin, .owner]),
        ("POST", "/v1/jobs", [.admin, .tenant, .owner]),
        ("POST", "/v1/jobs/batch", [.admin, .tenant, .owner]),
        ("GET", "/v1/jobs", [.admin, .tenant, .owner]),
        ("GET", "/v1/jobs/job_0000000000001", [.admin, .tenant, .owner]),
        ("POST", "/v1/jobs/job_0000000000001/cancel", [.admin, .tenant, .owner]),
        ("GET", "/v1/jobs/job_0000000000001/logs", [.admin, .tenant, .owner]),
        ("POST", "/v1/leases/pull", [.admin, .worker]),
        ("POST", "/v1/leases/heartbeat", [.admin, .worker]),
        ("POST", "/v1/leases/complete", [.admin, .worker]),
        ("POST", "/v1/leases/fail", [.admin, .worker]),
        ("POST", "/v1/leases/release", [.admin, .worker]),
        ("GET", "/v1/tenants/acme/usage", [.admin, .tenant, .owner]),
        ("GET", "/v1/billing/usage", [.admin, .tenant, .owner]),
        ("GET", "/v1/tenants/acme/ledger", [.admin, .owner]),
        ("GET", "/v1/plans", [.admin]),
        ("GET", "/v1/plans/free", [.admin]),
        ("POST", "/v1/plans/free/move", [.admin]),
        ("GET", "/v1/plans/free/what-if", [.admin]),
        ("GET", "/v1/tenants/acme/overrides", [.admin]),
        ("POST", "/v1/tenants/acme/overrides", [.admin]),
        ("DELETE", "/v1/tenants/acme/overrides/jobs", [.admin]),
        ("GET", "/v1/tenants/acme/grants", [.admin]),
        ("POST", "/v1/tenants/acme/grants", [.admin]),
        ("DELETE", "/v1/tenants/acme/grants/grt_0000000000001", [.admin]),
        ("GET", "/v1/billing/usage/jobs", [.admin, .tenant, .owner]),
        ("GET", "/v1/billing/quotas", [.admin, .tenant, .owner]),
        ("POST", "/v1/usage", [.admin, .worker]),
        ("POST", "/v1/usage/consume", [.admin, .worker]),
        ("PUT", "/v1/usage/seats", [.admin, .worker]),
        ("GET", "/v1/jobs/job_0000000000001/why", [.admin, .tenant, .owner]),
        ("POST", "/v1/billing/check-usage-limits", [.admin, .tenant, .owner]),
        ("POST", "/v1/billing/check-feature-access", [.admin, .tenant, .owner]),
        ("GET", "/v1/enforcement", [.admin]),
        ("PUT", "/v1/enforcement", [.admin]),
        ("GET", "/v1/enforcement/would-hold", [.admin]),
        ("GET", "/v1/webhook-events", [.admin]),
        ("GET", "/v1/webhook-events/evt_1", [.admin]),
        ("GET", "/v1/webhook-events/health", [.admin]),
        ("POST", "/v1/webhook-events/evt_1/replay", [.admin]),
        ("GET", "/v1/audit", [.admin]),
        ("GET", "/v1/tenants/acme/audit", [.admin, .owner]),
        ("GET", "/v1/billing/status", [.admin, .owner]),
        ("POST", "/v1/test/clock", [.admin]),
    ]

    @Test(arguments: table.indices, [House.Key.admin, .tenant, .owner, .worker])
    func `a route is open to the scopes of the table and 403 to others`(
        row: Int, key: House.Key
    ) {
        let (method, path, keys) = ScopeTests.table[row]
        let house = House(hasTestClock: true)
        let response = house.call(method, path, key)
        if keys.contains(key) {
            #expect(response?.status != 403)
        } else {
            #expect(response?.status == 403)
            #expect(response?["code"] == "forbidden")
            #expect(response?["detail"]?.contains(key.grant.scope.name) == true)
            #expect(house.commands.isEmpty && house.queries.isEmpty)
        }
    }

    @Test(arguments: ["Authorization", "Weir-Tenant", "Idempotency-Key", "Content-Type"])
    func `a field that counts once and is there twice is refused by its name`(name: String) {
        let house = House()
        let response = house.call(
            "POST", "/v1/jobs", .admin, #"{"kind":"k"}"#,
            headers: [name.lowercased(): "a", name.uppercased(): "b"])
        #expect(response?["code"] == "malformed_request")
        #expect(response?["detail"]?.contains(name) == true)
        #expect(house.commands.isEmpty)
    }

    @Test(arguments: table.indices)
    func `a route without a key is 401 and says how to send one`(row: Int) {
        let house = House(hasTestClock: true)
        let response = house.call(ScopeTests.table[row].method, ScopeTests.table[row].path, nil)
        #expect(response?.status == 401)
        #expect(response?["code"] == "unauthenticated")
        #expect(response?.header("WWW-Authenticate") == "Bearer")
    }

    @Test(arguments: [
        "Bearer weir_admin_unknown", "Basic weir_admin_k", "Bearer ", "Bearer", "weir_admin_k", "",
    ])
    func `a key that is unknown or sent wrongly is 401 with the same words`(field: String) {
        let house = House()
        let response = house.call("GET", "/v1/jobs", nil, headers: ["Authorization": field])
        let absent = house.call("GET", "/v1/jobs", nil)
        #expect(response?.status == 401)
        #expect(response?.text == absent?.text)
    }

    @Test func `the scheme of the key is read whatever its case`() {
        let house = House()
        house.send("GET", "/v1/jobs", nil, headers: ["Authorization": "bearer weir_tenant_k"])
        #expect(house.queries.count == 1)
    }

    @Test func `an unknown path is 404 and names it`() {
        let response = House().call("GET", "/v1/nothing", nil)
        #expect(response?.status == 404)
        #expect(response?["code"] == "not_found")
        #expect(response?["detail"]?.contains("'/v1/nothing'") == true)
    }

    @Test func `another method on a known path is 405 with Allow`() {
        let response = House().call("PUT", "/v1/jobs")
        #expect(response?.status == 405)
        #expect(response?["code"] == "method_not_allowed")
        let allow = response?.header("Allow") ?? ""
        #expect(allow.contains("GET") && allow.contains("POST"))
    }

    @Test(arguments: [House.Key.tenant, .owner, .acmeWorker, .tenantsWorker])
    func `naming another tenant than the key's is 404`(key: House.Key) {
        let path = key.grant.scope == .worker ? "/v1/leases/pull" : "/v1/jobs"
        let response = House().call(
            "POST", path, key, #"{"kind":"a"}"#, headers: ["Weir-Tenant": "other"])
        #expect(response?.status == 404)
        #expect(response?["detail"]?.contains("'other'") == true)
    }

    @Test func `naming the key's own tenant changes nothing`() {
        let house = House()
        house.send("GET", "/v1/jobs", .tenant, headers: ["Weir-Tenant": "acme"])
        #expect(house.queries.count == 1)
    }

    @Test(arguments: [
        "/v1/tenants/bolt/usage", "/v1/tenants/bolt/ledger", "/v1/tenants/bolt/keys",
        "/v1/tenants/bolt/audit",
    ])
    func `another tenant's page is 404 to an owner`(path: String) {
        let response = House().call("GET", path, .owner)
        #expect(response?.status == 404)
        #expect(response?["detail"]?.contains("'bolt'") == true)
    }

    @Test func `an admin who names a tenant reads and cancels that tenant's jobs`() throws {
        let house = House()
        house.send("GET", "/v1/jobs", .admin, headers: ["Weir-Tenant": "bolt"])
        house.send("GET", "/v1/jobs/job_0000000000001", .admin, headers: ["Weir-Tenant": "bolt"])
        house.send(
            "POST", "/v1/jobs/job_0000000000001/cancel", .admin, headers: ["Weir-Tenant": "bolt"])
        guard case .jobList(let filter) = house.queries[0].query,
            case .job(_, tenant: "bolt") = house.queries[1].query,
            case .cancelJob(_, tenant: "bolt") = house.commands[0].command
        else { throw Unexpected() }
        #expect(filter.tenant == "bolt")
    }

    @Test func `an admin who names no tenant reads all of them`() throws {
        let house = House()
        house.send("GET", "/v1/jobs")
        guard case .jobList(let filter) = house.queries[0].query else { throw Unexpected() }
        #expect(filter.tenant == nil)
    }

    @Test(arguments: [
        ("POST", "/v1/jobs", #"{"kind":"a"}"#),
        ("POST", "/v1/jobs/batch", #"{"jobs":[{"kind":"a"}]}"#),
        ("GET", "/v1/billing/usage", ""),
    ])
    func `an admin has to name the tenant to act for`(method: String, path: String, body: String) {
        let response = House().call(method, path, .admin, body)
        #expect(response?.status == 422)
        #expect(response?["detail"]?.contains("Weir-Tenant: ID") == true)
    }

    @Test func `a revoked key is a stranger from its commit on, and a new one is known`() {
        let house = House()
        let entry = House.Key.tenant.entry
        house.commit([], changes: [.removed(hash: entry.hash)])
        #expect(house.call("GET", "/v1/jobs", .tenant)?.status == 401)
        house.commit([], changes: [.added(entry)])
        #expect(
            house.call("GET", "/v1/jobs", .tenant, rows: .jobPage([], next: nil))?.status == 200)
    }
}

/// A test saw something else than it looks at.
struct Unexpected: Error {}
