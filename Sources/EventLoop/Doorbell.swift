internal import CLibuv

/// A handle that other threads ring; several rings may be heard as one.
@safe
final class Doorbell {
    private let handle = HandleMemory(UV_ASYNC)
    private var onRing: (() -> Void)?

    /// What `uv_async_send` needs. Valid until `close`.
    var pointer: UnsafeMutablePointer<uv_async_t> { unsafe handle.pointer() }

    init(loop: Loop, onRing: @escaping () -> Void) throws(UVError) {
        self.onRing = onRing
        let code = unsafe uv_async_init(loop.pointer, handle.pointer()) { async in
            let doorbell: Doorbell = unsafe owner(of: async)
            doorbell.onRing?()
        }
        try UVError.check(code, "uv_async_init")
        handle.adopt(owner: self)
    }

    func close() {
        handle.close()
        onRing = nil
    }
}
