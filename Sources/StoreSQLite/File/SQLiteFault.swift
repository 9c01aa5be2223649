import CSQLite
import Store

/// Makes store errors of SQLite's codes.
enum SQLiteFault {
    /// The error that `code` stands for, with the statement that met it.
    static func error(_ code: Int32, _ message: String, sql: String) -> StoreError {
        StoreError(kind(code), "SQLite error \(code) (\(message)) in: \(sql)")
    }

    /// The error of opening the file at `path`, in words for who started the program.
    static func opening(_ path: String, _ error: StoreError) -> StoreError {
        guard error.kind == .corrupt else { return error }
        return StoreError(
            .corrupt,
            "\(path) is no database, or its first page is damaged (\(error.message)); put a backup"
                + " in its place, or name another --data")
    }

    /// SQLite's own words for a code.
    static func text(_ code: Int32) -> String {
        unsafe String(cString: sqlite3_errstr(code))
    }

    private static func kind(_ code: Int32) -> StoreError.Kind {
        switch code & 0xFF {
        case SQLITE_FULL: .diskFull
        case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM: .inputOutput
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .locked
        case SQLITE_NOMEM: .inputOutput
        default: .misuse
        }
    }
}
