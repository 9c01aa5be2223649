import Core
import HTTP
import Service
import Store
import Testing

@Suite struct LeaseTests {
    private let one = Samples.token(1)
    private let two = Samples.token(2)

    // MARK: Heartbeat

    @Test func `a heartbeat tells the state of each lease`() throws {
        let house = House()
        let exchange = house.send(
            "POST", "/v1/leases/heartbeat", .worker,
            #"{"leases":[{"token":"\#(one)"},{"token":"\#(two)"},{"token":"what"}],"lease":60}"#)
        guard case .heartbeat(let heartbeat) = house.commands[0].command else {
            throw Unexpected()
        }
        #expect(heartbeat.leaseMilliseconds == 60_000)
        #expect(heartbeat.tokens.prefix(2) == [one, two])
        house.reply(
            .heartbeats([.extended(until: House.noon), .cancel(until: House.noon), .lost]))
        let at = #""expires_at":"2026-11-16T12:00:00.000Z""#
        #expect(
            house.response(exchange)?.text
                == #"{"results":[{"token":"\#(one)","state":"extended",\#(at)},"#
                + #"{"token":"\#(two)","state":"cancel",\#(at)},"#
                + #"{"token":"what","state":"lost","expires_at":null}]}"#)
        #expect(house.response(exchange)?.status == 200)
    }

    @Test func `a heartbeat for nothing is 200 and asks nobody`() {
        let house = House()
        let response = house.call("POST", "/v1/leases/heartbeat", .worker, #"{"leases":[]}"#)
        #expect(response?.text == #"{"results":[]}"#)
        #expect(house.commands.isEmpty)
    }

    // MARK: Complete

    @Test func `a completion reaches the store with its result byte for byte`() throws {
        let house = House()
        let exchange = house.send(
            "POST", "/v1/leases/complete", .worker,
            #"{"results":[{"token":"\#(one)","result":{"n": 1.0}},{"token":"\#(two)"}]}"#)
        guard case .complete(let items) = house.commands[0].command else { throw Unexpected() }
        #expect(
            items == [
                Completion(token: one, result: [UInt8](#"{"n": 1.0}"#.utf8)),
                Completion(token: two),
            ])
        house.reply(
            .leaseOutcomes([.ended(.succeeded, runAt: nil), .stale(.leaseExpired)]))
        let text = house.response(exchange)?.text ?? ""
        #expect(house.response(exchange)?.status == 200)
        #expect(
            text.hasPrefix(
                #"{"results":[{"token":"\#(one)","state":"succeeded"},"#
                    + #"{"token":"\#(two)","error":{"title":"#))
        #expect(text.contains(#""code":"lease_expired""#) && !text.contains("/errors/"))
    }

    @Test(arguments: [
        (StaleReason.leaseExpired, "lease_expired"), (.leaseLost, "lease_lost"),
        (.alreadyFinished, "already_finished"),
    ])
    func `a single stale item is 409 for every verb`(reason: StaleReason, code: String) {
        let item = #"{"results":[{"token":"\#(one)"}]}"#
        for (path, body) in [
            ("complete", item), ("fail", item), ("release", #"{"tokens":["\#(one)"]}"#),
        ] {
            let response = House().call(
                "POST", "/v1/leases/\(path)", .worker, body,
                reply: .leaseOutcomes([.stale(reason)]))
            #expect(response?.status == 409)
            #expect(response?["code"] == code)
            #expect(response?["type"] == "/errors/\(code)")
            #expect(response?["detail"]?.contains("\(one)") == true)
        }
    }

    @Test(arguments: [
        (House.Key.worker, Reach()), (.admin, Reach()),
        (.queueWorker, Reach(queues: ["email", "pdf"])),
        (.tenantsWorker, Reach(tenants: ["acme", "bolt"])), (.acmeWorker, Reach(tenants: ["acme"])),
    ])
    func `the store is told how far a key reaches`(key: House.Key, reach: Reach) {
        let house = House()
        let item = #"{"results":[{"token":"\#(one)"}]}"#
        house.send("POST", "/v1/leases/complete", key, item)
        house.send("POST", "/v1/leases/fail", key, item)
        house.send("POST", "/v1/leases/release", key, #"{"tokens":["\#(one)"]}"#)
        house.send("POST", "/v1/leases/heartbeat", key, #"{"leases":[{"token":"\#(one)"}]}"#)
        #expect(house.commands.map(\.reach) == [reach, reach, reach, reach])
    }

    @Test func `Weir-Tenant narrows the reach of a key`() {
        let house = House()
        house.send(
            "POST", "/v1/leases/complete", .tenantsWorker,
            #"{"results":[{"token":"\#(one)"}]}"#, headers: ["Weir-Tenant": "bolt"])
        #expect(house.commands.map(\.reach) == [Reach(tenants: ["bolt"])])
    }

    @Test func `a token without the form of one is lost, and shown as it was sent`() throws {
        let house = House()
        let exchange = house.send(
            "POST", "/v1/leases/complete", .worker,
            #"{"results":[{"token":"a\"b"},{"token":"\#(one)"}]}"#)
        house.reply(.leaseOutcomes([.stale(.leaseLost), .ended(.succeeded, runAt: nil)]))
        let text = house.response(exchange)?.text ?? ""
        #expect(text.hasPrefix(#"{"results":[{"token":"a\"b","error":"#))
        #expect(text.hasSuffix(#"{"token":"\#(one)","state":"succeeded"}]}"#))
    }

    @Test func `a result that is too large fails its own item only`() throws {
        let large = "\"" + String(repeating: "x", count: Limits.resultBytesMax) + "\""
        let house = House()
        let exchange = house.send(
            "POST", "/v1/leases/complete", .worker,
            #"{"results":[{"token":"\#(one)","result":\#(large)},{"token":"\#(two)"}]}"#)
        guard case .complete(let items) = house.commands[0].command else { throw Unexpected() }
        #expect(items == [Completion(token: two)])
        house.reply(.leaseOutcomes([.ended(.succeeded, runAt: nil)]))
        let text = house.response(exchange)?.text ?? ""
        #expect(text.contains(#"{"token":"\#(one)","error":{"#) && text.contains("too_large"))
        #expect(text.hasSuffix(#"{"token":"\#(two)","state":"succeeded"}]}"#))
    }

    @Test func `a single result that is too large is 413`() {
        let large = "\"" + String(repeating: "x", count: Limits.resultBytesMax) + "\""
        let house = House()
        let response = house.call(
            "POST", "/v1/leases/complete", .worker,
            #"{"results":[{"token":"\#(one)","result":\#(large)}]}"#)
        #expect(response?.status == 413)
        #expect(house.commands.isEmpty)
    }

    // MARK: Fail

    @Test func `a failure reaches the store with its error and its wish`() throws {
        let house = House()
        let exchange = house.send(
            "POST", "/v1/leases/fail", .worker,
            #"""
            {"results":[{"token":"\#(one)","error":{"message":"no","type":"E","trace":"at x"},
            "usage":{}},{"token":"\#(two)","retry":false,"error":null},
            {"token":"\#(one)","retry_in":"1m","retry":true}]}
            """#)
        guard case .fail(let items) = house.commands[0].command else { throw Unexpected() }
        let error = #"{"type":"E","message":"no","trace":"at x"}"#
        #expect(
            items == [
                Failure(token: one, error: [UInt8](error.utf8)),
                Failure(token: two, retry: .never),
                Failure(token: one, retry: .after(milliseconds: 60_000)),
            ])
        house.reply(
            .leaseOutcomes([
                .ended(.scheduled, runAt: House.noon), .ended(.dead, runAt: nil),
                .ended(.canceled, runAt: nil),
            ]))
        #expect(
            house.response(exchange)?.text
                == #"{"results":[{"token":"\#(one)","state":"scheduled","#
                + #""run_at":"2026-11-16T12:00:00.000Z"},"#
                + #"{"token":"\#(two)","state":"dead","run_at":null},"#
                + #"{"token":"\#(one)","state":"canceled","run_at":null}]}"#)
    }

    @Test func `an error is cut between characters and keeps its three members`() throws {
        let type = String(repeating: "é", count: 101)
        let message = String(repeating: "m", count: 5_000)
        let house = House()
        house.send(
            "POST", "/v1/leases/fail", .worker,
            #"""
            {"results":[{"token":"\#(one)","error":{"type":"x\#(type)","message":"\#(message)"}}]}
            """#)
        guard case .fail(let items) = house.commands[0].command else { throw Unexpected() }
        let cut = "x" + String(repeating: "é", count: 99)
        let kept = String(repeating: "m", count: Limits.errorMessageBytesMax)
        #expect(
            items[0].error
                == [UInt8](#"{"type":"\#(cut)","message":"\#(kept)","trace":null}"#.utf8))
    }

    // MARK: Release

    @Test func `releasing gives jobs back with a delay`() throws {
        let house = House()
        let exchange = house.send(
            "POST", "/v1/leases/release", .worker, #"{"tokens":["\#(one)","\#(two)"],"delay":1.5}"#)
        guard case .release(let release) = house.commands[0].command else { throw Unexpected() }
        #expect(release == Release(tokens: [one, two], delayMilliseconds: 1_500))
        house.reply(
            .leaseOutcomes([.ended(.ready, runAt: nil), .ended(.canceled, runAt: nil)]))
        #expect(
            house.response(exchange)?.text
                == #"{"results":[{"token":"\#(one)","state":"ready"},"#
                + #"{"token":"\#(two)","state":"canceled"}]}"#)
    }

    // MARK: What is wrong

    @Test(arguments: [
        ("heartbeat", "{}", "$.leases", "missing"),
        ("heartbeat", #"{"leases":[{}]}"#, "$.leases[0].token", "missing"),
        ("heartbeat", #"{"leases":[{"token":5}]}"#, "$.leases[0].token", "found 5"),
        (
            "heartbeat", #"{"leases":[{"token":"t","progress":{"percent":101}}]}"#,
            "$.leases[0].progress.percent", "from 0 to 100"
        ),
        (
            "heartbeat", #"{"leases":[{"token":"t","progress":40}]}"#, "$.leases[0].progress",
            "expected an object"
        ),
        (
            "heartbeat", #"{"leases":[{"token":"t","progress":{"message":[]}}]}"#,
            "$.leases[0].progress.message", "expected a text"
        ),
        (
            "heartbeat", #"{"leases":[{"token":"t","log":"x"}]}"#, "$.leases[0].log",
            "expected a list"
        ),
        (
            "heartbeat", #"{"leases":[{"token":"t","log":["x",null]}]}"#, "$.leases[0].log[1]",
            "found null"
        ),
        (
            "heartbeat", #"{"leases":[{"token":"t","log":["x"],"log_start":-1}]}"#,
            "$.leases[0].log_start", "found -1"
        ),
        (
            "heartbeat", #"{"leases":[{"token":"t","log":["x"],"log_start":9007199254740993}]}"#,
            "$.leases[0].log_start", "from 0 to 9007199254740992"
        ),
        (
            "heartbeat", #"{"leases":[{"token":"t","log":["x"],"log_start":"7"}]}"#,
            "$.leases[0].log_start", "an integer from 0"
        ),
        (
            "fail", #"{"results":[{"token":"t","could_not_start":1}]}"#,
            "$.results[0].could_not_start", "true or false"
        ),
        ("heartbeat", #"{"leases":[],"lease":4}"#, "$.lease", "5s to 1h"),
        ("complete", "{}", "$.results", "missing"),
        ("complete", #"{"results":[]}"#, "$.results", "found 0"),
        ("complete", #"{"results":[{"result":1}]}"#, "$.results[0].token", "missing"),
        (
            "complete", #"{"results":[{"token":"t","retry":true}]}"#, "$.results[0].retry",
            "not a known field"
        ),
        ("fail", #"{"results":[{"token":null}]}"#, "$.results[0].token", "found null"),
        (
            "fail", #"{"results":[{"token":"t","error":"no"}]}"#, "$.results[0].error",
            "expected an object"
        ),
        (
            "fail", #"{"results":[{"token":"t","error":{"message":5}}]}"#,
            "$.results[0].error.message", "found 5"
        ),
        (
            "fail", #"{"results":[{"token":"t","error":{"code":5}}]}"#, "$.results[0].error.code",
            "not a known field"
        ),
        ("fail", #"{"results":[{"token":"t","retry":1}]}"#, "$.results[0].retry", "true or false"),
        (
            "fail", #"{"results":[{"token":"t","retry":false,"retry_in":5}]}"#,
            "$.results[0].retry_in", "retry is false"
        ),
        ("release", "{}", "$.tokens", "missing"),
        ("release", #"{"tokens":[]}"#, "$.tokens", "found 0"),
        ("release", #"{"tokens":["t",5]}"#, "$.tokens[1]", "found 5"),
        ("release", #"{"tokens":["t"],"delay":-1}"#, "$.delay", "found -1"),
    ])
    func `a wrong field is 422 with its path`(
        route: String, body: String, path: String, says: String
    ) {
        let house = House()
        let response = house.call("POST", "/v1/leases/\(route)", .worker, body)
        #expect(response?.status == 422)
        #expect(response?["errors"]?.contains(#""path":"\#(path)""#) == true)
        #expect(response?["detail"]?.contains(says) == true, "\(response?["detail"] ?? "")")
        #expect(house.commands.isEmpty)
    }

    @Test func `null is as good as absent for what a worker may say beside`() {
        let house = House()
        house.send(
            "POST", "/v1/leases/heartbeat", .worker,
            #"{"leases":[{"token":"t","progress":null,"log":null,"log_start":null}]}"#)
        house.send(
            "POST", "/v1/leases/complete", .worker,
            #"{"results":[{"token":"t","usage":null,"ran":null}]}"#)
        #expect(house.commands.count == 2)
    }

    @Test func `a thousand and one items are too many`() {
        let tokens = [String](repeating: "\"t\"", count: 1_001).joined(separator: ",")
        let response = House().call(
            "POST", "/v1/leases/release", .worker, #"{"tokens":[\#(tokens)]}"#)
        #expect(response?["detail"]?.contains("1 to 1000 elements, found 1001") == true)
    }
}
