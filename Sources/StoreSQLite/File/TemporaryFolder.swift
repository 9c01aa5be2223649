import Glibc
package import Store

/// A folder for a store that nobody keeps. It lies in memory where the machine has such a place,
/// for what is lost there is not missed.
package final class TemporaryFolder {
    package let path: String

    /// A new, empty folder.
    package init() throws(StoreError) {
        let place = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        path = "\(place)/weir-\(getpid())-\(UInt64.random(in: 0...(.max)))"
        guard unsafe mkdir(path, 0o700) == 0 else {
            let text = unsafe String(cString: strerror(errno))
            throw StoreError(.inputOutput, "cannot make the folder \(path): \(text)")
        }
    }

    deinit {
        for suffix in ["", "-wal", "-shm", "-wal.copy"] {
            unsafe unlink(path + "/weir.db" + suffix)
        }
        unsafe rmdir(path)
    }
}
