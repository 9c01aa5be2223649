internal import Glibc

/// The stream for logs. Each call is one write, so that lines of two threads never mix.
package enum StandardError {
    /// Writes bytes as they are. A reader that is gone costs the line, never the program.
    package static func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// True if people read it.
    package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
