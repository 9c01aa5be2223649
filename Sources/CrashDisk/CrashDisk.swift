import CCrashVFS
package import Store
import StoreSQLite

/// A disk in memory whose power can be cut, for one store. What was written and not synced is kept,
/// dropped or torn by the seed. The C side locks, so any thread may call.
package final class CrashDisk: Sendable {
    private let number: Int64

    /// A new empty disk. A powersafe one leaves the bytes beside a write alone, as SQLite believes
    /// of every disk on Unix; another may spoil the rest of a sector that was being written.
    package init(seed: UInt64, isPowersafe: Bool = true) {
        precondition(SQLiteLibrary.isSetUp, "SQLite was used before it was set up")
        let code = weir_crash_register()
        precondition(code == 0, "SQLite did not take the crash VFS: code \(code)")
        number = weir_crash_disk_make(seed, isPowersafe ? 1 : 0)
    }

    deinit { weir_crash_disk_drop(number) }

    /// The one folder of the disk.
    package var folder: String { "/disk-\(number)" }

    /// The path of a file in the folder.
    package func path(_ name: String) -> String { folder + "/" + name }

    // MARK: Power and faults

    /// Takes the power away and gives it back: open files are dead, the disk's content is seen.
    package func cutPower() { weir_crash_disk_cut(number) }

    /// Ends the process: open files are dead, what was seen still is.
    package func killProcess() { weir_crash_disk_kill(number) }

    /// Writes, truncations, syncs and changes of the folder so far.
    package var operations: Int64 { weir_crash_disk_operations(number) }

    /// Lets so many more operations through; then everything fails until the power is cut.
    package func stop(after operations: Int64) { weir_crash_disk_stop_after(number, operations) }

    /// True when the last operation that was let through is over and another was tried.
    package var isStopped: Bool { weir_crash_disk_is_stopped(number) != 0 }

    /// After `after` more operations of its kind the fault strikes `times` times. A power cut or a
    /// kill ends it.
    package func strike(_ fault: DiskFault, after: Int64, times: Int64 = 1) {
        weir_crash_disk_fault(number, fault.code, after, times)
    }

    /// How often a fault has struck.
    package func strikes(of fault: DiskFault) -> Int64 {
        weir_crash_disk_strikes(number, fault.code)
    }

    /// No fault is waiting any more, nor an end of the power. One that came stays.
    package func heal() { weir_crash_disk_heal(number) }

    // MARK: Files without SQLite

    /// What a file holds as it is seen; nil if there is none.
    package func read(_ name: String) throws(StoreError) -> [UInt8]? {
        let path = path(name)
        let size = unsafe weir_crash_file_size(path)
        guard size >= 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        let code = unsafe bytes.withUnsafeMutableBytes {
            unsafe weir_crash_file_read(path, $0.baseAddress, size)
        }
        try check(code, "read \(path)")
        return bytes
    }

    /// Writes into a file, which is made if it is not there.
    package func write(
        _ bytes: ArraySlice<UInt8>, to name: String, at offset: Int
    ) throws(StoreError) {
        let path = path(name)
        let code = unsafe bytes.withUnsafeBytes {
            unsafe weir_crash_file_write(path, $0.baseAddress, Int64($0.count), Int64(offset))
        }
        try check(code, "write \(path)")
    }

    /// Makes a file so long.
    package func truncate(_ name: String, to size: Int) throws(StoreError) {
        try check(
            unsafe weir_crash_file_truncate(path(name), Int64(size)), "truncate \(path(name))")
    }

    /// Makes a file's content durable, but not its name.
    package func sync(_ name: String) throws(StoreError) {
        try check(unsafe weir_crash_file_sync(path(name)), "sync \(path(name))")
    }

    /// Puts a file in another's place.
    package func rename(_ name: String, to target: String) throws(StoreError) {
        try check(unsafe weir_crash_file_rename(path(name), path(target)), "rename \(path(name))")
    }

    /// Makes the names in the folder durable.
    package func syncFolder() throws(StoreError) {
        try check(unsafe weir_crash_folder_sync(folder), "sync \(folder)")
    }

    // MARK: Private

    private func check(_ code: Int32, _ what: String) throws(StoreError) {
        guard code != 0 else { return }
        let isFull = code == DiskFault.codeOfFullDisk
        throw StoreError(isFull ? .diskFull : .inputOutput, "cannot \(what): code \(code)")
    }
}
