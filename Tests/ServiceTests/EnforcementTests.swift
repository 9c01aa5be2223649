import Core
import HTTP
import Service
import Store
import Testing

@Suite struct EnforcementTests {
    private let house = House(enforcement: Enforcement(mode: .enforce, percent: 25))

    @Test func `what holds is what the last commit told`() {
        let first = house.call("GET", "/v1/enforcement")
        house.commit([], enforcement: Enforcement(mode: .observe, percent: 100))
        house.commit([])
        let second = house.call("GET", "/v1/enforcement")
        #expect(first?.text == #"{"mode":"enforce","percent":25}"#)
        #expect(second?.text == #"{"mode":"observe","percent":100}"#)
        house.send("GET", "/v1/tenants/acme/usage")
        #expect(house.queries[0].enforcement == Enforcement(mode: .observe, percent: 100))
    }

    @Test func `a recovery tells plans, day and enforcement anew`() {
        let day = Day(containing: House.noon.adding(86_400_000))
        house.service.recovered(
            StoreOpening(day: day, catalog: Samples.catalog, enforcement: .full, keys: []))
        house.send("GET", "/v1/tenants/acme/usage")
        #expect(house.call("GET", "/v1/enforcement")?["percent"] == "100")
        #expect(house.call("GET", "/v1/plans")?.text.contains("llm_tokens") == true)
        house.collect()
        #expect(house.queries[0].day == day)
        #expect(house.queries[0].catalog == Samples.catalog)
    }

    @Test(arguments: [
        (#"{"mode":"enforce","percent":5}"#, Enforcement(mode: .enforce, percent: 5)),
        (#"{"percent":0,"mode":"enforce"}"#, Enforcement(mode: .enforce, percent: 0)),
        (#"{"mode":"observe"}"#, Enforcement(mode: .observe, percent: 100)),
        (#"{"mode":"off","percent":null}"#, Enforcement(mode: .off, percent: 100)),
    ])
    func `a change reaches the store`(body: String, wanted: Enforcement) throws {
        let exchange = house.send("PUT", "/v1/enforcement", .admin, body)
        guard case .setEnforcement(wanted) = house.commands[0].command else {
            throw Unexpected()
        }
        house.reply(.enforcement(wanted))
        #expect(house.response(exchange)?.status == 200)
        #expect(
            house.response(exchange)?.text
                == #"{"mode":"\#(wanted.mode.name)","percent":\#(wanted.percent)}"#)
    }

    @Test(arguments: [
        ("{}", "$.mode", "missing"), (#"{"mode":"on"}"#, "$.mode", "the text 'on'"),
        (#"{"mode":null}"#, "$.mode", "found null"),
        (#"{"mode":"off","percent":101}"#, "$.percent", "found 101"),
        (#"{"mode":"off","percent":-1}"#, "$.percent", "found -1"),
    ])
    func `a wrong field is 422`(body: String, path: String, says: String) {
        let response = house.call("PUT", "/v1/enforcement", .admin, body)
        #expect(response?.status == 422 && house.commands.isEmpty)
        #expect(response?["errors"]?.contains(#""path":"\#(path)""#) == true)
        #expect(response?["detail"]?.contains(says) == true)
    }

    @Test func `what would have been held is listed by tenant`() throws {
        let exchange = house.send("GET", "/v1/enforcement/would-hold?limit=2&cursor=1.202611.2")
        guard case .unenforced(after: "1.202611.2", limit: 2) = house.queries[0].query else {
            throw Unexpected()
        }
        let period = Period(containing: House.noon)
        house.answerQuery(
            .unenforcedPage(
                [
                    UnenforcedView(tenant: "acme", period: period, metric: .jobs, units: 7),
                    UnenforcedView(
                        tenant: "bolt", period: period, metric: .computeSeconds, units: 1_001),
                ], next: "2.202611.3"))
        #expect(
            house.response(exchange)?.text
                == #"{"items":[{"tenant":"acme","period":"2026-11","metric":"jobs","#
                + #""unenforced":7},{"tenant":"bolt","period":"2026-11","#
                + #""metric":"compute_seconds","unenforced":2}],"next_cursor":"2.202611.3"}"#)
    }

    @Test(arguments: ["acme", "1.2", "1.2.x", "1.2.-3", "1..3"])
    func `a cursor of another list is 422`(cursor: String) {
        let response = house.call("GET", "/v1/enforcement/would-hold?cursor=\(cursor)")
        #expect(response?.status == 422 && house.queries.isEmpty)
    }
}
