internal import CLibuv

/// A call to libuv or to the socket layer that failed.
package struct UVError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was being done, for example `bind`.
    package let operation: String
    /// libuv's code: a negated errno, or one of its own such as `EOF`.
    package let code: Int32

    /// An error of `operation` with libuv's `code`.
    package init(_ operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// The symbol of the code, for example `EADDRINUSE`.
    package var name: String {
        unsafe text { unsafe uv_err_name_r(code, $0, $1) }
    }

    /// The system's words for the code, for example `address already in use`.
    package var message: String {
        unsafe text { unsafe uv_strerror_r(code, $0, $1) }
    }

    /// All three in one line.
    package var description: String {
        "\(operation): \(message) (\(name))"
    }

    /// The code of a list of words and variables that is too long for a program.
    package static let listTooLong = UV_E2BIG.rawValue

    /// True if the same call may succeed a little later.
    package var isBusy: Bool { code == UV_EAGAIN.rawValue || code == UV_ENOBUFS.rawValue }

    /// Throws if libuv returned an error code.
    static func check(_ code: Int32, _ operation: String) throws(UVError) {
        guard code >= 0 else { throw UVError(operation, code: code) }
    }

    /// libuv's texts fit in 128 bytes; longer ones it cuts off itself.
    private func text(
        _ fill: (UnsafeMutablePointer<CChar>, Int) -> UnsafeMutablePointer<CChar>?
    ) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            unsafe start.initialize(to: 0)
            _ = unsafe fill(start, buffer.count)
            return unsafe String(cString: start)
        }
    }
}
