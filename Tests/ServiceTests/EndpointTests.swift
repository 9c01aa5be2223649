import Core
import HTTP
import Store
import Testing

@Suite struct `Webhook endpoints` {
    private static let id = EndpointID(rawValue: 5)
    private static let path = "/v1/webhook-endpoints/whe_0000000000005"
    /// What the house's random bytes 0 to 31 spell.
    private static let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    private static var row: EndpointRow {
        EndpointRow(
            id: id, tenant: 1, url: "https://a.b/", filter: EventFilter([.jobDead]),
            secret: Array(0..<32), createdAt: House.noon)
    }

    private static let fields =
        #""url":"https://a.b/","events":["job.dead"],"enabled":true,"disabled_reason":null,"#
        + #""failing_since":null,"old_secret_ends_at":null,"#
        + #""created_at":"2026-11-16T12:00:00.000Z"}"#

    @Test(arguments: [House.Key.owner, .admin])
    func `a new endpoint shows its secret, once`(key: House.Key) throws {
        let house = House()
        let headers = key == .admin ? ["Weir-Tenant": "acme"] : [:]
        let exchange = house.send(
            "POST", "/v1/webhook-endpoints", key,
            #"{"url":"https://a.b/","events":["job.dead"]}"#, headers: headers)
        guard case .outbound(.create(let create)) = house.commands[0].command else {
            throw Unexpected()
        }
        #expect(create.tenant == "acme" && create.url == "https://a.b/")
        #expect(create.filter == EventFilter([.jobDead]))
        #expect(create.secret == Array(0..<32))
        house.reply(.outbound(.created(EndpointView(Self.row), isReplay: false)))
        let response = house.response(exchange)
        #expect(response?.status == 201)
        #expect(
            response?.text
                == #"{"id":"whe_0000000000005","secret":"\#(Self.secret)",\#(Self.fields)"#)
        let listed = house.call(
            "GET", "/v1/webhook-endpoints", .owner,
            rows: .outbound(.endpoints([EndpointView(Self.row)])))
        #expect(
            listed?.text
                == #"{"items":[{"id":"whe_0000000000005",\#(Self.fields)],"next_cursor":null}"#)
    }

    @Test func `a replayed creation cannot show the secret again`() {
        let response = House().call(
            "POST", "/v1/webhook-endpoints", .owner, #"{"url":"https://a.b/"}"#,
            headers: ["Idempotency-Key": "k"],
            reply: .outbound(.created(EndpointView(Self.row), isReplay: true)))
        #expect(response?.status == 201)
        #expect(response?["secret"] == "null")
        #expect(response?.header("Idempotency-Replayed") == "true")
    }

    @Test func `a rotation shows the new secret`() throws {
        let house = House()
        let exchange = house.send("POST", Self.path + "/rotate", .owner, #"{"overlap":"1h"}"#)
        guard case .outbound(.rotate(let rotate)) = house.commands[0].command else {
            throw Unexpected()
        }
        #expect(rotate.overlapMilliseconds == 3_600_000 && rotate.id == Self.id)
        house.reply(.outbound(.endpoint(EndpointView(Self.row))))
        #expect(house.response(exchange)?["secret"] == Self.secret)
        house.send("POST", Self.path + "/rotate", .owner)
        guard case .outbound(.rotate(let plain)) = house.commands[0].command else {
            throw Unexpected()
        }
        #expect(plain.overlapMilliseconds == 86_400_000)
    }

    @Test func `a change names what it changes and nothing else`() throws {
        let house = House()
        house.send("PATCH", Self.path, .owner, #"{"enabled":true,"events":null}"#)
        guard case .outbound(.update(let update)) = house.commands[0].command else {
            throw Unexpected()
        }
        #expect(update.url == nil && update.filter == .all && update.isOn == true)
        house.send("PATCH", Self.path, .owner, #"{"url":"http://c.d:8080/"}"#)
        guard case .outbound(.update(let other)) = house.commands[1].command else {
            throw Unexpected()
        }
        #expect(other.url == "http://c.d:8080/" && other.filter == nil && other.isOn == nil)
    }

    @Test(arguments: [
        ("POST", "/v1/webhook-endpoints", "{}", "$.url", "missing"),
        ("POST", "/v1/webhook-endpoints", #"{"url":null}"#, "$.url", "found null"),
        ("POST", "/v1/webhook-endpoints", #"{"url":"ftp://a"}"#, "$.url", "https://"),
        ("POST", "/v1/webhook-endpoints", #"{"url":"https://u:p@a/"}"#, "$.url", "password"),
        ("POST", "/v1/webhook-endpoints", #"{"url":"https://a:0/"}"#, "$.url", "port '0'"),
        (
            "POST", "/v1/webhook-endpoints", #"{"url":"https://a/","events":["job.*"]}"#,
            "$.events[0]", "'job.succeeded'"
        ),
        (
            "POST", "/v1/webhook-endpoints", #"{"url":"https://a/","events":[]}"#, "$.events",
            "found 0"
        ),
        (
            "POST", "/v1/webhook-endpoints", #"{"url":"https://a/","enabled":true}"#,
            "$.enabled", "PATCH"
        ),
        ("PATCH", path, #"{"enabled":1}"#, "$.enabled", "true or false"),
        ("PATCH", path, #"{"enabled":null}"#, "$.enabled", "found null"),
        ("POST", path + "/rotate", #"{"overlap":"31d"}"#, "$.overlap", "30d"),
        ("POST", path + "/replay", "{}", "$.since", "missing"),
        ("POST", path + "/replay", #"{"since":"today"}"#, "$.since", "RFC 3339"),
    ])
    func `a wrong field is 422 with its path`(
        method: String, target: String, body: String, path: String, says: String
    ) {
        let house = House()
        let response = house.call(method, target, .owner, body)
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains(#""path":"\#(path)""#) == true)
        #expect(response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")")
        #expect(house.commands.isEmpty)
    }

    @Test(arguments: [House.Key.tenant, .worker])
    func `a key that is not its owner's may not look`(key: House.Key) {
        #expect(House().call("GET", "/v1/webhook-endpoints", key)?.status == 403)
    }

    @Test func `an id that is none, or another's, is not there`() {
        let house = House()
        for path in ["/v1/webhook-endpoints/whe_1", "/v1/webhook-endpoints/job_0000000000005"] {
            #expect(house.call("GET", path, .owner)?.status == 404)
        }
        let other = house.call(
            "GET", Self.path, .owner, rows: .outbound(.endpointUnknown(Self.id)))
        #expect(other?.status == 404)
        #expect(other?["detail"]?.contains("whe_0000000000005") == true)
        #expect(
            house.call("POST", Self.path + "/deliveries/dlv_1/replay", .owner)?.status == 404)
    }

    @Test(arguments: [
        (OutboundRefusal.tooManyEndpoints("acme", max: 16), 409, "16 webhook endpoints"),
        (.endpointOff(id), 409, #"{"enabled":true}"#), (.endpointUnknown("whe_x"), 404, "whe_x"),
        (.deliveryUnknown("dlv_x"), 404, "dlv_x"),
    ])
    func `a refusal says what to do`(refusal: OutboundRefusal, status: Int, says: String) {
        let response = House().call(
            "POST", Self.path + "/replay", .owner, #"{"since":"2026-11-16T12:00:00Z"}"#,
            reply: .refused(.outbound(refusal)))
        #expect(response?.status == status)
        #expect(response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")")
    }

    @Test func `deliveries show their tries`() {
        var row = DeliveryRow(
            id: DeliveryID(rawValue: 3), event: EventID(rawValue: 4), endpoint: Self.id,
            nextAt: House.noon)
        row.tries = 2
        row.status = 500
        row.error = "the endpoint answered 500"
        row.triedAt = House.noon
        let view = DeliveryView(row, type: "job.dead", at: House.noon)
        let time = #""2026-11-16T12:00:00.000Z""#
        let response = House().call(
            "GET", Self.path + "/deliveries?state=pending&limit=1", .owner,
            rows: .outbound(.deliveries([view], next: row.id)))
        #expect(
            response?.text
                == #"{"items":[{"id":"dlv_0000000000003","event":"evt_0000000000004","#
                + #""type":"job.dead","at":\#(time),"state":"pending","tries":2,"#
                + #""next_at":\#(time),"ended_at":null,"tried_at":\#(time),"status":500,"#
                + #""error":"the endpoint answered 500"}],"next_cursor":"dlv_0000000000003"}"#)
        #expect(
            House().call("GET", Self.path + "/deliveries?state=gone", .owner)?.status == 422)
    }
}
