import Core
import HTTP

/// What a plan does not allow, in sentences.
extension Problem {
    /// A 422 about one field.
    static func field(_ path: String, _ message: String) -> Problem {
        .invalid([FieldError(path: path, message: message)])
    }

    /// The plan has not got what a job's kind, or a call, needs.
    static func featureMissing(
        _ feature: String, kind: String?, plan: String, upgradeTo: String?
    ) -> Problem {
        let who = kind.map { "Jobs of kind '\($0)' need" } ?? "This needs"
        let advice =
            upgradeTo.map { "Change to plan '\($0)', which has it." }
            ?? "No plan on offer has it; ask the operator."
        return Problem(
            .featureNotInPlan,
            detail: "\(who) the feature '\(feature)', which plan '\(plan)' has not. \(advice)",
            members: [
                ("feature", .string(feature)), ("plan", .string(plan)),
                ("upgrade_to", upgradeTo.map { .string($0) } ?? .null),
            ])
    }

    /// Units past the limit are agreed to, and the plan sells none.
    static func overageNotSold(plan: String, metric: String, catalog: PlanCatalog?) -> Problem {
        let seller = catalog?.plans.first {
            $0.terms(of: Metric(name: metric))?.overagePrice != nil
        }
        let advice =
            seller.map { "Put the tenant on plan '\($0.id)' first, which does." }
            ?? "Give its \(metric) an overage_price in the plan file first."
        return Problem(
            .featureNotInPlan,
            detail: "Plan '\(plan)' sells no \(metric) past its limit, so there is nothing to pay"
                + " as you go. \(advice)",
            members: [
                ("plan", .string(plan)), ("metric", .string(metric)),
                ("upgrade_to", seller.map { .string($0.id) } ?? .null),
            ])
    }

    /// 413: the payload is larger than the plan takes.
    static func payloadTooLarge(
        _ path: String, bytes: Int, bytesMax: Int, plan: String
    ) -> Problem {
        Problem(
            .tooLarge,
            detail: "\(path) has \(bytes) bytes; plan '\(plan)' takes at most \(bytesMax). Put"
                + " large data into a blob store and its address here.")
    }

    /// A counter would no longer be exact.
    static func amountTooGreat(_ path: String, _ metric: Metric, used: Int64) -> Problem {
        .field(
            path,
            "would bring '\(metric.name)', of which \(metric.shown(used)) are used, past"
                + " \(metric.shownMax), the most that is counted; give less")
    }

    /// Tenants are on a plan that a new file has not got.
    static func planInUse(_ plan: String, tenants: Int, such: String) -> Problem {
        let who =
            tenants == 1 ? "Tenant '\(such)' is" : "\(tenants) tenants, such as '\(such)', are"
        return Problem(
            .conflict,
            detail: "\(who) on plan '\(plan)', which is no longer in the plan file. Put it back, or"
                + " move who is on it first.",
            members: [("plan", .string(plan)), ("tenants", .integer(Int64(tenants)))])
    }

    /// No such grant, or none of this tenant.
    static func noGrant(_ grant: String) -> Problem {
        Problem(
            .notFound,
            detail: "The tenant has no grant '\(grant.clamped(bytesMax: 100))'. List its grants to"
                + " see their ids.")
    }
}
