import Core
import Synchronization
package import Threads

/// The reader's thread: one query after the other, each on a snapshot of its own.
package final class ReaderRunner {
    private let mailbox: Mailbox<QueryEnvelope>
    private let mustStop: StopFlag
    private let thread: Thread

    private final class StopFlag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    /// Starts the thread. `makeReader` runs on it; `deliver` is called on it with each result.
    package init(
        makeReader: @escaping @Sendable () -> any StoreReader,
        deliver: @escaping @Sendable (QueryResult) -> Void
    ) throws(ThreadError) {
        let mailbox = Mailbox<QueryEnvelope>(countMax: Limits.queuedQueriesMax)
        self.mailbox = mailbox
        let mustStop = StopFlag()
        self.mustStop = mustStop
        thread = try Thread(name: "reader") {
            let reader = makeReader()
            while case .values(let queries) = mailbox.take(atMost: 1) {
                for query in queries {
                    do throws(StoreError) {
                        guard !mustStop.isSet.load(ordering: .relaxed) else {
                            deliver(QueryResult(id: query.id, rows: .unavailable))
                            continue
                        }
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

    /// Ends the thread. What still waits is answered without a look.
    package func stop() {
        mustStop.isSet.store(true, ordering: .relaxed)
        mailbox.close()
        thread.join()
    }
}
