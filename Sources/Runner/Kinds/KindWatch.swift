package import EventLoop
package import Programs
internal import Threads

/// Watches a folder of jobs: kinds that come, change or go are told of soon after. Used on the loop
/// thread only. The folder is read on a thread of its own, for it may be slow, but for the first
/// time: what is asked for first finds the kinds that there are.
package final class KindWatch {
    private let loop: Loop
    private let path: String
    private let read: @Sendable (String) -> KindScan.Found
    private let onChange: (KindCatalog, _ complaint: String?) -> Void
    private var known: KindScan.Found?
    private var inbox: Inbox<KindScan.Found>?
    private var rootWatch: FolderWatch?
    private var watches: [String: FolderWatch] = [:]
    private var deadline: DeadlineID?
    /// When the first change came that no scan has seen.
    private var changedAt: Int64?
    private var isScanning = false
    private var isClosed = false

    /// A copy of many files is one change.
    private static let settleMilliseconds: Int64 = 100
    /// Changes that go on and on do not keep those before from being seen.
    private static let settleMillisecondsMax: Int64 = 2_000
    /// For file systems that tell of nothing, and a folder that is not there yet.
    private static let rescanMilliseconds: Int64 = 5_000

    /// Watches the folder `path` from `start` on; `read` reads it.
    package init(
        loop: Loop, path: String,
        read: @escaping @Sendable (String) -> KindScan.Found = KindScan.read,
        onChange: @escaping (KindCatalog, _ complaint: String?) -> Void
    ) {
        self.loop = loop
        self.path = path
        self.read = read
        self.onChange = onChange
    }

    /// Reads the folder and tells what is in it, and again whenever that has changed.
    package func start() {
        // Without it, what is there at the start is what there is.
        inbox = try? Inbox(loop: loop) { [unowned self] in if let found = $0.last { scanned(found) }
        }
        scanned(read(path))
    }

    /// Watches no more; a scan that is under way tells nobody. Closing twice does nothing.
    package func close() {
        isClosed = true
        inbox?.close()
        inbox = nil
        rootWatch?.close()
        rootWatch = nil
        for watch in watches.values { watch.close() }
        watches = [:]
        if let deadline { loop.cancel(deadline) }
        deadline = nil
    }

    private func scan() {
        guard !isScanning, let slot = inbox?.slot else { return }
        changedAt = nil
        do throws(ThreadError) {
            _ = try Thread(name: "kinds") { [read, path] in slot.post(read(path)) }
            isScanning = true
        } catch {
            // The next one may find room for its thread.
            schedule(after: KindWatch.rescanMilliseconds)
        }
    }

    private func scanned(_ found: KindScan.Found) {
        guard !isClosed else { return }
        isScanning = false
        // What came into a new folder before it was watched is seen by one more scan.
        if watch(found) { changedAt = changedAt ?? loop.now }
        scheduleScan()
        if found == known { return }
        known = found
        onChange(found.catalog, found.complaint)
    }

    /// Watches what was found; true if something of it was not watched before.
    private func watch(_ found: KindScan.Found) -> Bool {
        var isNew = false
        if !found.isThere {
            rootWatch?.close()
            rootWatch = nil
        } else if rootWatch == nil {
            rootWatch = makeWatch(path)
            isNew = rootWatch != nil
        }
        let names = Set(found.catalog.kinds.keys).union(found.catalog.disabled.map(\.name))
        for (name, watch) in watches where !names.contains(name) {
            watch.close()
            watches[name] = nil
        }
        for name in names where watches[name] == nil {
            watches[name] = makeWatch(path + "/" + name)
            isNew = isNew || watches[name] != nil
        }
        return isNew
    }

    /// Without a watch, the next scan is what notices.
    private func makeWatch(_ path: String) -> FolderWatch? {
        do throws(UVError) {
            return try FolderWatch(loop: loop, path: path) { [unowned self] in changed() }
        } catch {
            return nil
        }
    }

    private func changed() {
        guard !isClosed else { return }
        changedAt = changedAt ?? loop.now
        if !isScanning { scheduleScan() }
    }

    private func scheduleScan() {
        guard let changedAt else { return schedule(after: KindWatch.rescanMilliseconds) }
        let left = changedAt + KindWatch.settleMillisecondsMax - loop.now
        schedule(after: min(KindWatch.settleMilliseconds, max(0, left)))
    }

    private func schedule(after milliseconds: Int64) {
        if let deadline { loop.cancel(deadline) }
        deadline = loop.schedule(after: milliseconds) { [unowned self] in
            deadline = nil
            scan()
        }
    }
}
