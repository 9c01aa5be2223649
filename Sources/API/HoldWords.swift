import Core
import Store

/// What a hold means for a job, in sentences with its numbers, and what would end it.
struct HoldWords {
    let detail: String
    let fix: String

    /// The words for `hold`, which keeps `job` from starting that would be charged `cost`.
    init(_ hold: Hold, job: JobView, cost: Int64?) {
        let tenant = job.tenant
        switch hold.reason {
        case .tenantSuspended, .tenantPaused:
            let words = StopWords(hold, tenant: tenant)
            (detail, fix) = (words.detail, words.fix)
        case .featureNotInPlan:
            let missing =
                "Jobs of kind '\(job.kind)' need the feature '\(hold.feature ?? "")', which the"
                + " plan has not."
            let upgrade = HoldWords.upgrade(hold) ?? "No plan on offer has it; ask the operator."
            (detail, fix) = HoldWords.beside(WithheldWords(hold.cause), missing, upgrade)
        case .quotaExhausted:
            (detail, fix) = HoldWords.beside(
                WithheldWords(hold.cause), HoldWords.quota(hold, cost: cost),
                HoldWords.more(hold, tenant: tenant))
        case .spendCapReached:
            detail =
                HoldWords.quota(hold, cost: cost)
                + " The overage that was agreed to is used up too, as far as its spend cap."
            fix =
                "Raise the spend_cap with PATCH /v1/tenants/\(tenant). "
                + HoldWords.more(hold, tenant: tenant)
        case .concurrencyLimit:
            let run = hold.used == 1 ? "runs" : "run"
            detail =
                "\(JobCount(hold.used ?? 0)) of tenant '\(tenant)' \(run),"
                + " and its plan lets \(hold.limit ?? 0) run at a time."
            fix = "Wait until one of them ends, or change to a plan that lets more run."
        case .rateLimited:
            let next = hold.resumesAt.map { " The next may start at \($0)." } ?? ""
            detail = "Tenant '\(tenant)' starts jobs as fast as its plan lets it.\(next)"
            fix = "Wait, or change to a plan with a greater rate."
        }
    }

    /// What is said of the plan, and after it what is withheld, whose fix comes first.
    private static func beside(
        _ withheld: WithheldWords?, _ detail: String, _ fix: String
    ) -> (detail: String, fix: String) {
        guard let withheld else { return (detail, fix) }
        return ("\(detail) \(withheld.detail)", "\(withheld.fix) Or else: \(fix)")
    }

    private static func quota(_ hold: Hold, cost: Int64?) -> String {
        let name = hold.metric?.name ?? Metric.jobs.name
        let used = hold.used ?? 0
        let limit = hold.limit.map { "\($0)" } ?? "any number"
        var text = "\(used) of \(limit) \(name) are used"
        if let needed = hold.needed {
            let most =
                hold.resumesAt.map { "more than is allowed before \($0)" }
                ?? "more than the plan can ever admit"
            return "The job costs \(needed) \(name), \(most): \(text)."
        }
        // What is left may be too little for this job alone.
        if hold.metric == .jobs, let cost, cost != 1 { text += ", and the job costs \(cost)" }
        return hold.resumesAt.map { "\(text); there is room again at \($0)." } ?? "\(text)."
    }

    private static func more(_ hold: Hold, tenant: String) -> String {
        let grant = "give it a grant with POST /v1/tenants/\(tenant)/grants"
        let own = hold.isOverridden ? hold.metric : nil
        let parts = [
            own.map {
                "raise its override with POST /v1/tenants/\(tenant)/overrides, or end it with"
                    + " DELETE /v1/tenants/\(tenant)/overrides/\($0.name)"
            },
            hold.upgradeTo.map { "change to plan '\($0)'" },
            grant, hold.resumesAt.map { "wait until \($0)" },
        ].compactMap(\.self)
        let text = parts.joined(separator: ", or ")
        return text.prefix(1).uppercased() + text.dropFirst() + "."
    }

    private static func upgrade(_ hold: Hold) -> String? {
        hold.upgradeTo.map { "Change to plan '\($0)', which has it." }
    }
}
