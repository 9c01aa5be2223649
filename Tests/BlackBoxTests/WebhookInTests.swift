import Glibc
import Testing

@Suite struct `Subscription events that come in` {
    private static let secret = "whsec_0123456789abcdef"
    private static let fixtures =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/") + "/fixtures/stripe/"
    private let folder = "/tmp/weir-box-events-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"

    init() throws { try #require(mkdir(folder, 0o700) == 0) }

    @discardableResult
    private func put(_ text: String, in name: String) throws -> String {
        let file = try #require(fopen(folder + "/" + name, "w"))
        fputs(text, file)
        fclose(file)
        return folder + "/" + name
    }

    private static func text(of path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    }

    private static let plans = #"""
        {"plans":[
        {"id":"free","name":"Free","rank":0,"limits":{"jobs":{"limit":10}}},
        {"id":"pro","name":"Pro","rank":1,"limits":{"jobs":{"limit":100}},"prices":{"month":
        {"amount":"49","currency":"usd","price_env":"P","lookup_key":"pro_month"}}},
        {"id":"enterprise","name":"Enterprise","rank":2,"limits":{"jobs":{"limit":null}}}]}
        """#

    private func house(_ tenants: String...) throws -> House {
        let plans = try put(Self.plans, in: "plans.json")
        return try House(
            tenants: tenants.map { ($0, "free") }, flags: ["--test-clock", "--plans", plans],
            environment: ["STRIPE_WEBHOOK_SECRET": Self.secret])
    }

    private func send(
        _ path: String, to port: Int, secret: String = secret, _ words: String...
    ) -> WeirCall {
        WeirCall(
            ["webhooks", "send", path, "--secret", secret, "--url", "http://127.0.0.1:\(port)"]
                + words)
    }

    @Test func `upgrade a tenant, and its held jobs run in the same commit`() throws {
        let house = try house("upgrade")
        _ = try house.call("POST", "/v1/test/clock", #"{"set":"2026-11-01T09:00:10Z"}"#)
        try house.submit("upgrade", count: 12)
        #expect(try house.pull(#"{"max":20}"#).count("jobs") == 10)
        #expect(try house.pull(#"{"max":20}"#).count("jobs") == 0)
        let parked = try house.connect()
        parked.ask("POST", "/v1/leases/pull", key: house.workerKey, body: #"{"max":9,"wait":30}"#)

        let sequence = Self.fixtures + "sequences/upgrade/"
        let first = send(
            sequence + "01-customer.subscription.created.json", to: house.server.port,
            "--at", "2026-11-01T09:00:05Z", "--times", "2")
        #expect(first.code == 0 && first.text == "received\nreceived before\n", "\(first.text)")
        #expect(try parked.answer().count("jobs") == 2)
        let pro = try house.call("GET", "/v1/tenants/upgrade")
        #expect(pro["effective_plan"] == "pro" && pro["plan"] == "free", "\(pro.text)")
        #expect(pro["entitlement.subscription"] == "sub_upgrade")

        _ = try house.call("POST", "/v1/test/clock", #"{"set":"2026-11-06T10:00:00Z"}"#)
        let second = send(
            sequence + "02-customer.subscription.updated.json", to: house.server.port,
            "--at", "2026-11-06T10:00:00Z")
        #expect(second.code == 0, "\(second.text)")
        #expect(try house.call("GET", "/v1/tenants/upgrade")["effective_plan"] == "enterprise")

        let lines = try house.call("GET", "/v1/tenants/upgrade/audit").objects("items")
            .filter { $0["actor"] == "provider" }
        #expect(lines.map { $0["event"] } == ["evt_upgrade_02", "evt_upgrade_01"])
        #expect(lines.first?["before"] == lines.last?["after"])
        #expect(lines.last?["after"]?.contains(#""plan":"pro""#) == true)
        let health = try house.call("GET", "/v1/webhook-events/health")
        #expect(health["secrets.0.uses"] == "3", "\(health.text)")
        #expect(health["lag"]?.hasPrefix("3600") == true, "\(health.text)")
    }

    @Test func `are kept as what they are, and what cannot be applied changes nothing`() throws {
        let house = try house("upgrade", "elsewhere")
        _ = try house.call("POST", "/v1/test/clock", #"{"set":"2026-11-01T09:00:10Z"}"#)
        let event = try Self.text(
            of: Self.fixtures + "sequences/upgrade/01-customer.subscription.created.json")
        let changes = [
            ("unknown_price", [("\"pro_month\"", "\"gold_month\"")]),
            ("wrong_type", [("\"cus_upgrade\"", "[7]")]),
            (
                "no_items",
                [("\"items\": {", #""items":{"object":"list","data":[]},"others":{"#)]
            ),
            ("live", [("\"livemode\": false", "\"livemode\": true")]),
            (
                "nobody",
                [
                    ("\"upgrade\"", "\"strange\""), ("sub_upgrade", "sub_strange"),
                    ("cus_upgrade", "cus_strange"),
                ]
            ),
            ("applied", []),
            ("moved", [("cus_upgrade", "cus_other"), ("\"upgrade\"", "\"elsewhere\"")]),
        ]
        for (name, parts) in changes {
            var text = event.replacing("evt_upgrade_01", with: "evt_" + name)
            for (old, new) in parts {
                try #require(text.contains(old))
                text = text.replacing(old, with: new)
            }
            let call = send(
                try put(text, in: name + ".json"), to: house.server.port, "--at",
                "2026-11-01T09:00:10Z")
            #expect(call.text == "received\n", "\(name): \(call.text)")
            let isPro = name == "applied" || name == "moved"
            #expect(
                try house.call("GET", "/v1/tenants/upgrade")["effective_plan"]
                    == (isPro ? "pro" : "free"), "\(name)")
        }
        let events = try house.call("GET", "/v1/webhook-events").objects("items")
        let states = Dictionary(uniqueKeysWithValues: events.map { ($0["id"], $0["state"]) })
        #expect(
            states == [
                "evt_unknown_price": "failed", "evt_wrong_type": "failed", "evt_no_items": "failed",
                "evt_live": "ignored",
                "evt_nobody": "orphan", "evt_applied": "applied", "evt_moved": "orphan",
            ])
        let failed = try house.call("GET", "/v1/webhook-events?state=failed").objects("items")
        #expect(failed.count == 3 && failed.allSatisfy { $0["body"] == nil })
        let line = try #require(house.server.waitForLine("webhook.unapplied"))
        #expect(line.contains(#""id":"evt_unknown_price""#), "\(line)")
        #expect(line.split(separator: "\"event\":").count == 2, "its name is its only event")
        let shown = try house.call("GET", "/v1/webhook-events/evt_live")
        #expect(shown["body.data.object.id"] == "sub_upgrade")

        let gone = try Self.text(of: Self.fixtures + "events/customer.deleted.json")
        let customer = try put(gone.replacing("acme", with: "upgrade"), in: "gone.json")
        let deleted = send(customer, to: house.server.port, "--at", "2026-11-01T09:00:10Z")
        #expect(deleted.text == "received\n")
        #expect(try house.call("GET", "/v1/tenants/upgrade")["effective_plan"] == "free")

        try house.addTenant("strange", plan: "free")
        let replayed = try house.call("POST", "/v1/webhook-events/evt_nobody/replay")
        #expect(replayed["tenant"] == "strange", "\(replayed.text)")
        #expect(try house.call("GET", "/v1/tenants/strange")["effective_plan"] == "pro")
    }

    @Test func `may be long if they are signed, and are not read if they are not`() throws {
        let house = try house("upgrade")
        let client = try house.connect()
        client.send(
            "POST /v1/webhooks/stripe HTTP/1.1\r\nHost: weir\r\nContent-Length: 900000\r\n\r\n")
        #expect(try client.answer()["code"] == "invalid_signature")
        let huge = try house.connect()
        huge.send(
            "POST /v1/webhooks/stripe HTTP/1.1\r\nHost: weir\r\nStripe-Signature: t=1\r\n"
                + "Content-Length: 1048577\r\n\r\n")
        #expect(try huge.answer().status == 413)
        let event = try Self.text(of: Self.fixtures + "events/customer.subscription.updated.json")
        let path = try put(
            event + String(repeating: " ", count: 1_048_576 - event.utf8.count), in: "long.json")
        let call = send(path, to: house.server.port, "--at", try now(of: house))
        #expect(call.text == "received\n", "\(call.text)")
    }

    private func now(of house: House) throws -> String {
        let answer = try house.call("POST", "/v1/test/clock", #"{"advance":"0s"}"#)
        let now: String = try #require(answer["now"])
        return now
    }

    @Test func `are checked with secrets of a file, which SIGHUP reads again`() throws {
        let path = try put("whsec_a\n", in: "secrets")
        let server = try ServerProcess(
            flags: [], environment: ["STRIPE_WEBHOOK_SECRET_FILE": path])
        let event = Self.fixtures + "events/customer.subscription.updated.json"
        #expect(send(event, to: server.port, secret: "whsec_a").text == "received\n")
        try put("whsec_b\n", in: "secrets")
        server.signal(SIGHUP)
        #expect(server.waitForLine("webhook.secrets_loaded") != nil)
        let old = send(event, to: server.port, secret: "whsec_a")
        #expect(old.code == 1 && old.text.contains("not signed"), "\(old.text)")
        #expect(server.waitForLine("webhook.refused")?.contains("\"mismatch\"") == true)
        try put("\n", in: "secrets")
        server.signal(SIGHUP)
        #expect(server.waitForLine("webhook.secrets_refused")?.contains("no webhook") == true)
        #expect(send(event, to: server.port, secret: "whsec_b").text == "received before\n")
    }

    @Test func `are applied by the demo, which sells what the samples are of`() throws {
        let demo = try ServerProcess(flags: ["--demo", "--test-clock"])
        // A time within the period that the samples are of.
        let noon = "2026-11-02T12:00:00Z"
        let client = try RawClient(port: demo.port)
        client.ask(
            "POST", "/v1/test/clock", key: ServerProcess.adminKey, body: "{\"set\":\"\(noon)\"}")
        #expect(try client.answer().status == 200)
        let lines = try Self.text(of: demo.folder + "/demo/env").split(separator: "\n")
        let prefix = "export STRIPE_WEBHOOK_SECRET="
        let secret = try #require(lines.first { $0.hasPrefix(prefix) }).dropFirst(prefix.count)
        func tell(_ name: String, _ change: (String) -> String, _ words: String...) throws -> String
        {
            let event = change(try Self.text(of: Self.fixtures + name))
            return WeirCall(
                [
                    "webhooks", "send", try put(event, in: "sample.json"), "--secret",
                    String(secret), "--url", "http://127.0.0.1:\(demo.port)", "--at", noon,
                ] + words
            ).text
        }
        let sample = "events/customer.subscription.created.json"
        let admin = ["--key", ServerProcess.adminKey]
        #expect(
            try tell(sample, { $0 }, admin[0], admin[1])
                == "received: orphan, no tenant is known for customer cus_acme\n")
        let mine = { (text: String) in
            text.replacing("\"acme\"", with: "\"free-co\"").replacing("_acme", with: "_free")
        }
        #expect(
            try tell(sample, mine, admin[0], admin[1]) == "received: applied, tenant free-co\n")
        #expect(try tell(sample, mine) == "received before\n", "it needs a key to say more")
        let unasked = try tell(sample, mine, "--key", "weir_tenant_x")
        #expect(
            unasked.hasPrefix("received before (what became of it cannot be asked: "), "\(unasked)")
        client.ask("GET", "/v1/tenants/free-co", key: ServerProcess.adminKey)
        #expect(try client.answer()["entitlement.plan"] == "pro")
        let unsold = try tell(
            sample,
            {
                mine($0).replacing("created\",", with: "unsold\",")
                    .replacing("pro_month", with: "gold")
            }, admin[0], admin[1])
        #expect(
            unsold == "received: failed, tenant free-co, no plan is sold at price_gold\n")
        let fresh = try tell(
            sample, { mine($0).replacing("created\",", with: "fresh\",") }, "--fresh")
        #expect(fresh == "received\n", "\(fresh)")
        client.ask(
            "GET", "/v1/webhook-events/evt_free_customer_subscription_fresh",
            key: ServerProcess.adminKey)
        let kept = try client.answer()
        #expect(kept["created"]?.hasPrefix("2026-11-02T12:00:00") == true, "\(kept.text)")
        // It was created at 1793523660, and its period ended 2,591,940 seconds after that.
        #expect(kept["body.data.object.items.data.0.current_period_end"] == "1796212740")
    }

    @Test func `are never waited for with a file of secrets that cannot be read`() {
        let call = WeirCall(
            ["serve", "--data", folder + "/data", "--listen", "127.0.0.1:0"],
            environment: ["STRIPE_WEBHOOK_SECRET_FILE": folder + "/nothing"])
        #expect(call.code == 1 && call.text.contains("server.refused"), "\(call.text)")
        #expect(call.text.contains("/nothing cannot be read"))
        #expect(access(folder + "/data", F_OK) != 0)
    }
}
