package import Core

/// What a tenant is told when its subscriptions come to something else: the plan and the status in
/// effect, as `GET /v1/billing/status` shows them, and what comes next by itself.
package struct SubscriptionEvent: Hashable, Sendable {
    private let tenant: String
    private let plan: PlanVersion
    private let status: TenantStatus
    private let entitled: Entitled?

    /// `tenant` stands so now.
    package init(tenant: String, facts: TenantFacts, catalog: PlanCatalog) {
        self.tenant = tenant
        plan = facts.plan(in: catalog).key
        status = facts.status
        entitled = facts.entitled
    }

    /// True if a tenant is told of this change. When its subscriptions are to be looked at again is
    /// nobody's business but ours.
    package static func isTold(from before: Entitled?, to after: Entitled?) -> Bool {
        shown(before) != shown(after)
    }

    private static func shown(_ entitled: Entitled?) -> Entitled {
        var shown = entitled ?? Entitled(status: .active)
        shown.nextChange = nil
        return shown
    }

    /// Names of tenants and plans hold nothing that JSON would have to escape; ids of the provider
    /// may hold anything.
    package var data: [UInt8] {
        func text(_ text: String?) -> String {
            text.map { "\"\(SubscriptionEvent.escaped($0))\"" } ?? "null"
        }
        func time(_ time: Timestamp?) -> String { time.map { "\"\($0)\"" } ?? "null" }
        return Array(
            (#"{"tenant":"\#(tenant)","plan":"\#(plan.id)","plan_version":\#(plan.version)"#
                + #","status":"\#(status.name)","subscription":\#(text(entitled?.subscription))"#
                + #","price":\#(text(entitled?.price))"#
                + #","grace_until":\#(time(entitled?.graceUntil))"#
                + #","cancel_at":\#(time(entitled?.cancelsAt))"#
                + #","trial_end":\#(time(entitled?.trialEnd))"#
                + #","floor_until":\#(time(entitled?.floorUntil))}"#).utf8)
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": escaped += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
