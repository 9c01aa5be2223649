import Glibc
package import Store

/// The proof that no other process uses a data folder. The kernel drops it with the process.
package final class LockFile {
    private let descriptor: Int32

    /// Takes the lock, or says which process has it.
    package init(folder: String) throws(StoreError) {
        let path = folder + "/lock"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                .inputOutput,
                "cannot open \(path): \(unsafe String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = LockFile.firstLine(descriptor)
            close(descriptor)
            throw StoreError(
                .locked,
                "\(folder) is in use by process \(holder); stop it, or name another --data")
        }
        let text = Array("\(getpid())\n".utf8)
        let written = unsafe text.withUnsafeBytes { bytes in
            ftruncate(descriptor, 0) == 0
                ? unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0) : -1
        }
        guard written == text.count else {
            close(descriptor)
            throw StoreError(
                .diskFull, "cannot write \(path): \(unsafe String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    private static func firstLine(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(descriptor, $0.baseAddress, $0.count, 0)
        }
        let line = bytes.prefix(max(0, count)).prefix { $0 != 10 }
        return line.isEmpty ? "(unknown)" : String(decoding: line, as: UTF8.self)
    }
}
