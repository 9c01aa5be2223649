import Core
import HTTP
import JSON
import Store

/// `GET /v1/jobs` and `GET /v1/jobs/ID`.
enum JobReads {
    /// One job, at once or, with `wait`, when it has ended.
    static func read(_ context: RequestContext) throws(Problem) -> Step {
        let id = try context.pathJob()
        var query = QueryReader(context.request, known: ["wait"])
        let wait = query.wait()
        try query.finish()
        let until = wait > 0 ? context.scene.realSteadyMilliseconds + wait : nil
        return read(id, tenant: context.caller.tenant, until: until)
    }

    private static func read(_ id: JobID, tenant: String?, until: Int64?) -> Step {
        .query(.job(id, tenant: tenant)) { rows, commit in
            guard case .job(let found) = rows else { return .unfulfilled(rows, of: "job") }
            guard let job = found else { return .problem(.noJob(id.description)) }
            guard let until, !job.state.isEnd else { return .answer(shown(job)) }
            return .wait(.end(id), since: commit, until: until) { wake in
                switch wake {
                case .happened: read(id, tenant: tenant, until: until)
                case .timedOut: read(id, tenant: tenant, until: nil)
                }
            }
        }
    }

    /// A list, newest first.
    static func list(_ context: RequestContext) throws(Problem) -> Step {
        var query = QueryReader(
            context.request,
            known: ["state", "queue", "kind", "tag", "held", "created_after", "limit", "cursor"])
        var filter = JobFilter()
        filter.tenant = context.caller.tenant
        let states = JobState.allCases.map(\.name).joined(separator: ", ")
        filter.state = query.value("state", expected: "one of \(states)") { JobState(name: $0) }
        filter.queue = query.value("queue", expected: Names.kindOrQueueRule, name)
        filter.kind = query.value("kind", expected: Names.kindOrQueueRule, name)
        filter.tag = query.text("tag")
        filter.isHeld =
            query.value("held", expected: "true") { $0 == "true" ? true : nil } ?? false
        filter.createdAfter = query.value("created_after", expected: "an RFC 3339 time") {
            Timestamp(rfc3339: $0)
        }
        filter.limit = query.limit()
        filter.before = query.cursor(JobID.self)
        try query.finish()
        return .query(.jobList(filter)) { rows, _ in
            guard case .jobPage(let jobs, let next) = rows else {
                return .unfulfilled(rows, of: "jobList")
            }
            return .answer(.page(jobs, next: next) { $0.job($1) })
        }
    }

    private static func name(_ text: String) -> String? {
        Names.isKindOrQueue(text) ? text : nil
    }

    /// An answer that shows a job.
    static func shown(_ job: JobView) -> Response {
        var writer = JSONWriter(capacity: JSONWriter.jobBytesTypical + job.payload.count)
        writer.job(job)
        return .json(200, writer)
    }
}

extension JobState {
    /// True for the states that a job never leaves by itself.
    var isEnd: Bool {
        switch self {
        case .scheduled, .ready, .running: false
        case .succeeded, .dead, .canceled, .expired: true
        }
    }
}
