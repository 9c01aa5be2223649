package import CrashDisk
package import StoreSQLite

/// How a store runs in a walk: as in production, or with a mistake that the walk must find.
package struct CrashSetting: Sendable {
    package let synchronous: Synchronous
    package let recovery: LogRecovery
    /// What may strike; a seed picks one for each life of the server.
    package let faults: [DiskFault]

    /// As in production, on a disk that everything may strike, but for what is said otherwise.
    package init(
        synchronous: Synchronous = .full, recovery: LogRecovery = .complete,
        faults: [DiskFault] = DiskFault.allCases
    ) {
        self.synchronous = synchronous
        self.recovery = recovery
        self.faults = faults
    }

    /// True when the database may come out so damaged that only SQLite should look at it.
    var isMistaken: Bool { synchronous != .full || recovery != .complete }
}
