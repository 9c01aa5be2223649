import CSQLite
import Store

/// A prepared statement. Bind, run or step, and it is reset when that returns or throws.
@safe final class Statement {
    private let handle: OpaquePointer
    private let sql: String
    /// Keeps the connection open for as long as the statement lives.
    private let database: Database

    @unsafe init(_ handle: OpaquePointer, sql: String, database: Database) {
        unsafe self.handle = handle
        self.sql = sql
        self.database = database
    }

    deinit { unsafe sqlite3_finalize(handle) }

    // MARK: Binding, from 1

    func bind(_ index: Int32, _ value: Int64) {
        check(unsafe sqlite3_bind_int64(handle, index, value))
    }

    func bind(_ index: Int32, _ value: Int64?) {
        guard let value else { return check(unsafe sqlite3_bind_null(handle, index)) }
        bind(index, value)
    }

    func bind(_ index: Int32, _ value: String) {
        var text = value
        let code = text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe weir_bind_text(
                    handle, index, characters.baseAddress, Int32(characters.count))
            }
        }
        check(code)
    }

    func bind(_ index: Int32, _ value: String?) {
        guard let value else { return check(unsafe sqlite3_bind_null(handle, index)) }
        bind(index, value)
    }

    func bind(_ index: Int32, _ value: [UInt8]) {
        let code = unsafe value.withUnsafeBytes { bytes in
            unsafe weir_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count))
        }
        check(code)
    }

    func bind(_ index: Int32, _ value: [UInt8]?) {
        guard let value else { return check(unsafe sqlite3_bind_null(handle, index)) }
        bind(index, value)
    }

    // MARK: Running

    /// Runs the statement to its end; rows are not wanted.
    func run() throws(StoreError) {
        defer { reset() }
        while try step() {}
    }

    /// The first row, as `read` makes it, if there is one.
    func first<Value>(
        _ read: (Statement) throws(StoreError) -> Value
    ) throws(StoreError) -> Value? {
        defer { reset() }
        return try step() ? read(self) : nil
    }

    /// Every row.
    func all<Value>(
        _ read: (Statement) throws(StoreError) -> Value
    ) throws(StoreError) -> [Value] {
        defer { reset() }
        var values: [Value] = []
        while try step() { values.append(try read(self)) }
        return values
    }

    /// Steps until `body` wants no more.
    func each(_ body: (Statement) throws(StoreError) -> Bool) throws(StoreError) {
        defer { reset() }
        while try step() {
            guard try body(self) else { return }
        }
    }

    // MARK: Columns, from 0

    func int(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    func optionalBytes(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : bytes(column) }

    // MARK: Private

    private func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    private func step() throws(StoreError) -> Bool {
        let code = unsafe sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else { throw database.error(code, sql: sql) }
        return false
    }

    private func reset() {
        // The code repeats what `step` said already.
        _ = unsafe sqlite3_reset(handle)
    }

    /// A bind fails only for a wrong index or for want of memory.
    private func check(_ code: Int32) {
        precondition(code == SQLITE_OK, "a value could not be bound in: \(sql)")
    }
}
