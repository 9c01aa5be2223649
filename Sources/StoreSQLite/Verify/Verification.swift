package import Store

/// Checks what must always be true of a data folder's rows, on one snapshot that a server may go on
/// writing beside.
package struct Verification: Sendable {
    /// How many jobs the snapshot has.
    package let jobs: Int64
    /// Each invariant that does not hold.
    package let broken: [VerificationFault]

    /// Each broken invariant as a sentence.
    package var faults: [String] { broken.map(\.description) }

    /// Looks at the folder's database.
    package static func run(
        folder: String, disk: any DiskFiles = SystemFiles()
    ) throws(StoreError) -> Verification {
        do throws(StoreError) {
            return try look(at: StoreFiles(folder: folder, disk: disk))
        } catch  where error.kind == .corrupt {
            // So damaged that not even the schema can be read.
            var fault = VerificationFault(.fileSound)
            fault.add { error.message }
            return Verification(jobs: 0, broken: [fault])
        }
    }

    private static func look(at files: StoreFiles) throws(StoreError) -> Verification {
        let database = try Database(path: files.databasePath, role: .verifier, disk: files.disk)
        try database.execute("PRAGMA cache_size = -\(cacheKibibytes)")
        try database.execute("BEGIN")
        try Migration.checkIsOurs(database, path: files.databasePath)
        var check = VerificationCheck(database: database)
        check.checkFile()
        check.checkRows()
        if check.broken.isEmpty {
            // Rows that break an invariant above may be none that memory can be built from.
            check.attempt(.rowsReadable) { check throws(StoreError) in
                try check.checkMemory(files: files)
            }
        }
        let jobs = try? database.prepare("SELECT count(*) FROM jobs").first { $0.int(0) }
        return Verification(jobs: jobs ?? 0, broken: check.faults)
    }

    /// Sorts and look-ups of a large folder go through the page cache.
    private static let cacheKibibytes = 128 * 1_024
}
