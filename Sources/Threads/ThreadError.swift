internal import Glibc

/// What the system said when it refused to start a thread.
package struct ThreadError: Error, Equatable, CustomStringConvertible {
    /// The call that failed.
    package let operation: String
    /// Its errno value.
    package let code: Int32

    /// The call, what it returned and what to do.
    package var description: String {
        "\(operation) failed with errno \(code). "
            + "Allow the process more threads or memory (ulimit -u, ulimit -v) and start again."
    }
}
