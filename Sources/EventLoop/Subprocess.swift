internal import CLibuv
internal import Glibc

/// Another program that the loop has started. It runs in a session of its own, so that what is
/// typed at this program's terminal does not reach it. Used on the loop thread only.
package final class Subprocess {
    private let handle = HandleMemory(UV_PROCESS)
    private var onEnd: ((_ code: Int64, _ signal: Int32) -> Void)?

    /// Starts `path` with these words, the first of which names it, and this environment and
    /// nothing else. It gets `descriptors` as 0, 1 and so on; nil is nothing, or /dev/null for the
    /// first three. They stay the caller's, to be closed.
    package init(
        loop: Loop, path: String, words: [String], environment: [String], descriptors: [Int32?],
        onEnd: @escaping (_ code: Int64, _ signal: Int32) -> Void
    ) throws(UVError) {
        self.onEnd = onEnd
        var wordPointers = unsafe words.map { unsafe strdup($0) } + [nil]
        var variablePointers = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer { unsafe (wordPointers + variablePointers).forEach { unsafe free($0) } }
        var streams = unsafe descriptors.map { descriptor in
            var stream = unsafe uv_stdio_container_t()
            if let descriptor {
                unsafe stream.flags = UV_INHERIT_FD
                unsafe stream.data.fd = descriptor
            } else {
                unsafe stream.flags = UV_IGNORE
            }
            return unsafe stream
        }
        let code = unsafe path.withCString { path in
            unsafe wordPointers.withUnsafeMutableBufferPointer { words in
                unsafe variablePointers.withUnsafeMutableBufferPointer { variables in
                    unsafe streams.withUnsafeMutableBufferPointer { streams in
                        var options = unsafe uv_process_options_t()
                        unsafe options.file = path
                        unsafe options.args = words.baseAddress
                        unsafe options.env = variables.baseAddress
                        unsafe options.flags = UV_PROCESS_DETACHED.rawValue
                        unsafe options.stdio = streams.baseAddress
                        unsafe options.stdio_count = Int32(streams.count)
                        unsafe options.exit_cb = { process, code, signal in
                            let subprocess: Subprocess = unsafe owner(of: process)
                            subprocess.ended(code, signal)
                        }
                        return unsafe uv_spawn(loop.pointer, handle.pointer(), &options)
                    }
                }
            }
        }
        // A handle whose program could not be started is initialised all the same.
        handle.adopt(owner: self)
        guard code == 0 else {
            close()
            throw UVError("uv_spawn", code: code)
        }
    }

    /// Its number in the system.
    package var id: Int32 { unsafe uv_process_get_pid(handle.pointer(as: uv_process_t.self)) }

    /// Lets the loop end while the program runs.
    package func unref() {
        if !handle.isClosing { unsafe uv_unref(handle.asHandle) }
    }

    /// Looks after it no more; the program goes on. Closing twice does nothing.
    package func close() {
        handle.close()
        onEnd = nil
    }

    private func ended(_ code: Int64, _ signal: Int32) {
        let onEnd = self.onEnd
        close()
        onEnd?(code, signal)
    }
}
