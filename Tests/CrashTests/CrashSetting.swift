import CrashDisk
import StoreSQLite

/// How a store runs in a walk: as in production, or with a mistake that the walk must find.
struct CrashSetting {
    var synchronous = Synchronous.full
    var recovery = LogRecovery.complete
    /// What may strike; a seed picks one for each life of the server.
    var faults = DiskFault.allCases

    /// True when the database may come out so damaged that only SQLite should look at it.
    var isMistaken: Bool { synchronous != .full || recovery != .complete }
}
