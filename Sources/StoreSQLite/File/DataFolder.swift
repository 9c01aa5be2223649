import Glibc
package import Store

/// The folder that a server keeps its data in: `weir.db`, the lock, `admin.key`.
package struct DataFolder: Sendable {
    package let path: String

    /// Makes the folder, and those above it, if they are not there; only its owner may look in.
    package init(making path: String) throws(StoreError) {
        self.path = path
        var partial = path.utf8.first == UInt8(ascii: "/") ? "/" : ""
        for part in path.split(separator: "/") {
            partial += partial.isEmpty || partial == "/" ? String(part) : "/" + part
            if unsafe mkdir(partial, 0o700) == 0 {
                try DurableFile.syncFolder(DurableFile.folder(of: partial))
            } else if errno != EEXIST {
                throw DataFolder.error("make the folder \(partial)")
            }
        }
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
            throw StoreError(.unfit, "cannot use \(path): it is a file, and not a folder")
        }
        guard unsafe access(path, R_OK | W_OK | X_OK) == 0 else {
            throw DataFolder.error("use the folder \(path)")
        }
    }

    /// The text of a file in the folder, without the line end; nil if there is none.
    package func read(_ name: String) throws(StoreError) -> String? {
        let descriptor = unsafe open(path + "/" + name, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw DataFolder.error("read \(path)/\(name)") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64 * 1_024)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
        guard count >= 0 else { throw DataFolder.error("read \(path)/\(name)") }
        return String(decoding: bytes.prefix(count).prefix { $0 != 10 }, as: UTF8.self)
    }

    /// Writes a file that only its owner may read. Whoever looks finds the old one or the new one,
    /// whole, even after a power cut.
    package func write(_ text: String, to name: String) throws(StoreError) {
        let file = path + "/" + name
        let aside = file + ".tmp"
        try writeAside(text, aside)
        guard unsafe rename(aside, file) == 0 else { throw DataFolder.error("write \(file)") }
        try DurableFile.syncFolder(path)
    }

    private func writeAside(_ text: String, _ file: String) throws(StoreError) {
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DataFolder.error("write \(file)") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
        }
        guard count == bytes.count, fsync(descriptor) == 0 else {
            throw DataFolder.error("write \(file)")
        }
    }

    /// Removes the database, for a demo that begins anew. Hold the lock.
    package func removeDatabase() throws(StoreError) {
        for name in ["weir.db", "weir.db-wal", "weir.db-shm", "weir.db-wal.copy"] {
            guard unsafe unlink(path + "/" + name) != 0, errno != ENOENT else { continue }
            throw DataFolder.error("remove \(path)/\(name)")
        }
    }

    /// Whether there is a database. Refuses a folder that was used before and has lost it, unless
    /// it may be lost: a server that began anew there would look well, and have nothing. A mark
    /// tells that it was used, or a log; an `admin.key` may have been put there for a first start.
    package func hasDatabase(mayBeLost: Bool) throws(StoreError) -> Bool {
        let size = sizeOf(DataFolder.database)
        if let size, size > 0 { return true }
        let logs = ["weir.db-wal", "weir.db-shm", "weir.db-wal.copy"].filter { sizeOf($0) != nil }
        let found = logs + [DataFolder.mark].filter { sizeOf($0) != nil }
        guard !mayBeLost, !found.isEmpty else { return false }
        // A log beside a database that it is not of would be read into it.
        let move = logs.isEmpty ? "Put" : "Move \(logs.joined(separator: ", ")) away and put"
        throw StoreError(
            .unfit,
            "\(path) was used before (it has \(found.joined(separator: ", "))), but its weir.db is"
                + " \(size == nil ? "not there" : "empty"). \(move) a backup there as weir.db, or"
                + " name another --data; to begin anew, remove all in it but admin.key")
    }

    /// Refuses a folder in which no server ever began, for commands that make none.
    package static func requireStore(in path: String) throws(StoreError) {
        var status = stat()
        guard unsafe stat(path + "/" + database, &status) != 0 else { return }
        guard errno == ENOENT || errno == ENOTDIR else {
            throw error("look at \(path)/\(database)")
        }
        throw StoreError(
            .unfit,
            "there is no Weir store in \(path) (no \(database)); name the folder that the server"
                + " has as its --data")
    }

    /// Says from now on that a server has begun here.
    package func markAsUsed() throws(StoreError) {
        if sizeOf(DataFolder.mark) == nil {
            try write(
                "A server has begun here; without weir.db none begins anew.", to: DataFolder.mark)
        }
    }

    private static let database = "weir.db"
    private static let mark = "store.made"

    /// The bytes of a file in the folder; nil if there is none.
    private func sizeOf(_ name: String) -> Int64? {
        var status = stat()
        guard unsafe stat(path + "/" + name, &status) == 0 else { return nil }
        return Int64(status.st_size)
    }

    private static func error(_ what: String) -> StoreError {
        let number = errno
        return StoreError(
            number == ENOSPC ? .diskFull : .inputOutput,
            "cannot \(what): \(unsafe String(cString: strerror(number)))")
    }
}
