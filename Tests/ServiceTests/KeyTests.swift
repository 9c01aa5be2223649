import Core
import Crypto
import HTTP
import Service
import Store
import Testing

@Suite struct KeyTests {
    private let id = KeyID(rawValue: 9)
    private let idText = "key_0000000000009"

    /// What the house's random bytes 0 to 31 spell.
    private let digits = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    @Test func `a new key is shown once and only its hash reaches the store`() throws {
        let house = House()
        let exchange = house.send("POST", "/v1/keys", .admin, #"{"scope":"admin"}"#)
        guard case .createKey(let key) = house.commands[0].command else { throw Unexpected() }
        let text = "weir_admin_\(digits)"
        #expect(key.hash == SHA256.hash([UInt8](text.utf8)))
        #expect(key.grant == KeyGrant(scope: .admin))
        house.reply(.keyCreated(id, isReplay: false))
        #expect(house.response(exchange)?.status == 201)
        #expect(
            house.response(exchange)?.text
                == #"{"id":"\#(idText)","key":"\#(text)","scope":"admin","tenant":null,"#
                + #""queues":null,"tenants":null}"#)
    }

    @Test func `a worker key is bound to queues and tenants`() throws {
        let house = House()
        house.send(
            "POST", "/v1/keys", .admin, #"{"scope":"worker","queues":["q"],"tenants":["a","b"]}"#)
        guard case .createKey(let key) = house.commands[0].command else { throw Unexpected() }
        #expect(key.grant == KeyGrant(scope: .worker, queues: ["q"], tenants: ["a", "b"]))
    }

    @Test(arguments: [House.Key.admin, .owner], [KeyScope.tenant, .owner, .worker])
    func `a tenant's keys are made by the operator and by its owner`(
        key: House.Key, scope: KeyScope
    ) throws {
        let house = House()
        let exchange = house.send(
            "POST", "/v1/tenants/acme/keys", key, #"{"scope":"\#(scope.name)"}"#)
        guard case .createKey(let made) = house.commands[0].command else { throw Unexpected() }
        #expect(made.grant == KeyGrant(scope: scope, tenant: "acme"))
        house.reply(.keyCreated(id, isReplay: false))
        #expect(house.response(exchange)?["key"] == "weir_\(scope.name)_\(digits)")
    }

    @Test func `a replayed key cannot be shown again`() {
        let response = House().call(
            "POST", "/v1/keys", .admin, #"{"scope":"admin"}"#,
            headers: ["Idempotency-Key": "k"], reply: .keyCreated(id, isReplay: true))
        #expect(response?.status == 201)
        #expect(response?["key"] == "null")
        #expect(response?["id"] == idText)
        #expect(response?.header("Idempotency-Replayed") == "true")
    }

    @Test(arguments: [
        ("/v1/keys", "{}", "$.scope", "missing"),
        (
            "/v1/keys", #"{"scope":"tenant"}"#, "$.scope",
            "'admin', 'worker', found the text 'tenant'"
        ),
        ("/v1/keys", #"{"scope":null}"#, "$.scope", "found null"),
        ("/v1/keys", #"{"scope":"admin","queues":["q"]}"#, "$.queues", "worker keys only"),
        ("/v1/keys", #"{"scope":"admin","tenants":["a"]}"#, "$.tenants", "worker keys only"),
        ("/v1/keys", #"{"scope":"worker","queues":[]}"#, "$.queues", "found 0"),
        ("/v1/keys", #"{"scope":"worker","tenants":["A"]}"#, "$.tenants[0]", "found the text 'A'"),
        ("/v1/tenants/acme/keys", #"{"scope":"admin"}"#, "$.scope", "found the text 'admin'"),
        (
            "/v1/tenants/acme/keys", #"{"scope":"worker","tenants":["a"]}"#, "$.tenants",
            "bound to that tenant"
        ),
        ("/v1/keys", #"{"scope":"admin","name":"x"}"#, "$.name", "not a known field"),
    ])
    func `a wrong field is 422 with its path`(
        target: String, body: String, path: String, says: String
    ) {
        let house = House()
        let response = house.call("POST", target, .admin, body)
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains(#""path":"\#(path)""#) == true)
        #expect(response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")")
        #expect(house.commands.isEmpty)
    }

    @Test func `a list shows what keys may do and never their text`() throws {
        let house = House()
        let exchange = house.send("GET", "/v1/tenants/acme/keys", .owner)
        guard case .keyList(tenant: "acme") = house.queries[0].query else { throw Unexpected() }
        let grant = KeyGrant(scope: .worker, tenant: "acme", queues: ["q"])
        house.answerQuery(.keys([KeyView(id: id, grant: grant, createdAt: House.noon)]))
        #expect(
            house.response(exchange)?.text
                == #"{"items":[{"id":"\#(idText)","scope":"worker","tenant":"acme","#
                + #""queues":["q"],"tenants":null,"created_at":"2026-11-16T12:00:00.000Z"}],"#
                + #""next_cursor":null}"#)
    }

    @Test func `a list is paged by its limit and cursor`() throws {
        let house = House()
        let rows = (1...5).map { number in
            KeyView(
                id: KeyID(rawValue: Int64(number)), grant: KeyGrant(scope: .admin),
                createdAt: House.noon)
        }
        var seen: [String] = []
        var cursor: String?
        for _ in 0..<3 {
            let after = cursor.map { "&cursor=\($0)" } ?? ""
            let response = house.call("GET", "/v1/keys?limit=2" + after, rows: .keys(rows))
            let page = try #require(response?.text).split(separator: #"{"id":""#).dropFirst()
            seen += page.map { String($0.prefix(17)) }
            cursor = response?["next_cursor"]
        }
        #expect(seen == rows.map { "\($0.id)" })
        #expect(cursor == "null")
        // One whose row has gone since, and what no list gave.
        let left = [rows[0], rows[2], rows[3]]
        let gone = house.call("GET", "/v1/keys?limit=1&cursor=\(rows[1].id)", rows: .keys(left))
        #expect(gone?.text.contains("\(rows[2].id)") == true)
        #expect(gone?["next_cursor"] == "\(rows[2].id)")
        let nonsense = house.call("GET", "/v1/keys?cursor=nonsense", rows: .keys(rows))
        #expect(nonsense?.status == 422)
        #expect(nonsense?["errors"]?.contains("begin again") == true)
        #expect(house.call("GET", "/v1/keys?limit=0")?.status == 422)
        #expect(house.call("GET", "/v1/keys?page=2")?.status == 422)
    }

    @Test func `the operator's list is of the keys that belong to no tenant`() throws {
        let house = House()
        house.send("GET", "/v1/keys")
        guard case .keyList(tenant: nil) = house.queries[0].query else { throw Unexpected() }
    }

    @Test func `revoking is 204 with no body`() throws {
        let house = House()
        let exchange = house.send("DELETE", "/v1/tenants/acme/keys/\(idText)", .owner)
        guard case .revokeKey(id, tenant: "acme") = house.commands[0].command else {
            throw Unexpected()
        }
        house.reply(.done)
        #expect(house.response(exchange)?.status == 204)
        #expect(house.response(exchange)?.body.isEmpty == true)
    }

    @Test func `revoking an unknown key is 404 and names it`() {
        let response = House().call(
            "DELETE", "/v1/keys/\(idText)", reply: .refused(.keyUnknown(id)))
        #expect(response?.status == 404)
        #expect(response?["detail"]?.contains(idText) == true)
        #expect(House().call("DELETE", "/v1/keys/nope")?.status == 404)
    }

    @Test func `a pull that waits with a key that is revoked gets 401 and no job`() throws {
        let house = House()
        let pull = house.send("POST", "/v1/leases/pull", .worker, #"{"wait":30}"#)
        let parked = house.commands[0].id
        house.commit([], changes: [.removed(hash: House.Key.worker.entry.hash)])
        #expect(house.response(pull)?.status == 401)
        guard case .endPull(parked) = house.commands.last?.command else {
            Issue.record("the store still keeps the pull")
            return
        }
        // A job that the store handed out meanwhile goes back.
        house.commit([(parked, .leased([Samples.leased()]), nil)])
        guard case .undelivered(let tokens) = house.commands.last?.command else {
            Issue.record("the job stays with nobody")
            return
        }
        #expect(tokens.count == 1)
    }

    @Test func `a wait for a job ends with 401 when its key is revoked`() {
        let house = House()
        let job = Samples.job()
        let wait = house.send("GET", "/v1/jobs/\(job.id)?wait=30", .tenant)
        house.answerQuery(.job(job))
        #expect(house.response(wait) == nil)
        house.commit([], changes: [.removed(hash: House.Key.tenant.entry.hash)])
        #expect(house.response(wait)?.status == 401)
    }

    @Test func `a packed body is 415`() {
        let house = House()
        let response = house.call(
            "POST", "/v1/jobs", .tenant, #"{"kind":"a"}"#, headers: ["Content-Encoding": "gzip"])
        #expect(response?.status == 415)
    }
}
