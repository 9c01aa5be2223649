internal import CLibuv
internal import Glibc

/// An end of a pipe or of a socket to another process of this machine. Used on the loop thread
/// only.
package final class LocalStream {
    private let handle = HandleMemory(UV_NAMED_PIPE)
    private var onBytes: (([UInt8]) -> Void)?
    private var onEnd: (() -> Void)?
    private var isReading = false
    private var hasEnded = false

    /// Takes over an open descriptor; it is closed if that fails.
    package init(loop: Loop, adopting descriptor: Int32) throws(UVError) {
        var code = unsafe uv_pipe_init(loop.pointer, handle.pointer(), 0)
        guard code == 0 else {
            _ = Glibc.close(descriptor)
            throw UVError("uv_pipe_init", code: code)
        }
        handle.adopt(owner: self)
        code = unsafe uv_pipe_open(handle.pointer(), descriptor)
        guard code == 0 else {
            _ = Glibc.close(descriptor)
            handle.close()
            throw UVError("uv_pipe_open", code: code)
        }
    }

    package var isClosed: Bool { handle.isClosing }

    /// Reads from now on. `onEnd` is called once, when nothing more can come; it may be that the
    /// stream broke. Either may close it.
    package func read(
        onBytes: @escaping ([UInt8]) -> Void, onEnd: @escaping () -> Void
    ) {
        self.onBytes = onBytes
        self.onEnd = onEnd
        resume()
    }

    /// Leaves what comes with the kernel, which makes the writer wait.
    package func pause() {
        guard isReading, !handle.isClosing else { return }
        isReading = false
        _ = unsafe uv_read_stop(stream)
    }

    /// Reads again after `pause`.
    package func resume() {
        guard !isReading, !hasEnded, !handle.isClosing, onBytes != nil else { return }
        isReading = true
        let code = unsafe uv_read_start(stream, lendReadBuffer) { stream, count, buffer in
            let pipe: LocalStream = unsafe owner(of: stream)
            guard let buffer = unsafe buffer else { return }
            unsafe pipe.readReturned(count, UnsafeRawPointer(buffer.pointee.base))
        }
        precondition(code == 0, "uv_read_start returned \(code) for an open stream")
    }

    /// Writes what the kernel takes at once; false unless that was all of it.
    package func write(_ bytes: [UInt8]) -> Bool {
        guard !handle.isClosing else { return false }
        let sent = unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            // SAFETY: libuv only reads from the buffer; its type has no const.
            var buffer = unsafe uv_buf_init(
                UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: CChar.self)),
                UInt32(clamping: bytes.count))
            return Int(unsafe uv_try_write(stream, &buffer, 1))
        }
        return sent == bytes.count
    }

    /// Closes it; nothing is called any more. Closing twice does nothing.
    package func close() {
        handle.close()
        onBytes = nil
        onEnd = nil
    }

    private var stream: UnsafeMutablePointer<uv_stream_t> {
        unsafe weir_as_stream(handle.asHandle)
    }

    private func readReturned(_ count: Int, _ base: UnsafeRawPointer?) {
        if count > 0, let base = unsafe base {
            let bytes = unsafe UnsafeRawBufferPointer(start: base, count: count)
            onBytes?(unsafe Array(bytes))
        } else if count < 0 {
            isReading = false
            hasEnded = true
            onEnd?()
        }
    }
}
