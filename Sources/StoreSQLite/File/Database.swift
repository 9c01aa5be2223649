import CLogVFS
import CSQLite
import Store

/// One connection to the file. It belongs to one thread at a time.
@safe final class Database {
    private let handle: OpaquePointer

    /// What the writer's statements allocate as they run: a few dozen small things at a time.
    private static let slotBytes: Int32 = 1_200
    private static let slots: Int32 = 512

    /// How a connection is used.
    enum Role {
        case writer
        case reader
        case checkpointer
        /// Reads only, but is opened to write: SQLite checks no column on one that cannot.
        case verifier
    }

    /// Opens the file and sets the connection up for its role.
    init(path: String, role: Role, disk: any DiskFiles = SystemFiles()) throws(StoreError) {
        precondition(SQLiteLibrary.isSetUp, "SQLite was used before it was set up")
        var opened: OpaquePointer?
        let access =
            switch role {
            case .writer: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .checkpointer, .verifier: SQLITE_OPEN_READWRITE
            case .reader: SQLITE_OPEN_READONLY
            }
        let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        // Who does not wait for the disk would tell others of pages before they are in the log.
        let joinsWrites = role == .writer && disk.synchronous == .full
        let vfs = joinsWrites ? Database.joiningVFS(over: disk.vfs) : disk.vfs
        let code = unsafe sqlite3_open_v2(path, &opened, flags, vfs)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            unsafe sqlite3_close(opened)
            throw SQLiteFault.error(
                code, "cannot open \(path): \(SQLiteFault.text(code))", sql: "open")
        }
        unsafe handle = opened
        try check(unsafe weir_no_checkpoint_on_close(opened), "no checkpoint on close")
        if role == .writer {
            try check(
                unsafe weir_lookaside(opened, Database.slotBytes, Database.slots), "lookaside")
        }
        do throws(StoreError) {
            for pragma in Pragmas.all(for: role, disk.synchronous) { try execute(pragma) }
        } catch {
            throw SQLiteFault.opening(path, error)
        }
    }

    deinit {
        // Every statement was finalized before: they hold their database and go first.
        let code = unsafe sqlite3_close(handle)
        precondition(code == SQLITE_OK, "a connection closed with statements open")
    }

    /// The name of the VFS that writes the log in one piece a commit; without memory for it, of the
    /// one below.
    private static func joiningVFS(over base: String?) -> String? {
        guard let name = unsafe weir_log_vfs(base) else { return base }
        return unsafe String(cString: name)
    }

    /// Runs statements that take no values and whose rows nobody wants.
    func execute(_ sql: String) throws(StoreError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, sql: sql) }
    }

    /// Prepares a statement that lives as long as the connection.
    func prepare(_ sql: String) throws(StoreError) -> Statement {
        var prepared: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = unsafe sqlite3_prepare_v3(handle, sql, -1, flags, &prepared, nil)
        guard code == SQLITE_OK, let prepared = unsafe prepared else {
            throw error(code, sql: sql)
        }
        return unsafe Statement(prepared, sql: sql, database: self)
    }

    /// True while no transaction is open: after a failure, whether the transaction is gone.
    var isAutocommit: Bool { unsafe sqlite3_get_autocommit(handle) != 0 }

    /// Rows that the last statement changed.
    var changes: Int { Int(unsafe sqlite3_changes64(handle)) }

    /// Writes the log into the file as far as readers allow, without waiting for them.
    /// Nil if somebody else is at it.
    func checkpoint(_ mode: CheckpointMode) throws(StoreError) -> CheckpointResult? {
        var logged: Int32 = 0
        var done: Int32 = 0
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, mode.code, &logged, &done)
        guard code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED else {
            throw error(code, sql: "checkpoint")
        }
        guard logged >= 0, done >= 0 else { return nil }
        return CheckpointResult(loggedFrames: Int(logged), copiedFrames: Int(done))
    }

    /// Copies the whole database to another file while this one goes on being used.
    func backUp(to path: String) throws(StoreError) {
        let target = try Database(path: path, role: .writer)
        guard let backup = unsafe sqlite3_backup_init(target.handle, "main", handle, "main")
        else { throw target.error(unsafe sqlite3_errcode(target.handle), sql: "backup") }
        let stepped = unsafe sqlite3_backup_step(backup, -1)
        let finished = unsafe sqlite3_backup_finish(backup)
        guard stepped == SQLITE_DONE, finished == SQLITE_OK else {
            throw target.error(stepped == SQLITE_DONE ? finished : stepped, sql: "backup")
        }
        // One file, with no log beside it.
        try target.execute("PRAGMA journal_mode = DELETE")
    }

    func error(_ code: Int32, sql: String) -> StoreError {
        let message = unsafe String(cString: sqlite3_errmsg(handle))
        return SQLiteFault.error(code, message, sql: sql)
    }

    private func check(_ code: Int32, _ what: String) throws(StoreError) {
        guard code == SQLITE_OK else { throw error(code, sql: what) }
    }
}

/// How hard a checkpoint tries.
enum CheckpointMode {
    /// Waits for nobody.
    case passive
    /// Waits for readers, then empties the log.
    case truncate

    var code: Int32 {
        switch self {
        case .passive: SQLITE_CHECKPOINT_PASSIVE
        case .truncate: SQLITE_CHECKPOINT_TRUNCATE
        }
    }
}

/// How far a checkpoint came, in pages of the log.
struct CheckpointResult {
    let loggedFrames: Int
    let copiedFrames: Int
}
