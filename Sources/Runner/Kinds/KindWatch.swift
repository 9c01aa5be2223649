package import EventLoop
package import Programs

/// Watches a folder of jobs: kinds that come, change or go are told of soon after. Used on the loop
/// thread only.
package final class KindWatch {
    private let loop: Loop
    private let path: String
    private let onChange: (KindCatalog, _ complaint: String?) -> Void
    private var known: (catalog: KindCatalog, complaint: String?)?
    private var rootWatch: FolderWatch?
    private var watches: [String: FolderWatch] = [:]
    private var deadline: DeadlineID?
    private var isClosed = false

    /// A copy of many files is one change.
    private static let settleMilliseconds: Int64 = 100
    /// For file systems that tell of nothing, and a folder that is not there yet.
    private static let rescanMilliseconds: Int64 = 5_000

    /// Watches the folder `path` from `start` on.
    package init(
        loop: Loop, path: String,
        onChange: @escaping (KindCatalog, _ complaint: String?) -> Void
    ) {
        self.loop = loop
        self.path = path
        self.onChange = onChange
    }

    /// Reads the folder and tells what is in it, and again whenever that has changed.
    package func start() { scan() }

    /// Watches no more. Closing twice does nothing.
    package func close() {
        isClosed = true
        rootWatch?.close()
        rootWatch = nil
        for watch in watches.values { watch.close() }
        watches = [:]
        if let deadline { loop.cancel(deadline) }
        deadline = nil
    }

    private func scan() {
        guard !isClosed else { return }
        let found = KindScan.read(path)
        // First the watches: what changes after them is told of again.
        watch(found.catalog)
        schedule(after: KindWatch.rescanMilliseconds)
        if let known, known.catalog == found.catalog, known.complaint == found.complaint { return }
        known = found
        onChange(found.catalog, found.complaint)
    }

    private func watch(_ catalog: KindCatalog) {
        if !PlainFolder.isFolder(path) {
            rootWatch?.close()
            rootWatch = nil
        } else if rootWatch == nil {
            rootWatch = makeWatch(path)
        }
        let names = Set(catalog.kinds.keys).union(catalog.disabled.map(\.name))
        for (name, watch) in watches where !names.contains(name) {
            watch.close()
            watches[name] = nil
        }
        for name in names where watches[name] == nil {
            watches[name] = makeWatch(path + "/" + name)
        }
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
        schedule(after: KindWatch.settleMilliseconds)
    }

    private func schedule(after milliseconds: Int64) {
        if let deadline { loop.cancel(deadline) }
        deadline = loop.schedule(after: milliseconds) { [unowned self] in
            deadline = nil
            scan()
        }
    }
}
