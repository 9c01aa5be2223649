internal import CLibuv
internal import Glibc

/// A socket that takes connections.
///
/// It polls and accepts by itself, for `uv_listen` cannot be paused: when the process has no file
/// left, libuv drops clients or turns in a circle. Here they stay in the backlog, and it tries
/// again a little later.
package final class TCPListener {
    /// As many as the kernel's own default bound (somaxconn) lets wait.
    package static let backlogDefault: Int32 = 4_096
    /// One burst of new clients must not keep the loop from the old ones.
    static let acceptsPerTurnMax = 64
    /// How long to wait for files to be closed before the next try.
    static let pauseMilliseconds: Int64 = 100

    /// The port that it really has, also when 0 was asked for.
    package let port: Int
    private let loop: Loop
    private let socket: Int32
    private let handle = HandleMemory(UV_POLL)
    private var onConnection: ((TCPConnection) -> Void)?
    private var pause: DeadlineID?
    /// Called with what was wrong when accepting pauses, for the log.
    package var onPause: ((UVError) -> Void)?

    /// Listens from now until `close`. `host` is a numeric address or `localhost`.
    package init(
        loop: Loop,
        host: String,
        port: Int,
        backlog: Int32 = TCPListener.backlogDefault,
        onConnection: @escaping (TCPConnection) -> Void
    ) throws(UVError) {
        let address = try SocketAddress(host: host, port: port)
        let socket = try TCPListener.listeningSocket(address, backlog: backlog)
        self.loop = loop
        self.socket = socket
        self.onConnection = onConnection
        do throws(UVError) {
            self.port = try SocketAddress(of: socket).port
            try UVError.check(
                unsafe uv_poll_init(loop.pointer, handle.pointer(), socket), "uv_poll_init")
        } catch {
            _ = Glibc.close(socket)
            throw error
        }
        handle.adopt(owner: self)
        do throws(UVError) {
            try poll()
        } catch {
            close()
            throw error
        }
    }

    /// True of what can be listened at: a numeric address, or `localhost`.
    package static func isAddress(_ host: String) -> Bool {
        (try? SocketAddress(host: host, port: 0)) != nil
    }

    /// Stops listening at once; clients in the backlog are refused. Closing twice does nothing.
    package func close() {
        guard handle.close() else { return }
        _ = Glibc.close(socket)  // It is not polled any more since `handle.close`.
        if let pause { loop.cancel(pause) }
        pause = nil
        onConnection = nil
        onPause = nil
    }

    private static func listeningSocket(
        _ address: SocketAddress, backlog: Int32
    ) throws(UVError) -> Int32 {
        let socket = weir_stream_socket(address.family)
        guard socket >= 0 else { throw UVError("socket", code: -errno) }
        do throws(UVError) {
            var yes: Int32 = 1
            let set = unsafe setsockopt(
                socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            guard set == 0 else { throw UVError("SO_REUSEADDR", code: -errno) }
            try address.bind(socket)
            guard listen(socket, backlog) == 0 else { throw UVError("listen", code: -errno) }
            return socket
        } catch {
            _ = Glibc.close(socket)
            throw error
        }
    }

    private func poll() throws(UVError) {
        let code = unsafe uv_poll_start(handle.pointer(), Int32(UV_READABLE.rawValue)) {
            poll, _, _ in
            let listener: TCPListener = unsafe owner(of: poll)
            listener.acceptWaiting()
        }
        try UVError.check(code, "uv_poll_start")
    }

    private func acceptWaiting() {
        for _ in 0..<TCPListener.acceptsPerTurnMax {
            guard !handle.isClosing else { return }
            let accepted = weir_accept(socket)
            if accepted >= 0 {
                take(accepted)
                continue
            }
            switch errno {
            case EAGAIN: return
            case EINTR, ECONNABORTED, EPROTO: continue
            default: return pauseAccepting(UVError("accept", code: -errno))
            }
        }
    }

    private func take(_ accepted: Int32) {
        do throws(UVError) {
            let connection = try TCPConnection(loop: loop, adopting: accepted)
            if let onConnection { onConnection(connection) } else { connection.close() }
        } catch {
            pauseAccepting(error)
        }
    }

    private func pauseAccepting(_ error: UVError) {
        guard !handle.isClosing, pause == nil else { return }
        _ = unsafe uv_poll_stop(handle.pointer())
        pause = loop.schedule(after: TCPListener.pauseMilliseconds) { [unowned self] in
            pause = nil
            // It polled this socket before; if it cannot now, it waits once more.
            do throws(UVError) { try poll() } catch { pauseAccepting(error) }
        }
        onPause?(error)
    }
}
