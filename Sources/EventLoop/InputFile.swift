internal import Glibc

/// A file that somebody names for the program to read, such as one of plans.
package enum InputFile {
    private static let chunkBytes = 64 * 1_024

    /// The whole file; of one that is longer than `bytesMax`, more bytes than that, but not all.
    package static func read(_ path: String, bytesMax: Int) throws(UVError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw UVError("open \(path)", code: -errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        while bytes.count <= bytesMax {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw UVError("read \(path)", code: -errno) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
