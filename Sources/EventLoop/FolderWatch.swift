internal import CLibuv

/// Tells that something in a folder has changed: an entry came, went or was written. What is in
/// folders below is not looked at. Used on the loop thread only.
package final class FolderWatch {
    private let handle = HandleMemory(UV_FS_EVENT)
    private var onChange: (() -> Void)?

    /// Watches from now until `close`.
    package init(
        loop: Loop, path: String, onChange: @escaping () -> Void
    ) throws(UVError) {
        self.onChange = onChange
        try UVError.check(
            unsafe uv_fs_event_init(loop.pointer, handle.pointer()), "uv_fs_event_init")
        handle.adopt(owner: self)
        let code = unsafe uv_fs_event_start(
            handle.pointer(),
            { event, _, _, _ in
                let watch: FolderWatch = unsafe owner(of: event)
                watch.onChange?()
            }, path, 0)
        guard code == 0 else {
            close()
            throw UVError("uv_fs_event_start", code: code)
        }
    }

    /// Stops watching. Closing twice does nothing.
    package func close() {
        handle.close()
        onChange = nil
    }
}
