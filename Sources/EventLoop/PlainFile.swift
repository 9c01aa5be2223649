internal import Glibc

/// Files that an operator gives: small, and read whole. Whoever reads one on the loop holds it up
/// for as long as the disk takes.
package enum PlainFile {
    /// Why a file cannot be read.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// The bytes of a file; of a longer one `bytesMax` and one, so that the reader sees that it
    /// is too long.
    package static func read(_ path: String, bytesMax: Int) throws(Fault) -> [UInt8] {
        // Without it, a pipe that nobody writes to would be waited for.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw fault() }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw fault() }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Fault(description: "it is no ordinary file")
        }
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let read = unsafe bytes[count...].withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw fault() }
            if read == 0 { break }
            count += read
        }
        return Array(bytes.prefix(count))
    }

    /// Makes a file with these bytes; one that is there already is a fault.
    package static func make(
        _ path: String, _ bytes: [UInt8], isExecutable: Bool
    ) throws(Fault) {
        let descriptor = unsafe open(
            path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isExecutable ? 0o755 : 0o644)
        guard descriptor >= 0 else { throw fault() }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw fault() }
            rest = rest.dropFirst(count)
        }
    }

    static func fault() -> Fault {
        Fault(description: unsafe String(cString: strerror(errno)))
    }
}
