import Core
import Store

extension VerificationCheck {
    /// Counts every job's log anew, row by row, and compares what each row says it comes to.
    mutating func checkLogs() throws(StoreError) {
        var before: LogRow?
        try database.prepare(LogSQL.allLogs).each { row in
            let job = row.int(0)
            let found: LogRow
            do throws(StoreError) {
                found = try Decoding.log(row)
            } catch {
                let place = "log of job#\(job) at \(row.int(1)): "
                note(.rowsReadable, IDMarks.written(place + error.message))
                before = nil
                return true
            }
            let tail = before.flatMap { $0.job == found.job ? $0.tail : nil }
            let expected = VerificationCheck.tail(of: found, after: tail)
            if found.tail != expected {
                note(
                    .logContinues, job: job, tenant: nil,
                    "expected the log to end at line \(expected.last) with"
                        + " \(expected.attemptBytes) and \(expected.jobBytes) bytes, found line"
                        + " \(found.tail.last) with \(found.tail.attemptBytes) and"
                        + " \(found.tail.jobBytes)")
            } else if let tail, VerificationCheck.isOver(tail, for: found.tail.attempt) {
                note(
                    .logContinues, job: job, tenant: nil,
                    "expected no line after \(tail.last), where the log was cut")
            }
            before = found
            return true
        }
    }

    /// True if nothing more is kept of what the attempt says.
    private static func isOver(_ tail: LogTail, for attempt: AttemptID) -> Bool {
        switch tail.cut {
        case .none: false
        case .attempt: tail.attempt == attempt
        case .job: true
        }
    }

    /// What a row must say, by its lines and the row before it.
    private static func tail(of row: LogRow, after tail: LogTail?) -> LogTail {
        var expected = tail ?? LogTail(attempt: row.tail.attempt)
        if expected.attempt != row.tail.attempt { expected.attemptBytes = 0 }
        expected.attempt = row.tail.attempt
        expected.cut = row.tail.cut
        for line in row.lines {
            expected.last += 1
            expected.attemptBytes += Int64(line.utf8.count + 1)
            expected.jobBytes += Int64(line.utf8.count + 1)
        }
        return expected
    }
}
