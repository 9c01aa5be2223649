import Glibc
import Synchronization
package import Threads

/// The thread that copies the log into the file, so that commits need not.
package final class Checkpointer {
    private let mustStop: Flag
    private let thread: Thread

    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    /// How long it rests between two looks; an idle store costs it one comparison each.
    private static let restMicroseconds: UInt32 = 20_000

    /// Begins to look after `files`.
    package init(files: StoreFiles) throws(ThreadError) {
        let flag = Flag()
        mustStop = flag
        thread = try Thread(name: "checkpointer") {
            while !flag.isSet.load(ordering: .relaxed) {
                files.checkpoint()
                usleep(Checkpointer.restMicroseconds)
            }
        }
    }

    /// Ends the thread.
    package func stop() {
        mustStop.isSet.store(true, ordering: .relaxed)
        thread.join()
    }
}
