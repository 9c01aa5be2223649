internal import CLibuv

/// The bytes of a write that has to wait, in one block of memory behind libuv's request. The block
/// is freed in the callback of the request, which always comes, also after a close.
enum WriteRequest {
    /// Copies the bytes and queues them; an error code if that was refused.
    static func start(
        _ stream: UnsafeMutablePointer<uv_stream_t>, _ bytes: UnsafeRawBufferPointer
    ) -> Int32 {
        let headBytes = unsafe MemoryLayout<uv_write_t>.stride
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: headBytes + bytes.count, alignment: 16)
        let request = unsafe block.bindMemory(to: uv_write_t.self, capacity: 1)
        let tail = unsafe (block + headBytes).bindMemory(to: CChar.self, capacity: bytes.count)
        unsafe UnsafeMutableRawBufferPointer(start: tail, count: bytes.count).copyMemory(
            from: bytes)
        var buffer = unsafe uv_buf_init(tail, UInt32(clamping: bytes.count))
        let code = unsafe uv_write(request, stream, &buffer, 1) { request, status in
            guard let request = unsafe request else { return }
            let connection: TCPConnection = unsafe owner(of: request.pointee.handle)
            unsafe UnsafeMutableRawPointer(request).deallocate()
            connection.writeReturned(status)
        }
        if code != 0 { unsafe block.deallocate() }
        return code
    }
}
