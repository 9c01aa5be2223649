import Glibc
import Testing

/// Events over sockets, to a receiver that is not ours.
@Suite struct `Events to tenants, over sockets` {
    private static let flags = ["--test-clock", "--allow-private-webhooks"]
    private static let endpoints = "/v1/webhook-endpoints"

    @Test func `the reference library verifies them, with both secrets during a rotation`() throws {
        let receiver = try WebhookReceiver()
        let house = try House(flags: Self.flags)
        let made = try call(
            house, "POST", Self.endpoints, #"{"url":"\#(receiver.url(answering: 204))"}"#)
        try #require(made.status == 201, "\(made.text)")
        let (id, first): (String, String) = (
            try #require(made["id"]), try #require(made["secret"])
        )
        try receiver.know([first])
        let job = try finishJob(house)
        let one = try receiver.seen(count: 1)
        #expect(one["calls.0.verified.0"] == "true")
        #expect(one["calls.0.forged"] == "false")
        #expect(one["calls.0.body.type"] == "job.succeeded")
        #expect(one["calls.0.body.data.job"] == job)
        #expect(one["calls.0.body.id"] == one["calls.0.id"])

        let rotated = try call(house, "POST", "\(Self.endpoints)/\(id)/rotate", #"{"overlap":60}"#)
        let second: String = try #require(rotated["secret"])
        try receiver.know([first, second])
        _ = try finishJob(house)
        let both = try receiver.seen(count: 2)
        #expect(both["calls.1.verified.0"] == "true" && both["calls.1.verified.1"] == "true")
        #expect(both["calls.1.signatures"] == "2")

        _ = try house.call("POST", "/v1/test/clock", #"{"advance":"2m"}"#)
        _ = try finishJob(house)
        let after = try receiver.seen(count: 3)
        #expect(after["calls.2.verified.0"] == "false" && after["calls.2.verified.1"] == "true")
    }

    @Test func `a call that failed is made again with the same id`() throws {
        let receiver = try WebhookReceiver()
        let house = try House(flags: Self.flags)
        let made = try call(
            house, "POST", Self.endpoints,
            #"{"url":"\#(receiver.url(answering: 200, fromTry: 3))"}"#)
        let path = "\(Self.endpoints)/\(try #require(made["id"]))"
        _ = try finishJob(house)
        _ = try receiver.seen(count: 1)
        try waitForTries(house, path, 1)
        #expect(try call(house, "GET", path)["failing_since"] != "null")
        _ = try house.call("POST", "/v1/test/clock", #"{"advance":"6s"}"#)
        _ = try receiver.seen(count: 2)
        try waitForTries(house, path, 2)
        _ = try house.call("POST", "/v1/test/clock", #"{"advance":"6m"}"#)
        let seen = try receiver.seen(count: 3)
        #expect(Set((0..<3).map { seen["calls.\($0).id"] }).count == 1)
        try waitForTries(house, path, 3)
        let done = try call(house, "GET", path + "/deliveries")
        #expect(done["items.0.state"] == "succeeded" && done["items.0.status"] == "200")
        #expect(try call(house, "GET", path)["failing_since"] == "null")
        #expect(try receiver.seen().count("calls") == 3)
    }

    @Test func `an endpoint that is gone is off until it is turned on, and replays`() throws {
        let receiver = try WebhookReceiver()
        let house = try House(flags: Self.flags)
        let made = try call(
            house, "POST", Self.endpoints, #"{"url":"\#(receiver.url(answering: 410))"}"#)
        let path = "\(Self.endpoints)/\(try #require(made["id"]))"
        _ = try finishJob(house)
        try waitForTries(house, path, 1)
        #expect(try call(house, "GET", path)["disabled_reason"] == "gone")
        let on = try call(
            house, "PATCH", path,
            #"{"enabled":true,"url":"\#(receiver.url(answering: 200))"}"#)
        #expect(on["enabled"] == "true" && on["disabled_reason"] == "null")
        let replay = try call(
            house, "POST", path + "/replay", #"{"since":"2020-01-01T00:00:00Z"}"#)
        #expect(replay["replayed"] == "1" && replay["more"] == "false")
        let seen = try receiver.seen(count: 2)
        #expect(seen["calls.0.id"] == seen["calls.1.id"])
    }

    @Test(arguments: ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
    func `without the flag nobody is called on this machine`(host: String) throws {
        let receiver = try WebhookReceiver()
        let house = try House()
        let made = try call(
            house, "POST", Self.endpoints,
            #"{"url":"http://\#(host):\#(receiver.port)/answer/200"}"#)
        let path = "\(Self.endpoints)/\(try #require(made["id"]))"
        _ = try finishJob(house)
        try waitForTries(house, path, 1)
        let listed = try call(house, "GET", path + "/deliveries")
        let error: String = try #require(listed["items.0.error"])
        #expect(error.contains("not on the public internet"), "\(error)")
        #expect(try receiver.seen().count("calls") == 0)
    }

    @Test func `what was under way when the server was killed is delivered by the next`() throws {
        let receiver = try WebhookReceiver()
        let house = try House(flags: Self.flags)
        let made = try call(
            house, "POST", Self.endpoints,
            #"{"url":"\#(receiver.url(answering: 200, fromTry: 2))"}"#)
        let path = "\(Self.endpoints)/\(try #require(made["id"]))"
        _ = try finishJob(house)
        try waitForTries(house, path, 1)
        let folder = house.server.folder
        house.server.signal(SIGKILL)
        #expect(house.server.waitForEnd() == -SIGKILL)
        let next = try ServerProcess(folder: folder, flags: Self.flags)
        let client = try RawClient(port: next.port)
        client.ask(
            "POST", "/v1/test/clock", key: ServerProcess.adminKey, body: #"{"advance":"6m"}"#)
        #expect(try client.answer().status == 200)
        let seen = try receiver.seen(count: 2)
        #expect(seen["calls.0.id"] == seen["calls.1.id"])
    }

    // MARK: Private

    /// A call for `acme`.
    private func call(
        _ house: House, _ method: String, _ path: String, _ body: String = ""
    ) throws -> BoxAnswer {
        let client = try house.connect()
        client.ask(
            method, path, key: ServerProcess.adminKey, body: body, headers: ["Weir-Tenant: acme"])
        return try client.answer()
    }

    /// Has a job done, and gives back its id.
    private func finishJob(_ house: House) throws -> String {
        try house.submit("acme", count: 1)
        let pulled = try house.pull("{}")
        let token: String = try #require(pulled["jobs.0.lease.token"])
        _ = try house.call(
            as: nil, "POST", "/v1/leases/complete", #"{"results":[{"token":"\#(token)"}]}"#)
        return try #require(pulled["jobs.0.id"])
    }

    /// Asks until the latest delivery was tried so often.
    private func waitForTries(_ house: House, _ path: String, _ count: Int) throws {
        for _ in 0..<3_000 {
            let listed = try call(house, "GET", path + "/deliveries")
            if listed["items.0.tries"] == "\(count)" { return }
        }
        throw RawClient.Lost(reason: "no delivery was tried \(count) times")
    }
}
