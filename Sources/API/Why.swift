import Core
import HTTP
import JSON
import Store

/// `GET /v1/jobs/ID/why`: everything that keeps a job from starting, and what would help.
enum Why {
    /// One thing that keeps a job from starting.
    private struct Blocker {
        let code: String
        let detail: String
        var resumesAt: Timestamp?
        let fix: String?
        var cause: HoldCause?
    }

    /// Asks the store, whose memory alone knows everything. While it can take no batch, its rows
    /// say how things stood at the last commit, and nothing starts.
    static func explain(_ context: RequestContext) throws(Problem) -> Step {
        let id = try context.pathJob()
        try QueryReader(context.request, known: []).finish()
        let tenant = context.caller.tenant
        let isOperator = context.caller.grant.scope == .admin
        return .command(.explain(id, tenant: tenant), nil) { reply in
            guard case .refused(.storageUnavailable) = reply else {
                guard case .explanation(let explanation) = reply else {
                    return .unfulfilled(reply, of: "explain")
                }
                return show(explanation, isOperator: isOperator)
            }
            return .query(.explanation(id, tenant: tenant)) { rows, _ in
                guard case .explanation(let explanation) = rows else {
                    return .unfulfilled(rows, of: "explanation")
                }
                guard let explanation else { return .problem(.noJob(id.description)) }
                return show(explanation, isOperator: isOperator, after: [storageUnavailable])
            }
        }
    }

    private static let storageUnavailable = Blocker(
        code: "storage_unavailable",
        detail: "The store cannot write, so that no job starts. The rest is as of its last commit.",
        fix: "Wait until /readyz answers 200.")

    /// `first` is what stands before all else that keeps a job from starting.
    private static func show(
        _ explanation: Explanation, isOperator: Bool, after first: [Blocker] = []
    ) -> Step {
        let job = explanation.job
        guard [.ready, .scheduled].contains(job.state) else {
            return .answer(response(blockers(explanation), cost: explanation.cost))
        }
        let sought = WorkSought(kind: job.kind, queue: job.queue, tenant: job.tenant)
        return .workforce(sought) { workforce in
            let all =
                first + blockers(explanation)
                + blockers(workforce, job, isOperator: isOperator)
            return .answer(response(all, cost: explanation.cost))
        }
    }

    private static func blockers(
        _ workforce: Workforce, _ job: JobView, isOperator: Bool
    ) -> [Blocker] {
        guard case .none(let absence, let milliseconds) = workforce else { return [] }
        let words = NoWorkerWords(
            absence, milliseconds: milliseconds, of: job, isOperator: isOperator)
        return [Blocker(code: NoWorkerWords.code, detail: words.detail, fix: words.fix)]
    }

    private static func blockers(_ explanation: Explanation) -> [Blocker] {
        let job = explanation.job
        var blockers: [Blocker] = []
        switch job.state {
        case .ready:
            break
        case .scheduled:
            blockers.append(
                Blocker(
                    code: "scheduled", detail: "The job is due at \(job.runAt).",
                    resumesAt: job.runAt, fix: "Wait until then."))
        case .running:
            let since = job.startedAt.map { " since \($0)" } ?? ""
            return [
                Blocker(
                    code: "running",
                    detail: "The job runs\(since), attempt \(job.attempt) of \(job.attemptsMax).",
                    fix: nil)
            ]
        case .succeeded, .dead, .canceled, .expired:
            let when = job.finishedAt.map { " at \($0)" } ?? ""
            return [
                Blocker(
                    code: "finished", detail: "The job ended\(when): it is \(job.state.name).",
                    fix: "Submit it again as a new job.")
            ]
        }
        return blockers
            + explanation.blockers.map { hold in
                let words = HoldWords(hold, job: job, cost: explanation.cost)
                return Blocker(
                    code: hold.reason.code, detail: words.detail, resumesAt: hold.resumesAt,
                    fix: words.fix, cause: hold.cause)
            }
    }

    private static func response(_ blockers: [Blocker], cost: Int64?) -> Response {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.field("runnable", blockers.isEmpty)
        writer.key("cost")
        if let cost { writer.integer(cost) } else { writer.null() }
        writer.key("blockers")
        writer.beginArray()
        for blocker in blockers {
            writer.beginObject()
            writer.field("code", blocker.code)
            writer.field("detail", blocker.detail)
            writer.time("resumes_at", blocker.resumesAt)
            writer.field("fix", blocker.fix)
            writer.cause(blocker.cause)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(200, writer)
    }
}
