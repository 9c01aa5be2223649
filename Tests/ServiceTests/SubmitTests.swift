import Core
import HTTP
import Service
import Store
import Testing

@Suite struct SubmitTests {
    private func spec(_ body: String) throws -> JobSpec {
        let house = House()
        let exchange = house.send("POST", "/v1/jobs", .tenant, body)
        guard case .enqueue(let enqueue)? = house.commands.first?.command else {
            Issue.record("\(house.response(exchange)?.text ?? "no answer")")
            throw Unexpected()
        }
        #expect(enqueue.tenant == "acme")
        return enqueue.jobs[0]
    }

    @Test func `a job that is taken in is 201 and shown whole`() {
        let response = House().call(
            "POST", "/v1/jobs", .tenant, #"{"kind":"email.send"}"#,
            reply: .enqueued([.job(Samples.job())], isReplay: false))
        #expect(response?.status == 201)
        #expect(response?.text == Samples.jobJSON)
        #expect(response?.header("Idempotency-Replayed") == nil)
    }

    @Test func `a held job says why, until when and what would open it`() {
        var hold = Hold(reason: .quotaExhausted)
        hold.metric = .jobs
        hold.used = 10
        hold.limit = 10
        hold.resumesAt = Timestamp(rfc3339: "2026-12-01T00:00:00Z")
        hold.upgradeTo = "pro"
        let response = House().call(
            "POST", "/v1/jobs", .tenant, #"{"kind":"email.send"}"#,
            reply: .enqueued([.job(Samples.job(hold: hold))], isReplay: false))
        let held = #"""
            {"reason":"quota_exhausted","metric":"jobs","used":10,"limit":10,
            "resumes_at":"2026-12-01T00:00:00.000Z","upgrade_to":"pro"}
            """#.replacing("\n", with: "")
        #expect(
            response?.text
                == Samples.jobJSON(state: "ready", held: held, attempt: 0, startedAt: "null"))
    }

    @Test func `a held job says what it costs or needs that the plan has not`() {
        var parked = Hold(reason: .quotaExhausted)
        parked.needed = 11
        var barred = Hold(reason: .featureNotInPlan)
        barred.feature = "rendering"
        barred.cause = .withheld(.plan, .pastDue, subscription: "sub_1")
        let response = House().call(
            "POST", "/v1/jobs/batch", .tenant, #"{"jobs":[{"kind":"k"},{"kind":"k"}]}"#,
            reply: .enqueued(
                [.job(Samples.job(hold: parked)), .job(Samples.job(hold: barred))],
                isReplay: false))
        #expect(response?.text.contains(#""needed":11,"#) == true)
        #expect(
            response?.text.contains(#""reason":"feature_not_in_plan","metric":null,"#) == true)
        #expect(response?.text.contains(#""feature":"rendering","#) == true)
        #expect(response?.text.split(separator: #""cause":"#).count == 2, "the parked one has none")
        #expect(
            response?.text.contains(
                #""upgrade_to":null,"cause":{"code":"plan_withheld","status":"past_due","#
                    + #""subscription":"sub_1"}}"#) == true)
    }

    @Test func `a refused item of a batch says what its plan does not allow`() {
        let response = House(catalog: Samples.catalog).call(
            "POST", "/v1/jobs/batch", .tenant, #"{"jobs":[{"kind":"a"},{"kind":"b"}]}"#,
            reply: .enqueued(
                [
                    .refused(.costTooLow(cost: 1, kind: "a", planCost: 5, plan: "free")),
                    .refused(.payloadTooLarge(bytes: 20, max: 10, plan: "free")),
                ], isReplay: false))
        #expect(response?.text.contains(#""path":"$.jobs[0].cost""#) == true)
        #expect(
            response?.text.contains("$.jobs[1].payload has 20 bytes; plan 'free' takes") == true)
        #expect(response?.text.contains("/errors/") == false)
    }

    @Test func `only the kind is required and the rest has its defaults`() throws {
        #expect(try spec(#"{"kind":"email.send"}"#) == JobSpec(kind: "email.send"))
    }

    @Test func `null is as good as absent for what is optional`() throws {
        let body = #"""
            {"kind":"k","queue":null,"priority":null,"run_at":null,"delay":null,"max_attempts":null,
            "backoff":null,"timeout":null,"expires_in":null,"unique_key":null,"tags":null,
            "cost":null}
            """#
        #expect(try spec(body) == JobSpec(kind: "k"))
    }

    @Test func `every field reaches the store`() throws {
        let body = #"""
            {"kind":"k","payload":[1, 2.50,"é"],"queue":"q","priority":0,"delay":"5m",
            "max_attempts":100,"backoff":{"type":"fixed","base":1.5,"max":"10s","jitter":0},
            "timeout":"7d","expires_in":0.5,"unique_key":null,"tags":["a","b"],"cost":1}
            """#
        var wanted = JobSpec(kind: "k")
        wanted.payload = [UInt8](#"[1, 2.50,"é"]"#.utf8)
        wanted.queue = "q"
        wanted.priority = 0
        wanted.start = .after(milliseconds: 300_000)
        wanted.attemptsMax = 100
        wanted.backoff = Backoff(
            growth: .fixed, baseMilliseconds: 1_500, maxMilliseconds: 10_000, jitterPermille: 0)
        wanted.timeoutMilliseconds = 7 * 86_400_000
        wanted.expiresInMilliseconds = 500
        wanted.tags = ["a", "b"]
        wanted.cost = 1
        #expect(try spec(body) == wanted)
    }

    @Test(arguments: [Int64(0), 1, 1_000_000])
    func `a cost is kept, and only an admin's may be less than the plan's`(cost: Int64) throws {
        let house = House()
        let body = #"{"kind":"k","cost":\#(cost)}"#
        house.send("POST", "/v1/jobs", .tenant, body)
        house.send("POST", "/v1/jobs", .owner, body)
        house.send("POST", "/v1/jobs", .admin, body, headers: ["Weir-Tenant": "acme"])
        house.send(
            "POST", "/v1/jobs/batch", .admin, #"{"jobs":[\#(body)]}"#,
            headers: ["Weir-Tenant": "acme"])
        let specs = house.commands.flatMap { envelope -> [JobSpec] in
            if case .enqueue(let enqueue) = envelope.command { return enqueue.jobs }
            return []
        }
        #expect(specs.map(\.cost) == [cost, cost, cost, cost])
        #expect(specs.map(\.mayCostLess) == [false, false, true, true])
    }

    @Test func `a payload of null is a payload`() throws {
        #expect(try spec(#"{"kind":"k","payload":null}"#).payload == [UInt8]("null".utf8))
    }

    @Test func `a time to run at is kept, a past one too`() throws {
        let ahead = try spec(#"{"kind":"k","run_at":"2026-12-01T09:00:00+01:00"}"#)
        let past = try spec(#"{"kind":"k","run_at":"2020-01-01T00:00:00Z"}"#)
        #expect(ahead.start == .at(Timestamp(rfc3339: "2026-12-01T08:00:00Z")!))
        #expect(past.start == .at(Timestamp(rfc3339: "2020-01-01T00:00:00Z")!))
    }

    @Test func `a backoff whose base is above the standard maximum raises it`() throws {
        let backoff = try spec(#"{"kind":"k","backoff":{"base":"2h"}}"#).backoff
        #expect(backoff.maxMilliseconds == 7_200_000)
    }

    /// What is wrong in a body, where, and what the message has to say.
    static let wrongFields: [(body: String, path: String, says: String)] = [
        ("{}", "$.kind", "missing"),
        (#"{"kind":5}"#, "$.kind", "expected a text, found 5"),
        (#"{"kind":null}"#, "$.kind", "found null"),
        (#"{"kind":"a b"}"#, "$.kind", "found the text 'a b'"),
        (#"{"kind":"../x"}"#, "$.kind", "beginning with a letter or digit"),
        (#"{"kind":"k","queue":""}"#, "$.queue", "1 to 100"),
        (#"{"kind":"k","queue":true}"#, "$.queue", "expected a text, found true"),
        (#"{"kind":"k","priority":10}"#, "$.priority", "an integer from 0 to 9, found 10"),
        (#"{"kind":"k","priority":-1}"#, "$.priority", "found -1"),
        (#"{"kind":"k","priority":1.5}"#, "$.priority", "found 1.5"),
        (#"{"kind":"k","priority":"5"}"#, "$.priority", "found the text '5'"),
        (#"{"kind":"k","run_at":"tomorrow"}"#, "$.run_at", "RFC 3339"),
        (#"{"kind":"k","run_at":5}"#, "$.run_at", "found 5"),
        (#"{"kind":"k","run_at":"2037-01-01T00:00:00Z"}"#, "$.run_at", "ten years"),
        (#"{"kind":"k","delay":"4000d"}"#, "$.delay", "found the text '4000d'"),
        (#"{"kind":"k","delay":-1}"#, "$.delay", "found -1"),
        (#"{"kind":"k","delay":"soon"}"#, "$.delay", "expected a duration"),
        (
            #"{"kind":"k","run_at":"2026-12-01T00:00:00Z","delay":5}"#, "$.delay",
            "together with run_at"
        ),
        (#"{"kind":"k","max_attempts":0}"#, "$.max_attempts", "from 1 to 100, found 0"),
        (#"{"kind":"k","max_attempts":101}"#, "$.max_attempts", "found 101"),
        (#"{"kind":"k","backoff":[]}"#, "$.backoff", "expected an object, found a list"),
        (#"{"kind":"k","backoff":{"type":"odd"}}"#, "$.backoff.type", "found the text 'odd'"),
        (#"{"kind":"k","backoff":{"base":"x"}}"#, "$.backoff.base", "found the text 'x'"),
        (#"{"kind":"k","backoff":{"max":"31d"}}"#, "$.backoff.max", "0s to 30d"),
        (#"{"kind":"k","backoff":{"jitter":1.1}}"#, "$.backoff.jitter", "from 0 to 1, found 1.1"),
        (#"{"kind":"k","backoff":{"cap":1}}"#, "$.backoff.cap", "not a known field"),
        (#"{"kind":"k","timeout":0.5}"#, "$.timeout", "from 1s to 7d"),
        (#"{"kind":"k","timeout":"8d"}"#, "$.timeout", "found the text '8d'"),
        (#"{"kind":"k","expires_in":0}"#, "$.expires_in", "found 0"),
        (#"{"kind":"k","unique_key":"u"}"#, "$.unique_key", "not supported yet"),
        (#"{"kind":"k","tags":"a"}"#, "$.tags", "expected a list, found the text 'a'"),
        (#"{"kind":"k","tags":["a",5]}"#, "$.tags[1]", "found 5"),
        (#"{"kind":"k","tags":[""]}"#, "$.tags[0]", "1 to 100 bytes"),
        (#"{"kind":"k","cost":-1}"#, "$.cost", "from 0 to 1000000, found -1"),
        (#"{"kind":"k","cost":1000001}"#, "$.cost", "found 1000001"),
        (#"{"kind":"k","cost":1.5}"#, "$.cost", "found 1.5"),
        (#"{"kind":"k","cost":"1"}"#, "$.cost", "found the text '1'"),
        (#"{"kind":"k","colour":"red"}"#, "$.colour", "not a known field"),
        (#"{"kind":"k","kind":"j"}"#, "$.kind", "there twice"),
        (#"{"kind":"k","\u006bind":"j"}"#, "$.kind", "there twice"),
        ("[]", "$", "expected an object, found a list"),
        ("5", "$", "expected an object, found 5"),
    ]

    @Test(arguments: wrongFields.indices)
    func `a wrong field is 422 with its path and what was found`(row: Int) {
        let (body, path, says) = SubmitTests.wrongFields[row]
        let house = House()
        let response = house.call("POST", "/v1/jobs", .tenant, body)
        #expect(response?.status == 422)
        #expect(response?["code"] == "invalid")
        #expect(response?["errors"]?.contains(#"{"path":"\#(path)","message":""#) == true)
        let text = response?["detail"] ?? ""
        #expect(text.contains(path) && text.contains(says), "\(text)")
        #expect(house.commands.isEmpty)
    }

    @Test func `all that is wrong is told at once`() {
        let response = House().call(
            "POST", "/v1/jobs", .tenant, #"{"priority":12,"a":1,"b":2}"#)
        let errors = response?["errors"] ?? ""
        for path in ["$.priority", "$.a", "$.b", "$.kind"] { #expect(errors.contains(path)) }
        #expect(response?["detail"]?.hasPrefix("4 fields are wrong") == true)
    }

    @Test func `twenty-one tags are too many and so are a hundred and one bytes`() {
        let many = (0...20).map { "\"t\($0)\"" }.joined(separator: ",")
        let long = String(repeating: "x", count: 101)
        let first = House().call("POST", "/v1/jobs", .tenant, #"{"kind":"k","tags":[\#(many)]}"#)
        let second = House().call("POST", "/v1/jobs", .tenant, #"{"kind":"k","tags":["\#(long)"]}"#)
        #expect(first?["detail"]?.contains("found 21") == true)
        #expect(second?["detail"]?.contains("found one of 101") == true)
    }

    @Test func `an answer names at most a hundred wrong fields`() {
        let fields = (0..<500).map { "\"f\($0)\":1" }.joined(separator: ",")
        let response = House().call("POST", "/v1/jobs", .tenant, "{\(fields)}")
        #expect(response?["detail"]?.hasPrefix("100 fields are wrong") == true)
    }

    @Test func `a payload at the limit is taken and one byte more is 413`() throws {
        let most = String(repeating: "x", count: Limits.payloadBytesPlanMax - 2)
        let taken = try spec(#"{"kind":"k","payload":"\#(most)"}"#)
        #expect(taken.payload.count == Limits.payloadBytesPlanMax)
        let response = House().call(
            "POST", "/v1/jobs", .tenant, #"{"kind":"k","payload":"\#(most)x"}"#)
        #expect(response?.status == 413)
        #expect(response?["code"] == "too_large")
        #expect(response?["detail"]?.contains("1048577 bytes; at most 1048576") == true)
    }

    @Test(arguments: ["", "{", "{\"kind\":}", "{} {}", "\u{FEFF}{}"])
    func `a body that is not JSON is 400`(body: String) {
        let response = House().call("POST", "/v1/jobs", .tenant, body)
        #expect(response?.status == 400)
        #expect(response?["code"] == "malformed_json")
    }

    @Test(arguments: [
        "application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8",
    ])
    func `JSON by any name is read`(type: String) {
        let house = House()
        house.send(
            "POST", "/v1/jobs", .tenant, #"{"kind":"k"}"#, headers: ["Content-Type": type])
        #expect(house.commands.count == 1)
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
    func `a body of another type is 415 and names it`(type: String) {
        let response = House().call(
            "POST", "/v1/jobs", .tenant, #"{"kind":"k"}"#, headers: ["Content-Type": type])
        #expect(response?.status == 415)
        #expect(response?["code"] == "unsupported_media_type")
        #expect(response?["detail"]?.contains("'\(type)'") == true)
    }

    @Test(arguments: ["a\u{1f}b", "a\nb", "\u{7f}"])
    func `a tag with a control character is 422 at its path`(tag: String) throws {
        let house = House()
        let escaped = tag.unicodeScalars.map { scalar in
            let hex = String(scalar.value, radix: 16)
            return scalar.value < 0x20 || scalar.value == 0x7F
                ? "\\u" + String(repeating: "0", count: 4 - hex.count) + hex : String(scalar)
        }.joined()
        let body = "{\"kind\":\"a\",\"tags\":[\"fine\",\"\(escaped)\"]}"
        let response = try #require(house.call("POST", "/v1/jobs", .tenant, body))
        #expect(response.status == 422)
        #expect(String(decoding: response.body, as: UTF8.self).contains("$.tags[1]"))
    }
}
