import Core
import HTTP
import Service
import Store
import Testing

@Suite struct LedgerTests {
    private func row(
        _ id: Int64, _ metric: Metric = .jobs, amount: Int64 = 1, usedAfter: Int64 = 5,
        inForce: Int64? = 10, job: JobID? = Samples.job1, period: Period? = nil,
        entry: LedgerEntry = .charge, grant: GrantID? = nil, event: String? = nil
    ) -> LedgerView {
        LedgerView(
            id: LedgerID(rawValue: id), at: House.noon, job: job, metric: metric, period: period,
            entry: entry, source: grant == nil ? .plan : .grant, amount: amount,
            usedAfter: usedAfter, inForce: inForce, grant: grant, event: event)
    }

    private let november = Period(containing: House.noon)

    @Test func `the ledger shows every charge with its standing`() throws {
        let house = House()
        let exchange = house.send(
            "GET",
            "/v1/tenants/acme/ledger?period=2026-11&metric=jobs&limit=1&cursor=led_0000000000004",
            .owner)
        guard case .ledger(let filter) = house.queries[0].query else { throw Unexpected() }
        var wanted = LedgerFilter(tenant: "acme")
        wanted.period = "2026-11"
        wanted.metric = .jobs
        wanted.limit = 1
        wanted.before = LedgerID(rawValue: 4)
        #expect(filter == wanted)
        house.answerQuery(
            .ledgerPage(
                [row(3, inForce: nil, period: november)], next: LedgerID(rawValue: 3)))
        #expect(
            house.response(exchange)?.text
                == #"{"items":[{"id":"led_0000000000003","at":"2026-11-16T12:00:00.000Z","#
                + #""job":"job_0000000000001","metric":"jobs","period":"2026-11","#
                + #""kind":"charge","source":"plan","amount":1,"used_after":5,"#
                + #""in_force":null,"grant":null,"event":null}],"#
                + #""next_cursor":"led_0000000000003"}"#)
    }

    @Test func `seconds are exact, so that they add up`() {
        let response = House().call(
            "GET", "/v1/tenants/acme/ledger", .owner,
            rows: .ledgerPage(
                [
                    row(
                        3, .computeSeconds, amount: -1_050, usedAfter: 2_000, inForce: 60_001,
                        job: nil, entry: .refund, grant: GrantID(rawValue: 2), event: "e"),
                    row(2, .computeSeconds, amount: 7, usedAfter: 0, inForce: 0),
                ], next: nil))
        #expect(
            response?.text.contains(
                #""amount":-1.05,"used_after":2,"in_force":60.001,"#
                    + #""grant":"grt_0000000000002","event":"e""#) == true)
        #expect(
            response?.text.contains(#""amount":0.007,"used_after":0,"in_force":0,"#) == true)
    }

    @Test func `as CSV it has a header line, quotes and no formulas`() {
        let response = House().call(
            "GET", "/v1/tenants/acme/ledger?format=csv&limit=3", .owner,
            rows: .ledgerPage(
                [
                    row(9, period: november, event: #"=1+"a",b"#),
                    row(8, inForce: nil, job: nil, grant: GrantID(rawValue: 2), event: "@x"),
                    row(7, amount: -1, entry: .refund, event: "a-b"),
                ], next: LedgerID(rawValue: 7)))
        #expect(response?.status == 200)
        #expect(
            response?.contentType.value?.description
                == "text/csv; charset=utf-8; header=present")
        #expect(response?.header("Weir-Next-Cursor") == "led_0000000000007")
        let at = "2026-11-16T12:00:00.000Z"
        #expect(
            response?.text
                == [
                    "id,at,job,metric,period,kind,source,amount,used_after,in_force,grant,event,"
                        + "count,excess,sha256",
                    "led_0000000000009,\(at),job_0000000000001,jobs,2026-11,charge,plan,1,5,10,,"
                        + #""'=1+""a"",b",,,"#,
                    "led_0000000000008,\(at),,jobs,,charge,grant,1,5,,grt_0000000000002,'@x,,,",
                    "led_0000000000007,\(at),job_0000000000001,jobs,,refund,plan,-1,5,10,,a-b,,,",
                    "",
                ].joined(separator: "\r\n"))
    }

    @Test func `a folded row says how many it stands for`() {
        let fold = LedgerView(
            id: LedgerID(rawValue: 9), at: House.noon, job: nil, metric: .jobs,
            period: november, entry: .folded, source: .plan, amount: 7, usedAfter: 8,
            inForce: nil,
            fold: LedgerFold(count: 3, excess: -2, hash: Array(repeating: 0xAB, count: 32)))
        let hash = String(repeating: "ab", count: 32)
        let json = House().call(
            "GET", "/v1/tenants/acme/ledger", .owner, rows: .ledgerPage([fold], next: nil))
        #expect(
            json?.text.contains(
                #""kind":"folded","source":"plan","amount":7,"used_after":8,"in_force":null,"#
                    + #""grant":null,"event":null,"count":3,"excess":-2,"sha256":"\#(hash)"}"#)
                == true)
        let csv = House().call(
            "GET", "/v1/tenants/acme/ledger?format=csv", .owner,
            rows: .ledgerPage([fold], next: nil))
        #expect(csv?.text.hasSuffix(",,jobs,2026-11,folded,plan,7,8,,,,3,-2,\(hash)\r\n") == true)
    }

    @Test func `the last page as CSV has no cursor`() {
        let response = House().call(
            "GET", "/v1/tenants/acme/ledger?format=csv", .owner,
            rows: .ledgerPage([], next: nil))
        #expect(response?.header("Weir-Next-Cursor") == nil)
        #expect(response?.text.hasSuffix(",sha256\r\n") == true)
    }

    @Test(arguments: [
        ("format=xml", "json or csv"), ("metric=A", "a metric"),
        ("metric=none", "expected a metric that a plan names, which are jobs"),
        ("period=2026", "a period"),
        ("cursor=7", "next_cursor"), ("kind=charge", "not a known parameter"),
    ])
    func `a wrong parameter is 422`(query: String, says: String) {
        let house = House()
        let response = house.call("GET", "/v1/tenants/acme/ledger?\(query)", .owner)
        #expect(response?.status == 422 && house.queries.isEmpty)
        #expect(response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")")
    }

    @Test func `as CSV it is the whole period, in one table however many pages it has`() throws {
        let house = House()
        let exchange = house.send(
            "GET", "/v1/tenants/acme/ledger?format=csv&period=2026-11", .owner)
        for page: Int64 in 0..<3 {
            guard case .ledger(let filter) = house.queries.last?.query else { throw Unexpected() }
            #expect(filter.limit == 500 && filter.period == "2026-11")
            #expect(filter.before?.rawValue == (page == 0 ? nil : 10 - page))
            #expect(house.response(exchange) == nil)
            house.answerQuery(
                .ledgerPage(
                    [row(9 - page, period: november)],
                    next: page == 2 ? nil : LedgerID(rawValue: 9 - page)))
        }
        let response = house.response(exchange)
        #expect(response?.header("Weir-Next-Cursor") == nil)
        let lines = response?.text.split(separator: "\r\n").map { $0.prefix(17) } ?? []
        #expect(
            lines.dropFirst() == ["led_0000000000009", "led_0000000000008", "led_0000000000007"])
        #expect(lines.first?.hasPrefix("id,at,") == true)
    }

    @Test func `as CSV it ends where an answer is as large as it may be, and says so`() throws {
        let house = House()
        let exchange = house.send("GET", "/v1/tenants/acme/ledger?format=csv", .owner)
        let event = String(repeating: "x", count: 100_000)
        let page = (0..<40).map { row(1_000 - $0, period: november, event: event) }
        var pages = 0
        while house.response(exchange) == nil, pages < 10 {
            house.answerQuery(.ledgerPage(page, next: LedgerID(rawValue: 961)))
            pages += 1
        }
        #expect(pages == 3)
        #expect(
            house.response(exchange)?.header("Weir-Next-Cursor")
                == LedgerID(rawValue: 961).description)
    }
}
