package import Core
package import Store

extension SQLiteRows {
    package func putProgress(_ row: ProgressRow) throws(StoreError) {
        let statement = try db.rarely(LogSQL.putProgress)
        statement.bind(1, row.job.rawValue)
        statement.bind(2, row.attempt.rawValue)
        statement.bind(3, row.progress.hundredths)
        statement.bind(4, row.progress.message)
        try statement.run()
    }

    package func progress(of job: JobID) throws(StoreError) -> ProgressRow? {
        let statement = try db.rarely(LogSQL.progressOfJob)
        statement.bind(1, job.rawValue)
        return try statement.first(Decoding.progress)
    }

    package func insertLog(_ row: LogRow) throws(StoreError) {
        let statement = try db.rarely(LogSQL.insertLog)
        statement.bind(1, row.job.rawValue)
        statement.bind(2, row.tail.last)
        statement.bind(3, row.tail.attempt.rawValue)
        statement.bind(4, row.tail.attemptBytes)
        statement.bind(5, row.tail.jobBytes)
        statement.bind(6, row.tail.cut.rawValue)
        statement.bind(7, Int64(row.ordinal))
        statement.bind(8, row.at.milliseconds)
        statement.bind(9, Encoding.lines(row.lines))
        try statement.run()
    }

    package func logTail(of job: JobID) throws(StoreError) -> LogTail? {
        let statement = try db.rarely(LogSQL.logTail)
        statement.bind(1, job.rawValue)
        return try statement.first { row throws(StoreError) in
            try Decoding.logTail(row, from: 0)
        }
    }

    package func putBoot(_ boot: Int64) throws(StoreError) {
        try putMeta(MetaKey.boot, boot)
    }
}

extension MetaKey {
    /// The number of the last process whose own runner was given anything.
    static let boot = "boot"
}

extension Decoding {
    static func progress(_ row: Statement) throws(StoreError) -> ProgressRow {
        let hundredths = row.optionalInt(2)
        if let hundredths, !(0...Progress.hundredthsMax).contains(hundredths) {
            throw corrupt("progress", "\(hundredths)")
        }
        return ProgressRow(
            job: JobID(rawValue: row.int(0)), attempt: AttemptID(rawValue: row.int(1)),
            progress: Progress(hundredths: hundredths, message: row.optionalText(3)))
    }

    /// Where a log ends, by five columns.
    static func logTail(_ row: Statement, from column: Int32) throws(StoreError) -> LogTail {
        guard let cut = LogTail.Cut(rawValue: row.int(column + 4)) else {
            throw corrupt("bound of a log", "\(row.int(column + 4))")
        }
        return LogTail(
            last: try bounded(row.int(column), amounts, "line number"),
            attempt: AttemptID(rawValue: row.int(column + 1)),
            attemptBytes: try bounded(row.int(column + 2), amounts, "length of a log"),
            jobBytes: try bounded(row.int(column + 3), amounts, "length of a log"), cut: cut)
    }

    static func log(_ row: Statement) throws(StoreError) -> LogRow {
        LogRow(
            job: JobID(rawValue: row.int(0)), tail: try logTail(row, from: 1),
            ordinal: Int(try bounded(row.int(6), counts, "attempt of a line")),
            at: try time(row.int(7)), lines: Encoding.lines(from: row.bytes(8)))
    }
}

extension Encoding {
    private static let lineEnd = UInt8(ascii: "\n")

    /// Lines in one column; none of them has an end of line in it.
    static func lines(_ lines: [String]) -> [UInt8] {
        Array(lines.joined(separator: "\n").utf8)
    }

    static func lines(from bytes: [UInt8]) -> [String] {
        bytes.split(separator: lineEnd, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
