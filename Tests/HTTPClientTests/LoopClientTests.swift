import EventLoop
import HTTPClient
import Testing

@Suite(.serialized) struct `A client on the loop` {
    private static let hurry = LoopPost.Patience(
        connectMilliseconds: 2_000, totalMilliseconds: 300)

    @Test func `posts a body with its headers and tells the status`() throws {
        let receiver = try Receiver(
            .says("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"))
        defer { receiver.stop() }
        let outcome = try call(
            "http://127.0.0.1:\(receiver.port)/hook?x=1",
            headers: [LoopPost.Header("webhook-id", "evt_1")], body: #"{"a":1}"#)
        #expect(outcome == .answered(status: 204, retryAfterSeconds: nil))
        let request = try #require(receiver.requests.first)
        #expect(request.hasPrefix("POST /hook?x=1 HTTP/1.1\r\n"))
        #expect(request.contains("\r\nwebhook-id: evt_1\r\n"))
        #expect(request.contains("\r\nContent-Length: 7\r\n"))
        #expect(!request.contains("Expect"))
        #expect(request.hasSuffix("\r\n\r\n{\"a\":1}"))
    }

    @Test(arguments: [
        "127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0", "[::]",
    ])
    func `never connects where it may not, whatever the address is called`(host: String) throws {
        let receiver = try Receiver(.says("HTTP/1.1 200 OK\r\n\r\n"))
        defer { receiver.stop() }
        let outcome = try call("http://\(host):\(receiver.port)/", isPublicOnly: true)
        guard case .failed(let reason) = outcome else {
            Issue.record("\(host) was called: \(outcome)")
            return
        }
        #expect(
            reason == "its name leads to an address that is not on the public internet",
            "\(host): \(reason)")
        #expect(receiver.requests.isEmpty)
    }

    @Test func `looks at the address at every try`() throws {
        let receiver = try Receiver(
            .says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
        defer { receiver.stop() }
        var asked: [PeerAddress] = []
        try withLoop { loop in
            let client = LoopClient(loop: loop) {
                asked.append($0)
                return asked.count == 1
            }
            var outcomes: [LoopOutcome] = []
            for count in 1...2 {
                client.post(post("http://127.0.0.1:\(receiver.port)/")) { outcomes.append($0) }
                loop.run { outcomes.count == count }
            }
            #expect(outcomes.first == .answered(status: 200, retryAfterSeconds: nil))
            #expect(outcomes.last?.isFailure == true)
            client.close()
        }
        #expect(asked == Array(repeating: PeerAddress([127, 0, 0, 1]), count: 2))
        #expect(receiver.requests.count == 1)
    }

    @Test func `follows no redirect`() throws {
        let target = try Receiver(.says("HTTP/1.1 200 OK\r\n\r\n"))
        defer { target.stop() }
        let receiver = try Receiver(
            .says(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:\(target.port)/\r\n"
                    + "Content-Length: 0\r\n\r\n"))
        defer { receiver.stop() }
        let outcome = try call("http://127.0.0.1:\(receiver.port)/")
        #expect(outcome == .answered(status: 302, retryAfterSeconds: nil))
        #expect(target.requests.isEmpty)
    }

    @Test func `waits no longer than it may for one that says nothing`() throws {
        let receiver = try Receiver(.isSilent)
        defer { receiver.stop() }
        let outcome = try call(
            "http://127.0.0.1:\(receiver.port)/", patience: Self.hurry)
        #expect(outcome == .failed("it did not answer in time"))
    }

    @Test func `takes the status of one that never ends, and leaves`() throws {
        let receiver = try Receiver(
            .saysForever("HTTP/1.1 200 OK\r\n\r\n", String(repeating: "x", count: 1_000)))
        defer { receiver.stop() }
        let outcome = try call("http://127.0.0.1:\(receiver.port)/")
        #expect(outcome == .answered(status: 200, retryAfterSeconds: nil))
    }

    @Test func `takes the status of one whose body stays away`() throws {
        let receiver = try Receiver(
            .saysAndHolds("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"))
        defer { receiver.stop() }
        let outcome = try call(
            "http://127.0.0.1:\(receiver.port)/", patience: Self.hurry)
        #expect(outcome == .answered(status: 200, retryAfterSeconds: nil))
    }

    @Test func `waits for no body once the head has come`() throws {
        let receiver = try Receiver(
            .saysAndHolds("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"))
        defer { receiver.stop() }
        // Far longer than this test waits.
        let patience = LoopPost.Patience(connectMilliseconds: 2_000, totalMilliseconds: 600_000)
        let outcome = try call("http://127.0.0.1:\(receiver.port)/", patience: patience)
        #expect(outcome == .answered(status: 200, retryAfterSeconds: nil))
    }

    @Test func `takes what is only a promise of an answer for none`() throws {
        let receiver = try Receiver(.saysAndHolds("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"))
        defer { receiver.stop() }
        let outcome = try call("http://127.0.0.1:\(receiver.port)/", patience: Self.hurry)
        #expect(outcome == .failed("it did not answer in time"))
    }

    @Test func `leaves one whose head never ends`() throws {
        let receiver = try Receiver(
            .saysForever("HTTP/1.1 200 OK\r\n", "x: \(String(repeating: "y", count: 500))\r\n"))
        defer { receiver.stop() }
        let outcome = try call(
            "http://127.0.0.1:\(receiver.port)/", patience: Self.hurry)
        #expect(outcome.isFailure)
    }

    @Test func `tells how long the receiver asks to wait`() throws {
        let receiver = try Receiver(
            .says(
                "HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n"))
        defer { receiver.stop() }
        let outcome = try call("http://127.0.0.1:\(receiver.port)/")
        #expect(outcome == .answered(status: 503, retryAfterSeconds: 120))
    }

    @Test(arguments: [
        "99999999999999999999", " 9223372036854775808 ", "18446744073709551615",
    ])
    func `tells of a wait too long to be counted as of the longest`(asked: String) throws {
        let receiver = try Receiver(
            .says("HTTP/1.1 503 Busy\r\nretry-AFTER:\(asked)\r\nContent-Length: 0\r\n\r\n"))
        defer { receiver.stop() }
        let outcome = try call("http://127.0.0.1:\(receiver.port)/")
        #expect(outcome == .answered(status: 503, retryAfterSeconds: .max))
    }

    @Test(arguments: ["-5", "soon", ""])
    func `knows no wait that is none`(asked: String) throws {
        let receiver = try Receiver(
            .says("HTTP/1.1 503 Busy\r\nRetry-After: \(asked)\r\nContent-Length: 0\r\n\r\n"))
        defer { receiver.stop() }
        let outcome = try call("http://127.0.0.1:\(receiver.port)/")
        #expect(outcome.isAnswer(503))
    }

    @Test(arguments: ["HTTP/1.0", "nonsense", ""])
    func `takes no answer for one that is none`(answer: String) throws {
        let receiver = try Receiver(.says(answer))
        defer { receiver.stop() }
        #expect(try call("http://127.0.0.1:\(receiver.port)/").isFailure)
    }

    @Test(arguments: ["ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:70/"])
    func `speaks nothing but HTTP`(url: String) throws {
        #expect(try call(url).isFailure)
    }

    @Test func `makes many calls at a time, and ends them when it is closed`() throws {
        let receiver = try Receiver(.isSilent)
        defer { receiver.stop() }
        try withLoop { loop in
            let client = LoopClient(loop: loop) { _ in true }
            for _ in 0..<8 {
                client.post(post("http://127.0.0.1:\(receiver.port)/")) { _ in
                    Issue.record("a call that was ended told of it")
                }
            }
            loop.run { !receiver.requests.isEmpty }
            #expect(client.count == 8)
            client.close()
            client.close()
            #expect(client.count == 0)
        }
    }

    // MARK: Private

    private func post(_ url: String) -> LoopPost {
        LoopPost(url: url, headers: [], body: Array("{}".utf8))
    }

    private func call(
        _ url: String, headers: [LoopPost.Header] = [], body: String = "{}",
        patience: LoopPost.Patience = .standard, isPublicOnly: Bool = false
    ) throws -> LoopOutcome {
        var outcome: LoopOutcome?
        try withLoop { loop in
            let client = LoopClient(loop: loop) { !isPublicOnly || $0.isPublic }
            let post = LoopPost(
                url: url, headers: headers, body: Array(body.utf8), patience: patience)
            client.post(post) { outcome = $0 }
            loop.run { outcome != nil }
            client.close()
        }
        return try #require(outcome)
    }
}

extension LoopOutcome {
    fileprivate func isAnswer(_ status: Int) -> Bool {
        self == .answered(status: status, retryAfterSeconds: nil)
    }

    fileprivate var isFailure: Bool {
        if case .failed = self { true } else { false }
    }
}

/// Runs `body` with a loop of which nothing may be left open.
private func withLoop(_ body: (Loop) throws -> Void) throws {
    let loop = try Loop()
    do {
        try body(loop)
    } catch {
        Issue.record(error)
    }
    #expect(loop.openHandles() == [])
    #expect(loop.close() == 0)
}

extension Loop {
    /// Turns until `condition` holds, or until a minute has passed.
    fileprivate func run(until condition: () -> Bool) {
        var isLate = false
        let id = schedule(after: 60_000) { isLate = true }
        while !condition(), !isLate { runOnce() }
        cancel(id)
        #expect(!isLate, "waited a minute in vain")
    }
}
