internal import CLibuv

/// The request to end the writing side, freed in its callback.
enum ShutdownRequest {
    /// A connection that is broken already cannot be ended: reading or closing will tell.
    static func start(_ stream: UnsafeMutablePointer<uv_stream_t>) {
        let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
        let code = unsafe uv_shutdown(request, stream) { request, _ in
            unsafe request?.deallocate()
        }
        if code != 0 { unsafe request.deallocate() }
    }
}
