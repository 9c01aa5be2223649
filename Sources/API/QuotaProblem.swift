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
                ("resets_at", .string(refusal.period.end.description)),
                ("upgrade_to", refusal.upgradeTo.map { .string($0) } ?? .null),
            ])
    }

    private static func quotaSentences(_ refusal: SubmitRefusal, catalog: PlanCatalog?) -> String {
        guard let limit = refusal.limit else {
            return "Plan '\(refusal.plan)' lets \(refusal.waitingMax) jobs wait and"
                + " \(refusal.waiting) do. Submit again when some have started, or cancel some."
        }
        var text =
            "Plan '\(refusal.plan)' allows \(limit) jobs a month and \(refusal.used) are used; it"
            + " lets \(refusal.waitingMax) jobs wait and \(refusal.waiting) do. It resets at"
            + " \(refusal.period.end)"
        guard let upgrade = refusal.upgradeTo else {
            return text + "; cancel waiting jobs to submit others."
        }
        text += "; plan '\(upgrade)' allows "
        switch catalog?.plan(upgrade)?.jobLimit {
        case .units(let units): text += "\(units)."
        case .unlimited: text += "any number."
        case nil: text += "more."
        }
        return text
    }
}
