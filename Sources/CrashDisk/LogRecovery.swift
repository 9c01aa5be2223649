/// How a store on a crash disk makes its log durable at a start: as production does, or with a
/// mistake that the tests must notice.
package enum LogRecovery: Hashable, Sendable {
    /// Copy, sync, rename, sync the folder.
    case complete
    /// Opens the log as it is found.
    case withoutCopy
    /// Does not sync the copy.
    case withoutFileSync
    /// Does not sync the folder after the copy took the log's name.
    case withoutFolderSync
}
