import Core
import HTTP

extension Problem {
    /// 402: so much waits already that the plan takes no more. The figures are members too.
    static func quotaExceeded(_ refusal: SubmitRefusal, catalog: PlanCatalog?) -> Problem {
        Problem(
            .quotaExceeded, detail: quotaSentences(refusal, catalog: catalog),
            members: [
                ("metric", .string(refusal.metric.name)),
                ("used", .integer(refusal.used)),
                ("limit", refusal.limit.map { .integer($0) } ?? .null),
                ("waiting", .integer(refusal.waiting)),
                ("period", .string(refusal.period.description)),
                ("resets_at", .string(refusal.resetsAt.description)),
                ("upgrade_to", refusal.upgradeTo.map { .string($0) } ?? .null),
                ("cause", .cause(refusal.cause)),
            ])
    }

    /// 402: an amount does not fit what is left. A gauge has no period that could bring more.
    static func amountExceeds(_ refusal: SubmitRefusal, catalog: PlanCatalog?) -> Problem {
        let isGauge = catalog?.type(of: refusal.metric) == .gauge
        let name = refusal.metric.name
        let limit = refusal.limit.map { "\($0)" } ?? "any number"
        var text =
            "\(allowing(refusal)) \(limit) \(counted(refusal))"
            + "\(isGauge ? "" : " a month") and \(refusal.used) are used, which leaves no room for"
            + " \(refusal.amount ?? 0) more"
        if !isGauge { text += ". It resets at \(refusal.resetsAt)" }
        if let more = allowance(of: refusal, catalog: catalog) { text += "; " + more }
        return Problem(
            .quotaExceeded, detail: text + "." + withheld(refusal),
            members: [
                ("metric", .string(name)),
                ("used", .integer(refusal.used)),
                ("limit", refusal.limit.map { .integer($0) } ?? .null),
                ("amount", refusal.amount.map { .integer($0) } ?? .null),
                ("period", isGauge ? .null : .string(refusal.period.description)),
                ("resets_at", isGauge ? .null : .string(refusal.resetsAt.description)),
                ("upgrade_to", refusal.upgradeTo.map { .string($0) } ?? .null),
                ("cause", .cause(refusal.cause)),
            ])
    }

    private static func quotaSentences(_ refusal: SubmitRefusal, catalog: PlanCatalog?) -> String {
        guard let limit = refusal.limit else {
            return "Plan '\(refusal.plan)' \(waiting(refusal)). Submit again when some have"
                + " started, or cancel some."
                + withheld(refusal)
        }
        let plan = refusal.isOverridden || refusal.isGranted ? "plan '\(refusal.plan)'" : "it"
        let text =
            "\(allowing(refusal)) \(limit) \(counted(refusal)) a month and \(refusal.used) are"
            + " used; \(plan) \(waiting(refusal)). It resets at \(refusal.resetsAt)"
        guard let more = allowance(of: refusal, catalog: catalog) else {
            return text + "; cancel waiting jobs to submit others." + withheld(refusal)
        }
        return text + "; \(more)." + withheld(refusal)
    }

    private static func waiting(_ refusal: SubmitRefusal) -> String {
        "lets \(JobCount(refusal.waitingMax)) wait and \(refusal.waiting)"
            + (refusal.waiting == 1 ? " does" : " do")
    }

    /// What is said after everything else of what is withheld, where something is.
    private static func withheld(_ refusal: SubmitRefusal) -> String {
        WithheldWords(refusal.cause).map { " \($0.detail) \($0.fix)" } ?? ""
    }

    /// Whose word a limit is, before its number.
    private static func allowing(_ refusal: SubmitRefusal) -> String {
        let base = refusal.isOverridden ? "An override" : "Plan '\(refusal.plan)'"
        return base + (refusal.isGranted ? " and grants allow" : " allows")
    }

    /// What a limit is of, after its number.
    private static func counted(_ refusal: SubmitRefusal) -> String {
        refusal.metric == .jobs ? "jobs" : "of \(refusal.metric.name)"
    }

    /// What the next greater plan allows, if there is one.
    private static func allowance(of refusal: SubmitRefusal, catalog: PlanCatalog?) -> String? {
        guard let upgrade = refusal.upgradeTo else { return nil }
        guard let plan = catalog?.plan(upgrade) else { return "plan '\(upgrade)' allows more" }
        guard let units = (plan.terms(of: refusal.metric)?.limit ?? .unlimited).units else {
            return "plan '\(upgrade)' allows any number"
        }
        return "plan '\(upgrade)' allows \(refusal.metric.shown(units))"
    }
}
