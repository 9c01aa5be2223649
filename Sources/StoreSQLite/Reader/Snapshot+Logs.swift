import Core
import Store

extension Snapshot {
    /// Lines of a job's log, as many as a page takes.
    func log(_ filter: LogFilter) throws(StoreError) -> QueryResult {
        guard let job = try job(filter.job, tenant: filter.tenant) else {
            return try found(.logPage(nil), tenant: filter.tenant)
        }
        let statement = try open.rarely(LogSQL.logAfter)
        statement.bind(1, filter.job.rawValue)
        statement.bind(2, filter.after)
        var lines: [LogLine] = []
        var bytes = 0
        var hasMore = false
        try statement.each { row throws(StoreError) in
            for line in try Decoding.log(row).views where line.number > filter.after {
                guard lines.count < filter.limit, bytes < Limits.logPageBytesMax else {
                    hasMore = true
                    return false
                }
                lines.append(line)
                bytes += line.text.utf8.count
            }
            return true
        }
        return try found(
            .logPage(LogPage(lines: lines, hasMore: hasMore, state: job.state)),
            tenant: filter.tenant)
    }

    /// What was said last of a job by this attempt.
    func progress(of job: Int64) throws(StoreError) -> ProgressRow? {
        let statement = try open.rarely(LogSQL.progressOfJob)
        statement.bind(1, job)
        return try statement.first(Decoding.progress)
    }
}
