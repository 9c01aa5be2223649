package import Store
import Synchronization
import Threads

/// The files of a store in its data folder, and who may touch them when. The writer's thread owns
/// the database; the reader's and the checkpointer's connections live here, each under a lock that
/// is held while it is used, so that a repair finds them closed and keeps them so.
package final class StoreFiles: Sendable {
    package let databasePath: String
    /// What the files lie on.
    let disk: any DiskFiles
    /// What the environment says of prices' ids.
    let environment: @Sendable (String) -> String?
    /// True if each row that is written has its parents looked up, which costs a page a claim. The
    /// server leaves it to `weir verify`; tests and the simulator do not (decision 010).
    let looksUpParents: Bool
    private let folder: String
    private let reader = Mutex<OpenReader?>(nil)
    private let checkpointer = Mutex<Database?>(nil)
    /// Pages in the log, and those that a checkpoint has not copied yet.
    private let loggedFrames = Atomic<Int>(0)
    private let pendingFrames = Atomic<Int>(0)
    private let isDirty = Atomic<Bool>(false)
    /// False from a repair that began until one has ended well. Whoever opens a
    /// connection under one of the locks looks at it first.
    private let isLogTrusted = Atomic<Bool>(true)
    /// Why the file is not to be trusted until a repair.
    private let checkpointFault = Mutex<StoreError?>(nil)

    /// Above this the writer helps, so that the next write can begin the log anew.
    private static let framesBeforeHelp = 6_000
    /// The writer helps only when little is left, so that a commit never waits long.
    private static let pendingFramesForHelp = 2_000
    /// The log's length at which new commands are refused until it has shrunk.
    private let framesMax: Int

    /// 256 MiB of log.
    package static let framesMaxDefault = 65_536

    /// The files in `folder`, which exists.
    package init(
        folder: String, disk: any DiskFiles = SystemFiles(),
        framesMax: Int = StoreFiles.framesMaxDefault, looksUpParents: Bool = true,
        environment: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.environment = environment
        self.folder = folder
        self.disk = disk
        self.framesMax = framesMax
        self.looksUpParents = looksUpParents
        databasePath = folder + "/weir.db"
    }

    /// True while the log is so long that new work has to wait. A long log of which all is copied
    /// is begun anew by the next write.
    var isLogOverlong: Bool {
        loggedFrames.load(ordering: .relaxed) > framesMax
            && pendingFrames.load(ordering: .relaxed) > 0
    }

    /// The path that every start takes, and a failed commit too: copy the log to a new file that is
    /// known to be on disk, close every connection, put the copy in the log's place. A page that
    /// the kernel counts as written after a failed fsync would else be trusted. `closeWriter` is
    /// called when nobody can open the log any more: whoever does first, reads it all.
    func repair(closeWriter: () -> Void) throws(StoreError) {
        checkpointer.withLock {
            isLogTrusted.store(false, ordering: .relaxed)
            $0 = nil
        }
        // Whoever was about to open a reader has done so, as not the first; nobody does from here.
        reader.withLock { _ in }
        closeWriter()
        let log = databasePath + "-wal"
        // Where there is no room for a copy the open reader goes on, and shows what was committed
        // before.
        let copy = try disk.makeDurableCopy(of: log)
        reader.withLock { $0 = nil }
        if let copy { try disk.put(copy, inPlaceOf: log, in: folder) }
        isLogTrusted.store(true, ordering: .relaxed)
        checkpointFault.withLock { $0 = nil }
        loggedFrames.store(0, ordering: .relaxed)
        pendingFrames.store(0, ordering: .relaxed)
    }

    /// Throws when a checkpoint failed. A sync of the file that fails may take with it pages of an
    /// earlier checkpoint that went only a part of the way: SQLite does not sync those by
    /// themselves, and counts them as copied. The log still has them, until it begins anew; so it
    /// must not, and a repair lets everything be copied again.
    func checkSound() throws(StoreError) {
        if let fault = checkpointFault.withLock({ $0 }) { throw fault }
    }

    /// A commit returned. Called on the store thread.
    func committed(writer: Database) {
        isDirty.store(true, ordering: .relaxed)
        guard loggedFrames.load(ordering: .relaxed) > StoreFiles.framesBeforeHelp,
            pendingFrames.load(ordering: .relaxed) < StoreFiles.pendingFramesForHelp
        else { return }
        relieve(writer: writer)
    }

    /// Copies the log into the file as far as readers allow. Called on the store thread, whose last
    /// commit is on disk whatever becomes of this; a failure is met before the next batch.
    func relieve(writer: Database) { copyLog(by: writer) }

    /// Copies the log into the file as far as it may, if there were commits since. Called on the
    /// checkpointer's thread; a failure is left to the writer, who repairs before its next batch.
    package func checkpoint() {
        guard isDirty.exchange(false, ordering: .relaxed) else { return }
        checkpointer.withLock { database in
            // A new connection would find a commit whose sync failed, and copy it into the file
            // from a log that the disk has not got: a power cut then leaves a part of it.
            guard isLogTrusted.load(ordering: .relaxed) else { return }
            if database == nil {
                database = try? Database(path: databasePath, role: .checkpointer, disk: disk)
            }
            if let database { copyLog(by: database) }
        }
    }

    private func copyLog(by database: Database) {
        do throws(StoreError) {
            try checkSound()
            if let result = try database.checkpoint(.passive) { note(result) }
        } catch {
            // A write that found no room is made again; only a lost one is lost for good.
            guard error.kind != .diskFull else { return }
            checkpointFault.withLock { if $0 == nil { $0 = error } }
        }
    }

    /// Opens the reading connection, so that it is there when none can be opened.
    func openReader() {
        try? read { _ in }
    }

    /// Runs `body` with the reading connection, which is opened when it is not. A new one reads the
    /// log whole, so none is made of a log that the disk may not have.
    func read<Result: Sendable>(
        _ body: (OpenReader) throws(StoreError) -> sending Result
    ) throws(StoreError) -> sending Result {
        try reader.withLock { reader throws(StoreError) in
            let open: OpenReader
            if let reader {
                open = reader
            } else {
                guard isLogTrusted.load(ordering: .relaxed) else {
                    throw StoreError(.inputOutput, "the log is not known to be on disk")
                }
                open = try OpenReader(
                    try Database(path: databasePath, role: .reader, disk: disk))
                reader = open
            }
            do throws(StoreError) {
                return try body(open)
            } catch {
                // A snapshot that stays open holds the log. A row that says what no row of ours
                // can is no fault of the connection; of other errors nobody knows what they left.
                let isWhole = error.kind == .corrupt && open.endSnapshot()
                if !isWhole { reader = nil }
                throw error
            }
        }
    }

    /// Closes what others opened: the end of an orderly stop.
    func closeOthers() {
        reader.withLock { $0 = nil }
        checkpointer.withLock { $0 = nil }
    }

    /// Copies the database to a new file at `path` while it goes on being used. The name appears
    /// once the copy is whole and on disk.
    package func backUp(to path: String) throws(StoreError) {
        try DurableFile.make(path) { aside throws(StoreError) in
            let database = try Database(path: databasePath, role: .reader, disk: disk)
            try Migration.checkMark(database, path: databasePath)
            try database.backUp(to: aside)
        }
    }

    private func note(_ result: CheckpointResult) {
        loggedFrames.store(result.loggedFrames, ordering: .relaxed)
        pendingFrames.store(
            max(0, result.loggedFrames - result.copiedFrames), ordering: .relaxed)
    }
}
