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
            let snapshot = Snapshot(open: open, envelope: envelope, catalog: catalog)
            let result = try snapshot.result()
            try open.end.run()
            return result
        }
    }
}
