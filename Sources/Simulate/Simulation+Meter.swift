import Core
import HTTP
import Store

extension Simulation {
    /// What operators and workers do about plans, limits and usage.
    func meter(_ operation: Operation) {
        switch operation {
        case .submitCostly: submit(job(",\"cost\":\(roll(9))"))
        case .failToStart: failToStart()
        case .putOverride:
            let limit = chance(3) ? "null" : "\(roll(8))"
            send(
                .post, "/v1/tenants/\(tenant())/overrides",
                body: "{\"metric\":\"\(metric())\",\"limit\":\(limit)\(until("until"))}", .other)
        case .removeOverride:
            send(.delete, "/v1/tenants/\(tenant())/overrides/\(metric())", .other)
        case .addGrant:
            let start = chance(3) ? time("effective_at", within: 60) : ""
            send(
                .post, "/v1/tenants/\(tenant())/grants",
                body: """
                    {"metric":"\(metric())","amount":\(1 + roll(5)),"source":"s\(roll(16))",\
                    "priority":\(roll(3))\(start)\(until("expires_at"))}
                    """, .grant)
        case .revokeGrant:
            guard let grant = clients.grants.randomElement(using: &random) else { return }
            send(.delete, "/v1/tenants/\(tenant())/grants/\(grant)", .other)
        case .setEnforcement:
            let mode = chance(2) ? "enforce" : ["off", "observe", "enforce"][roll(3)]
            let percent = chance(2) ? 100 : roll(101)
            send(
                .put, "/v1/enforcement",
                body: "{\"mode\":\"\(mode)\",\"percent\":\(percent)}", .other)
        case .useUnits, .consumeUnits:
            let events = (0...roll(3)).map { _ in
                """
                {"id":"e\(roll(60))","metric":"\(chance(2) ? "tokens" : "calls")",\
                "amount":\(roll(6))}
                """
            }
            send(
                .post, operation == .useUnits ? "/v1/usage" : "/v1/usage/consume",
                tenant: tenant(), body: "{\"events\":[\(events.joined(separator: ","))]}", .other)
        case .setGauge:
            send(
                .put, "/v1/usage/seats", tenant: tenant(), body: "{\"value\":\(roll(8))}",
                .other)
        case .changeTerms:
            let parts = [
                "\"pay_as_you_go\":\(chance(2))", "\"spend_cap\":\(roll(5))",
                "\"on_quota\":\"\(chance(3) ? "reject" : "hold")\"",
                "\"period\":\"\(chance(2) ? "anchored" : "calendar")\"",
            ].filter { _ in chance(2) }
            send(
                .patch, "/v1/tenants/\(tenant())",
                body: "{\(parts.joined(separator: ","))}", .other)
        case .reloadPlans:
            let drafts = World.drafts(Int64(1 + roll(3)))
            server.perform(.loadPlans(chance(5) ? Array(drafts.dropLast()) : drafts))
        case .movePlan:
            send(
                .post, "/v1/plans/\(World.plans[roll(3)])/move",
                body: "{\"from\":\(1 + roll(4)),\"to\":\(1 + roll(4))}", .other)
        case .askWhy:
            guard let job = clients.jobs.randomElement(using: &random) else { return }
            send(.get, "/v1/jobs/\(job)/why", .other)
        case .checkLimit:
            send(
                .post, "/v1/billing/check-usage-limits", tenant: tenant(),
                body: "{\"metric\":\"\(metric())\",\"amount\":\(1 + roll(8))}", .other)
        default: preconditionFailure("\(operation) is nothing about plans and usage")
        }
    }

    /// What a worker says beside the outcome of an attempt.
    func report() -> String {
        guard chance(2) else { return "" }
        return ",\"usage\":{\"tokens\":\(roll(9))},\"ran\":\(roll(9))"
    }

    /// The built-in runner could not start a job's program.
    private func failToStart() {
        guard let text = token(), let token = LeaseToken(text: text) else { return }
        let retry: JobRun.Retry = chance(3) ? .never : .after(milliseconds: Int64(roll(3_000)))
        server.perform(.fail([Failure(token: token, retry: retry, couldNotStart: true)]))
    }

    private func metric() -> String {
        chance(2) ? "jobs" : World.metrics[roll(World.metrics.count)]
    }

    private func until(_ name: String) -> String { chance(2) ? time(name, within: 120) : "" }

    private func time(_ name: String, within seconds: Int) -> String {
        ",\"\(name)\":\"\(clock.now.wall.adding(Int64(roll(seconds * 1_000))))\""
    }
}
