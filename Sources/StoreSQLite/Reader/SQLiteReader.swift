package import Core
package import Store

/// Reads beside the writer, each query on a snapshot of its own. Called on the reader's thread.
package final class SQLiteReader: StoreReader {
    private let files: StoreFiles
    private let catalog: PlanCatalog

    /// A reader of `files`, whose writer has opened them before.
    package init(files: StoreFiles, catalog: PlanCatalog) {
        self.files = files
        self.catalog = catalog
    }

    package func run(_ envelope: QueryEnvelope) throws(StoreError) -> QueryResult {
        let catalog = self.catalog
        return try files.read { open throws(StoreError) in
            try open.begin.run()
            let result: QueryResult
            do throws(StoreError) {
                let snapshot = Snapshot(open: open, envelope: envelope, catalog: catalog)
                result = try snapshot.result()
            } catch {
                // A failed read may have ended the snapshot; the first error is the one to tell.
                if !open.database.isAutocommit { try? open.end.run() }
                throw error
            }
            try open.end.run()
            return result
        }
    }
}
