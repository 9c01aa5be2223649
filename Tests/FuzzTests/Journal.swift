import Glibc

/// The case that is being tried, in a file: a trap ends the process and with it every report, but
/// not what was written. A file that is left over has the bytes of the case that did it.
final class Journal {
    let path: String
    private let descriptor: Int32

    init(_ name: String) {
        let folder = Folder.root() + "/.build/fuzz"
        mkdir(Folder.root() + "/.build", 0o777)
        mkdir(folder, 0o777)
        path = folder + "/" + name + ".case"
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        unlink(path)
    }

    /// Notes a case before it is tried.
    func note(_ bytes: [UInt8]) {
        guard descriptor >= 0 else { return }
        ftruncate(descriptor, 0)
        pwrite(descriptor, bytes, bytes.count, 0)
    }
}
