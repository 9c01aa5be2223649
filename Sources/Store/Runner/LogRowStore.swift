package import Core

/// The rows of progress and logs, one method a statement.
package protocol LogRowStore: AnyObject {
    func putProgress(_ row: ProgressRow) throws(StoreError)
    func progress(of job: JobID) throws(StoreError) -> ProgressRow?
    func insertLog(_ row: LogRow) throws(StoreError)
    /// Where the log of a job ends; nil if it has none.
    func logTail(of job: JobID) throws(StoreError) -> LogTail?
    /// The number of the process that hands out leases to its own runner.
    func putBoot(_ boot: Int64) throws(StoreError)
}
