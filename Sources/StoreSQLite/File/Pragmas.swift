/// How connections are set up, with the reasons.
enum Pragmas {
    /// The writer's page cache, and the readers' (KiB).
    private static let writerCacheKibibytes = 16 * 1_024
    private static let readerCacheKibibytes = 4 * 1_024

    static func all(
        for role: Database.Role, _ synchronous: Synchronous
    ) -> [String] {
        let common = [
            // Other processes (backup, verify) may hold a lock for a moment.
            "PRAGMA busy_timeout = 5000",
            "PRAGMA mmap_size = 0",
            "PRAGMA temp_store = MEMORY",
        ]
        switch role {
        case .writer:
            return ["PRAGMA page_size = 4096", "PRAGMA journal_mode = WAL"] + common + [
                // A commit that returned is on disk, power cut or not.
                "PRAGMA synchronous = \(synchronous.rawValue)",
                // The checkpointer decides when; an automatic one would stall a commit.
                "PRAGMA wal_autocheckpoint = 0",
                "PRAGMA foreign_keys = ON",
                "PRAGMA cache_size = -\(writerCacheKibibytes)",
            ]
        case .checkpointer:
            return common + [
                "PRAGMA synchronous = \(synchronous.rawValue)", "PRAGMA wal_autocheckpoint = 0",
            ]
        case .reader, .verifier:
            return common + [
                "PRAGMA query_only = ON", "PRAGMA cache_size = -\(readerCacheKibibytes)",
            ]
        }
    }

    /// What is declared is verified by `weir verify`, and no longer looked up at each write.
    static let withoutLookUps = "PRAGMA foreign_keys = OFF"
}
