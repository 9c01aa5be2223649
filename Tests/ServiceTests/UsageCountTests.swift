import Core
import HTTP
import Service
import Store
import Testing

@Suite struct UsageCountTests {
    private let house = House(catalog: Samples.catalog)
    private let acme = ["Weir-Tenant": "acme"]
    private let body =
        #"{"events":[{"id":"a","metric":"llm_tokens","amount":0},"#
        + #"{"amount":2,"metric":"compute_seconds","id":"b"}]}"#

    @Test(arguments: [("/v1/usage", false), ("/v1/usage/consume", true)])
    func `events reach the store in counted units`(path: String, mustFit: Bool) throws {
        let exchange = house.send("POST", path, .worker, body, headers: acme)
        guard case .useUnits(let use) = house.commands[0].command else { throw Unexpected() }
        #expect(
            use
                == UsageEvents(
                    tenant: "acme",
                    events: [
                        UsageEvents.Event(id: "a", metric: Samples.tokens, amount: 0),
                        UsageEvents.Event(id: "b", metric: .computeSeconds, amount: 2_000),
                    ], mustFit: mustFit))
        house.reply(.unitsUsed([.counted, .duplicate]))
        #expect(house.response(exchange)?.status == 200)
        #expect(
            house.response(exchange)?.text
                == #"{"results":[{"id":"a","state":"counted"},{"id":"b","state":"duplicate"}]}"#)
    }

    @Test func `an event that is refused for itself says why`() {
        let response = house.call(
            "POST", "/v1/usage", .admin, body, headers: acme,
            reply: .unitsUsed([
                .counted, .refused(.amountTooGreat("compute_seconds", used: 1)),
            ]))
        #expect(response?.text.contains(#"{"id":"b","error":{"title""#) == true)
        #expect(response?.text.contains("$.events[1].amount") == true)
    }

    @Test(arguments: [House.Key.queueWorker, .tenantsWorker, .acmeWorker])
    func `a key that is bound counts nothing`(key: House.Key) {
        for (method, path, body) in [
            ("POST", "/v1/usage", body), ("POST", "/v1/usage/consume", body),
            ("PUT", "/v1/usage/seats", #"{"value":1}"#),
        ] {
            let response = house.call(method, path, key, body, headers: acme)
            #expect(response?.status == 403 && response?["code"] == "forbidden")
        }
        #expect(house.commands.isEmpty)
    }

    @Test(arguments: [House.Key.admin, .worker])
    func `a call that names no tenant is 422`(key: House.Key) {
        let response = house.call("POST", "/v1/usage", key, body)
        #expect(response?.status == 422 && house.commands.isEmpty)
        #expect(response?["detail"]?.contains("Weir-Tenant") == true)
    }

    @Test(arguments: [
        ("{}", "$.events", "missing"), (#"{"events":[]}"#, "$.events", "1 to 1000"),
        (#"{"events":[5]}"#, "$.events[0]", "an object"),
        (#"{"events":[{"metric":"m","amount":1}]}"#, "$.events[0].id", "missing"),
        (#"{"events":[{"id":"a","amount":1}]}"#, "$.events[0].metric", "missing"),
        (#"{"events":[{"id":"a","metric":"m"}]}"#, "$.events[0].amount", "missing"),
        (#"{"events":[{"id":"","metric":"m","amount":1}]}"#, "$.events[0].id", "1 to 255"),
        (#"{"events":[{"id":"a","metric":"M","amount":1}]}"#, "$.events[0].metric", "'M'"),
        (#"{"events":[{"id":"a","metric":"m","amount":-1}]}"#, "$.events[0].amount", "found -1"),
        (#"{"events":[{"id":"a","metric":"m","amount":1.5}]}"#, "$.events[0].amount", "1.5"),
        (#"{"events":[{"id":"a","metric":"m","amount":"1"}]}"#, "$.events[0].amount", "text '1'"),
        (
            #"{"events":[{"id":"a","metric":"m","amount":9007199254740992}]}"#,
            "$.events[0].amount", "9007199254740991"
        ),
        (#"{"events":[{"id":"a","metric":"m","amount":null}]}"#, "$.events[0].amount", "null"),
        (#"{"events":[{"id":"a","metric":"m","amount":1,"at":1}]}"#, "$.events[0].at", "known"),
    ])
    func `a wrong event is 422 at its place`(body: String, path: String, says: String) {
        for target in ["/v1/usage", "/v1/usage/consume"] {
            let response = house.call("POST", target, .admin, body, headers: acme)
            #expect(response?.status == 422)
            #expect(response?["errors"]?.contains(#""path":"\#(path)""#) == true)
            #expect(response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")")
        }
        #expect(house.commands.isEmpty)
    }

    @Test func `an id may have 255 bytes`() {
        for (count, status) in [(255, 0), (256, 422)] {
            let id = String(repeating: "x", count: count)
            let response = house.call(
                "POST", "/v1/usage", .admin,
                #"{"events":[{"id":"\#(id)","metric":"m","amount":1}]}"#, headers: acme)
            #expect((response?.status ?? 0) == status)
        }
    }

    @Test(arguments: [
        (Refusal.metricUnknown("compute_seconds", known: "jobs"), "$.events[1].metric"),
        (.metricIsGauge("compute_seconds"), "$.events[1].metric"),
        (.amountTooGreat("compute_seconds", used: 1), "$.events[1].amount"),
    ])
    func `a refusal of all names the event that it is for`(refusal: Refusal, path: String) {
        let response = house.call(
            "POST", "/v1/usage", .admin, body, headers: acme, reply: .refused(refusal))
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains(#""path":"\#(path)""#) == true)
    }

    // MARK: Gauges

    @Test func `a gauge is set to its value`() throws {
        let exchange = house.send(
            "PUT", "/v1/usage/seats", .admin, #"{"value":2}"#, headers: acme)
        guard case .setGauge(tenant: "acme", Samples.seats, value: 2) = house.commands[0].command
        else { throw Unexpected() }
        house.reply(.gauge(Samples.seats, value: 2))
        #expect(house.response(exchange)?.status == 200)
        #expect(house.response(exchange)?.text == #"{"metric":"seats","value":2}"#)
    }

    @Test(arguments: ["{}", #"{"value":null}"#, #"{"value":-1}"#, #"{"value":"2"}"#])
    func `a gauge without a value that counts is 422`(body: String) {
        let response = house.call("PUT", "/v1/usage/seats", .admin, body, headers: acme)
        #expect(response?.status == 422 && house.commands.isEmpty)
        #expect(response?["errors"]?.contains(#""path":"$.value""#) == true)
    }

    @Test func `a counter cannot be set, and the answer names the part of the path`() {
        let response = house.call(
            "PUT", "/v1/usage/llm_tokens", .admin, #"{"value":2}"#, headers: acme,
            reply: .refused(.metricIsCounter("llm_tokens")))
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains(#""path":"METRIC""#) == true)
    }

    @Test func `a gauge that no plan names is not found`() {
        #expect(
            house.call("PUT", "/v1/usage/A", .admin, #"{"value":2}"#, headers: acme)?.status
                == 404)
        let response = house.call(
            "PUT", "/v1/usage/gold", .admin, #"{"value":2}"#, headers: acme,
            reply: .refused(.metricUnknown("gold", known: "jobs")))
        #expect(response?.status == 404)
        #expect(response?["detail"]?.contains("no metric 'gold'") == true)
    }
}
