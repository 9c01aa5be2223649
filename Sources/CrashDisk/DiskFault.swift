import CCrashVFS

/// What goes wrong with a disk that has power.
package enum DiskFault: CaseIterable, Hashable, Sendable {
    /// A write finds no room.
    case full
    case failedWrite
    case failedRead
    /// A sync fails: what it was to bring to the disk counts as clean and may never come there.
    case failedSync
    /// A write ends in the middle for want of room.
    case shortWrite

    /// SQLite's code for a full disk.
    static let codeOfFullDisk: Int32 = 13

    var code: weir_crash_fault {
        switch self {
        case .full: WEIR_CRASH_FULL
        case .failedWrite: WEIR_CRASH_WRITE
        case .failedRead: WEIR_CRASH_READ
        case .failedSync: WEIR_CRASH_SYNC
        case .shortWrite: WEIR_CRASH_SHORT_WRITE
        }
    }
}
