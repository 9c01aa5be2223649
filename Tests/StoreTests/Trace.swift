import Core
import Store

/// What a store says, as text for comparing two of them. Secrets and the words of the store's own
/// errors are left out, and so is what the rules leave open: when a job that waits again or was
/// called off had started, and what an ended job's next start would have been.
enum Trace {
    static func text(_ answer: Answer) -> String {
        // What stands beside a refusal is left open.
        let quota = answer.reply.refusal == nil ? answer.quota.map(text) ?? "-" : "-"
        return "\(text(answer.reply)) | \(quota)"
    }

    static func text(_ reply: Reply) -> String {
        switch reply {
        case .tenant(let view): "tenant \(text(view))"
        case .tenantCreated(let view, let isReplay): "created \(isReplay) \(text(view))"
        case .keyCreated(let id, let isReplay): "key \(id) \(isReplay)"
        case .done: "done"
        case .enqueued(let outcomes, let isReplay):
            "enqueued \(isReplay) \(outcomes.map { text($0, isReplay: isReplay) })"
        case .job(let view): "job \(text(view))"
        case .leased(let jobs): "leased \(jobs.map(text))"
        case .heartbeats(let outcomes): "heartbeats \(outcomes)"
        case .leaseOutcomes(let outcomes): "leases \(outcomes)"
        case .refused(let refusal): "refused \(refusal)"
        }
    }

    static func text(_ rows: Rows) -> String {
        switch rows {
        case .job(let view): "job \(view.map(text) ?? "-")"
        case .jobs(let views): "jobs \(views.map { $0.map(text) ?? "-" })"
        case .jobPage(let views, _): "page \(views.map(text))"
        case .tenantPage(let tenants, _): "tenants \(tenants.map(text))"
        case .keys(let keys): "keys \(keys.map { "\($0.id) \($0.createdAt) \($0.grant)" })"
        case .usage(let view): "usage \(view.period) \(view.usage) \(view.limit)"
        case .ledgerPage(let rows, _): "ledger \(rows.map(text))"
        case .directory(let entries): "directory \(entries.map(text).sorted())"
        case .tenantUnknown(let id): "unknown \(id)"
        case .unavailable: "unavailable"
        }
    }

    static func text(_ change: DirectoryChange) -> String {
        switch change {
        case .added(let entry): "added \(text(entry))"
        case .removed(let hash): "removed \(hash)"
        }
    }

    static func text(_ quota: QuotaView) -> String {
        "\(quota.plan) \(quota.used) of \(quota.limit) until \(quota.resetsAt)"
    }

    // MARK: Parts

    private static func text(_ outcome: EnqueueOutcome, isReplay: Bool) -> String {
        switch outcome {
        case .job(let view): text(view)
        case .replayed(let id): "replayed \(id)"
        case .refused(let refusal): isReplay ? "refused \(name(refusal))" : "refused \(refusal)"
        }
    }

    /// A replay computes its refusals anew; the case at least stays.
    private static func name(_ refusal: Refusal) -> String {
        String("\(refusal)".prefix { $0 != "(" })
    }

    private static func text(_ leased: LeasedJob) -> String {
        "\(leased.token.attempt) until \(leased.expiresAt): \(text(leased.job))"
    }

    static func text(_ job: JobView) -> String {
        let isOver = job.finishedAt != nil
        let isRunning = job.state == .running
        let isStarted = isRunning || job.state == .succeeded
        let parts = [
            "\(job.id) \(job.tenant) \(job.queue) \(job.kind) \(job.state.name)",
            "priority \(job.priority) cost \(job.cost) \(job.tags) \(job.payload.text)",
            "attempt \(job.attempt) of \(job.attemptsMax), \(job.crashCount) crashes",
            "created \(job.createdAt) expires \(time(job.expiresAt))",
            "run \(isOver ? "-" : time(job.runAt))",
            "started \(isStarted ? time(job.startedAt) : "-")",
            "finished \(time(job.finishedAt)) timeout \(job.timeoutMilliseconds)",
            "cancel \(isRunning ? time(job.cancelRequestedAt) : "-")",
            "charged \(job.chargedPeriod?.description ?? "-")",
            "result \(job.result?.text ?? "-") error \(job.error.map(error) ?? "-")",
            "hold \(job.hold.map(text) ?? "-")",
        ]
        return parts.joined(separator: "; ")
    }

    private static func text(_ hold: Hold) -> String {
        "\(hold.reason.code) \(number(hold.used)) of \(number(hold.limit))"
            + " needs \(number(hold.needed)) at \(time(hold.resumesAt)) \(hold.upgradeTo ?? "-")"
    }

    private static func text(_ tenant: TenantView) -> String {
        "\(tenant.id) \(tenant.name ?? "-") \(tenant.email ?? "-") \(text(tenant.facts))"
            + " \(tenant.effectivePlan) \(tenant.createdAt)"
            + " waiting \(tenant.waiting) running \(tenant.running)"
    }

    private static func text(_ tenant: TenantSummary) -> String {
        "\(tenant.id) \(tenant.name ?? "-") \(tenant.email ?? "-") \(text(tenant.facts))"
            + " \(tenant.effectivePlan) \(tenant.createdAt)"
    }

    private static func text(_ facts: TenantFacts) -> String {
        "\(facts.basePlan) \(facts.manual.name) \(facts.status.name)"
    }

    private static func text(_ row: LedgerView) -> String {
        "\(row.id) \(row.at) \(row.job?.description ?? "-") \(row.metric.name) \(row.period)"
            + " \(row.entry.name) \(row.source.name) \(row.amount) → \(row.usedAfter)"
            + " of \(number(row.inForce))"
    }

    private static func text(_ entry: DirectoryEntry) -> String {
        "\(entry.id) \(entry.hash) \(entry.grant)"
    }

    private static func error(_ bytes: [UInt8]) -> String { bytes.errorType ?? bytes.text }

    private static func time(_ time: Timestamp?) -> String { time?.description ?? "-" }

    private static func number(_ number: Int64?) -> String { number.map { "\($0)" } ?? "-" }
}
