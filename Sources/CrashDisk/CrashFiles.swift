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

    package func copy(_ path: String, to copyPath: String) throws(StoreError) -> Bool {
        guard recovery != .withoutCopy, let bytes = try disk.read(name(path)) else { return false }
        let copy = name(copyPath)
        try disk.truncate(copy, to: 0)
        for start in stride(from: 0, to: bytes.count, by: CrashFiles.chunkBytes) {
            let end = min(start + CrashFiles.chunkBytes, bytes.count)
            try disk.write(bytes[start..<end], to: copy, at: start)
        }
        return true
    }

    package func sync(_ path: String) throws(StoreError) {
        if recovery != .withoutFileSync { try disk.sync(name(path)) }
    }

    package func rename(_ path: String, to target: String) throws(StoreError) {
        try disk.rename(name(path), to: name(target))
    }

    package func syncFolder(_ folder: String) throws(StoreError) {
        precondition(folder == disk.folder, "\(folder) is not on this disk")
        if recovery != .withoutFolderSync { try disk.syncFolder() }
    }

    /// A copy that is left over is made anew the next time.
    package func remove(_ path: String) {}

    private func name(_ path: String) -> String {
        precondition(path.hasPrefix(disk.folder + "/"), "\(path) is not on this disk")
        return String(path.dropFirst(disk.folder.utf8.count + 1))
    }
}
