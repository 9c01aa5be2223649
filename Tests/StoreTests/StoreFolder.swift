import Glibc

/// A folder for one store, gone with its last user. `WEIR_STORE_FOLDER` says where such folders
/// are made: in memory, such as in /dev/shm, long runs do not wait for a disk.
final class StoreFolder {
    let path: String

    init() {
        let parent = getenv("WEIR_STORE_FOLDER").map { String(cString: $0) } ?? "/tmp"
        path = "\(parent)/weir-store-\(getpid())-\(UInt64.random(in: 0...(.max)))"
        guard mkdir(path, 0o700) == 0 else { preconditionFailure("no temporary folder \(path)") }
    }

    deinit {
        guard let directory = opendir(path) else { return }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { unlink("\(path)/\(name)") }
        }
        closedir(directory)
        rmdir(path)
    }
}
