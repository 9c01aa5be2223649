import Glibc
import Store

/// Files whose content is known to be on disk.
enum DurableFile {
    private static let chunkBytes = 1 << 20

    /// Copies a file to a new one, syncs that, puts it in the old one's place and syncs the
    /// folder. A file that does not exist stays so.
    static func rewrite(_ path: String, in folder: String) throws(StoreError) {
        let source = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if source < 0, errno == ENOENT { return }
        try check(source, "open \(path)")
        defer { close(source) }
        let copyPath = path + ".copy"
        // Where the disk is full a half-written copy would keep it so.
        var isDone = false
        defer { if !isDone { unsafe unlink(copyPath) } }
        let copy = unsafe open(copyPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        try check(copy, "create \(copyPath)")
        defer { close(copy) }
        try copyBytes(from: source, to: copy, path: path)
        try check(fsync(copy), "sync \(copyPath)")
        try check(unsafe rename(copyPath, path), "rename \(copyPath)")
        isDone = true
        try syncFolder(folder)
    }

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
        let descriptor = unsafe open(aside, O_RDONLY | O_CLOEXEC)
        try check(descriptor, "open \(aside)")
        defer { close(descriptor) }
        try check(fchmod(descriptor, 0o600), "keep others out of \(aside)")
        try check(fsync(descriptor), "sync \(aside)")
        try check(unsafe rename(aside, path), "rename \(aside)")
        try syncFolder(folder(of: path))
    }

    /// The folder that a path's last name stands in.
    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func removeFiles(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unsafe unlink(path + suffix) }
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
