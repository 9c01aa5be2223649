package import Store

/// A connection beside those of a store, for proofs of what happens to its file.
package final class Onlooker {
    private let database: Database

    /// Holds what is committed now in sight, as a report does that is being read, and so keeps a
    /// checkpoint from copying everything.
    package init(holding path: String, disk: any DiskFiles) throws(StoreError) {
        database = try Database(path: path, role: .reader, disk: disk)
        try database.execute(FoundSQL.snapshot)
    }

    /// Lets SQLite alone bring the file into order, for a store whose rows may not be trusted.
    package static func settle(path: String, disk: any DiskFiles) throws(StoreError) {
        _ = try Database(path: path, role: .writer, disk: disk)
    }
}
