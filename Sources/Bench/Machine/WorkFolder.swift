import Glibc

/// The folder that a bench works in. It is made anew and removed with all that is in it.
final class WorkFolder {
    let path: String
    private var foldersMade = 0

    /// A new folder in `parent`, which is made if it is not there.
    init(in parent: String) throws(BenchError) {
        try WorkFolder.make(parent)
        let path = "\(parent)/weir-bench-\(getpid())"
        guard unsafe mkdir(path, 0o700) == 0 else {
            throw BenchError("cannot make the folder \(path): error \(errno)")
        }
        self.path = path
    }

    deinit { WorkFolder.remove(path) }

    /// A new, empty folder.
    func makeFolder() throws(BenchError) -> String {
        foldersMade += 1
        let folder = "\(path)/\(foldersMade)"
        try WorkFolder.make(folder)
        return folder
    }

    /// A new folder with a copy of every file of `folder`, all of it on disk: what the kernel
    /// still had to write would be written during the run that comes next.
    func copy(of folder: String) throws(BenchError) -> String {
        let copy = try makeFolder()
        for name in WorkFolder.names(in: folder) {
            try WorkFolder.copyFile("\(folder)/\(name)", to: "\(copy)/\(name)")
        }
        return copy
    }

    /// Writes a file that only its owner may read.
    static func write(_ text: String, to path: String) throws(BenchError) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BenchError("cannot write \(path): error \(errno)") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard unsafe Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw BenchError("cannot write \(path): error \(errno)")
        }
    }

    /// The names in a folder, without those that begin with a dot; none if there is no folder.
    static func names(in folder: String) -> [String] {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { _ = unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name.first != "." { names.append(name) }
        }
        return names
    }

    /// Removes a folder, or a file, with all that is in it.
    static func remove(_ path: String) {
        if unsafe unlink(path) == 0 { return }
        for name in names(in: path) { remove("\(path)/\(name)") }
        _ = unsafe rmdir(path)
    }

    private static func make(_ folder: String) throws(BenchError) {
        guard unsafe mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
        throw BenchError("cannot make the folder \(folder): error \(errno)")
    }

    private static func copyFile(_ from: String, to path: String) throws(BenchError) {
        let source = unsafe open(from, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw BenchError("cannot read \(from): error \(errno)") }
        defer { close(source) }
        let target = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw BenchError("cannot write \(path): error \(errno)") }
        defer { close(target) }
        var part = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe read(source, &part, part.count)
            guard count != 0 else { break }
            guard count > 0, unsafe Glibc.write(target, part, count) == count else {
                throw BenchError("cannot copy \(from) to \(path): error \(errno)")
            }
        }
        guard fsync(target) == 0 else { throw BenchError("cannot sync \(path): error \(errno)") }
    }
}
