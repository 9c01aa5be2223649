package import Core
package import CrashDisk
package import Store
import StoreSQLite

/// A store on a crash disk: started, fed, and started again after each end.
package final class CrashBench {
    package let disk: CrashDisk
    let files: CrashFiles
    private(set) var promise = Promise()
    private(set) var now = Moment(
        wall: Timestamp(milliseconds: 1_795_262_400_000), steadyMilliseconds: 5_000_000)
    private let plans: [PlanDraft]
    private let seed: UInt64
    private var lastID: UInt64 = 0
    private var server: Server?
    /// A report that is being read, which keeps a checkpoint from copying everything.
    private var snapshot: Onlooker?

    /// What lives and dies with the process.
    private struct Server {
        let files: StoreFiles
        let rows: SQLiteRows
        let engine: Engine
        let reader: SQLiteReader
    }

    /// A disk with nothing on it, for a store with these plans on offer.
    package init(_ setting: CrashSetting, plans: [PlanDraft], seed: UInt64) {
        // Production's VFS counts on a disk that leaves the bytes beside a write alone, and so does
        // this one. Without it SQLite itself loses a commit, though rarely: a cut tears the padding
        // behind a commit, the log goes on in the same sector, and a second cut spoils that.
        disk = CrashDisk(seed: seed, isPowersafe: true)
        files = CrashFiles(
            on: disk, synchronous: setting.synchronous, recovery: setting.recovery)
        self.plans = plans
        self.seed = seed
    }

    private var path: String { disk.path("weir.db") }

    func advance(milliseconds: Int64) { now = now.advanced(by: milliseconds) }

    /// A command under the next number.
    package func envelope(_ command: Command, _ idempotency: Idempotency? = nil) -> Envelope {
        lastID += 1
        return Envelope(
            id: EnvelopeID(rawValue: lastID), command: command, idempotency: idempotency)
    }

    // MARK: A life

    /// Starts a server, by the path that every start takes.
    package func start() throws(StoreError) {
        let storeFiles = StoreFiles(folder: disk.folder, disk: files)
        let rows = SQLiteRows(files: storeFiles)
        let engine = try Engine(
            rows: rows, plans: plans, random: Random(seed: seed),
            secrets: Random(seed: ~seed), at: now)
        server = Server(
            files: storeFiles, rows: rows, engine: engine,
            reader: SQLiteReader(files: storeFiles))
    }

    /// Applies a batch; what it answers is promised from then on.
    package func apply(_ batch: [Envelope]) throws(StoreError) -> BatchOutcome {
        guard let server else { preconditionFailure("no server runs") }
        do throws(StoreError) {
            let outcome = try server.engine.apply(batch, at: now, lateMilliseconds: 0)
            promise.learn(batch, outcome)
            return outcome
        } catch {
            promise.doubt(batch)
            throw error
        }
    }

    /// What the checkpointer's thread does every 20 ms.
    package func checkpoint() { server?.files.checkpoint() }

    /// Reads a list beside the writer.
    package func readList() throws(StoreError) {
        lastID += 1
        guard let server else { return }
        _ = try server.reader.run(
            QueryEnvelope(
                id: EnvelopeID(rawValue: lastID), query: .jobList(JobFilter()), now: now,
                of: server.engine))
    }

    /// Begins to read a report, or ends it.
    package func toggleSnapshot() throws(StoreError) {
        guard snapshot == nil else { return snapshot = nil }
        snapshot = try Onlooker(holding: path, disk: files)
    }

    /// Comes back after a failed batch, as the store's thread does.
    package func recover() throws(StoreError) {
        snapshot = nil
        try server?.engine.recover(at: now)
    }

    /// An orderly stop.
    func close() {
        snapshot = nil
        server?.rows.close()
        server = nil
    }

    /// The process is gone; the disk decides what that means.
    package func forgetServer() {
        snapshot = nil
        server = nil
    }

    // MARK: What must hold

    /// Lets SQLite alone bring the file into order, for a store whose rows may not be trusted.
    package func open() throws(StoreError) {
        try Onlooker.settle(path: path, disk: files)
    }

    /// The first thing that is wrong with what is on the disk. What is found is promised from then
    /// on.
    package func fault() -> String? {
        do throws(StoreError) {
            let found = try FoundRows(path: path, disk: files)
            if let broken = promise.broken(in: found) { return broken }
            promise.adopt(found)
            guard found.hasTables else { return nil }
            return try Verification.run(
                folder: disk.folder, disk: files
            ).faults.first
        } catch {
            return "the file cannot be read: \(error)"
        }
    }
}
