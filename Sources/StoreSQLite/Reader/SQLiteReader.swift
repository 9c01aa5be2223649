package import Store

/// Reads beside the writer, each query on a snapshot of its own. Called on the reader's thread.
package final class SQLiteReader: StoreReader {
    private let files: StoreFiles

    /// A reader of `files`, whose writer has opened them before.
    package init(files: StoreFiles) {
        self.files = files
    }

    package func run(_ envelope: QueryEnvelope) throws(StoreError) -> QueryResult {
        try files.read { open throws(StoreError) in
            try open.begin.run()
            let snapshot = Snapshot(open: open, envelope: envelope)
            let result = try snapshot.result()
            try open.end.run()
            return result
        }
    }
}
