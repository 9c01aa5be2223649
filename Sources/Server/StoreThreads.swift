import Core
import Crypto
import EventLoop
import Store
import StoreSQLite
import Threads

/// The threads beside the loop: the store's, the reader's and the checkpointer's. All three speak
/// to the loop through one inbox.
final class StoreThreads {
    private let store: StoreRunner
    private let files: StoreFiles
    private let slot: InboxSlot<ServerEvent>
    private var reader: ReaderRunner?
    private var checkpointer: Checkpointer?

    init(
        folder: DataFolder, plans: [PlanDraft], clock: ServerClock,
        billing: BillingConditions, slot: InboxSlot<ServerEvent>
    ) throws(ThreadError) {
        let files = StoreFiles(
            folder: folder.path, looksUpParents: false, environment: ProcessEnvironment.value)
        self.files = files
        self.slot = slot
        store = try StoreRunner(
            clock: clock,
            makeStore: { now throws(StoreError) in
                var seeds = SecureRandom()
                return try Engine(
                    rows: SQLiteRows(files: files), plans: plans,
                    random: Random(seed: seeds.next()), secrets: seeds, billing: billing, at: now)
            },
            deliver: { slot.post(.store($0)) })
    }

    /// Starts the threads that need a file that is open.
    func startReading() throws(ThreadError) {
        let files = self.files
        let slot = self.slot
        reader = try ReaderRunner(
            makeReader: { SQLiteReader(files: files) },
            deliver: { slot.post(.query($0)) })
        checkpointer = try Checkpointer(files: files)
    }

    /// False: too many wait.
    func post(_ envelope: Envelope) -> Bool { store.post(envelope) }

    func post(_ query: QueryEnvelope) -> Bool { reader?.post(query) ?? false }

    func post(_ move: ClockMove, _ id: EnvelopeID) -> Bool { store.post(move, id) }

    /// Ends them once all that was handed over is done; the file is closed then.
    func stop() {
        reader?.stop()
        checkpointer?.stop()
        store.stop()
    }
}
