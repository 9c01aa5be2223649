import Glibc
import Testing

/// What a tenant, its owner and the operator are told of work that a debt stops.
@Suite struct `A debt` {
    private static let secret = "whsec_0123456789abcdef"
    private static let event =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")
        + "/fixtures/stripe/sequences/upgrade/01-customer.subscription.created.json"
    private static let plans = #"""
        {"plans":[
        {"id":"free","name":"Free","rank":0,"limits":{"jobs":{"limit":2}},"max_held":1},
        {"id":"pro","name":"Pro","rank":1,"max_held":1,
        "limits":{"jobs":{"limit":3,"overage_price":"0.05"}},"prices":{"month":
        {"amount":"49","currency":"usd","price_env":"P","lookup_key":"pro_month"}}}]}
        """#
    private let folder = "/tmp/weir-box-debt-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"

    init() throws { try #require(mkdir(folder, 0o700) == 0) }

    private func put(_ text: String, in name: String) throws -> String {
        let file = try #require(fopen(folder + "/" + name, "w"))
        fputs(text, file)
        fclose(file)
        return folder + "/" + name
    }

    private func house() throws -> House {
        let plans = try put(Self.plans, in: "plans.json")
        let house = try House(
            tenants: [("upgrade", "free")], flags: ["--test-clock", "--plans", plans],
            environment: ["STRIPE_WEBHOOK_SECRET": Self.secret])
        _ = try house.call("POST", "/v1/test/clock", #"{"set":"2026-11-01T09:00:10Z"}"#)
        return house
    }

    /// The subscription is in this status, by an event of the test clock's now.
    private func subscribe(_ house: House, _ status: String, number: Int) throws {
        let file = try #require(fopen(Self.event, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let text = String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
        let changed =
            text
            .replacing("\"status\": \"active\"", with: "\"status\": \"\(status)\"")
            .replacing("evt_upgrade_01", with: "evt_\(number)")
            .replacing(
                "\"created\": 1793523600,\n \"data\"",
                with: "\"created\": \(1_793_523_600 + number),\n \"data\"")
        let path = try put(changed, in: "\(number).json")
        let now = try house.call("POST", "/v1/test/clock", #"{"advance":"1s"}"#)
        let at: String = try #require(now["now"])
        let call = WeirCall([
            "webhooks", "send", path, "--secret", Self.secret, "--url", house.url, "--at", at,
        ])
        try #require(call.code == 0, "\(call.text)")
    }

    private func show(_ house: House, _ verb: String) -> String {
        WeirCall(
            ["tenants", verb, "upgrade", "--url", house.url, "--key", ServerProcess.adminKey]
        ).text
    }

    @Test func `is told as what stops overage, and paying as what brings it back`() throws {
        let house = try house()
        try subscribe(house, "active", number: 1)
        _ = try house.call("PATCH", "/v1/tenants/upgrade", #"{"pay_as_you_go":true}"#)
        try subscribe(house, "past_due", number: 2)
        try house.submit("upgrade", count: 4)
        #expect(try house.pull(#"{"max":9}"#).count("jobs") == 3)
        let held = try house.call(as: "upgrade", "GET", "/v1/jobs?held=true")
        let id: String = try #require(held["items.0.id"])
        let why = try house.call(as: "upgrade", "GET", "/v1/jobs/\(id)/why")
        #expect(why["blockers.0.code"] == "quota_exhausted")
        #expect(why["blockers.0.detail"]?.contains("'sub_upgrade' is past_due") == true)
        #expect(why["blockers.0.cause.code"] == "overage_withheld")
        #expect(held["items.0.held.cause.code"] == "overage_withheld")
        let check = try house.call(
            as: "upgrade", "POST", "/v1/billing/check-usage-limits", "{}")
        #expect(check["cause.status"] == "past_due", "\(check.text)")
        #expect(why["blockers.0.fix"]?.hasPrefix("Pay what subscription 'sub_upgrade'") == true)
        let refused = try house.call(as: "upgrade", "POST", "/v1/jobs", #"{"kind":"work"}"#)
        #expect(refused.status == 402)
        #expect(refused["detail"]?.contains("Pay what subscription 'sub_upgrade'") == true)
        #expect(refused["cause.subscription"] == "sub_upgrade")
        _ = try house.call("POST", "/v1/tenants/upgrade/pause")
        let both = try house.call(as: "upgrade", "GET", "/v1/jobs/\(id)/why")
        #expect(both["blockers.0.code"] == "tenant_paused" && both.count("blockers") == 2)
        #expect(both["blockers.1.cause.code"] == "overage_withheld", "\(both.text)")
        _ = try house.call("POST", "/v1/tenants/upgrade/resume")
        let shown = show(house, "show")
        for text in ["past_due", "sub_upgrade", "grace_until", "plan_decided_by", "subscription"] {
            #expect(shown.contains(text), "\(shown)")
        }
        try subscribe(house, "active", number: 3)
        #expect(try house.pull(#"{"max":9}"#).count("jobs") == 1)
    }

    @Test func `that suspends a tenant is not lifted by the operator's resume`() throws {
        let house = try house()
        // There is a worker: that nobody does the job is no reason here.
        _ = try house.pull("{}")
        try subscribe(house, "active", number: 1)
        try house.submit("upgrade", count: 1)
        try subscribe(house, "unpaid", number: 2)
        _ = try house.call("POST", "/v1/tenants/upgrade/suspend")
        let held = try house.call(as: "upgrade", "GET", "/v1/jobs?held=true")
        let id: String = try #require(held["items.0.id"])
        let both = try house.call(as: "upgrade", "GET", "/v1/jobs/\(id)/why")
        #expect(both.count("blockers") == 2, "\(both.text)")
        let refused = try house.call(as: "upgrade", "POST", "/v1/jobs", #"{"kind":"work"}"#)
        #expect(refused.status == 403)
        #expect(refused["detail"]?.contains("by the operator") == true)
        #expect(refused["detail"]?.contains("sub_upgrade") == true, "\(refused.text)")
        let resumed = show(house, "resume")
        #expect(resumed.contains("suspended") && resumed.contains("unpaid"), "\(resumed)")
        #expect(resumed.contains("does not lift this"), "\(resumed)")
        let left = try house.call(as: "upgrade", "GET", "/v1/jobs/\(id)/why")
        #expect(left.count("blockers") == 1 && left.text.contains("at the payment provider"))
        try subscribe(house, "active", number: 3)
        let answer = try house.call("GET", "/v1/tenants/upgrade")
        #expect(answer["status"] == "active" && answer.count("blockers") == 0)
        #expect(try house.pull("{}").count("jobs") == 1)
    }
}
