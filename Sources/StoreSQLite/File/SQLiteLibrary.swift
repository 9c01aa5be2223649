import CSQLite

/// SQLite as this process uses it.
package enum SQLiteLibrary {
    /// True once it is set up, which it is when somebody looks first. That has to be before
    /// anything else is asked of it, be it a connection or a place in its list of file systems.
    package static let isSetUp = weir_no_memory_statistics() == SQLITE_OK
}
