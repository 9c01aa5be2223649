import Store

/// Brings a file to the schema of this program, forward only.
enum Migration {
    /// The mark of our files: `weir` in ASCII, in SQLite's application id.
    private static let applicationID: Int64 = 0x7765_6972

    /// Runs what is missing, each step in its own transaction.
    static func run(on database: Database, path: String) throws(StoreError) {
        let mark = try pragma("application_id", on: database)
        let version = Int(try pragma("user_version", on: database))
        let isEmpty = try pragma("schema_version", on: database) == 0
        guard mark == applicationID || isEmpty else {
            throw StoreError(
                .unfit, "\(path) is a SQLite file, but not one of Weir's; name another --data")
        }
        guard version <= Schema.migrations.count else {
            throw StoreError(
                .unfit,
                "\(path) has schema version \(version), and this program knows"
                    + " \(Schema.migrations.count); run the newer program that wrote it")
        }
        for (index, sql) in Schema.migrations.enumerated().dropFirst(version) {
            try database.execute(
                "BEGIN IMMEDIATE;\(sql)PRAGMA application_id = \(applicationID);"
                    + "PRAGMA user_version = \(index + 1);COMMIT")
        }
    }

    /// Refuses a file that no version of this program made.
    static func checkMark(_ database: Database, path: String) throws(StoreError) {
        guard try pragma("application_id", on: database) == applicationID else {
            throw StoreError(
                .unfit, "\(path) is not a database of Weir's; name another --data")
        }
    }

    /// Refuses a file that is not of this program's version, without a change to it.
    static func checkIsOurs(_ database: Database, path: String) throws(StoreError) {
        try checkMark(database, path: path)
        let version = Int(try pragma("user_version", on: database))
        guard version == Schema.migrations.count else {
            throw StoreError(
                .unfit,
                "\(path) has schema version \(version), and this program checks"
                    + " \(Schema.migrations.count); start the server of the newer program first")
        }
    }

    private static func pragma(_ name: String, on database: Database) throws(StoreError) -> Int64 {
        try database.prepare("PRAGMA \(name)").first { $0.int(0) } ?? 0
    }
}
