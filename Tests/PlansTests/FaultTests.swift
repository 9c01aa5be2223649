import Core
import Plans
import Testing

@Suite struct `What is wrong with a plan file` {
    private func pro(_ name: String, _ value: String?) -> String {
        Sample.file([Sample.pro([(name, value)])])
    }

    private func jobs(_ members: String) -> String {
        pro("limits", "{\"jobs\":{\(members)}}")
    }

    private func check(_ text: String, _ faults: String...) {
        #expect(Sample.faults(text) == faults)
    }

    // MARK: The file

    @Test(arguments: [
        ("", "is not JSON: line 1, column 1: the text ends before the value does"),
        (
            "{\n  \"plans\": [\n    x\n",
            "is not JSON: line 3, column 5: expected a value, found 'x'"
        ),
        ("{\"é\": ?}", "is not JSON: line 1, column 7: expected a value, found '?'"),
        ("{} {}", "is not JSON: line 1, column 4: more bytes after the value"),
        ("[]", "expected an object such as {\"plans\":[…]}, found a list"),
        ("\u{FEFF}{}", "begins with a byte order mark; save it as UTF-8 without one"),
        ("{}", "plans: is missing; write \"plans\":[…] with at least a plan 'free'"),
        ("{\"plans\":[]}", "plans: expected 1 to 100 elements, found 0"),
        ("{\"plans\":{}}", "plans: expected a list of plans, found an object"),
        ("{\"plans\":[5]}", "plans[0]: expected an object, which is a plan, found 5"),
        ("{\"plans\":[null]}", "plans[0]: expected an object, which is a plan, found null"),
    ])
    func `the file is no list of plans`(text: String, fault: String) {
        check(text, fault)
    }

    @Test func `bytes that are no UTF-8 are told by their place`() {
        #expect(
            Sample.faults(Array("{\n\"".utf8) + [0xFF] + Array("\":1}".utf8)) == [
                "is not JSON: line 2, column 2: not UTF-8"
            ])
    }

    @Test func `a file of more than a mebibyte is not read`() {
        let text = PlanFile.standard
        let padding = Limits.planFileBytesMax - text.utf8.count
        check(text + String(repeating: " ", count: padding))
        check(
            text + String(repeating: " ", count: padding + 1),
            "is larger than 1048576 bytes; so much is no plan file")
    }

    @Test func `a hundred and one plans are too many`() {
        let others = (1...100).map { Sample.pro([("id", "\"p\($0)\""), ("rank", "\($0)")]) }
        check(Sample.file(others), "plans: expected 1 to 100 elements, found 101")
    }

    @Test func `unknown fields are told, with a guess where one is near`() {
        check(
            Sample.file([Sample.pro([("max_runing", "1")])], more: ",\"plnas\":1,\"version\":2"),
            "plans[1].max_runing: is not a known field; did you mean 'max_running'?",
            "plnas: is not a known field; did you mean 'plans'?",
            "version: is not a known field; the fields here are plans, kinds")
        check(
            jobs("\"limit\":1,\"hard\":true"),
            "plans[1].limits.jobs.hard: is not a known field; the fields here are limit, cap,"
                + " type, overage_price, thresholds")
        check(
            pro("prices", "{\"month\":{\"amount\":\"1\",\"currency\":\"usd\",\"a b\":1}}"),
            "plans[1].prices.month[\"a b\"]: is not a known field; the fields here are amount,"
                + " currency, price_env, lookup_key")
        check(
            pro("kinds", "{}"),
            "plans[1].kinds: is not a known field; the fields here are id, name, rank, prices,"
                + " limits, costs, features, max_running, weight, rate, max_held, max_waiting,"
                + " max_payload, retention_days, period")
    }

    @Test func `names that are there twice are told`() {
        check(
            Sample.file(["{\"name\":\"A\"," + Sample.pro().dropFirst()]),
            "plans[1].name: is there twice; give it once")
        check(
            pro("limits", "{\"jobs\":{\"limit\":1},\"jobs\":{\"limit\":2}}"),
            "plans[1].limits.jobs: is there twice; give it once")
        check(
            pro("costs", "{\"a.b\":1,\"a.b\":1}"),
            "plans[1].costs[\"a.b\"]: is there twice; give it once")
        check(
            "{\"plans\":[],\"plans\":[]}", "plans: expected 1 to 100 elements, found 0",
            "plans: is there twice; give it once")
    }

    // MARK: Plans among each other

    @Test func `there has to be a plan free`() {
        let text = "{\"plans\":[\(Sample.pro())]}"
        check(text, "plans: has no plan 'free', which tenants begin on; add one")
    }

    @Test func `an id names one plan`() {
        check(
            Sample.file([Sample.pro(), Sample.pro([("rank", "2")])]),
            "plans[2].id: 'pro' is at plans[1].id too; an id names one plan")
    }

    @Test func `each plan has its own rank, and none is below free`() {
        let max: (String) -> String = { Sample.pro([("id", "\"max\""), ("rank", $0)]) }
        check(
            Sample.file([Sample.pro(), max("1")]),
            "plans[2].rank: 1 is at plans[1].rank too; each plan has its own rank")
        check(
            "{\"plans\":[\(Sample.pro()),\(Sample.free([("rank", "5")]))]}",
            "plans[0].rank: 1 is below the 5 of plan 'free'; tenants begin on the least plan")
    }

    @Test func `a metric has one type in all plans`() {
        let gauge = Sample.pro([
            ("limits", "{\"jobs\":{\"limit\":1},\"bytes\":{\"limit\":1,\"type\":\"gauge\"}}")
        ])
        let counter = Sample.pro([
            ("id", "\"max\""), ("rank", "2"),
            ("limits", "{\"jobs\":{\"limit\":1},\"bytes\":{\"limit\":1}}"),
        ])
        check(
            Sample.file([gauge, counter]),
            "plans[2].limits.bytes: is a counter here and a gauge at plans[1].limits.bytes; write"
                + " the same \"type\" in all plans (where there is none, it is a counter)")
    }

    @Test func `a feature that a kind needs is in a plan`() {
        check(
            Sample.file(
                [Sample.pro([("features", "[\"video\"]")])],
                more: ",\"kinds\":{\"a\":{\"feature\":\"vido\"},\"b\":{\"feature\":\"other\"}}"),
            "kinds.a.feature: no plan has the feature 'vido'; did you mean 'video'?",
            "kinds.b.feature: no plan has the feature 'other'; put it into the features of a plan")
    }

    @Test(arguments: [
        (
            "[]",
            "kinds: expected an object of kinds, such as"
                + " {\"video.render\":{\"feature\":\"video\"}}, found a list"
        ),
        (
            "{\"a\":\"video\"}",
            "kinds.a: expected an object such as {\"feature\":\"video\"},"
                + " found 'video'"
        ),
        ("{\"a\":{}}", "kinds.a.feature: is missing; write the feature that the kind needs"),
        (
            "{\"a..b\":{\"feature\":\"video\"}}",
            "kinds[\"a..b\"]: is no name of a kind; it has"
                + " \(Names.kindOrQueueRule)"
        ),
    ])
    func `kinds are wrong`(kinds: String, fault: String) {
        let plan = Sample.pro([("features", "[\"video\"]")])
        check(Sample.file([plan], more: ",\"kinds\":\(kinds)"), fault)
    }

    // MARK: Fields of a plan

    @Test(
        arguments: [
            ("id", nil, "is missing; write it such as \"pro\""),
            ("id", "\"Pro\"", "expected \(Names.planRule), found 'Pro'"),
            ("id", "\"-a\"", "expected \(Names.planRule), found '-a'"),
            ("id", "7", "expected \(Names.planRule), found 7"),
            ("name", nil, "is missing; write what people call the plan"),
            (
                "name", "\"\"",
                "expected a text of 1 to 200 bytes without control characters, found ''"
            ),
            ("rank", nil, "is missing; write a whole number, the greater plan the greater one"),
            ("rank", "-1", "expected a whole number from 0 to 1000000, found -1"),
            ("rank", "1000001", "expected a whole number from 0 to 1000000, found 1000001"),
            ("rank", "1.5", "expected a whole number from 0 to 1000000, found 1.5"),
            (
                "limits", nil,
                "is missing; each plan has at least"
                    + " \"limits\":{\"jobs\":{\"limit\":100}}, with null for no limit"
            ),
            (
                "limits", "{\"tokens\":{\"limit\":5}}",
                "names no limit of jobs; each plan has one, such"
                    + " as \"jobs\":{\"limit\":100}, with null for no limit"
            ),
            (
                "limits", "[]",
                "expected an object of metrics, such as {\"jobs\":{\"limit\":100}}, found"
                    + " a list"
            ),
            ("weight", "0", "expected a whole number from 1 to 1000, found 0"),
            ("weight", "1001", "expected a whole number from 1 to 1000, found 1001"),
            ("max_running", "0", "expected a whole number from 1 to 1000000, found 0"),
            ("max_held", "-1", "expected a whole number from 0 to 9007199254740991, found -1"),
            (
                "max_held", "null",
                "expected a whole number, since the plan has a limit of jobs; leave it"
                    + " out for 100, found null"
            ),
            ("max_waiting", "0", "expected a whole number from 1 to 9007199254740991, found 0"),
            ("max_payload", "1048577", "expected a whole number from 1 to 1048576, found 1048577"),
            ("retention_days", "0", "expected a whole number from 1 to 3650, found 0"),
            ("period", "\"month\"", "expected 'calendar' or 'anchored', found 'month'"),
            ("features", "{}", "expected a list of names, such as [\"video\"], found an object"),
            (
                "costs", "[]",
                "expected an object of kinds, such as {\"video.render\":5}, found a list"
            ),
            ("rate", "5", "expected an object such as {\"starts\":100,\"per\":\"1m\"}, found 5"),
            (
                "prices", "5",
                "expected an object of prices, such as"
                    + " {\"month\":{\"amount\":\"49.00\",\"currency\":\"usd\"}}, found 5"
            ),
        ] as [(String, String?, String)])
    func `a field of a plan is wrong`(name: String, value: String?, fault: String) {
        check(pro(name, value), "plans[1].\(name): \(fault)")
    }

    @Test(arguments: [
        ("features", "[\"a\",\"a\"]", "features[1]: 'a' is there twice; give it once"),
        (
            "features", "[\"a b\"]",
            "features[0]: expected a feature's name"
                + " (\(Names.kindOrQueueRule)), found 'a b'"
        ),
        ("features", "[null]", "features[0]: expected a feature's name, found null"),
        ("costs", "{\"a\":-1}", "costs.a: expected a whole number from 0 to 1000000, found -1"),
        (
            "costs", "{\"a\":1000001}",
            "costs.a: expected a whole number from 0 to 1000000, found 1000001"
        ),
        ("costs", "{\"a\":null}", "costs.a: expected a whole number, found null"),
        (
            "costs", "{\"a b\":1}",
            "costs[\"a b\"]: is no name of a kind; it has"
                + " \(Names.kindOrQueueRule)"
        ),
        (
            "rate", "{\"per\":\"1m\"}",
            "rate.starts: is missing; write how many jobs may start in that time"
        ),
        ("rate", "{\"starts\":5}", "rate.per: is missing; write in what time, such as \"1m\""),
        (
            "rate", "{\"starts\":0,\"per\":\"1m\"}",
            "rate.starts: expected a whole number from 1 to 1000000, found 0"
        ),
        (
            "rate", "{\"starts\":1,\"per\":\"soon\"}",
            "rate.per: expected a duration from 1s to 1d, such as \"1m\", found 'soon'"
        ),
        (
            "rate", "{\"starts\":1,\"per\":\"999ms\"}",
            "rate.per: expected a duration from 1s to 1d, such as \"1m\", found '999ms'"
        ),
        (
            "rate", "{\"starts\":1,\"per\":\"1m\",\"burst\":0}",
            "rate.burst: expected a whole number from 1 to 1000000, found 0"
        ),
    ])
    func `a part of a field is wrong`(name: String, value: String, fault: String) {
        check(pro(name, value), "plans[1].\(fault)")
    }

    @Test func `lists and objects have their bounds`() {
        let names = (0...100).map { "\"f\($0)\"" }.joined(separator: ",")
        check(
            pro("features", "[\(names)]"),
            "plans[1].features: expected at most 100 elements, found 101")
        let kinds = (0...1_000).map { "\"k\($0)\":1" }.joined(separator: ",")
        check(
            pro("costs", "{\(kinds)}"), "plans[1].costs: expected at most 1000 members, found 1001")
    }
}
