import Glibc
import Store

/// Files whose content is known to be on disk.
enum DurableFile {
    private static let chunkBytes = 1 << 20

    /// Fills a file, made anew, with what another holds. False if there is no other.
    static func copy(_ path: String, to copyPath: String) throws(StoreError) -> Bool {
        let source = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if source < 0, errno == ENOENT { return false }
        try check(source, "open \(path)")
        defer { close(source) }
        let copy = unsafe open(copyPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        try check(copy, "create \(copyPath)")
        defer { close(copy) }
        do throws(StoreError) {
            try copyBytes(from: source, to: copy, path: path)
            // A write that fails later is told to this descriptor for certain, to another perhaps
            // not.
            try check(fsync(copy), "sync \(copyPath)")
        } catch  where error.kind == .diskFull {
            let needed = lseek(source, 0, SEEK_END)
            throw StoreError(
                .diskFull, "\(error.message); \(needed) bytes must be free on its disk to go on")
        }
        return true
    }

    /// Makes the content of a file durable, but not its name.
    static func sync(_ path: String) throws(StoreError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        try check(descriptor, "open \(path)")
        defer { close(descriptor) }
        try check(fsync(descriptor), "sync \(path)")
    }

    /// Puts a file in another's place.
    static func rename(_ path: String, to target: String) throws(StoreError) {
        try check(unsafe Glibc.rename(path, target), "rename \(path)")
    }

    /// Takes a file away, if it is there and that can be done.
    static func remove(_ path: String) { unsafe unlink(path) }

    /// Makes a new file: `write` fills one that stands aside, and what is whole and on disk gets
    /// the name. A file that is there is left alone.
    static func make(
        _ path: String, write: (String) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard unsafe access(path, F_OK) != 0 else {
            throw StoreError(.unfit, "\(path) is there already: move it away or name another file")
        }
        guard unsafe access(folder(of: path), W_OK | X_OK) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw StoreError(.unfit, "cannot write in the folder \(folder(of: path)): \(reason)")
        }
        let aside = path + ".tmp"
        removeFiles(aside)
        defer { removeFiles(aside) }
        try write(aside)
        try check(unsafe chmod(aside, 0o600), "keep others out of \(aside)")
        try sync(aside)
        try rename(aside, to: path)
        try syncFolder(folder(of: path))
    }

    /// The folder that a path's last name stands in.
    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func removeFiles(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { remove(path + suffix) }
    }

    /// Makes the names in a folder durable.
    static func syncFolder(_ folder: String) throws(StoreError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try check(descriptor, "open \(folder)")
        defer { close(descriptor) }
        try check(fsync(descriptor), "sync \(folder)")
    }

    private static func copyBytes(
        from source: Int32, to copy: Int32, path: String
    ) throws(StoreError) {
        var buffer = [UInt8](repeating: 0, count: chunkBytes)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(source, $0.baseAddress, $0.count)
            }
            try check(Int32(truncatingIfNeeded: count), "read \(path)")
            guard count > 0 else { return }
            var written = 0
            while written < count {
                let step = unsafe buffer.withUnsafeBytes { bytes in
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written..<count])
                    return unsafe write(copy, rest.baseAddress, rest.count)
                }
                try check(Int32(truncatingIfNeeded: step), "write a copy of \(path)")
                written += step
            }
        }
    }

    private static func check(_ code: Int32, _ what: String) throws(StoreError) {
        guard code < 0 else { return }
        let number = errno
        let text = unsafe String(cString: strerror(number))
        throw StoreError(number == ENOSPC ? .diskFull : .inputOutput, "cannot \(what): \(text)")
    }
}
