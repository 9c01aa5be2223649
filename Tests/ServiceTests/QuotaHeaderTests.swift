import Core
import HTTP
import Service
import Store
import Testing

@Suite struct QuotaHeaderTests {
    private func headers(_ response: Response?) -> [String] {
        (response?.headers ?? []).map { "\($0.name): \($0.value)" }
            .filter { $0.hasPrefix("Weir-") }
    }

    @Test(arguments: [House.Key.tenant, .owner])
    func `an answer to a customer's key says where the tenant stands`(key: House.Key) {
        let response = House().call(
            "POST", "/v1/jobs", key, #"{"kind":"email.send"}"#,
            reply: .enqueued([.job(Samples.job())], isReplay: false), quota: House.quota)
        #expect(
            headers(response) == [
                "Weir-Plan: free", "Weir-Quota-Limit: 10", "Weir-Quota-Used: 4",
                "Weir-Quota-Remaining: 6", "Weir-Quota-Reset: 2026-12-01T00:00:00.000Z",
            ])
    }

    @Test func `an unlimited plan has no limit and nothing remaining`() {
        let quota = QuotaView(
            plan: "enterprise", account: Samples.account(Usage(plan: 4), plan: "enterprise"),
            resetsAt: House.quota.resetsAt)
        let response = House().call(
            "GET", "/v1/jobs", .tenant, rows: .jobPage([], next: nil), quota: quota)
        #expect(
            headers(response) == [
                "Weir-Plan: enterprise", "Weir-Quota-Used: 4",
                "Weir-Quota-Reset: 2026-12-01T00:00:00.000Z",
            ])
    }

    @Test func `what remains is of plan and grants, whatever overage was used before`() {
        let grant = Grant(
            id: GrantID(rawValue: 1), metric: .jobs, amount: 3, remaining: 3, source: "s",
            effectiveAt: House.noon, expiresAt: nil, priority: 0, createdAt: House.noon,
            state: .inForce)
        let account = Samples.account(Usage(plan: 10, overage: 2), grants: [grant])
        let quota = QuotaView(plan: "free", account: account, resetsAt: House.quota.resetsAt)
        let response = House().call(
            "GET", "/v1/jobs", .tenant, rows: .jobPage([], next: nil), quota: quota)
        #expect(
            headers(response)[1...].prefix(3) == [
                "Weir-Quota-Limit: 13", "Weir-Quota-Used: 12", "Weir-Quota-Remaining: 3",
            ])
    }

    @Test func `a refusal carries them too`() {
        let response = House().call(
            "POST", "/v1/jobs", .tenant, #"{"kind":"k"}"#,
            reply: .enqueued([.refused(.quotaExceeded(Samples.submitRefusal))], isReplay: false),
            quota: House.quota)
        #expect(response?.status == 402 && headers(response).count == 5)
    }

    @Test(
        arguments: [
            (House.Key.tenant, "acme"), (.owner, "acme"), (.admin, nil), (.worker, nil),
        ] as [(House.Key, String?)])
    func `the store is told whose standing goes with the answer`(
        key: House.Key, customer: String?
    ) {
        let house = House()
        _ = house.send("POST", "/v1/jobs/job_0000000000001/cancel", key)
        _ = house.send("GET", "/v1/jobs/job_0000000000001", key)
        #expect(house.commands.allSatisfy { $0.customer == customer })
        #expect(house.queries.allSatisfy { $0.customer == customer })
        #expect(house.commands.count + house.queries.count == (key == .worker ? 0 : 2))
    }

    @Test func `an admin's answer carries none`() {
        let response = House().call(
            "GET", "/v1/tenants/acme", reply: .tenant(Samples.tenant()), quota: House.quota)
        #expect(headers(response).isEmpty)
    }

    @Test func `an answer that never reached the store carries none`() {
        #expect(headers(House().call("POST", "/v1/jobs", .tenant, "{}")).isEmpty)
    }
}
