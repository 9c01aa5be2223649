import API
import Core
import HTTP
import Service
import Store
import Testing

@Suite struct HealthTests {
    @Test func `the loop is alive without a key`() {
        let response = House().call("GET", "/healthz", nil)
        #expect(response?.status == 200)
        #expect(response?.text == #"{"status":"ok"}"#)
    }

    @Test func `a store that can commit is ready`() {
        let response = House().call("GET", "/readyz", nil)
        #expect(response?.status == 200)
        #expect(response?.text == #"{"status":"ready"}"#)
    }

    @Test func `one that failed is ready when it has committed, however long its log was`() {
        let house = House()
        func isReady() -> Bool { house.call("GET", "/readyz", nil)?.status == 200 }
        house.service.took(.overloaded(true))
        #expect(!isReady())
        house.service.took(
            .failed([], forgottenUpTo: EnvelopeID(rawValue: 0), StoreError(.inputOutput, "no room"))
        )
        house.service.took(.overloaded(false))
        #expect(!isReady())
        house.service.took(.committed(BatchOutcome(commit: 1, day: House.day)))
        #expect(isReady())
        house.service.took(.overloaded(true))
        house.service.took(.committed(BatchOutcome(commit: 2, day: House.day)))
        #expect(!isReady())
        house.service.took(.overloaded(false))
        #expect(isReady())
    }

    @Test func `a store that cannot is not ready and says why`() {
        let house = House()
        house.service.readiness = .notReady("the disk is full")
        let response = house.call("GET", "/readyz", nil)
        #expect(response?.status == 503)
        #expect(response?.text == #"{"status":"not_ready","reason":"the disk is full"}"#)
        #expect(response?.header("Retry-After") == "1")
        #expect(house.call("GET", "/healthz", nil)?.status == 200)
    }

    @Test func `a clock that tests may move is not hidden`() {
        let response = House(hasTestClock: true).call("GET", "/readyz", nil)
        #expect(response?.text == #"{"status":"ready","test_clock":true}"#)
    }

    @Test func `moving the clock answers when it has moved`() {
        let house = House(hasTestClock: true)
        let exchange = house.send("POST", "/v1/test/clock", .admin, #"{"advance":"31d"}"#)
        #expect(house.clockMoves[0].move == .advance(milliseconds: 31 * 86_400_000))
        #expect(house.response(exchange) == nil)
        house.service.clockMoved(
            house.clockMoves[0].id, to: house.now.advanced(by: 31 * 86_400_000))
        house.collect()
        #expect(house.response(exchange)?.text == #"{"now":"2026-12-17T12:00:00.000Z"}"#)
    }

    @Test func `the wall clock can be set`() {
        let house = House(hasTestClock: true)
        house.send("POST", "/v1/test/clock", .admin, #"{"set":"2027-01-01T00:00:00Z"}"#)
        #expect(house.clockMoves[0].move == .set(Timestamp(rfc3339: "2027-01-01T00:00:00Z")!))
    }

    @Test(arguments: [
        "{}", #"{"advance":"1d","set":"2027-01-01T00:00:00Z"}"#, #"{"advance":-5}"#,
        #"{"set":"later"}"#, #"{"by":5}"#,
    ])
    func `a move that is none is 422`(body: String) {
        let house = House(hasTestClock: true)
        #expect(house.call("POST", "/v1/test/clock", .admin, body)?.status == 422)
        #expect(house.clockMoves.isEmpty)
    }

    @Test(arguments: [House.Key.admin, .tenant, nil])
    func `without the flag there is no such page`(key: House.Key?) {
        let response = House().call("POST", "/v1/test/clock", key, #"{"advance":"1d"}"#)
        #expect(response?.status == 404)
        #expect(response?["code"] == "not_found")
    }

    @Test func `a peer that goes while the clock moves is forgotten`() {
        let house = House(hasTestClock: true)
        house.close(house.send("POST", "/v1/test/clock", .admin, #"{"advance":"1d"}"#))
        house.service.clockMoved(house.clockMoves[0].id, to: house.now)
        house.collect()
        #expect(house.responses.isEmpty && house.service.exchangeCount == 0)
    }
}
