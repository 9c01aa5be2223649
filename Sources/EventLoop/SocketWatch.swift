internal import CLibuv

/// Tells when a socket that somebody else opened and closes can be read or written. It must be
/// closed before the socket is. Used on the loop thread only.
package final class SocketWatch {
    /// What a socket is ready for.
    package struct Readiness: Hashable, Sendable {
        package let isReadable: Bool
        package let isWritable: Bool
        /// The system cannot say: whoever reads or writes now learns what is wrong.
        package let hasFailed: Bool
    }

    private let handle = HandleMemory(UV_POLL)
    private var onReady: ((Readiness) -> Void)?

    /// A watch that waits for nothing yet.
    package init(
        loop: Loop, socket: Int32, onReady: @escaping (Readiness) -> Void
    ) throws(UVError) {
        self.onReady = onReady
        try UVError.check(
            unsafe uv_poll_init(loop.pointer, handle.pointer(), socket), "uv_poll_init")
        handle.adopt(owner: self)
    }

    /// Waits for these from now on.
    package func watch(reading: Bool, writing: Bool) throws(UVError) {
        precondition(!handle.isClosing, "a socket was watched after its watch was closed")
        guard reading || writing else {
            return try UVError.check(unsafe uv_poll_stop(handle.pointer()), "uv_poll_stop")
        }
        let events =
            (reading ? UV_READABLE.rawValue : 0) | (writing ? UV_WRITABLE.rawValue : 0)
        let code = unsafe uv_poll_start(handle.pointer(), Int32(events)) { poll, status, events in
            let watch: SocketWatch = unsafe owner(of: poll)
            watch.onReady?(
                Readiness(
                    isReadable: UInt32(events) & UV_READABLE.rawValue != 0,
                    isWritable: UInt32(events) & UV_WRITABLE.rawValue != 0,
                    hasFailed: status < 0))
        }
        try UVError.check(code, "uv_poll_start")
    }

    /// Waits for nothing any more. Closing twice does nothing.
    package func close() {
        handle.close()
        onReady = nil
    }
}
