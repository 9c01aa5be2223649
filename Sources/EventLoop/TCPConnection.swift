internal import CLibuv
internal import Glibc

/// A TCP connection on a loop, both ways, with the small packets sent at once (TCP_NODELAY).
package final class TCPConnection {
    /// Told of all that happens; dropped at `close`.
    package var handler: (any TCPConnectionHandler)?
    private let loop: Loop
    private let handle = HandleMemory(UV_TCP)
    private var isReading = false
    private var hasReadEnded = false
    private var writesWaiting = 0

    /// Takes over a connected, non-blocking socket; it is closed if that fails.
    package init(loop: Loop, adopting socket: Int32) throws(UVError) {
        self.loop = loop
        var code = unsafe uv_tcp_init(loop.pointer, handle.pointer())
        guard code == 0 else {
            _ = Glibc.close(socket)
            throw UVError("uv_tcp_init", code: code)
        }
        handle.adopt(owner: self)
        code = unsafe uv_tcp_open(handle.pointer(), socket)
        guard code == 0 else {
            _ = Glibc.close(socket)
            handle.close()
            throw UVError("uv_tcp_open", code: code)
        }
        // Refused only for a peer that has gone already; reading will tell.
        _ = unsafe uv_tcp_nodelay(handle.pointer(), 1)
    }

    package var isClosed: Bool { handle.isClosing }

    /// The bytes that wait to be taken by the kernel.
    package var writeQueueBytes: Int {
        handle.isClosing ? 0 : unsafe uv_stream_get_write_queue_size(stream)
    }

    /// The bytes, here and in the kernel, that the peer has not taken. The queue alone shrinks in
    /// steps of megabytes; this shows whether a slow peer reads at all. A system call.
    package var untakenBytes: Int {
        guard let socket = openSocket else { return 0 }
        return writeQueueBytes + max(0, Int(weir_unacknowledged_bytes(socket)))
    }

    /// Calls `received` from now on. Starting twice does nothing, as does starting after the end.
    package func startReading() {
        guard !isReading, !hasReadEnded, !handle.isClosing else { return }
        isReading = true
        let code = unsafe uv_read_start(stream, lendReadBuffer) { stream, count, buffer in
            let connection: TCPConnection = unsafe owner(of: stream)
            guard let buffer = unsafe buffer else { return }
            unsafe connection.readReturned(count, UnsafeRawPointer(buffer.pointee.base))
        }
        precondition(code == 0, "uv_read_start returned \(code) for an open connection")
    }

    /// Leaves what comes with the kernel, which slows the peer down. Its end is not noticed then.
    package func stopReading() {
        guard isReading, !handle.isClosing else { return }
        isReading = false
        _ = unsafe uv_read_stop(stream)
    }

    /// Sends bytes: at once what the kernel takes, the rest when it takes more. The queue is as
    /// long as what the caller writes; one that writes without end looks at `writeQueueBytes`.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> WriteProgress {
        guard !handle.isClosing else {
            return .failed(UVError("write", code: UV_ECANCELED.rawValue))
        }
        let sent = unsafe bytes.withUnsafeBytes { unsafe tryWrite($0) }
        if sent == bytes.count { return .written }
        guard sent >= 0 || sent == Int(UV_EAGAIN.rawValue) else {
            return .failed(UVError("write", code: Int32(clamping: sent)))
        }
        let code = unsafe bytes.withUnsafeBytes { bytes in
            unsafe WriteRequest.start(
                stream, UnsafeRawBufferPointer(rebasing: bytes[max(0, sent)...]))
        }
        guard code == 0 else { return .failed(UVError("write", code: code)) }
        writesWaiting += 1
        return .waiting
    }

    /// Tells the peer, after what waits is written, that no more will come. Reading goes on.
    package func shutdown() {
        guard !handle.isClosing else { return }
        unsafe ShutdownRequest.start(stream)
    }

    /// Drops the connection, what waits to be written, and the handler. Closing twice does nothing.
    package func close() {
        handle.close()
        handler = nil
    }

    /// Drops the connection with a reset, so that the peer learns that something was lost.
    package func reset() {
        guard !handle.isClosing else { return }
        var linger = linger(l_onoff: 1, l_linger: 0)
        if let socket = openSocket {
            // If it is refused, the peer sees an ordinary end.
            _ = unsafe setsockopt(
                socket, SOL_SOCKET, SO_LINGER, &linger,
                socklen_t(MemoryLayout<Glibc.linger>.size))
        }
        close()
    }

    private var stream: UnsafeMutablePointer<uv_stream_t> {
        unsafe weir_as_stream(handle.asHandle)
    }

    private var openSocket: Int32? {
        guard !handle.isClosing else { return nil }
        var socket: Int32 = -1
        return unsafe uv_fileno(handle.asHandle, &socket) == 0 ? socket : nil
    }

    /// How many bytes the kernel took, or an error code.
    private func tryWrite(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return 0 }
        // SAFETY: libuv only reads from the buffer; its type has no const.
        var buffer = unsafe uv_buf_init(
            UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: CChar.self)),
            UInt32(clamping: bytes.count))
        return Int(unsafe uv_try_write(stream, &buffer, 1))
    }

    private func readReturned(_ count: Int, _ base: UnsafeRawPointer?) {
        if count > 0, let base = unsafe base {
            let bytes = unsafe UnsafeBufferPointer(
                start: base.assumingMemoryBound(to: UInt8.self), count: count)
            unsafe handler?.received(bytes.span)
        } else if count == Int(UV_EOF.rawValue) {
            isReading = false
            hasReadEnded = true
            handler?.readEnded()
        } else if count < 0 {
            isReading = false
            hasReadEnded = true
            handler?.failed(UVError("read", code: Int32(clamping: count)))
        }
    }

    /// Called by the write request when its bytes are written, or will never be.
    func writeReturned(_ status: Int32) {
        writesWaiting -= 1
        guard !handle.isClosing else { return }
        if status < 0 {
            handler?.failed(UVError("write", code: status))
        } else if writesWaiting == 0 {
            handler?.written()
        }
    }
}

/// libuv asks where to read to: always into the one buffer of the loop.
func lendReadBuffer(
    _ handle: UnsafeMutablePointer<uv_handle_t>?, _ suggested: Int,
    _ buffer: UnsafeMutablePointer<uv_buf_t>?
) {
    guard let pointer = unsafe uv_handle_get_loop(handle), let buffer = unsafe buffer else {
        return
    }
    let memory = unsafe Loop.of(pointer).readBuffer
    unsafe buffer.pointee = uv_buf_init(
        memory.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(memory.count))
}
