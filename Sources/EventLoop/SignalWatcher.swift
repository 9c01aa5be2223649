internal import CLibuv
internal import Glibc

/// Calls back on the loop when the process gets a signal.
package final class SignalWatcher {
    /// The signals that a server answers to.
    package enum Kind: Sendable {
        case terminate
        case interrupt
        case hangUp

        var number: Int32 {
            switch self {
            case .terminate: SIGTERM
            case .interrupt: SIGINT
            case .hangUp: SIGHUP
            }
        }
    }

    private let handle = HandleMemory(UV_SIGNAL)
    private var onSignal: (() -> Void)?

    /// Watches from now until `close`.
    package init(
        loop: Loop, _ kind: Kind, onSignal: @escaping () -> Void
    ) throws(UVError) {
        self.onSignal = onSignal
        try UVError.check(
            unsafe uv_signal_init(loop.pointer, handle.pointer()), "uv_signal_init")
        handle.adopt(owner: self)
        let code = unsafe uv_signal_start(
            handle.pointer(),
            { signal, _ in
                let watcher: SignalWatcher = unsafe owner(of: signal)
                watcher.onSignal?()
            }, kind.number)
        guard code == 0 else {
            close()
            throw UVError("uv_signal_start", code: code)
        }
    }

    /// Stops watching; the signal gets back its default action. Closing twice does nothing.
    package func close() {
        handle.close()
        onSignal = nil
    }
}
