import CCrashVFS
package import Store
package import StoreSQLite

/// The files of a store on a crash disk, with the recovery that production has or one that lacks a
/// step.
package struct CrashFiles: DiskFiles {
    package let disk: CrashDisk
    package let synchronous: Synchronous
    package let recovery: LogRecovery

    /// Files on `disk`, which lives as long as they are used.
    package init(
        on disk: CrashDisk, synchronous: Synchronous = .full, recovery: LogRecovery = .complete
    ) {
        self.disk = disk
        self.synchronous = synchronous
        self.recovery = recovery
    }

    package var vfs: String? { WEIR_CRASH_VFS }

    private static let chunkBytes = 64 * 1_024

    /// The steps of `DurableFile.rewrite`, or all but one of them.
    package func rewrite(_ path: String, in folder: String) throws(StoreError) {
        precondition(folder == disk.folder, "\(folder) is not on this disk")
        guard recovery != .withoutCopy else { return }
        let name = String(path.dropFirst(folder.utf8.count + 1))
        let copy = name + ".copy"
        guard let bytes = try disk.read(name) else { return }
        try disk.truncate(copy, to: 0)
        for start in stride(from: 0, to: bytes.count, by: CrashFiles.chunkBytes) {
            let end = min(start + CrashFiles.chunkBytes, bytes.count)
            try disk.write(bytes[start..<end], to: copy, at: start)
        }
        if recovery != .withoutFileSync { try disk.sync(copy) }
        try disk.rename(copy, to: name)
        if recovery != .withoutFolderSync { try disk.syncFolder() }
    }
}
