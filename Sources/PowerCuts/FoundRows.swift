import Core
import CrashDisk
import Store
import StoreSQLite

/// What lies in the tables, as far as anybody was told of it.
struct FoundRows {
    /// True when the first migration has ended; nothing was ever promised before.
    var hasTables = false
    var tenants: Set<String> = []
    /// Each job's mark, which its payload is.
    var marks: [Int64: String] = [:]
    /// How each job ended that did.
    var ends: [Int64: JobEnd] = [:]
    var attempts: Set<Int64> = []
    var openAttempts: Set<Int64> = []

    /// Reads the tables with a connection of its own.
    init(_ files: CrashFiles) throws(StoreError) {
        let path = files.disk.path("weir.db")
        let database = try Database(path: path, role: .reader, disk: files)
        hasTables = try database.prepare("PRAGMA user_version").first { $0.int(0) > 0 } ?? false
        guard hasTables else { return }
        tenants = Set(try database.prepare("SELECT id FROM tenants").all { $0.text(0) })
        for (id, mark) in try database.prepare("SELECT id, payload FROM jobs")
            .all({ ($0.int(0), $0.text(1)) })
        {
            marks[id] = mark
        }
        for (id, end) in try database.prepare("SELECT id, state FROM history")
            .all({ ($0.int(0), JobEnd(rawValue: $0.int(1))) })
        {
            ends[id] = end
        }
        for (id, isOpen) in try database.prepare("SELECT id, ended_at IS NULL FROM attempts")
            .all({ ($0.int(0), $0.int(1) == 1) })
        {
            attempts.insert(id)
            if isOpen { openAttempts.insert(id) }
        }
    }
}
