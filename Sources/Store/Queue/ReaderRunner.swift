import Core
package import Threads

/// The reader's thread: one query after the other, each on a snapshot of its own.
package final class ReaderRunner {
    private let mailbox: Mailbox<QueryEnvelope>
    private let thread: Thread

    /// Starts the thread. `makeReader` runs on it; `deliver` is called on it with each result.
    package init(
        makeReader: @escaping @Sendable () -> any StoreReader,
        deliver: @escaping @Sendable (QueryResult) -> Void
    ) throws(ThreadError) {
        let mailbox = Mailbox<QueryEnvelope>(countMax: Limits.queuedQueriesMax)
        self.mailbox = mailbox
        thread = try Thread(name: "reader") {
            let reader = makeReader()
            while case .values(let queries) = mailbox.take(atMost: 1) {
                for query in queries {
                    do throws(StoreError) {
                        deliver(try reader.run(query))
                    } catch {
                        deliver(QueryResult(id: query.id, rows: .unavailable))
                    }
                }
            }
        }
    }

    /// Hands a query over. False: too many wait.
    package func post(_ query: QueryEnvelope) -> Bool { mailbox.post(query) == .accepted }

    /// Ends the thread once all that was handed over is answered.
    package func stop() {
        mailbox.close()
        thread.join()
    }
}
