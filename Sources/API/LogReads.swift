import Core
import HTTP
import JSON
import Store

/// `GET /v1/jobs/ID/logs`: what the attempts of a job have said, line by line.
enum LogReads {
    /// Lines after a number: those that are there or, with `wait`, those that come next.
    static func read(_ context: RequestContext) throws(Problem) -> Step {
        var filter = LogFilter(job: try context.pathJob(), tenant: context.caller.tenant)
        var query = QueryReader(context.request, known: ["after", "limit", "wait"])
        filter.after =
            query.value("after", expected: "the number of a line; 0 is before the first") {
                Int64($0).flatMap { $0 >= 0 ? $0 : nil }
            } ?? filter.after
        let most = Limits.logPageLinesMax
        filter.limit =
            query.value("limit", expected: "an integer from 1 to \(most)") {
                Int($0).flatMap { (1...most).contains($0) ? $0 : nil }
            } ?? filter.limit
        let wait = query.wait()
        try query.finish()
        let until = wait > 0 ? context.scene.realSteadyMilliseconds + wait : nil
        return read(filter, until: until)
    }

    private static func read(_ filter: LogFilter, until: Int64?) -> Step {
        .query(.log(filter)) { rows, commit in
            guard case .logPage(let found) = rows else { return .unfulfilled(rows, of: "log") }
            guard let page = found else { return .problem(.noJob(filter.job.description)) }
            guard let until, page.lines.isEmpty, !page.state.isEnd else {
                return .answer(response(page))
            }
            return .wait(.log(filter.job), since: commit, until: until) { wake in
                switch wake {
                case .happened: read(filter, until: until)
                case .timedOut: read(filter, until: nil)
                }
            }
        }
    }

    private static func response(_ page: LogPage) -> Response {
        let bytes = page.lines.reduce(0) { $0 + $1.text.utf8.count }
        var writer = JSONWriter(capacity: 128 + page.lines.count * 90 + bytes)
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
        for line in page.lines {
            writer.beginObject()
            writer.field("number", line.number)
            writer.time("at", line.at)
            writer.field("attempt", line.attempt)
            writer.field("line", line.text)
            writer.endObject()
        }
        writer.endArray()
        writer.field("next_cursor", page.hasMore ? page.lines.last.map { "\($0.number)" } : nil)
        writer.field("state", page.state.name)
        writer.endObject()
        return .json(200, writer)
    }
}
