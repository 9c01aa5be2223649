import Core
import Plans
import Testing

/// The rest of `What is wrong with a plan file`: what is limited, and what it costs.
@Suite struct `What is wrong with limits and prices` {
    private func check(_ text: String, _ faults: String...) {
        #expect(Sample.faults(text) == faults)
    }

    @Test(arguments: [
        ("\"cap\":\"hard\"", ".limit: is missing; give a number, or null for no limit"),
        (
            "\"limit\":-1",
            ".limit: expected a whole number from 0 to 9007199254740991, or null for"
                + " no limit, found -1"
        ),
        (
            "\"limit\":9007199254740992",
            ".limit: expected a whole number from 0 to"
                + " 9007199254740991, or null for no limit, found 9007199254740992"
        ),
        (
            "\"limit\":\"10\"",
            ".limit: expected a whole number from 0 to 9007199254740991, or null"
                + " for no limit, found '10'"
        ),
        ("\"limit\":1,\"cap\":\"firm\"", ".cap: expected 'hard' or 'soft', found 'firm'"),
        ("\"limit\":1,\"type\":\"sum\"", ".type: expected 'counter' or 'gauge', found 'sum'"),
        ("\"limit\":1,\"type\":\"gauge\"", ".type: 'jobs' is always a counter; leave it out"),
        (
            "\"limit\":1,\"overage_price\":0.05",
            ".overage_price: expected a decimal in quotes, such"
                + " as \"0.05\", less than 1000000 and with at most 9 decimals, found 0.05"
        ),
        (
            "\"limit\":1,\"overage_price\":\"-1\"",
            ".overage_price: expected a decimal in quotes,"
                + " such as \"0.05\", less than 1000000 and with at most 9 decimals, found '-1'"
        ),
        (
            "\"limit\":null,\"overage_price\":\"1\"",
            ".overage_price: nothing is ever past a limit of null; leave it out"
        ),
        (
            "\"limit\":1,\"thresholds\":5",
            ".thresholds: expected a list of percentages, such as [80,100], found 5"
        ),
        (
            "\"limit\":1,\"thresholds\":[100,80]",
            ".thresholds[1]: 80 does not follow 100; least come first"
        ),
        (
            "\"limit\":1,\"thresholds\":[80,80]",
            ".thresholds[1]: 80 does not follow 80; least come first"
        ),
        (
            "\"limit\":1,\"thresholds\":[0]",
            ".thresholds[0]: expected a whole number from 1 to 1000, found 0"
        ),
        (
            "\"limit\":1,\"thresholds\":[1001]",
            ".thresholds[0]: expected a whole number from 1 to 1000, found 1001"
        ),
        (
            "\"limit\":1,\"thresholds\":[null]",
            ".thresholds[0]: expected a percentage, found null"
        ),
        (
            "\"limit\":1,\"thresholds\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21]",
            ".thresholds: expected at most 20 elements, found 21"
        ),
    ])
    func `the limit of jobs is wrong`(members: String, fault: String) {
        check(
            Sample.file([Sample.pro([("limits", "{\"jobs\":{\(members)}}")])]),
            "plans[1].limits.jobs\(fault)")
    }

    @Test(arguments: [
        ("\"a\":100", ".a: expected an object such as {\"limit\":100}, found 100"),
        ("\"a\":null", ".a: expected an object such as {\"limit\":100}, found null"),
        ("\"Tokens\":{\"limit\":1}", ".Tokens: is no name of a metric; it has \(Names.metricRule)"),
        ("\"a-b\":{\"limit\":1}", ".a-b: is no name of a metric; it has \(Names.metricRule)"),
        (
            "\"a\":{\"limit\":1,\"type\":\"gauge\",\"overage_price\":\"1\"}",
            ".a.overage_price: a gauge has a value and no sum that could be billed; leave it out"
        ),
        (
            "\"compute_seconds\":{\"limit\":1,\"type\":\"gauge\"}",
            ".compute_seconds.type: 'compute_seconds' is always a counter; leave it out"
        ),
        (
            "\"compute_seconds\":{\"limit\":9007199254741}",
            ".compute_seconds.limit: expected a whole"
                + " number from 0 to 9007199254740, or null for no limit, found 9007199254741"
        ),
    ])
    func `the limit of another metric is wrong`(member: String, fault: String) {
        let limits = "{\"jobs\":{\"limit\":1},\(member)}"
        check(Sample.file([Sample.pro([("limits", limits)])]), "plans[1].limits\(fault)")
    }

    @Test func `plan free sells nothing`() {
        let free = Sample.free([
            ("limits", "{\"jobs\":{\"limit\":1,\"overage_price\":\"0.05\"}}"),
            ("prices", "{\"month\":{\"amount\":\"5\",\"currency\":\"usd\"}}"),
        ])
        check(
            "{\"plans\":[\(free)]}",
            "plans[0].limits.jobs.overage_price: plan 'free' sells no overage, since tenants begin"
                + " on it unasked; leave it out",
            "plans[0].prices.month.amount: plan 'free' costs nothing, since tenants begin on it"
                + " unasked")
        let price = "{\"month\":{\"amount\":\"0.00\",\"currency\":\"usd\"}}"
        check("{\"plans\":[\(Sample.free([("prices", price)]))]}")
    }

    @Test(arguments: [
        ("{\"week\":{}}", ".week: is no interval; a price is per 'month' or 'year'"),
        (
            "{\"month\":{\"currency\":\"usd\"}}",
            ".month.amount: is missing; write it such as \"49.00\""
        ),
        (
            "{\"month\":{\"amount\":\"1\"}}",
            ".month.currency: is missing; write it such as \"usd\""
        ),
        (
            "{\"month\":{\"amount\":49,\"currency\":\"usd\"}}",
            ".month.amount: expected a decimal in"
                + " quotes, such as \"0.05\", less than 1000000 and with at most 9 decimals, found 49"
        ),
        (
            "{\"month\":{\"amount\":\"1\",\"currency\":\"USD\"}}",
            ".month.currency: expected three small letters, such as \"usd\", found 'USD'"
        ),
        (
            "{\"month\":{\"amount\":\"1\",\"currency\":\"usd\",\"price_env\":\"1 A\"}}",
            ".month.price_env: expected the name of an environment variable that holds the"
                + " provider's price id (\(Names.variableRule)), found '1 A'"
        ),
        (
            "{\"month\":{\"amount\":\"1\",\"currency\":\"usd\",\"lookup_key\":\"\"}}",
            ".month.lookup_key: expected a text of 1 to 200 bytes without control characters,"
                + " found ''"
        ),
    ])
    func `a price is wrong`(prices: String, fault: String) {
        check(Sample.file([Sample.pro([("prices", prices)])]), "plans[1].prices\(fault)")
    }

    private func priced(_ month: String, _ year: String) -> String {
        let start = "{\"amount\":\"1\",\"currency\":\"usd\","
        let prices = "{\"month\":\(start)\(month)},\"year\":\(start)\(year)}}"
        return Sample.file([Sample.pro([("prices", prices)])])
    }

    @Test func `a price id, its variable and its key belong to one price`() {
        check(
            priced("\"lookup_key\":\"k\"", "\"lookup_key\":\"k\""),
            "plans[1].prices.year.lookup_key: 'k' is at plans[1].prices.month too; each price has"
                + " its own")
        check(
            priced("\"price_env\":\"A\"", "\"price_env\":\"A\""),
            "plans[1].prices.year.price_env: 'A' is at plans[1].prices.month too; each price has"
                + " its own")
        let text = priced("\"price_env\":\"A\"", "\"price_env\":\"B\"")
        #expect(Sample.faults(text, ["A": "price_1", "B": "price_2"]) == [])
        #expect(Sample.faults(text, ["A": "", "B": ""]) == [])
        #expect(
            Sample.faults(text, ["A": "price_1", "B": "price_1"]) == [
                "plans[1].prices.year.price_env: 'B' holds the same price id as 'A'; each price"
                    + " has its own"
            ])
    }

    @Test func `a variable that holds something else is told and not shown`() {
        let text = priced("\"price_env\":\"A\"", "\"price_env\":\"B\"")
        for value in ["two words", "é", String(repeating: "p", count: 256)] {
            #expect(
                Sample.faults(text, ["A": value]) == [
                    "plans[1].prices.month.price_env: 'A' holds no price id: that has 1 to 255"
                        + " letters, digits and signs, and no blanks"
                ])
        }
    }

    @Test func `all faults are told at once, in the order of the file`() {
        let text = """
            {"kinds":{"a":{"feature":"none"}},"plans":[
            {"id":"free","weight":0,"limits":{"jobs":{"limit":-1}},"rank":0,"name":"Free"},
            {"id":"pro","rank":0,"name":5,"limits":{"jobs":{"cap":"firm","limit":1}},"x":1}]}
            """
        let paths = Sample.faults(text).map { $0.prefix { $0 != ":" } }
        #expect(
            paths == [
                "kinds.a.feature", "plans[0].weight", "plans[0].limits.jobs.limit",
                "plans[1].rank", "plans[1].name", "plans[1].limits.jobs.cap", "plans[1].x",
            ])
    }

    @Test func `no more than fifty faults are told, and the rest is counted`() throws {
        let fields = (0..<60).map { ("field\($0)", "1" as String?) }
        let text = Sample.file([Sample.pro(fields)])
        let error = try #require(
            #expect(throws: PlanFileError.self) { try Sample.read(text) })
        #expect(error.faults.count == 50)
        #expect(error.moreCount == 10)
        #expect(error.faults.last?.path == "plans[1].field49")
        #expect(error.description.hasPrefix("plans[1].field0: "))
        #expect(error.description.hasSuffix(" (and 59 more)"))
    }

    @Test func `a file of nothing but mistakes counts them all`() throws {
        let fields = (0..<2_500).map { "\"x\($0)\":1" }.joined(separator: ",")
        let error = try #require(
            #expect(throws: PlanFileError.self) {
                try Sample.read(Sample.file(more: "," + fields))
            })
        #expect(error.faults.count + error.moreCount == 2_500)
    }
}
