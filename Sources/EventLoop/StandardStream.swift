internal import Glibc

/// The stream that a program is fed from.
package enum StandardInput {
    private static let chunkBytes = 64 * 1_024

    /// All of it, to its end; nil if it cannot be read or is longer than `bytesMax`.
    package static func read(bytesMax: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        while bytes.count <= bytesMax {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes += chunk[..<count]
        }
        return nil
    }
}

/// The stream for results. Each call writes at once: a reader at a pipe sees it before the end.
package enum StandardOutput {
    /// Writes bytes as they are. Without a place for them the text is lost, and false is returned.
    @discardableResult
    package static func write(_ bytes: [UInt8]) -> Bool {
        StandardStream.write(bytes, to: STDOUT_FILENO)
    }
}

/// The stream for logs and complaints. Each call is one write, so that lines of two threads never
/// mix.
package enum StandardError {
    /// Writes bytes as they are. A reader that is gone costs the line, never the program.
    package static func write(_ bytes: [UInt8]) {
        _ = StandardStream.write(bytes, to: STDERR_FILENO)
    }

    /// True if people read it.
    package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

private enum StandardStream {
    /// False if not all could be written.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
